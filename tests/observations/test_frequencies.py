"""The rule for statements answered with a frequency (REG-1, BSO-1)."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observations.domain.scoring.bands import Outcome
from observations.domain.scoring.frequencies import (
    DIFFERENCE_FROM,
    Frequency,
    frequency_means,
    nearest,
    steps_apart,
)
from observations.domain.scoring.items import NO_BAND
from observations.domain.scoring.rules import FrequencyMeansRule, rule_with_version

# A busy machine is no fault of the rule.
patient = settings(deadline=None)
answers = st.lists(st.none() | st.sampled_from(Frequency), min_size=1, max_size=12)


@pytest.mark.requirement("BSO-1.1")
def test_mean_and_shares_are_over_what_is_known() -> None:
    result = frequency_means([3, None, 0, 3, None])
    assert (result.coverage, result.mean) == (Fraction(3, 5), Fraction(2))
    assert result.shares == (Fraction(1, 3), Fraction(0), Fraction(0), Fraction(2, 3))
    assert [place.position for place in result.rests_on] == [0, 2, 3]
    assert {place.band for place in result.rests_on} == {NO_BAND}


def test_nothing_known_has_no_mean_and_no_shares() -> None:
    result = frequency_means([None, None])
    assert result.coverage == 0
    assert result.mean is None
    assert result.shares + result.rests_on == ()


@patient
@given(answers)
def test_there_is_never_an_age_or_a_class(given_answers: list[Frequency | None]) -> None:
    result = frequency_means(given_answers)
    assert (result.outcome, result.dev_age, result.difference, result.share_passed) == (Outcome.NONE, None, None, None)


@patient
@given(answers, st.integers(0, 9))
def test_what_is_not_known_changes_the_coverage_alone(known: list[Frequency | None], unknown: int) -> None:
    before, after = frequency_means(known), frequency_means(known + [None] * unknown)
    assert (before.mean, before.shares) == (after.mean, after.shares)
    assert after.coverage == before.coverage * len(known) / (len(known) + unknown)


@patient
@given(answers, st.data())
def test_raising_an_answer_raises_the_mean(known: list[Frequency | None], data: st.DataObject) -> None:
    low = [place for place, value in enumerate(known) if value is not None and value < 3]
    if not low:
        return
    place = data.draw(st.sampled_from(low))
    raised = [Frequency(value + 1) if at == place and value is not None else value for at, value in enumerate(known)]
    before, after = frequency_means(known).mean, frequency_means(raised).mean
    assert before is not None
    assert after is not None
    assert after > before


@patient
@given(answers, st.randoms())
def test_order_plays_no_part_and_shares_make_a_whole(known: list[Frequency | None], chance: Random) -> None:
    shuffled = chance.sample(known, len(known))
    one, other = frequency_means(known), frequency_means(shuffled)
    assert (one.mean, one.shares, one.coverage) == (other.mean, other.shares, other.coverage)
    assert sum(one.shares) == (0 if one.mean is None else 1)
    assert one.mean == (
        sum(step * share for step, share in zip(Frequency, one.shares, strict=True)) if one.shares else None
    )


@pytest.mark.parametrize("value", [4, -1])
def test_refuses_what_is_no_answer(value: int) -> None:
    with pytest.raises(ValueError, match=str(value)):
        frequency_means([value])


def test_refuses_an_aspect_without_statements() -> None:
    with pytest.raises(ValueError, match="without statements"):
        frequency_means([])


def test_rule_has_the_interface_of_the_others_and_knows_one_key() -> None:
    rule = rule_with_version("frequency_means", "1.0")
    assert isinstance(rule, FrequencyMeansRule)
    assert rule.bands_to_show({}, age_months=Fraction(100)) == (NO_BAND,)
    assert rule.score({NO_BAND: [1, None]}, age_months=Fraction(100)) == frequency_means([1, None])
    with pytest.raises(ValueError, match="one key"):
        rule.score({1: [1]}, age_months=Fraction(100))


@pytest.mark.parametrize(
    ("mean", "step"),
    [("0", 0), ("49/100", 0), ("1/2", 1), ("5/4", 1), ("3/2", 2), ("5/2", 3), ("3", 3)],
)
def test_mean_is_said_in_the_words_of_the_nearest_step(mean: str, step: int) -> None:
    assert nearest(Fraction(mean)) == step


@pytest.mark.parametrize("mean", ["-1/10", "31/10"])
def test_no_words_for_what_is_no_mean(mean: str) -> None:
    with pytest.raises(ValueError, match="Frequency"):
        nearest(Fraction(mean))


@pytest.mark.requirement("BSO-2.1")
def test_difference_counts_from_two_steps_and_not_with_the_unknown() -> None:
    apart = {(one, other): steps_apart(one, other) for one, other in product([None, *Frequency], repeat=2)}
    assert all((steps is None) == (None in pair) for pair, steps in apart.items())
    assert {pair for pair, steps in apart.items() if steps is not None and steps >= DIFFERENCE_FROM} == {
        (0, 2), (0, 3), (1, 3), (2, 0), (3, 0), (3, 1),
    }  # fmt: skip
