"""What a text for a report must pass: it fits, it can be printed, and it names no other child (REG-8).

A report for parents is two pages, whatever was written: so each text has its bounds, told where it is typed. Nothing
is ever cut.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from kijk.encryption.keyring import keyring
from kijk.pdf.characters import tidy, unprintable
from observations.models import Child, Placement

MOST_EXAMPLES: Final = 4
# A line of a report for parents, in characters of usual width.
_LINE: Final = 90


@dataclass(frozen=True)
class Bounds:
    """The most a text may be: characters, and lines on paper."""

    characters: int
    lines: int


BOUNDS: Final = {
    "likes": Bounds(300, 6),
    "conclusion": Bounds(900, 14),
    "agreements": Bounds(500, 10),
    "words": Bounds(700, 12),
    "example": Bounds(240, 4),
    # Not in the parents' report: these may be longer.
    "strengths": Bounds(1500, 30),
    "attention": Bounds(1500, 30),
}


def mistakes_in(name: str, text: str) -> list[str]:
    """Return what is wrong with a text for its place, in the user's language; empty when it can be kept."""
    bounds, found = BOUNDS[name], []
    if len(text) > bounds.characters:
        found.append(
            _("Deze tekst is te lang voor het verslag: %(now)s tekens, en er passen er %(most)s. Maak de tekst korter.")
            % {"now": len(text), "most": bounds.characters}
        )
    elif lines_of(text) > bounds.lines:
        found.append(
            _("Deze tekst heeft te veel regels voor het verslag: er passen er %(most)s. Voeg regels samen.")
            % {"most": bounds.lines}
        )
    if strange := unprintable(text):
        found.append(_("Dit kan niet op papier: %(signs)s. Haal het weg.") % {"signs": " ".join(strange[:8])})
    return found


def lines_of(text: str) -> int:
    """Return how many lines a text takes on paper, about: an empty one counts too."""
    return sum(max(1, ceil(len(line) / _LINE)) for line in text.split("\n")) if text else 0


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something, as they can be printed."""
    return tuple(line.strip() for line in tidy(text).split("\n") if line.strip())


def others_first_names(child: Child, *, on: date) -> frozenset[str]:
    """Return the first names of the children with whom a child shares a group on a day, its own excepted."""
    here = Q(begins_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    groups = Placement.objects.filter(here, child=child).values("group_id")
    ids = Placement.objects.filter(here, group_id__in=groups).exclude(child=child).values("child_id")
    others = list(Child.objects.filter(pk__in=ids, archived_on__isnull=True))
    keyring().load_subjects([other.pk for other in others])
    return frozenset(other.file.first_name for other in others) - {child.file.first_name}


def named_in(texts: Iterable[str], names: Collection[str]) -> list[str]:
    """Return which of the names stand in the texts as whole words, written as names are: with their capital."""
    whole = "\n".join(texts)
    return sorted(name for name in names if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", whole))
