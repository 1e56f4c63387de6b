"""Reading the open GCDG data of the SMOCC study: one row a visit, one column an item (issue 2, part E).

Tab-separated text with a header. Pure: bytes in; visits and refused rows out, each refusal with its line (the header
is line 1) and reason. What makes the whole file unreadable raises; what spoils one row or column costs that alone.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SUBJECT, AGE, SEX, GESTATION = "subjid", "agedays", "sex", "gagebrth"
REQUIRED_COLUMNS = (SUBJECT, AGE, SEX, GESTATION)
#: Columns that every GCDG file has and that say nothing about a visit.
IGNORED_COLUMNS = ("ctrycd", "cohort", "cohortn")
SEXES = ("Female", "Male", "")
PASSED = {"1": True, "0": False}

#: Seven years: the oldest age the product follows by development line.
OLDEST_DAYS = 2557
PLAUSIBLE_GESTATION_WEEKS = range(20, 46)
LONGEST_SUBJECT = 60

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_NEGATIVE = re.compile(r"-[0-9]{1,9}(\.[0-9]*)?", re.ASCII)
_BOM = b"\xef\xbb\xbf"
_SHOWN = 20


class GcdgFormatError(Exception):
    """The file as a whole cannot be read. ``line`` is where it shows."""

    def __init__(self, reason: str, line: int = 1) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason)


class _RowError(Exception):
    """One row cannot be read; its text is the reason."""


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A line that was not imported, and why. Holds no child's number: it is printed and may be kept."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One row: a child at an age. ``sex`` and ``gestation_weeks`` as far as known; ``answers`` by item code."""

    line: int
    # Becomes part of a child's name, and is not shown in a log.
    subject: str = field(repr=False)
    age_days: int
    sex: str
    gestation_weeks: int | None
    answers: Mapping[str, bool]


@dataclass(frozen=True)
class GcdgRows:
    """All of a file: the rows it has (the header not counted), the visits in their order, and what was refused."""

    rows_read: int
    visits: tuple[Visit, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    columns: tuple[str, ...]
    items: tuple[tuple[int, str], ...]
    unknown: tuple[str, ...]

    def place(self, name: str) -> int:
        return self.columns.index(name)


@dataclass
class _Seen:
    """What earlier accepted rows of the file said."""

    lines: dict[tuple[str, int], int] = field(default_factory=dict)
    sexes: dict[str, str] = field(default_factory=dict)
    gestations: dict[str, int] = field(default_factory=dict)

    def add(self, visit: Visit) -> None:
        """Remember a visit; raises _RowError when it contradicts one before it."""
        first = self.lines.get((visit.subject, visit.age_days))
        if first is not None:
            raise _RowError(f"second visit of the same child at {visit.age_days} days; the first is on line {first}")
        if visit.sex and self.sexes.get(visit.subject, visit.sex) != visit.sex:
            raise _RowError(f"{SEX} differs from an earlier row of the same child")
        weeks = visit.gestation_weeks
        if weeks is not None and self.gestations.get(visit.subject, weeks) != weeks:
            raise _RowError(f"{GESTATION} differs from an earlier row of the same child")
        self.lines[visit.subject, visit.age_days] = visit.line
        if visit.sex:
            self.sexes[visit.subject] = visit.sex
        if weeks is not None:
            self.gestations[visit.subject] = weeks


def read_gcdg(content: bytes, *, items: Collection[str]) -> GcdgRows:
    """Read a file whose item columns are among ``items``, in any order and not necessarily all.

    A column that is neither known nor an item is refused (line 1) and left out; a row is refused when it is cut
    short, is not UTF-8, has no usable age, or contradicts an earlier one. Raises GcdgFormatError when the header
    cannot be read, misses a column, has one twice, or when there is no row.
    """
    lines = _lines(content)
    header = _read_header(lines[0], items)
    refused = [Refusal(1, f"unknown column {_shown(name)}: left out") for name in header.unknown]
    visits, seen = [], _Seen()
    for number, line in enumerate(lines[1:], 2):
        try:
            visit = _read_row(number, line, header)
            seen.add(visit)
        except _RowError as error:
            refused.append(Refusal(number, str(error)))
        else:
            visits.append(visit)
    return GcdgRows(rows_read=len(lines) - 1, visits=tuple(visits), refused=tuple(refused))


def _lines(content: bytes) -> list[bytes]:
    """Return the lines without their ends, Unix or Windows; raises GcdgFormatError for an empty file."""
    lines = content.removeprefix(_BOM).split(b"\n")
    if not lines[-1]:
        del lines[-1]
    if not lines:
        raise GcdgFormatError("the file is empty")
    if len(lines) == 1:
        raise GcdgFormatError("the file has a header and no rows")
    return [line.removesuffix(b"\r") for line in lines]


def _read_header(line: bytes, items: Collection[str]) -> _Header:
    try:
        columns = tuple(_decoded(line).split("\t"))
    except _RowError as error:
        raise GcdgFormatError(f"the header {error}") from error
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise GcdgFormatError(f"columns that stand there twice: {_listed(twice)}")
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise GcdgFormatError(f"missing columns: {_listed(missing)}")
    known = {*REQUIRED_COLUMNS, *IGNORED_COLUMNS}
    found = tuple((place, name) for place, name in enumerate(columns) if name in items)
    if not found:
        raise GcdgFormatError("missing columns: not one column is an item of the instrument")
    return _Header(columns, found, tuple(name for name in columns if name not in known and name not in items))


def _read_row(number: int, line: bytes, header: _Header) -> Visit:
    cells = _cells(line, header)
    subject = cells[header.place(SUBJECT)].strip()
    if not subject:
        raise _RowError(f"no {SUBJECT}")
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise _RowError(f"{SUBJECT} is longer than {LONGEST_SUBJECT} characters or cannot be printed")
    sex = cells[header.place(SEX)]
    if sex not in SEXES:
        raise _RowError(f"{SEX} is {_shown(sex)}, not Female or Male")
    return Visit(
        line=number,
        subject=subject,
        age_days=_age(cells[header.place(AGE)]),
        sex=sex,
        gestation_weeks=_gestation(cells[header.place(GESTATION)]),
        answers=dict(_answers(cells, header)),
    )


def _cells(line: bytes, header: _Header) -> list[str]:
    text = _decoded(line)
    if not text.strip():
        raise _RowError("empty line")
    cells = text.split("\t")
    if len(cells) < len(header.columns):
        raise _RowError(f"truncated: {len(cells)} of {len(header.columns)} columns")
    if len(cells) > len(header.columns):
        raise _RowError(f"too long: {len(cells)} columns where the header has {len(header.columns)}")
    return cells


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _RowError(f"is not UTF-8 from byte {error.start + 1} of the line on") from error


def _age(cell: str) -> int:
    if not cell.strip():
        raise _RowError(f"no age: {AGE} is empty")
    if _NEGATIVE.fullmatch(cell):
        raise _RowError(f"negative age: {AGE} is {_shown(cell)}")
    days = _whole(cell, AGE)
    if days > OLDEST_DAYS:
        raise _RowError(f"{AGE} is {days}, over {OLDEST_DAYS} (seven years)")
    return days


def _gestation(cell: str) -> int | None:
    """Return completed weeks of pregnancy; None where it is empty or no child is born at."""
    if not cell:
        return None
    weeks = _whole(cell, GESTATION) // 7
    return weeks if weeks in PLAUSIBLE_GESTATION_WEEKS else None


def _whole(cell: str, name: str) -> int:
    if not _NUMBER.fullmatch(cell):
        raise _RowError(f"{name} is {_shown(cell)}, not a whole number of days")
    return int(cell)


def _answers(cells: Sequence[str], header: _Header) -> Iterator[tuple[str, bool]]:
    for place, item in header.items:
        cell = cells[place]
        if not cell:
            continue
        if cell not in PASSED:
            raise _RowError(f"{item} is {_shown(cell)}, not 0, 1 or empty")
        yield item, PASSED[cell]


def _shown(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_shown(name) for name in names)
