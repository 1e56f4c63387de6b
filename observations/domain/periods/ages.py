"""Ages as the field writes them, years;months, and the day a child reaches one. Pure."""

import re
from calendar import monthrange
from datetime import date

_WRITTEN = re.compile(r"\s*([0-9])\s*[;:.,]\s*([0-9]{1,2})\s*", re.ASCII)
_MONTHS = 12


def day_of_age(born_on: date, months: int) -> date:
    """Return the day a child is a number of months old; the last day of a month that is too short."""
    years, month = divmod(born_on.year * _MONTHS + born_on.month - 1 + months, _MONTHS)
    return date(years, month + 1, min(born_on.day, monthrange(years, month + 1)[1]))


def age_in_words(months: int) -> str:
    """Return an age as the field writes it: 27 is 2;3."""
    return f"{months // _MONTHS};{months % _MONTHS}"


def age_of_words(text: str) -> int:
    """Return the months of an age as it is written: 2;3 is 27. Raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[2]) >= _MONTHS:
        raise ValueError(text)
    return int(found[1]) * _MONTHS + int(found[2])
