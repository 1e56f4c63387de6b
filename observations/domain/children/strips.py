"""A child's lines as small strips side by side: how far each reached, against the calendar (DOMAIN.md, screens)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kijk.web.dutch import format_age
from kijk.web.outcomes import outcome_for

# Months along the strip, and units of the drawing a month: seven years are 336 wide.
_MONTHS: Final = 84
_UNITS: Final = 4
_ROW: Final = 14
_TOP: Final = 4
SHOWN: Final = 3
_YEARS: Final = range(_MONTHS // 12 + 1)


@dataclass(frozen=True)
class LineAt:
    """A line at one registration. Ages in months; ``reached`` and ``difference`` None where there is no number.

    ``age`` is the age the line was held against, corrected for an early birth where that was done.
    """

    registered_on: date
    age: Fraction
    outcome: str
    reached: Fraction | None
    difference: Fraction | None
    at_least: bool = False


@dataclass(frozen=True)
class StripBar:
    """A registration on the strip: the bar as far as the line reached (None: no number) and the age as a mark."""

    y: float
    height: float
    width: float | None
    fill: str
    mark_x: float
    mark_y: float
    latest: bool


@dataclass(frozen=True)
class Strip:
    """One line, drawn: ``text`` says all of it in words.

    What is the same in all strips, or all of one kind, is one path or text: a page has seventeen of these.
    """

    name: str
    area: str
    outcome: str
    difference: Fraction | None
    text: str
    bars: tuple[StripBar, ...]
    height: float
    today_x: float

    @property
    def bands(self) -> str:
        """The path of every other half year, shaded."""
        return "".join(
            f"M{month * _UNITS} 0h{6 * _UNITS}v{self.height}h-{6 * _UNITS}z" for month in range(0, _MONTHS, 12)
        )

    @property
    def marks(self) -> str:
        """The path of the marks: the age at each registration, across its bar."""
        return "".join(f"M{bar.mark_x} {bar.mark_y}v{_ROW}" for bar in self.bars)

    @property
    def years_x(self) -> str:
        """Where the birthdays are along it, one for each digit of ``years``."""
        return " ".join(str(year * 12 * _UNITS) for year in _YEARS)

    @property
    def years(self) -> str:
        """The birthdays, a digit each."""
        return "".join(map(str, _YEARS))

    @property
    def years_y(self) -> float:
        """Where the years stand: below the bars."""
        return self.height + 14

    @property
    def drawn_height(self) -> float:
        """The height of the whole drawing, with the years."""
        return self.height + 18


def draw_strip(name: str, area: str, results: Sequence[LineAt], *, age: Fraction) -> Strip:
    """Return the strip of a line with its last three results, given oldest first, and the child's age in months now."""
    shown = results[-SHOWN:]
    last = shown[-1]
    return Strip(
        name=name,
        area=area,
        outcome=last.outcome,
        difference=last.difference,
        text=". ".join(map(_in_words, shown)),
        bars=tuple(_bar(result, row, latest=result is last) for row, result in enumerate(shown)),
        height=_TOP * 2 + _ROW * len(shown),
        today_x=_along(age),
    )


def _bar(result: LineAt, row: int, *, latest: bool) -> StripBar:
    y = float(_TOP + row * _ROW)
    return StripBar(
        y=y + (1 if latest else 3),
        height=_ROW - (2 if latest else 6),
        width=None if result.reached is None else _along(result.reached),
        fill=outcome_for(result.outcome).fill,
        mark_x=_along(result.age),
        mark_y=y,
        latest=latest,
    )


def _along(months: Fraction) -> float:
    return round(float(min(max(months, Fraction(0)), Fraction(_MONTHS)) * _UNITS), 1)


def _in_words(result: LineAt) -> str:
    when = date_format(result.registered_on, "F Y")
    outcome = str(outcome_for(result.outcome).label).lower()
    if result.reached is None:
        return _("%(when)s: %(outcome)s") % {"when": when, "outcome": outcome}
    reached = format_age(result.reached)
    if result.at_least:
        reached = _("ten minste %(age)s") % {"age": reached}
    words = {"when": when, "reached": reached, "age": format_age(max(result.age, Fraction(0))), "outcome": outcome}
    return _("%(when)s: reikt tot %(reached)s bij een leeftijd van %(age)s, %(outcome)s") % words
