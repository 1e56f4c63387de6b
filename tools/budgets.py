"""Size budgets: what grows past them is asked which two things it is. And no committed file names a registry."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from tools.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PYTHON_LINES = 500
TEST_LINES = 1000
TEMPLATE_LINES = 200
FUNCTION_LINES = 40
FUNCTION_MEDIAN = 25
# As written; about a fifth of it travels, compressed. The style sheet of PDFs never leaves the server. The scripts
# were 17 kB before drafts, the watch over the session, passkeys and the password meter came (15 kB, with their words).
CSS_BYTES = 55_000
JS_BYTES = 40_000
# What a few pages load beside that, one file or module graph an area of the work: static/css/areas, static/js/areas.
AREA_CSS_BYTES = 8_000
AREA_JS_BYTES = 16_000
# A file that names one would install from there for everybody, whatever their own index is. The brackets keep this
# file, which is committed too, from naming them itself.
REGISTRY = re.compile(
    r"pyp[i]\.org|pythonhoste[d]|registry\.npmj[s]|deb\.debia[n]|--(extra-)?index-ur[l]|--find-link[s]", re.IGNORECASE
)


def main() -> int:
    """Print every breach, and the sizes; returns 1 when there is a breach."""
    files = list(committed())
    found = [*long_files(files), *long_functions(files), *assets(files), *registries(files)]
    lengths = [length for path in python_files(files) for _, length in functions(path)]
    if lengths:
        print(f"functions: {len(lengths)}, median {statistics.median(lengths):.0f} lines (at most {FUNCTION_MEDIAN})")
        if statistics.median(lengths) > FUNCTION_MEDIAN:
            found.append(f"the median function is longer than {FUNCTION_MEDIAN} lines")
    print("\n".join(found) if found else "all within budget")
    return 1 if found else 0


def committed() -> Iterator[Path]:
    """Yield the files that are committed or about to be: all but the ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in sorted(filter(None, listed.split("\0"))):
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            yield path


def python_files(files: list[Path], *, tests: bool = False) -> list[Path]:
    """Return the Python files of the product, or those of its tests; never migrations, which nobody edits."""
    return [
        path for path in files if path.suffix == ".py" and "migrations" not in path.parts and (is_test(path) == tests)
    ]


def is_test(path: Path) -> bool:
    """Whether a file belongs to the tests."""
    return path.relative_to(ROOT).parts[0] == "tests"


def long_files(files: list[Path]) -> Iterator[str]:
    """Yield the files with more lines than their kind may have."""
    kinds = (
        (PYTHON_LINES, python_files(files)),
        (TEST_LINES, python_files(files, tests=True)),
        (
            TEMPLATE_LINES,
            [path for path in files if path.suffix == ".html" and path.is_relative_to(ROOT / "templates")],
        ),
    )
    for most, paths in kinds:
        for path in paths:
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > most:
                yield f"{path.relative_to(ROOT)}: {lines} lines (at most {most})"


def functions(path: Path) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Yield each function of a file with its length, decorators and docstring left out: both are for readers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node) is not None:
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node, length


def long_functions(files: list[Path]) -> Iterator[str]:
    """Yield the functions of the product that are too long."""
    for path in python_files(files):
        for node, length in functions(path):
            if length > FUNCTION_LINES:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines (at most {FUNCTION_LINES})"


def assets(files: list[Path]) -> Iterator[str]:
    """Yield a line for CSS or JavaScript of our own that weighs too much: on every page in all, or of one area."""
    for suffix, most, area_most in ((".css", CSS_BYTES, AREA_CSS_BYTES), (".js", JS_BYTES, AREA_JS_BYTES)):
        sizes = {"": 0}
        for path in files:
            if path.suffix == suffix and is_sent(path):
                area = area_of(path)
                sizes[area] = sizes.get(area, 0) + path.stat().st_size
        print(f"{suffix[1:]}: {sizes[''] / 1000:.1f} kB (at most {most / 1000:.0f} kB)")
        for area, total in sizes.items():
            limit = area_most if area else most
            if total > limit:
                yield f"static: {total} bytes of {suffix[1:]} {f'in area {area}' if area else 'in all'} (at most {limit})"


def is_sent(path: Path) -> bool:
    """Whether a browser gets this file, and we wrote it."""
    return path.is_relative_to(ROOT / "static") and "vendor" not in path.parts and path.name != "pdf.css"


def area_of(path: Path) -> str:
    """Return the area of the work that a style sheet or script is for, "" for what every page loads."""
    parts = path.relative_to(ROOT / "static").parts
    return parts[2].split(".")[0] if len(parts) > 2 and parts[1] == "areas" else ""


def registries(files: list[Path]) -> Iterator[str]:
    """Yield each line that names a package registry's address or an option that sets one."""
    for path in files:
        if "vendor" in path.parts:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if REGISTRY.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: names a package registry"


if __name__ == "__main__":
    sys.exit(main())
