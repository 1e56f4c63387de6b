"""The hand-written part of the demonstration data: names, notes and conclusions in YAML."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent / "data"

# The C parser reads the note bank in a tenth of the time; it is part of PyYAML's wheels, but not of every build.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_data(name: str) -> Any:
    """Return the content of a file of the demonstration data, by its name without ``.yaml``."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 a safe loader, the C one where there is one
