"""Small files in the form of the open data, made up for tests."""

from collections.abc import Mapping, Sequence

BASE = ("ctrycd", "cohort", "cohortn", "subjid", "agedays", "sex", "gagebrth")
ITEMS = ("ddicmm029", "ddifmd001", "ddigmd053")
DEFAULTS = {"ctrycd": "NLD", "cohort": "PROEF", "cohortn": "1", "sex": "Female", "gagebrth": "280"}


def file_of(*rows: Mapping[str, str], columns: Sequence[str] = (*BASE, *ITEMS), end: str = "\n") -> str:
    """Return a file with these rows; a row names what differs from the defaults, and its items."""
    lines = ["\t".join(columns)]
    lines += ["\t".join({**DEFAULTS, **row}.get(column, "") for column in columns) for row in rows]
    return end.join(lines) + end


def row(subject: str, age: int | str, **values: str) -> dict[str, str]:
    """Return one visit."""
    return {"subjid": subject, "agedays": str(age), **values}
