"""The product's own source, to be read."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PACKAGES = ("accounts", "kijk", "licensing", "monitoring", "observations", "privacy")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield each module by its name, parsed."""
    for package in _PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name, ast.parse(path.read_text(encoding="utf-8"))
