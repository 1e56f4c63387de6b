"""The register of scoring rules, and the rule for pass/fail items."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observations.domain.scoring.bands import Outcome, Score, Thresholds, bands_to_show, score_line
from observations.domain.scoring.items import NO_BAND, item_shares
from observations.domain.scoring.rules import SCORING_RULES, DevelopmentalAgeRule

# A busy machine is no fault of the rule.
patient = settings(deadline=None)
N, E, S, X = Score.NOT_YET, Score.EMERGING, Score.SECURE, Score.NOT_OBSERVED


def test_item_shares_counts_passes_among_the_assessed() -> None:
    result = item_shares([S, N, X, S, X])
    assert (result.coverage, result.share_passed) == (Fraction(3, 5), Fraction(2, 3))
    assert [place.position for place in result.rests_on] == [0, 1, 3]
    assert {place.band for place in result.rests_on} == {NO_BAND}


def test_item_shares_gives_no_developmental_age_and_no_class() -> None:
    result = item_shares([N, N, N])
    assert (result.outcome, result.dev_age, result.difference, result.basal_band) == (Outcome.NONE, None, None, None)
    assert result.share_passed == 0


def test_item_shares_of_nothing_assessed_has_no_share() -> None:
    assert item_shares([X, X]).share_passed is None
    assert item_shares([X, X]).coverage == 0


@pytest.mark.parametrize(("items", "message"), [([], "without items"), ([S, E], "emerging")])
def test_item_shares_refuses_what_is_no_pass_fail_line(items: list[Score], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        item_shares(items)


@patient
@given(st.lists(st.sampled_from([N, S]), min_size=1), st.integers(0, 9))
def test_item_shares_unassessed_items_never_change_the_share(items: list[Score], unseen: int) -> None:
    assert item_shares(items + [X] * unseen).share_passed == item_shares(items).share_passed


@pytest.mark.requirement("REG-5.1")
def test_scoring_rules_are_known_by_the_code_an_instrument_declares() -> None:
    described = {
        code: (rule.code, rule.version, rule.response_scale, rule.uses_bands) for code, rule in SCORING_RULES.items()
    }
    assert described == {
        "developmental_age": ("developmental_age", "1.0", "milestone", True),
        "item_shares": ("item_shares", "1.0", "pass_fail", False),
        "frequency_means": ("frequency_means", "1.0", "frequency", False),
    }


def test_scoring_rules_have_one_interface() -> None:
    bands = {6: [S, S], 7: [S, N], 8: [N, N]}
    developmental, shares = SCORING_RULES["developmental_age"], SCORING_RULES["item_shares"]
    age = Fraction(38)
    assert developmental.score(bands, age_months=age) == score_line(bands, lowest_shown=6, age_months=age)
    assert developmental.bands_to_show({6: [N, None]}, age_months=age) == bands_to_show(age, {6: [N, None]})
    assert shares.score({NO_BAND: [S, N]}, age_months=age) == item_shares([S, N])
    assert shares.bands_to_show({}, age_months=age) == (NO_BAND,)


def test_scoring_rules_refuse_answers_of_the_other_kind() -> None:
    with pytest.raises(ValueError, match="one key"):
        SCORING_RULES["item_shares"].score({1: [S]}, age_months=Fraction(3))
    with pytest.raises(ValueError, match="lowest"):
        SCORING_RULES["developmental_age"].score({}, age_months=Fraction(3))
    with pytest.raises(ValueError, match="outside"):
        SCORING_RULES["developmental_age"].score({NO_BAND: [S]}, age_months=Fraction(3))


def test_rule_version_tells_changed_thresholds_apart() -> None:
    assert DevelopmentalAgeRule(Thresholds()).version == "1.0"
    versions = {
        DevelopmentalAgeRule(thresholds).version
        for thresholds in (Thresholds(), Thresholds(ahead_from=Fraction(5)), Thresholds(secure_mean=Fraction(3, 4)))
    }
    assert len(versions) == 3
    assert {version[:4] for version in versions} == {"1.0", "1.0+"}
    assert DevelopmentalAgeRule(Thresholds(ahead_from=Fraction(5))).version == "1.0+2098ad6c"


def test_rule_scores_with_its_own_thresholds() -> None:
    bands = {6: [S, S, S], 7: [N, N, N], 8: [N, N, N]}
    lenient = DevelopmentalAgeRule(Thresholds(attention_to=Fraction(-1)))
    assert lenient.score(bands, age_months=Fraction(38)).outcome is Outcome.ATTENTION
    assert SCORING_RULES["developmental_age"].score(bands, age_months=Fraction(38)).outcome is Outcome.ON_COURSE
