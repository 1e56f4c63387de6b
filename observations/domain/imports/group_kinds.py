"""What kind of group a file means: by the kind it names, its year, its name, and else by the ages of its children."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median
from typing import Final

from accounts.domain.colleagues import plain
from observations.domain.imports.content import ReadGroup
from observations.models import Group

_OF_YEAR: Final[Mapping[str, str]] = {
    "B": Group.Kind.BABY,
    "D": Group.Kind.TODDLER,
    "0": Group.Kind.TODDLER,
    "1": Group.Kind.INFANTS,
    "2": Group.Kind.INFANTS,
}
# Years of school that Kijk has no instrument for; with BSO, their children come after school.
TOO_HIGH: Final = frozenset({*map(str, range(3, 9)), *map(str, range(11, 17)), "V"})
# In this order: "VVE-peuters" is a VVE group.
_WORDS: Final = (
    (Group.Kind.BSO, ("bso", "buitenschools", "naschools", "nso")),
    (Group.Kind.VVE, ("vve", "voorschool")),
    (Group.Kind.BABY, ("baby", "dreumes", "verticaal", "horizontaal 0")),
    (Group.Kind.TODDLER, ("peuter", "toddler", "kdv", "dagopvang", "kinderdagverblijf", "psz")),
    (Group.Kind.INFANTS, ("kleuter", "onderbouw", "infants")),
)
_INFANTS: Final = re.compile(r"\b(?:groep\s*)?[12]\s*[/-]\s*[12]\b|\bgroep\s*[12][a-z]?\b|^[12][a-z]?$|^1/2[a-z]?$")
_HIGHER: Final = re.compile(r"\bgroep\s*[3-8]|^[3-8](?:\s*[/-]\s*[3-8])?[a-z]?$")
_MONTHS: Final = ((18, Group.Kind.BABY), (48, Group.Kind.TODDLER), (81, Group.Kind.INFANTS))


def kind_named(text: str) -> str:
    """Return the kind that a word or a code of a file names, or ""."""
    given = plain(text)
    if not given:
        return ""
    for kind in Group.Kind:
        if given in {kind.value, plain(str(kind.label))}:
            return str(kind)
    return next((str(kind) for kind, words in _WORDS if any(word in given for word in words)), "")


def guess_kind(group: ReadGroup, births: Sequence[date], years: Iterable[str], on: date) -> str:
    """Return the kind a group seems to be, or "" for one above group 2, which is left out unless it is BSO.

    ``births`` and ``years`` are those of its children: they decide in a combination group.
    """
    if group.kind:
        return group.kind
    named = kind_named(group.name)
    if named == Group.Kind.BSO or (named and group.year not in _OF_YEAR and group.year not in TOO_HIGH):
        return named
    if group.year in TOO_HIGH:
        return ""
    if group.year in _OF_YEAR:
        return named if named == Group.Kind.VVE and group.year in {"D", "0"} else str(_OF_YEAR[group.year])
    known = [year for year in years if year in _OF_YEAR or year in TOO_HIGH]
    if known:
        most = max(set(known), key=lambda year: (known.count(year), year))
        return "" if most in TOO_HIGH else str(_OF_YEAR[most])
    name = plain(group.name)
    if _HIGHER.search(name):
        return ""
    if _INFANTS.search(name):
        return str(Group.Kind.INFANTS)
    return _by_age(births, on)


def _by_age(births: Sequence[date], on: date) -> str:
    if not births:
        return str(Group.Kind.TODDLER)
    months = median((on - born).days for born in births) / 30.4375
    return next((str(kind) for limit, kind in _MONTHS if months < limit), str(Group.Kind.BSO))
