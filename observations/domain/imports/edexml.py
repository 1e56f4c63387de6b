"""Reading EDEXML 1.03, 2.0 and 2.1, the file by which schools hand over pupils, groups and teachers (STANDARDS §1.1).

The path of an element decides what it is, never its name alone: ``groepen`` stands at the top and within a teacher.
What a path does not name is passed over with all that is in it, and counted.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from observations.domain.imports.cells import CellRefused, check_name, read_iso_day
from observations.domain.imports.content import (
    MOST_ROWS,
    ImportRefused,
    Problem,
    ReadChild,
    ReadFile,
    ReadGroup,
    ReadStaff,
)
from observations.domain.imports.guarded_xml import chunks_of, read_xml
from observations.models import Child

ROOTS: Final = {"EDEX", "leerlinggegevens"}
_VERSION: Final = re.compile(r"(1\.03|2\.0|2\.1)")
_SCHOOL_YEAR: Final = re.compile(r"(\d{4})-(\d{4})", re.ASCII)
_LONGEST_KEY: Final = 256
_MOST_NAMES: Final = 60

_PUPIL, _TEACHER = "leerlingen/leerling", "leerkrachten/leerkracht"
_NAME: Final = ("achternaam", "voorvoegsel", "voornamen", "roepnaam")
# The elements whose text is read. All others are passed over; bsn and its kin are not here and never may be.
_TEXTS: Final = frozenset(
    [
        *(f"school/{name}" for name in ("schooljaar", "brincode", "dependancecode", "schoolkey", "xsdversie")),
        "vestigingen/vestiging/naam",
        "groepen/groep/naam",
        "groepen/groep/jaargroep",
        "groepen/samengestelde_groep/naam",
        *(f"{_PUPIL}/{name}" for name in _NAME),
        *(f"{_PUPIL}/{name}" for name in ("geboortedatum", "geslacht", "jaargroep", "instroomdatum", "uitstroomdatum")),
        *(f"{_TEACHER}/{name}" for name in (*_NAME, "emailadres")),
    ]
)
# The elements of which the key is read.
_REFERENCES: Final = frozenset(
    [
        f"{_PUPIL}/groep",
        f"{_PUPIL}/vestiging",
        f"{_PUPIL}/samengestelde_groepen/samengestelde_groep",
        f"{_TEACHER}/groepen/groep",
        f"{_TEACHER}/groepen/samengestelde_groep",
    ]
)
_KEYED: Final = frozenset(["vestigingen/vestiging", "groepen/groep", "groepen/samengestelde_groep", _PUPIL, _TEACHER])
_KNOWN: Final = frozenset(
    "/".join(path.split("/")[:length])
    for path in (*_TEXTS, *_REFERENCES, *_KEYED)
    for length in range(1, path.count("/") + 2)
)
_GENDERS: Final = {"1": Child.Gender.BOY, "2": Child.Gender.GIRL, "0": "", "9": ""}

_Fields = dict[str, str]


def read_edexml(content: bytes) -> ReadFile:
    """Read a file; raises ImportRefused when it is no EDEXML, or is not to be trusted."""
    reader = _Reader()
    read_xml(chunks_of(content), reader)
    return reader.result()


class _Reader:
    """Takes the elements of a file as they come."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.skipping = 0
        self.school: _Fields = {}
        self.places: dict[str, str] = {}
        self.groups: dict[str, ReadGroup] = {}
        self.pupils: list[tuple[int, _Fields]] = []
        self.teachers: list[tuple[int, _Fields, list[str]]] = []
        self.ignored: Counter[str] = Counter()
        self.found: _Fields = {}
        self.references: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> bool:
        """Begin an element; its text is wanted when its path says so."""
        if self.skipping:
            self.skipping += 1
            return False
        if not self.path:
            if name not in ROOTS:
                raise ImportRefused(_("Dit is geen EDEXML-bestand. Kies in uw administratie “EDEXML exporteren”."))
            self.path.append("")
            return False
        where = "/".join((*self.path[1:], name))
        if where not in _KNOWN:
            self._ignore(name)
            self.skipping = 1
            return False
        self.path.append(name)
        if where in _KEYED:
            self.found, self.references = {"key": attributes.get("key", "")[:_LONGEST_KEY]}, []
            if "eckid" in attributes:
                self._ignore("eckid")
        elif where in _REFERENCES:
            self._refer(where, name, attributes.get("key", "")[:_LONGEST_KEY])
        return where in _TEXTS

    def end(self, name: str, text: str) -> None:
        """End an element: keep its text, or what stood in it."""
        if self.skipping:
            self.skipping -= 1
            return
        where = "/".join(self.path[1:])
        self.path.pop()
        if where in _TEXTS:
            (self.school if where.startswith("school/") else self.found)[name] = text
        elif where in _KEYED:
            self._keep(where)

    def _ignore(self, name: str) -> None:
        known = name in self.ignored or len(self.ignored) < _MOST_NAMES
        self.ignored[name[:40] if known else "…"] += 1

    def _refer(self, where: str, name: str, key: str) -> None:
        if where.startswith(_TEACHER):
            self.references.append(key)
        elif name == "samengestelde_groep":
            self.found.setdefault("composed", key)
        else:
            self.found[f"{name}_ref"] = key

    def _keep(self, where: str) -> None:
        found, key = self.found, self.found["key"]
        if where == "vestigingen/vestiging":
            self.places[key] = found.get("naam", "")
        elif where.startswith("groepen/"):
            if key in self.groups:
                raise ImportRefused(_("Twee groepen in dit bestand hebben dezelfde sleutel. Maak het bestand opnieuw."))
            self.groups[key] = ReadGroup(key, key, found.get("naam", ""), found.get("jaargroep", "").upper())
        elif where == _PUPIL:
            # How many-eth it is: the whole file may be one line.
            self.pupils.append((len(self.pupils) + 1, found))
        else:
            self.teachers.append((len(self.teachers) + 1, found, self.references))
        if len(self.pupils) > MOST_ROWS or len(self.teachers) > MOST_ROWS or len(self.groups) > MOST_ROWS:
            raise ImportRefused(_("In dit bestand staan meer dan 20.000 kinderen. Verdeel het over meer bestanden."))

    def result(self) -> ReadFile:
        """Return what was read, with the rows that are not right set apart."""
        if not self.pupils and not self.teachers:
            raise ImportRefused(_("In dit bestand staan geen leerlingen en geen leerkrachten."))
        children, staff, problems = [], [], []
        for line, found in self.pupils:
            try:
                children.append(self._child(line, found))
            except CellRefused as refusal:
                problems.append(Problem(line, _name_of(found), str(refusal), key=found["key"]))
        for line, found, references in self.teachers:
            try:
                staff.append(self._teacher(line, found, references))
            except CellRefused as refusal:
                problems.append(Problem(line, _name_of(found), str(refusal), "staff", found["key"]))
        places: dict[str, set[str]] = {}
        for child in children:
            places.setdefault(child.group, set()).add(child.place)
        return ReadFile(
            format="edexml",
            school=self._school_code(),
            school_year=_school_year(self.school.get("schooljaar", "")),
            groups=tuple(self._group(group, places) for group in self.groups.values()),
            children=tuple(children),
            staff=tuple(staff),
            problems=tuple(problems),
            ignored=dict(self.ignored),
            notes=tuple(self._notes()),
        )

    def _school_code(self) -> str:
        found = self.school
        branch = found.get("dependancecode", "")
        code = found.get("brincode") or found.get("schoolkey", "")
        return f"{code}{'' if branch == '00' else branch}"[:20]

    def _group(self, group: ReadGroup, places: Mapping[str, set[str]]) -> ReadGroup:
        """Return a group with its location, which is that of its children: the file names it with them only."""
        found = places.get(group.ref, set())
        location = next(iter(found)) if len(found) == 1 else ""
        return ReadGroup(group.ref, group.key, group.name or group.ref, group.year, group.kind, location)

    def _notes(self) -> list[str]:
        version = self.school.get("xsdversie", "")
        if version and not _VERSION.match(version):
            return [_("Het bestand zegt versie %(version)s te zijn; die kennen we niet.") % {"version": version[:32]}]
        return []

    def _child(self, line: int, found: _Fields) -> ReadChild:
        first, infix, last = _names(found)
        if not found.get("geboortedatum"):
            raise CellRefused(_("De geboortedatum ontbreekt."))
        group = found.get("groep_ref") or found.get("composed", "")
        if group and group not in self.groups:
            raise CellRefused(_("Dit kind zit in een groep die niet in het bestand staat."))
        year = found.get("jaargroep", "").upper() or (self.groups[group].year if group else "")
        gender = found.get("geslacht", "")
        return ReadChild(
            line=line,
            key=found["key"],
            first_name=first,
            infix=infix,
            last_name=last,
            has_surname="achternaam" in found,
            birth_date=read_iso_day(found["geboortedatum"]),
            gender=_GENDERS.get(gender, ""),
            group=group,
            year="" if year == "C" else year,
            place=self.places.get(found.get("vestiging_ref", ""), ""),
            begins_on=_optional_day(found.get("instroomdatum", "")),
            leaves_on=_optional_day(found.get("uitstroomdatum", "")),
        )

    def _teacher(self, line: int, found: _Fields, references: list[str]) -> ReadStaff:
        first, infix, last = _names(found)
        groups = tuple(ref for ref in dict.fromkeys(references) if ref in self.groups)
        return ReadStaff(line, found["key"], first, infix, last, found.get("emailadres", "").strip().lower(), groups)


def _names(found: _Fields) -> tuple[str, str, str]:
    """Return first name, infix and surname. The name one is called by comes before the official ones."""
    first = found.get("roepnaam") or found.get("voornamen", "")
    if not first:
        raise CellRefused(_("De roepnaam of voornaam ontbreekt."))
    return check_name(first), check_name(found.get("voorvoegsel", "")), check_name(found.get("achternaam", ""))


def _name_of(found: _Fields) -> str:
    parts = (
        found.get("roepnaam") or found.get("voornamen", ""),
        found.get("voorvoegsel", ""),
        found.get("achternaam", ""),
    )
    return " ".join(part for part in parts if part)[:100]


def _optional_day(text: str) -> date | None:
    return read_iso_day(text) if text else None


def _school_year(text: str) -> int:
    """Return the year in which a school year begins. By its form: the published list of years ends in 2025."""
    found = _SCHOOL_YEAR.fullmatch(text)
    if found is None or int(found[2]) != int(found[1]) + 1 or not 1980 <= int(found[1]) <= 2100:
        raise ImportRefused(_("In het bestand staat geen schooljaar, zoals 2026-2027. Maak het bestand opnieuw."))
    return int(found[1])
