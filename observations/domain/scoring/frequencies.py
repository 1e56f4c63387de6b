"""How often a behaviour is seen, in four steps: the mean and the shares of each aspect, and nothing beyond them.

For statements that are answered with a frequency (requirements REG-1, BSO-1). Such an instrument has no age in it, so
there is no developmental age and no class, whatever the answers. What is not known ("weet ik niet", or not answered) is
left out of the mean and of the shares; it lowers the coverage alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from fractions import Fraction

from observations.domain.scoring.bands import LineScore, MilestonePosition, Outcome
from observations.domain.scoring.items import NO_BAND


class Frequency(IntEnum):
    """The four answers, as stored. Unlike milestone scores these are amounts: their differences are steps."""

    ALMOST_NEVER = 0
    SOMETIMES = 1
    OFTEN = 2
    ALMOST_ALWAYS = 3


#: Steps between two views of the same behaviour from which they are worth a conversation.
DIFFERENCE_FROM = 2


def frequency_means(statements: Sequence[int | None]) -> LineScore:
    """Return coverage (known / statements), mean (0 to 3) and the share of each of the four steps among the known.

    A statement is a ``Frequency`` or None for not known. ``mean`` is None and ``shares`` is empty where nothing is
    known. Raises ValueError for an aspect without statements, and for an answer that is none of the four.
    """
    if not statements:
        raise ValueError("an aspect without statements cannot be scored")
    known = [(place, Frequency(value)) for place, value in enumerate(statements) if value is not None]
    count = len(known)
    values = [value for _place, value in known]
    return LineScore(
        outcome=Outcome.NONE,
        coverage=Fraction(count, len(statements)),
        rests_on=tuple(MilestonePosition(NO_BAND, place) for place, _value in known),
        mean=Fraction(sum(values), count) if count else None,
        shares=tuple(Fraction(values.count(step), count) for step in Frequency) if count else (),
    )


def nearest(mean: Fraction) -> Frequency:
    """Return the step in whose words a mean is said; half-way between two, the higher. ValueError outside 0 to 3."""
    return Frequency(int(mean + Fraction(1, 2)) if 0 <= mean <= Frequency.ALMOST_ALWAYS else -1)


def steps_apart(one: int | None, other: int | None) -> int | None:
    """Return how many steps two views of one behaviour lie apart, or None where one of them is not known."""
    return None if one is None or other is None else abs(Frequency(one) - Frequency(other))
