"""The registration periods and dates of the demonstration, all counted from one day."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

PAST_PERIODS = 3
#: However the day falls, the present period has been open for a while and stays so.
_AROUND_TODAY = timedelta(weeks=3)
_FRIDAY = 4
# Five of seven days do, so that this many draws fail only in a stretch that is one weekend.
_TRIES = 12


@dataclass(frozen=True)
class PeriodPlan:
    """A registration period, both days included."""

    name: str
    begins_on: date
    ends_on: date


def periods_of(today: date) -> tuple[PeriodPlan, ...]:
    """Return three past periods, half a year apart, and the one that is open on ``today``; oldest first."""
    half_years = _half_year_of(today)
    past = [_period(half_years - back) for back in range(PAST_PERIODS, 0, -1)]
    usual = _period(half_years)
    begins_on, ends_on = min(usual.begins_on, today - _AROUND_TODAY), max(usual.ends_on, today + _AROUND_TODAY)
    return (*past, PeriodPlan(usual.name, begins_on, ends_on))


def _half_year_of(day: date) -> int:
    """Number the half-years: spring (March to August) of year y is 2y, autumn, into February, 2y + 1."""
    return 2 * (day.year if day.month >= 3 else day.year - 1) + (day.month >= 9 or day.month < 3)


def _period(half_years: int) -> PeriodPlan:
    year, autumn = divmod(half_years, 2)
    if autumn:
        return PeriodPlan(f"Najaar {year}", date(year, 10, 1), date(year, 11, 30))
    return PeriodPlan(f"Voorjaar {year}", date(year, 4, 1), date(year, 5, 31))


def school_year_of(day: date) -> int:
    """Return the school year of a day: the year in which it began, on 1 August."""
    return day.year if day.month >= 8 else day.year - 1


def months_after(day: date, months: float) -> date:
    """Return the day a number of months later, a month being 30.4375 days."""
    return day + timedelta(days=round(months * 30.4375))


def birthday(born_on: date, years: int) -> date:
    """Return the birthday in a later year; 1 March where 29 February does not exist."""
    year = born_on.year + years
    if (born_on.month, born_on.day) == (2, 29) and not (year % 4 == 0 and (year % 100 or year % 400 == 0)):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def is_open(day: date, *, school: bool) -> bool:
    """Say whether there are children on a day: no weekends, nobody around New Year, a school closes in summer too."""
    if day.weekday() > _FRIDAY or (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2):
        return False
    return not school or not (7, 11) <= (day.month, day.day) <= (8, 23)


def weekday_between(chance: Random, first: date, last: date) -> date:
    """Return a day from Monday to Friday in a stretch of days, each as likely; the Friday before it when it holds none.

    ``last`` is not before ``first``.
    """
    for _ in range(_TRIES):
        day = first + timedelta(days=chance.randint(0, (last - first).days))
        if day.weekday() <= _FRIDAY:
            return day
    return day - timedelta(days=day.weekday() - _FRIDAY)
