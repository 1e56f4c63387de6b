"""Tables of children or colleagues, from CSV and Excel alike: titles, then rows of texts (CHD-3)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.domain.colleagues import plain
from observations.domain.imports.cells import (
    CellRefused,
    check_name,
    check_remarks,
    is_citizen_number,
    read_day,
    read_gestation,
    read_half_days,
)
from observations.domain.imports.columns import (
    checked_mapping,
    guess_mapping,
    guess_subject,
    missing_columns,
)
from observations.domain.imports.content import ImportRefused, Problem, ReadChild, ReadFile, ReadGroup, ReadStaff
from observations.domain.imports.group_kinds import kind_named
from observations.models import Child

_LONGEST_KEY: Final = 256
_LONGEST_CELL: Final = 80
# Fewer keys that pass the eleven-test than this can be chance.
_FEW: Final = 3
_GIRL: Final = frozenset({"v", "f", "w", "vrouw", "meisje", "female", "girl", "2", "mv"})
_BOY: Final = frozenset({"j", "jongen", "man", "jongetje", "male", "boy", "1"})


@dataclass(frozen=True, repr=False)
class Table:
    """A table as it was in the file: titles, and rows with the line each stands on."""

    titles: tuple[str, ...]
    rows: tuple[tuple[int, Sequence[str]], ...]


@dataclass(frozen=True)
class TableWish:
    """How to read a table: what it is about ("": as it seems), and which title stands for which column.

    ``decided`` are the titles of the file for which the mapping was made; the use of any other is guessed. None: all.
    """

    about: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    decided: frozenset[str] | None = None


def read_table(table: Table, wish: TableWish, *, format_code: str) -> ReadFile:
    """Return what a table says. Without a required column nothing is read, and ``missing`` names it.

    Raises ImportRefused when there is nothing in it, or when its keys are citizen service numbers.
    """
    if not any(table.titles) or not table.rows:
        raise ImportRefused(_("In dit bestand staan geen regels. Op de eerste regel horen de namen van de kolommen."))
    about = wish.about if wish.about in {"children", "staff"} else guess_subject(table.titles)
    mapping = _mapping(table, wish, about)
    missing = missing_columns(mapping, about)
    whole = ReadFile(
        format=format_code,
        columns=tuple(title for title in table.titles if title),
        mapping=mapping,
        about=about,
        missing=missing,
        ignored=_ignored(table, mapping),
    )
    if missing:
        return whole
    rows = _Rows(table, mapping)
    return rows.children(whole) if about == "children" else rows.staff(whole)


def _mapping(table: Table, wish: TableWish, about: str) -> dict[str, str]:
    """Return what was chosen before, where it still holds, and a guess for titles that are new."""
    chosen = checked_mapping(wish.mapping, table.titles, about)
    if not chosen:
        return guess_mapping(table.titles, about)
    if wish.decided is None:
        return chosen
    new = [title for title in table.titles if title not in wish.decided]
    return {**guess_mapping(new, about), **chosen}


def _ignored(table: Table, mapping: Mapping[str, str]) -> dict[str, int]:
    """Count what stands in the columns that are not read."""
    used = set(mapping.values())
    places = [(place, title) for place, title in enumerate(table.titles) if title and title not in used]
    found: Counter[str] = Counter()
    for _line, cells in table.rows:
        for place, title in places:
            if place < len(cells) and cells[place]:
                found[title[:40]] += 1
    return dict(found)


class _Rows:
    """The rows of a table, by the codes of their columns."""

    def __init__(self, table: Table, mapping: Mapping[str, str]) -> None:
        self.places = {code: table.titles.index(title) for code, title in mapping.items()}
        self.rows = table.rows
        self.groups: dict[str, ReadGroup] = {}
        self.problems: list[Problem] = []
        self._refuse_citizen_numbers()
        # "m" is a man beside "v", and a girl (meisje) beside "j".
        self.m_is_girl = "j" in {self._cells(row)["gender"].lower() for _line, row in table.rows}

    def children(self, whole: ReadFile) -> ReadFile:
        """Return the file with its children and their groups."""
        found = [child for line, row in self.rows if (child := self._try(line, row, "child"))]
        return replace(whole, children=tuple(found), groups=tuple(self.groups.values()), problems=tuple(self.problems))

    def staff(self, whole: ReadFile) -> ReadFile:
        """Return the file with its colleagues; their groups are named and never made."""
        people: dict[str, ReadStaff] = {}
        for line, row in self.rows:
            person: ReadStaff | None = self._try(line, row, "staff")
            if person is not None:
                # Somebody has a row for each group in some lists.
                first = people.setdefault(person.email, person)
                people[person.email] = replace(first, groups=tuple(dict.fromkeys((*first.groups, *person.groups))))
        found = people.values()
        return replace(whole, staff=tuple(found), groups=tuple(self.groups.values()), problems=tuple(self.problems))

    def _try(self, line: int, row: Sequence[str], kind: str) -> Any:
        cells = self._cells(row)
        try:
            return self._child(line, cells) if kind == "child" else self._person(line, cells)
        except CellRefused as refusal:
            parts = (cells["first_name"], cells["infix"], cells["last_name"])
            who = " ".join(part for part in parts if part)[:100]
            self.problems.append(Problem(line, who, str(refusal), kind, cells["key"][:_LONGEST_KEY]))
            return None

    def _cells(self, row: Sequence[str]) -> "_Cells":
        return _Cells({code: row[place] if place < len(row) else "" for code, place in self.places.items()})

    def _child(self, line: int, cells: "_Cells") -> ReadChild:
        if not cells["first_name"]:
            raise CellRefused(_("De voornaam ontbreekt."))
        if not cells["birth_date"]:
            raise CellRefused(_("De geboortedatum ontbreekt."))
        return ReadChild(
            line=line,
            key=cells["key"][:_LONGEST_KEY],
            first_name=check_name(cells["first_name"]),
            infix=check_name(cells["infix"]),
            last_name=check_name(cells["last_name"]),
            has_surname="last_name" in self.places,
            birth_date=read_day(cells["birth_date"]),
            gender=self._gender(cells["gender"]),
            home_language=_short(cells["home_language"], 40, _("De thuistaal")),
            vve_from=cells.day("vve_from"),
            vve_until=cells.day("vve_until"),
            half_days=read_half_days(cells["half_days"]) if cells["half_days"] else None,
            gestation_weeks=read_gestation(cells["gestation"]) if cells["gestation"] else None,
            remarks=check_remarks(cells["remarks"]),
            group=self._group(cells),
            year=cells["year"].upper()[:3],
            place=_short(cells["location"], 120, _("De locatie")),
            begins_on=cells.day("begins_on"),
            leaves_on=cells.day("leaves_on"),
            own_id=_own_id(cells["own_id"]),
        )

    def _person(self, line: int, cells: "_Cells") -> ReadStaff:
        first, last = check_name(cells["first_name"]), check_name(cells["last_name"])
        if not first or not last:
            raise CellRefused(_("De voornaam of de achternaam ontbreekt."))
        email = cells["email"].lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CellRefused(_("“%(text)s” is geen e-mailadres.") % {"text": email[:60]}) from None
        names = [part.strip() for part in cells["group"].replace(";", ",").split(",") if part.strip()]
        refs = tuple(self._group_ref(name, cells["location"]) for name in dict.fromkeys(names))
        return ReadStaff(line, cells["key"][:_LONGEST_KEY], first, check_name(cells["infix"]), last, email, refs)

    def _group(self, cells: "_Cells") -> str:
        if not cells["group"]:
            return ""
        ref = self._group_ref(cells["group"], cells["location"])
        known = self.groups[ref]
        kind, year = known.kind or kind_named(cells["group_kind"]), known.year or cells["year"].upper()[:3]
        if known.year and cells["year"] and known.year != cells["year"].upper()[:3]:
            year = "C"
        self.groups[ref] = ReadGroup(ref, known.key, known.name, year, kind, known.location)
        return ref

    def _group_ref(self, name: str, location: str) -> str:
        name = _short(" ".join(name.split()), _LONGEST_CELL, _("De groep"))
        place = _short(" ".join(location.split()), 120, _("De locatie"))
        ref = f"{plain(place)}|{plain(name)}"
        # Without a key of its own a group is known by its name; one that is renamed is another one.
        self.groups.setdefault(ref, ReadGroup(ref, "", name, location=place))
        return ref

    def _gender(self, text: str) -> str:
        given = plain(text)
        if given == "m":
            return str(Child.Gender.GIRL if self.m_is_girl else Child.Gender.BOY)
        if given in _GIRL:
            return str(Child.Gender.GIRL)
        return str(Child.Gender.BOY) if given in _BOY else ""

    def _refuse_citizen_numbers(self) -> None:
        if "key" not in self.places:
            return
        keys = [key for _line, row in self.rows if (key := self._cells(row)["key"])]
        suspect = sum(is_citizen_number(key.replace(".", "").zfill(9)) for key in keys if 8 <= len(key) <= 11)
        if suspect >= _FEW and suspect * 2 > len(keys):
            raise ImportRefused(
                _(
                    "De kolom met nummers bevat burgerservicenummers. Die mogen we niet gebruiken, ook niet om kinderen "
                    "terug te kennen. Kies een andere kolom of haal deze weg."
                )
            )


class _Cells(dict[str, str]):
    """The cells of a row by code; a column that is not there is empty."""

    def __missing__(self, code: str) -> str:
        return ""

    def day(self, code: str) -> Any:
        """Return the day in a cell, or None for an empty one."""
        return read_day(self[code]) if self[code] else None


def _short(text: str, longest: int, what: str) -> str:
    if len(text) > longest:
        raise CellRefused(_("%(what)s is langer dan %(count)d tekens.") % {"what": what, "count": longest})
    return check_name(text)


def _own_id(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise CellRefused(_("Het Kijk-nummer klopt niet. Laat de cel leeg als u het niet weet.")) from None
