"""The sample files, and how to read one. All people in them are invented."""

from pathlib import Path

from observations.domain.imports.content import ReadChild, ReadFile
from observations.domain.imports.reading import ReadWish, read_file

FOLDER = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    """Return a sample's bytes."""
    return (FOLDER / name).read_bytes()


def read(content: bytes, wish: ReadWish | None = None) -> ReadFile:
    """Read a file as the product does."""
    return read_file(content, wish or ReadWish())


def child(found: ReadFile, first_name: str) -> ReadChild:
    """Return the first child with this first name."""
    return next(each for each in found.children if each.first_name == first_name)
