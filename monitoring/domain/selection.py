"""Which children a cross-section is about: the population somebody chose, within what they may see (MON-1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from uuid import UUID

from django.db.models import Q

from observations.domain.scoring.bands import DAYS_PER_MONTH


class By(StrEnum):
    """What stands in a row: a development line, or an item (a milestone, a pass/fail question)."""

    LINE = "line"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class AgeWindow:
    """Ages in whole days on the day of the registration, both ends included; ``to_days`` None: no upper end."""

    from_days: int
    to_days: int | None

    def __post_init__(self) -> None:
        """Raise ValueError for a negative or an inverted window."""
        if self.from_days < 0 or (self.to_days is not None and self.to_days < self.from_days):
            raise ValueError("an age window runs from a lower to a higher age")


@dataclass(frozen=True, slots=True)
class Selection:
    """A population. What is None or empty does not restrict it.

    ``within`` are the locations the viewer's right reaches (None: the whole organisation); it always applies, also
    beside a chosen location.
    """

    instrument: str
    by: By
    period_id: UUID | None = None
    age: AgeWindow | None = None
    location_id: UUID | None = None
    group_id: UUID | None = None
    vve: bool | None = None
    gender: str = ""
    home_language: str = ""
    within: frozenset[UUID] | None = None

    @property
    def looks_at_results(self) -> bool:
        """Whether anything but age and period restricts it, and so the stored results must be looked at."""
        return results_of(self) != Q()


def window_in_months(from_months: int | None, until_months: int | None) -> AgeWindow | None:
    """Return the days from one age up to, not including, another, in months of 30.4375 days; None without ends.

    Raises ValueError for an inverted window.
    """
    if from_months is None and until_months is None:
        return None
    last = None if until_months is None else _first_day(until_months) - 1
    return AgeWindow(_first_day(from_months or 0), last)


def results_of(selection: Selection) -> Q:
    """Return the condition on LineResult that place and child put, with what was true at that registration."""
    condition = Q()
    if selection.within is not None:
        condition &= Q(location_id__in=selection.within)
    if selection.location_id is not None:
        condition &= Q(location_id=selection.location_id)
    if selection.group_id is not None:
        condition &= Q(group_id=selection.group_id)
    if selection.vve is not None:
        condition &= Q(vve=selection.vve)
    if selection.gender:
        condition &= Q(gender=selection.gender)
    if selection.home_language:
        condition &= Q(home_language=selection.home_language)
    return condition


def ages_of(window: AgeWindow | None) -> Q:
    """Return the condition on LineResult that the age puts."""
    if window is None:
        return Q()
    condition = Q(age_days__gte=window.from_days)
    return condition if window.to_days is None else condition & Q(age_days__lte=window.to_days)


def groups_of(selection: Selection) -> Q:
    """Return the condition on Placement that the place puts."""
    condition = Q()
    if selection.within is not None:
        condition &= Q(group__location_id__in=selection.within)
    if selection.location_id is not None:
        condition &= Q(group__location_id=selection.location_id)
    if selection.group_id is not None:
        condition &= Q(group_id=selection.group_id)
    return condition


def children_of(selection: Selection, *, on: date) -> Q:
    """Return the condition on Child that age, VVE, gender and home language put on a day."""
    condition = born_for(selection.age, on)
    if selection.vve is not None:
        is_vve = Q(vve_from__lte=on) & (Q(vve_until__isnull=True) | Q(vve_until__gte=on))
        condition &= is_vve if selection.vve else Q(vve_from__isnull=True) | ~is_vve
    if selection.gender:
        condition &= Q(gender=selection.gender)
    if selection.home_language:
        condition &= Q(home_language=selection.home_language)
    return condition


def born_for(window: AgeWindow | None, on: date) -> Q:
    """Return the condition on Child to have an age within the window on a day, and to be born by then."""
    if window is None:
        return Q(birth_date__lte=on)
    condition = Q(birth_date__lte=_days_before(on, window.from_days))
    return condition if window.to_days is None else condition & Q(birth_date__gte=_days_before(on, window.to_days))


def _days_before(on: date, days: int) -> date:
    return date.min if days > on.toordinal() - 1 else on - timedelta(days=days)


def _first_day(months: int) -> int:
    return ceil(Fraction(months) * DAYS_PER_MONTH)
