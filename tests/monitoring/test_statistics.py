"""Shares, intervals and quartiles against known values."""

from __future__ import annotations

import statistics as standard
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.statistics import Quartiles, quantile, quartiles, share, whole_percentage, wilson_interval

months = st.lists(st.fractions(0, 84, max_denominator=12), min_size=2, max_size=40)


def test_share_is_exact_and_absent_for_nobody() -> None:
    assert share(1, 3) == Fraction(1, 3)
    assert share(0, 5) == 0
    assert share(5, 5) == 1
    assert share(0, 0) is None


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3), (1, 0)])
def test_share_of_what_is_no_part_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="no part"):
        share(count, total)


@pytest.mark.parametrize(
    ("part", "percentage"),
    [
        (Fraction(0), 0),
        (Fraction(1), 100),
        (Fraction(1, 3), 33),
        (Fraction(2, 3), 67),
        (Fraction(1, 8), 13),
        (Fraction(25, 1000), 3),
        (Fraction(249, 10000), 2),
    ],
)
def test_whole_percentage_rounds_halves_up(part: Fraction, percentage: int) -> None:
    assert whole_percentage(part) == percentage


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Published examples: 81 of 263 (Newcombe 1998, table I), 15 of 148, 0 of 30 and 30 of 30.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 30, 0.0, 0.1135),
        (30, 30, 0.8865, 1.0),
    ],
)
def test_wilson_interval_gives_published_values(count: int, total: int, low: float, high: float) -> None:
    assert wilson_interval(count, total) == pytest.approx((low, high), abs=5e-5)


def test_wilson_interval_needs_thirty_children() -> None:
    assert wilson_interval(10, 29) is None
    assert wilson_interval(0, 0) is None
    assert wilson_interval(0, 0, smallest=0) is None
    assert wilson_interval(10, 29, smallest=29) is not None
    with pytest.raises(ValueError, match="no part"):
        wilson_interval(31, 30)


@settings(deadline=None)
@given(st.integers(30, 5000), st.data())
def test_wilson_interval_holds_the_share_and_mirrors(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, total))
    interval, mirrored = wilson_interval(count, total), wilson_interval(total - count, total)
    assert interval is not None
    assert mirrored is not None
    low, high = interval
    assert 0 <= low <= count / total <= high <= 1
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx(interval)


@settings(deadline=None)
@given(months)
def test_quartiles_agree_with_the_standard_library(values: list[Fraction]) -> None:
    lower, median, upper = standard.quantiles(values, n=4, method="inclusive")
    assert quartiles(values) == Quartiles(lower, median, upper)


def test_quartiles_of_one_value_and_of_few() -> None:
    assert quartiles([Fraction(3)]) == Quartiles(Fraction(3), Fraction(3), Fraction(3))
    assert quartiles([Fraction(3)] * 9, smallest=10) is None
    assert quartiles([Fraction(3)] * 10, smallest=10) is not None
    assert quartiles([], smallest=0) is None
    assert quantile([Decimal("0.5"), Decimal("1.5")], Fraction(1, 2)) == 1


@pytest.mark.parametrize(("values", "part"), [([], Fraction(1, 2)), ([1], Fraction(-1, 2)), ([1], Fraction(3, 2))])
def test_quantile_refuses_what_has_none(values: list[int], part: Fraction) -> None:
    with pytest.raises(ValueError, match="quantile"):
        quantile(values, part)
