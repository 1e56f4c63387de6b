"""The activities that ship with the product: content, the same for everybody, read from files once a process (REG-9.2).

They are in no organisation's tables. An organisation that wants one otherwise makes its own from it, and a plan keeps
a copy of what it uses: a later version of these files changes neither.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from observations.models import Group

FOLDER = Path(__file__).resolve().parents[2] / "content" / "activities"
OLDEST = 84
# Described in docs/content.md.
KEYS = {"code", "title", "from", "until", "text"}
MAY = {"kinds", "lines"}


class ActivityFileError(Exception):
    """A file of activities is not as it should be; the message says where and why."""


@dataclass(frozen=True, slots=True)
class ShippedActivity:
    """An activity of ours. Ages in months; ``kinds``: the kinds of group it is for, all where it is empty."""

    code: str
    title: str
    description: str
    lines: tuple[str, ...]
    from_months: int
    until_months: int
    kinds: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def shipped_activities() -> Mapping[str, ShippedActivity]:
    """Return the shipped activities by code, in the order of the files. Raises ActivityFileError."""
    found: dict[str, ShippedActivity] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for activity in read_activities(path):
            if activity.code in found:
                raise ActivityFileError(f"{path.name}: {activity.code} stands in two places")
            found[activity.code] = activity
    return found


def read_activities(path: Path) -> Iterator[ShippedActivity]:
    """Yield the activities of one file: ``line`` and a list of ``activities``. Raises ActivityFileError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ActivityFileError(f"{path.name}: {error}") from error
    if not isinstance(content, dict) or set(content) != {"line", "activities"}:
        raise ActivityFileError(f"{path.name}: takes line and activities, and nothing else")
    for number, entry in enumerate(content["activities"], 1):
        try:
            yield _activity(str(content["line"]), entry)
        except (KeyError, TypeError, ValueError) as error:
            raise ActivityFileError(f"{path.name}: activity {number}: {error}") from error


def _activity(line: str, entry: Mapping[str, Any]) -> ShippedActivity:
    _check_keys(entry.keys())
    made = ShippedActivity(
        code=str(entry["code"]),
        title=str(entry["title"]).strip(),
        description=str(entry["text"]).strip(),
        lines=(line, *map(str, entry.get("lines", ()))),
        from_months=int(entry["from"]),
        until_months=int(entry["until"]),
        kinds=tuple(map(str, entry.get("kinds", ()))),
    )
    if not 0 <= made.from_months < made.until_months <= OLDEST:
        raise ValueError(f"from {made.from_months} until {made.until_months} is no age")
    if not set(made.kinds) <= set(Group.Kind.values):
        raise ValueError(f"{made.kinds} are not all kinds of group")
    return made


def _check_keys(keys: Collection[str]) -> None:
    missing, unknown = KEYS - set(keys), set(keys) - KEYS - MAY
    if missing or unknown:
        raise ValueError(f"misses {sorted(missing)}, does not know {sorted(unknown)}")
