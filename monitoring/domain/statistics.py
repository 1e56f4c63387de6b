"""Plain statistics of a cross-section: shares, intervals, quartiles. Pure and exact where it can be.

Source: requirements MON-1 and MON-5; the rules for printing are those of the field: whole
percentages, an interval only from thirty children, medians and quartiles for months. What may
be printed at all is decided before, in ``monitoring.domain.suppression``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt

#: Two-sided 95 % of the normal distribution.
Z_95 = 1.959963984540054
#: Under this many children an interval suggests a precision that is not there.
SMALLEST_FOR_INTERVAL = 30


@dataclass(frozen=True, slots=True)
class Quartiles:
    """The values under which a quarter, a half and three quarters of the children are."""

    lower: Fraction
    median: Fraction
    upper: Fraction


def share(count: int, total: int) -> Fraction | None:
    """``count`` of ``total`` as a fraction of 1; None where there is nobody to take a share of.

    Raises ValueError when the count is negative or more than the total.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} is no part of {total}")
    return Fraction(count, total) if total else None


def whole_percentage(part: Fraction) -> int:
    """A share as a whole percentage, halves upwards (0.125 is 13, never a banker's 12)."""
    return floor(part * 100 + Fraction(1, 2))


def wilson_interval(count: int, total: int, *, smallest: int = SMALLEST_FOR_INTERVAL) -> tuple[float, float] | None:
    """The 95 % interval of a share after Wilson (1927), between 0 and 1; None under ``smallest``.

    Unlike the usual interval it stays between 0 and 1 and is right near both ends.
    Raises ValueError when the count is negative or more than the total.
    """
    part = share(count, total)
    if part is None or total < smallest:
        return None
    p, z2 = float(part), Z_95 * Z_95
    middle = p + z2 / (2 * total)
    margin = Z_95 * sqrt(p * (1 - p) / total + z2 / (4 * total * total))
    scale = 1 + z2 / total
    # At both ends the limit is the share itself; rounding would put it a hair beside.
    low = 0.0 if count == 0 else (middle - margin) / scale
    high = 1.0 if count == total else (middle + margin) / scale
    return low, high


def quantile(values: Sequence[Fraction | Decimal | int], part: Fraction) -> Fraction:
    """The value below which this part of the values lies, between neighbours in proportion.

    Definition 7 of Hyndman and Fan (1996), the one of spreadsheets: position part × (n - 1).
    Raises ValueError for no values or a part outside 0..1.
    """
    if not values or not 0 <= part <= 1:
        raise ValueError("a quantile needs values and a part from 0 to 1")
    ordered = sorted(Fraction(value) for value in values)
    position = part * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def quartiles(values: Sequence[Fraction | Decimal | int], *, smallest: int = 1) -> Quartiles | None:
    """Median and quartiles; None under ``smallest`` values (twice the cell minimum when printed)."""
    if len(values) < max(1, smallest):
        return None
    lower, median, upper = (quantile(values, Fraction(n, 4)) for n in (1, 2, 3))
    return Quartiles(lower, median, upper)
