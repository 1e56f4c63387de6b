"""What a file says, whatever its format: the one structure that readers make and the plan works from (CHD-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

# The most children or colleagues in one file, and the largest file in bytes (docs/import.md).
MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 25 * 1024 * 1024


class ImportRefused(Exception):
    """The file as a whole cannot be read; the message says why and what to do, in the user's language."""


@dataclass(frozen=True, repr=False)
class ReadGroup:
    """A group of the file. ``ref`` is what rows of the same file name it by; ``key`` is "" where it has none.

    ``year`` is the school's year group code (B, D, 0 to 8, C for a combination, …), ``kind`` a Group.Kind the file
    itself names, ``location`` a name ("" is the source's own).
    """

    ref: str
    key: str
    name: str
    year: str = ""
    kind: str = ""
    location: str = ""


@dataclass(frozen=True, repr=False)
class ReadChild:
    """A child of the file, checked. None and "" are what the file does not say; those change nothing.

    ``line`` is where it stands, each its own: the line of a table, or how many-eth it is in EDEXML; ``group`` a ReadGroup.ref ("" is no group), ``own_id`` the child's id in an export of
    ours. ``has_surname`` is False for a file that knows first names only. ``place`` is the location as the file names it.
    """

    line: int
    key: str
    first_name: str
    birth_date: date
    infix: str = ""
    last_name: str = ""
    has_surname: bool = True
    gender: str = ""
    home_language: str = ""
    vve_from: date | None = None
    vve_until: date | None = None
    half_days: int | None = None
    gestation_weeks: int | None = None
    remarks: str = ""
    group: str = ""
    year: str = ""
    place: str = ""
    begins_on: date | None = None
    leaves_on: date | None = None
    own_id: str = ""

    @property
    def name(self) -> str:
        """The name as one writes it."""
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)


@dataclass(frozen=True, repr=False)
class ReadStaff:
    """A colleague of the file, with the groups they are said to work on (ReadGroup.ref)."""

    line: int
    key: str
    first_name: str
    infix: str
    last_name: str
    email: str
    groups: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name as one writes it."""
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)


@dataclass(frozen=True, repr=False)
class Problem:
    """A row that cannot be read: where, whom it seems to be about, and why. ``kind`` is "child" or "staff".

    ``key`` keeps a known child whose row is not right from being taken for one that left.
    """

    line: int
    who: str
    reason: str
    kind: str = "child"
    key: str = ""


@dataclass(frozen=True, repr=False)
class ReadFile:
    """All that was read of a file.

    ``ignored`` counts, per field of the file, how often something stood there that was not read. ``notes`` are
    sentences for the user. ``columns`` and ``mapping`` say which column of a table was taken for what, ``sheets``
    which sheets a workbook has. ``missing`` names the columns without which a table cannot be read.
    """

    format: str
    school: str = ""
    school_year: int | None = None
    groups: tuple[ReadGroup, ...] = ()
    children: tuple[ReadChild, ...] = ()
    staff: tuple[ReadStaff, ...] = ()
    problems: tuple[Problem, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    about: str = "children"
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    missing: tuple[str, ...] = ()
