"""What the rules notice, as pure functions over what was registered (DOMAIN "Signals"; no Django, property-tested).

Ages, differences and growth are in months. A number is None where the registration gave none: what was not seen enough
is never taken for a delay, and never for being well either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

#: Above this a line has no room to grow, so that little growth says nothing.
TOP_AGE = Fraction(84)

#: What a milestone's answer must have been, and be now, for it to count as lost.
SECURE, LOST = 2, frozenset({0, 1})


@dataclass(frozen=True)
class Sight:
    """What one line of one registration came to. ``at_least``: what was not shown could only have raised it."""

    line: str
    registered_on: date
    difference: Fraction | None
    dev_age: Fraction | None
    at_least: bool = False
    insufficient: bool = False
    is_language: bool = False


@dataclass(frozen=True)
class Growth:
    """Growth between two registrations: months per six calendar months, and the months that lie between."""

    per_half_year: Fraction
    months: Fraction
    earlier: Sight
    later: Sight


def line_class(difference: Fraction | None, *, concern: int | None, attention: int | None) -> str | None:
    """Return which rule a line's difference falls under, or None. A limit that is None belongs to a rule that is off.

    Each limit is inside its class. Where the rule for concern is off, what would be concern is attention still.
    """
    if difference is None:
        return None
    if concern is not None and difference <= -concern:
        return "line_concern"
    if attention is not None and difference <= -attention:
        return "line_attention"
    return None


def lines_behind(sights: Iterable[Sight], *, attention: int) -> tuple[str, ...]:
    """Return the lines that lie ``attention`` months or more below the age, concern included, in the given order."""
    return tuple(sight.line for sight in sights if sight.difference is not None and sight.difference <= -attention)


def several_behind(sights: Sequence[Sight], *, attention: int, lines: int, language_lines: int) -> tuple[str, ...]:
    """Return the lines behind when there are ``lines`` or more, or ``language_lines`` within language; else nothing."""
    behind = lines_behind(sights, attention=attention)
    language = lines_behind((sight for sight in sights if sight.is_language), attention=attention)
    return behind if len(behind) >= lines or len(language) >= language_lines else ()


def several_ahead(sights: Iterable[Sight], *, ahead: int, lines: int) -> tuple[str, ...]:
    """Return the lines ``ahead`` months or more above the age when there are ``lines`` or more; else nothing."""
    found = tuple(sight.line for sight in sights if sight.difference is not None and sight.difference >= ahead)
    return found if len(found) >= lines else ()


def growth_of(
    earlier: Iterable[Sight], later: Sight, *, apart: int, months_between: Mapping[date, Fraction]
) -> Growth | None:
    """Return the growth since the last earlier registration of the line with a number, at least ``apart`` months before.

    A shorter registration in between hides nothing. None without such a registration, and where the later number is
    only a lower bound or at the top: then the true growth is not known. ``months_between`` gives the calendar months
    from each earlier day to the later one.
    """
    if later.dev_age is None or later.at_least or later.dev_age >= TOP_AGE:
        return None
    usable = [sight for sight in earlier if sight.dev_age is not None and months_between[sight.registered_on] >= apart]
    if not usable:
        return None
    before = max(usable, key=lambda sight: sight.registered_on)
    months = months_between[before.registered_on]
    gained = later.dev_age - (before.dev_age or Fraction(0))
    return Growth(gained / months * 6, months, before, later)


def is_stagnation(growth: Growth | None, *, least: int) -> bool:
    """Say whether growth stayed under ``least`` months per half year."""
    return growth is not None and growth.per_half_year < least


def lost_milestones(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, ...]:
    """Return the milestones that were secure when last observed, and are observed as not secure now.

    ``before`` holds each milestone's last observed answer. A milestone that was not observed now is not lost.
    """
    return tuple(key for key, value in now.items() if value in LOST and before.get(key) == SECURE)


def is_low(points: Sequence[Fraction], *, low: int, average: int) -> bool:
    """Say whether a five-point scale is low: the last point at most ``low``, or the last two on average under ``average``.

    ``points`` are the scores over time, the latest last.
    """
    if not points:
        return False
    if points[-1] <= low:
        return True
    return len(points) > 1 and (points[-1] + points[-2]) / 2 < average


def too_little_seen(sights: Iterable[Sight], *, lines: int) -> tuple[str, ...]:
    """Return the lines of which too little was seen for an outcome, when there are ``lines`` or more; else nothing."""
    found = tuple(sight.line for sight in sights if sight.insufficient)
    return found if len(found) >= lines else ()


def not_noted(last_note: Mapping[str, date | None], *, since: date, lines: int) -> tuple[str, ...]:
    """Return the lines about which nothing was written on or after ``since``, when there are ``lines`` or more."""
    found = tuple(line for line, noted in last_note.items() if noted is None or noted < since)
    return found if len(found) >= lines else ()
