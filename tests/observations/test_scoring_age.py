"""Ages in months, exact, and corrected for pre-term birth."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observations.domain.scoring.bands import (
    DAYS_PER_MONTH,
    Thresholds,
    age_in_months,
    corrected_age_months,
    scoring_age_months,
)

# A busy machine is no fault of the rule.
patient = settings(deadline=None)
birthdays = st.dates(date(1985, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("born_on", "on", "months"),
    [
        (date(2022, 3, 10), date(2022, 3, 10), Fraction(0)),
        (date(2022, 3, 10), date(2022, 4, 9), Fraction(30, 31)),
        (date(2022, 3, 10), date(2022, 4, 10), Fraction(1)),
        (date(2022, 3, 10), date(2025, 5, 10), Fraction(38)),
        (date(2022, 3, 10), date(2025, 5, 25), 38 + Fraction(15, 31)),
        (date(2022, 12, 20), date(2023, 1, 10), Fraction(21, 31)),
        (date(2023, 1, 31), date(2023, 2, 28), Fraction(1)),  # a shorter month ends on its last day
        (date(2023, 1, 31), date(2023, 3, 1), 1 + Fraction(1, 31)),
        (date(2024, 2, 29), date(2025, 2, 28), Fraction(12)),
        (date(2020, 12, 31), date(2021, 12, 31), Fraction(12)),
    ],
)
def test_age_in_months_counts_completed_months_and_days_of_the_running_one(
    born_on: date, on: date, months: Fraction
) -> None:
    assert age_in_months(born_on, on) == months


def test_age_in_months_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_in_months(date(2022, 3, 10), date(2022, 3, 9))


@patient
@given(birthdays, st.integers(0, 3000))
def test_age_in_months_rises_every_day(born_on: date, days: int) -> None:
    today = born_on + timedelta(days=days)
    age = age_in_months(born_on, today)
    assert age < age_in_months(born_on, today + timedelta(days=1))
    assert abs(age - days / DAYS_PER_MONTH) < Fraction(1, 10)


def test_corrected_age_months_without_correction_is_in_mean_months() -> None:
    assert corrected_age_months(487, None) == 16
    assert corrected_age_months(0, 40) == 0


@pytest.mark.requirement("REG-5.4")
@pytest.mark.parametrize(
    ("days", "weeks", "counted_days"),
    [
        (487, 37, 487),  # from 37 weeks a child is not pre-term
        (487, 42, 487),
        (487, 36, 487 - 28),
        (487, Fraction(258, 7), 487 - 22),  # 36 weeks and 6 days
        (487, 25, 487 - 105),
        (730, 25, 730 - 105),  # 23.98 months
        (731, 25, 731),  # 24.02 months: no longer corrected
        (100, 25, 0),  # five days before it was due
    ],
)
def test_corrected_age_months_counts_from_the_due_day_until_two_years(
    days: int, weeks: Fraction, counted_days: int
) -> None:
    assert corrected_age_months(days, weeks) == counted_days / DAYS_PER_MONTH


@pytest.mark.parametrize(("days", "weeks"), [(-1, 40), (10, 19), (10, 47), (10, -3)])
def test_corrected_age_months_refuses_what_cannot_be(days: int, weeks: int) -> None:
    with pytest.raises(ValueError, match=r"negative|gestation"):
        corrected_age_months(days, weeks)


def test_corrected_age_months_end_of_correction_is_a_setting() -> None:
    never = Thresholds(corrected_until=Fraction(0))
    assert corrected_age_months(100, 30, thresholds=never) == 100 / DAYS_PER_MONTH


@pytest.mark.requirement("REG-5.4")
def test_scoring_age_months_is_counted_from_the_due_day_until_two_years() -> None:
    born_on = date(2023, 1, 1)  # at 30 weeks: due ten weeks later, on 12 March
    assert scoring_age_months(born_on, date(2024, 3, 12), gestation_weeks=30) == 12
    assert scoring_age_months(born_on, date(2023, 3, 12), gestation_weeks=30) == 0
    assert scoring_age_months(born_on, date(2023, 3, 11), gestation_weeks=30) == 0
    last = scoring_age_months(born_on, date(2024, 12, 31), gestation_weeks=30)
    assert last == age_in_months(date(2023, 3, 12), date(2024, 12, 31))
    assert scoring_age_months(born_on, date(2025, 1, 1), gestation_weeks=30) == 24
    assert 0 < scoring_age_months(born_on, date(2023, 3, 13), gestation_weeks=30) < 1


def test_scoring_age_months_of_a_term_child_is_its_calendar_age() -> None:
    born_on, on = date(2023, 1, 1), date(2023, 9, 16)
    assert scoring_age_months(born_on, on) == age_in_months(born_on, on)
    assert scoring_age_months(born_on, on, gestation_weeks=37) == age_in_months(born_on, on)
    with pytest.raises(ValueError, match="gestation"):
        scoring_age_months(born_on, on, gestation_weeks=400)
    with pytest.raises(ValueError, match="before the birth"):
        scoring_age_months(on, born_on, gestation_weeks=30)


@patient
@given(birthdays, st.integers(0, 1200), st.integers(20, 46))
def test_correction_never_makes_a_child_older(born_on: date, days: int, weeks: int) -> None:
    on = born_on + timedelta(days=days)
    assert 0 <= scoring_age_months(born_on, on, gestation_weeks=weeks) <= age_in_months(born_on, on)
    assert 0 <= corrected_age_months(days, weeks) <= corrected_age_months(days, None)


def test_correction_ends_on_the_day_of_its_limit() -> None:
    until_16_months = Thresholds(corrected_until=Fraction(16))
    assert corrected_age_months(487, 30, thresholds=until_16_months) == 16
    assert corrected_age_months(486, 30, thresholds=until_16_months) == 416 / DAYS_PER_MONTH
