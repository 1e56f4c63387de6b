"""What the rules notice: pure functions, held against their definitions for every input (REG-5, REG-7)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.domain.signals.detection import (
    Sight,
    growth_of,
    is_low,
    is_stagnation,
    line_class,
    lines_behind,
    lost_milestones,
    not_noted,
    several_ahead,
    several_behind,
    too_little_seen,
)

DAY = date(2026, 11, 20)
EARLIER, LONG_AGO = date(2026, 5, 20), date(2025, 11, 20)
months = st.fractions(min_value=-40, max_value=40, max_denominator=100)
points = st.integers(min_value=2, max_value=10).map(lambda doubled: Fraction(doubled, 2))


def sight(
    line: str = "spel",
    difference: Fraction | int | None = 0,
    dev_age: Fraction | int | None = 36,
    *,
    on: date = DAY,
    at_least: bool = False,
    is_language: bool = False,
) -> Sight:
    return Sight(
        line,
        on,
        None if difference is None else Fraction(difference),
        None if dev_age is None else Fraction(dev_age),
        at_least=at_least,
        insufficient=difference is None,
        is_language=is_language,
    )


@pytest.mark.requirement("REG-5.5")
@pytest.mark.parametrize(
    ("difference", "rule"),
    [
        ("-12", "line_concern"),
        ("-11.99", "line_attention"),
        ("-6", "line_attention"),
        ("-5.99", None),
        ("20", None),
    ],
)
def test_each_limit_is_inside_its_class(difference: str, rule: str | None) -> None:
    assert line_class(Fraction(difference), concern=12, attention=6) == rule


def test_a_line_without_a_number_has_no_class() -> None:
    assert line_class(None, concern=12, attention=6) is None


def test_concern_that_is_off_is_attention_still() -> None:
    assert line_class(Fraction(-20), concern=None, attention=6) == "line_attention"


@given(difference=months, concern=st.integers(7, 36), attention=st.integers(3, 6))
def test_a_lower_line_never_has_a_milder_class(difference: Fraction, concern: int, attention: int) -> None:
    order = ["line_concern", "line_attention", None]
    here = line_class(difference, concern=concern, attention=attention)
    below = line_class(difference - 1, concern=concern, attention=attention)
    assert order.index(below) <= order.index(here)


@given(st.lists(st.one_of(st.none(), months), max_size=17))
def test_behind_is_every_line_at_or_under_the_limit(differences: list[Fraction | None]) -> None:
    sights = [sight(str(number), difference) for number, difference in enumerate(differences)]
    expected = [
        str(number) for number, difference in enumerate(differences) if difference is not None and difference <= -6
    ]
    assert list(lines_behind(sights, attention=6)) == expected


@pytest.mark.requirement("REG-5.7")
@pytest.mark.parametrize(
    ("behind", "language", "found"),
    [(3, 0, True), (2, 0, False), (2, 2, True), (1, 1, False), (2, 1, False)],
)
def test_several_lines_are_three_or_two_within_language(behind: int, language: int, found: bool) -> None:
    sights = [sight(str(number), -7, is_language=number < language) for number in range(behind)]
    sights += [sight("goed", 3), sight("ongezien", None, None)]
    lines = several_behind(sights, attention=6, lines=3, language_lines=2)
    assert bool(lines) is found
    assert len(lines) == (behind if found else 0)


@pytest.mark.requirement("REG-5.10")
@given(st.lists(st.one_of(st.none(), months), max_size=17), st.integers(1, 17))
def test_ahead_is_told_of_enough_lines_together_and_names_them(differences: list[Fraction | None], lines: int) -> None:
    sights = [sight(str(number), difference) for number, difference in enumerate(differences)]
    ahead = [str(number) for number, difference in enumerate(differences) if difference is not None and difference >= 6]
    assert list(several_ahead(sights, ahead=6, lines=lines)) == (ahead if len(ahead) >= lines else [])


def test_growth_is_measured_over_the_calendar_months_between() -> None:
    earlier = [sight(dev_age=30, on=EARLIER)]
    growth = growth_of(earlier, sight(dev_age=32), apart=4, months_between={EARLIER: Fraction(8)})
    assert growth is not None
    assert (growth.per_half_year, growth.months) == (Fraction(3, 2), Fraction(8))
    assert is_stagnation(growth, least=3)
    assert not is_stagnation(growth, least=1)


def test_a_short_registration_in_between_hides_no_stagnation() -> None:
    between = {LONG_AGO: Fraction(12), EARLIER: Fraction(2)}
    earlier = [sight(dev_age=30, on=LONG_AGO), sight(dev_age=31, on=EARLIER)]
    growth = growth_of(earlier, sight(dev_age=32), apart=4, months_between=between)
    assert growth is not None
    assert (growth.earlier.registered_on, growth.per_half_year) == (LONG_AGO, Fraction(1))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (sight(dev_age=None, difference=None, on=EARLIER), sight(dev_age=30)),
        (sight(dev_age=30, on=EARLIER), sight(dev_age=None, difference=None)),
        (sight(dev_age=30, on=EARLIER), sight(dev_age=30, at_least=True)),
        (sight(dev_age=84, on=EARLIER), sight(dev_age=84)),
    ],
    ids=["not seen before", "not seen now", "at least", "no room"],
)
def test_growth_that_is_not_known_is_no_stagnation(earlier: Sight, later: Sight) -> None:
    found = growth_of([earlier], later, apart=4, months_between={EARLIER: Fraction(6)})
    assert found is None
    assert not is_stagnation(found, least=3)


@given(before=st.integers(0, 80), gained=st.integers(-20, 3), apart=st.integers(4, 24))
def test_more_growth_is_never_stagnation_where_less_was_none(before: int, gained: int, apart: int) -> None:
    between = {EARLIER: Fraction(apart)}
    found = [
        is_stagnation(
            growth_of(
                [sight(dev_age=before, on=EARLIER)], sight(dev_age=before + gain), apart=4, months_between=between
            ),
            least=3,
        )
        for gain in (gained, gained + 1)
    ]
    assert found != [False, True]


@pytest.mark.requirement("REG-5.6")
def test_lost_is_what_was_secure_and_is_seen_not_to_be() -> None:
    before = {"a": 2, "b": 2, "c": 2, "d": 1, "e": 2}
    assert lost_milestones(before, {"a": 0, "b": 1, "c": 3, "d": 0, "e": 2, "f": 0}) == ("a", "b")


@given(st.lists(points, max_size=6))
def test_low_is_decided_by_the_last_two_points(scores: list[Fraction]) -> None:
    low = bool(scores) and (scores[-1] <= 2 or (len(scores) > 1 and sum(scores[-2:]) < 6))
    assert is_low(scores, low=2, average=3) is low


def test_too_little_seen_counts_lines_without_outcome() -> None:
    sights = [sight("a", None, None), sight("b", None, None), sight("c", 0)]
    assert too_little_seen(sights, lines=2) == ("a", "b")
    assert too_little_seen(sights, lines=3) == ()


@given(st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.dates(LONG_AGO, DAY))), st.integers(1, 6))
def test_not_noted_are_the_lines_before_the_day(last: dict[str, date | None], least: int) -> None:
    expected = [line for line, day in last.items() if day is None or day < EARLIER]
    assert list(not_noted(last, since=EARLIER, lines=least)) == (expected if len(expected) >= least else [])
