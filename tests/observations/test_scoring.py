"""The developmental age of a line: worked examples, limits, properties, and a second implementation."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observations.domain.scoring.bands import (
    BAND_COUNT,
    DEFAULT_THRESHOLDS,
    LineScore,
    MilestonePosition,
    Outcome,
    Score,
    Thresholds,
    band_end,
    bands_to_show,
    classify,
    current_band,
    growth_per_six_months,
    score_line,
)
from tests.observations.reference_scoring import reference

N, E, S, X = Score.NOT_YET, Score.EMERGING, Score.SECURE, Score.NOT_OBSERVED
LETTERS = {"N": N, "E": E, "S": S, "-": X}

# A busy machine is no fault of the rule.
patient = settings(deadline=None)
bands_of_scores = st.lists(st.sampled_from(Score), min_size=1, max_size=5)
ages = st.fractions(min_value=0, max_value=84, max_denominator=31)


def line(text: str, *, lowest: int, age: Fraction | int) -> LineScore:
    """Score a line written as one word of letters a band, lowest first: "SSS SEN NNN"."""
    bands = {lowest + i: [LETTERS[letter] for letter in word] for i, word in enumerate(text.split())}
    return score_line(bands, lowest_shown=lowest, age_months=age)


def facts(*values: object) -> tuple[object, ...]:
    """Values of different types to compare as one."""
    return values


@st.composite
def shown_lines(draw: st.DrawFn, *, most: int = 6) -> dict[int, list[Score]]:
    lowest = draw(st.integers(1, BAND_COUNT))
    count = draw(st.integers(1, min(most, BAND_COUNT + 1 - lowest)))
    return {lowest + i: draw(bands_of_scores) for i in range(count)}


# ------------------------------------------------------------------------------- worked examples


@pytest.mark.requirement("REG-5.1", "REG-5.2")
def test_score_line_example_three_of_three_then_half() -> None:
    result = line("SSS SEN NNN", lowest=6, age=38)
    assert facts(result.basal_band, result.dev_age, result.difference) == (6, 39, 1)
    assert result.outcome is Outcome.ON_COURSE
    assert result.coverage == 1


@pytest.mark.requirement("REG-5.1", "REG-5.2")
def test_score_line_example_basal_forty_two() -> None:
    result = line("SSE SNN NNN NNN", lowest=7, age=48)
    assert facts(result.basal_band, result.dev_age, result.difference) == (7, 44, -4)
    assert result.outcome is Outcome.ON_COURSE


@pytest.mark.requirement("REG-5.1", "REG-5.2")
def test_score_line_example_ten_months_behind() -> None:
    result = line("SSS SNN NNN NNN", lowest=6, age=48)
    assert facts(result.basal_band, result.dev_age, result.difference) == (6, 38, -10)
    assert result.outcome is Outcome.ATTENTION


# -------------------------------------------------------------------------------- step 1: a band


@pytest.mark.parametrize(
    ("word", "dev_age"),
    [
        ("S-", Fraction(6)),  # exactly half was seen: the band counts
        ("E-", Fraction(3)),
        ("SS--", Fraction(6)),
        ("EE--", Fraction(3)),
        ("SE-", Fraction(9, 2)),
    ],
)
def test_score_line_means_are_over_the_observed_only(word: str, dev_age: Fraction) -> None:
    assert line(f"{word} NNNN", lowest=1, age=4).dev_age == dev_age


@pytest.mark.parametrize("word", ["S--", "---", "S---"])
def test_score_line_band_with_under_half_observed_does_not_count(word: str) -> None:
    result = line(f"{word} SSSS SSSS", lowest=1, age=4)
    assert result.outcome is Outcome.INSUFFICIENT
    assert facts(result.dev_age, result.basal_band, result.too_little_seen) == (None, 0, (1,))


@pytest.mark.requirement("REG-5.1")
@pytest.mark.parametrize("word", ["S", "SS", "SSS", "SSSS"])
def test_score_line_leaving_a_milestone_unseen_never_works_as_a_failure(word: str) -> None:
    seen = line(f"{word}{word} NNNN NNNN", lowest=3, age=15)
    unseen = line(f"{word}{'-' * len(word)} NNNN NNNN", lowest=3, age=15)
    assert facts(seen.dev_age, seen.outcome) == facts(unseen.dev_age, unseen.outcome) == (18, Outcome.ON_COURSE)


# --------------------------------------------------------------------------- step 2: the basal band


@pytest.mark.parametrize(
    ("word", "basal"),
    [
        ("SSSSN", 3),  # 0.8 exactly
        ("SSSEN", 2),  # 0.7
        ("SSE", 3),  # 0.83
        ("SEE", 2),  # 0.67
        ("SE", 2),  # 0.75
        ("SSSN", 2),  # 0.75
        ("SSSE", 3),  # 0.875
    ],
)
def test_score_line_band_is_reached_from_a_mean_of_four_fifths(word: str, basal: int) -> None:
    assert line(f"SSS {word} NNN NNN", lowest=2, age=16).basal_band == basal


def test_score_line_secure_band_above_a_gap_is_not_reached() -> None:
    result = line("SSS NNN SSS", lowest=5, age=33)
    assert facts(result.basal_band, result.dev_age) == (5, 30)


def test_score_line_uncounted_band_stops_the_climb() -> None:
    result = line("SSS S-- SSS", lowest=5, age=33)
    assert facts(result.outcome, result.basal_band, result.too_little_seen) == (Outcome.INSUFFICIENT, 5, (6,))


@pytest.mark.parametrize("word", ["NNN", "SEE", "S--", "---"])
def test_score_line_asks_the_band_below_when_the_lowest_shown_is_not_secure(word: str) -> None:
    result = line(f"{word} SSS SSS", lowest=5, age=33)
    assert result == LineScore(outcome=Outcome.INSUFFICIENT, coverage=result.coverage, ask_band=4)


def test_score_line_below_band_one_the_basal_is_nought() -> None:
    result = line("NNN NNN", lowest=1, age=2)
    assert facts(result.basal_band, result.dev_age, result.ask_band) == (0, 0, None)


# ---------------------------------------------------------------------- step 3: the number, the top


@pytest.mark.parametrize(
    ("text", "dev_age"),
    [
        ("SS EN SS", 24 + Fraction(3, 2)),  # 0.25: the band after adds nothing
        ("SS EE SS", 24 + 3 + 3),  # 0.5 exactly: it adds
        ("SS SN EN", 24 + 3 + Fraction(3, 4)),
        ("SS SE NN", 24 + Fraction(9, 2)),
    ],
)
def test_score_line_second_band_adds_from_a_half(text: str, dev_age: Fraction) -> None:
    assert line(text, lowest=4, age=27).dev_age == dev_age


def test_score_line_second_band_is_not_needed_under_a_half() -> None:
    assert line("SSSS NNNE ----", lowest=4, age=27).dev_age == 24 + Fraction(3, 4)


def test_score_line_second_band_needed_but_too_little_seen_gives_no_number() -> None:
    result = line("SSSS NNSS S---", lowest=4, age=27)
    assert facts(result.outcome, result.dev_age, result.too_little_seen) == (Outcome.INSUFFICIENT, None, (6,))


@pytest.mark.parametrize(
    ("text", "lowest", "dev_age"),
    [
        ("SS SS SS", 12, 84),
        ("SS SS NN", 12, 78),
        ("SS SS SN", 12, 81),  # the band after would be the fifteenth: there is none
        ("SS SN NN", 12, 75),
        ("SS SN SS", 12, 78),
        ("SS SS", 13, 84),
        ("SS SN", 13, 81),
        ("SS", 14, 84),
    ],
)
def test_score_line_at_the_top_bands_that_do_not_exist_are_not_missed(text: str, lowest: int, dev_age: int) -> None:
    result = line(text, lowest=lowest, age=82)
    assert facts(result.dev_age, result.at_least) == (dev_age, False)
    assert result.at_ceiling == (dev_age == 84)


@pytest.mark.parametrize("age", [Fraction(8401, 100), 85, 140])
def test_score_line_above_84_months_has_no_number_and_no_class(age: Fraction) -> None:
    result = line("NN NN", lowest=13, age=age)
    assert result == LineScore(outcome=Outcome.NONE, coverage=Fraction(1))
    assert not result.at_ceiling


def test_score_line_at_84_months_still_has_a_number() -> None:
    assert line("SS NN", lowest=13, age=84).difference == -6


def test_score_line_bands_above_those_shown_make_the_number_a_least() -> None:
    result = line("SSS SSS SSS", lowest=6, age=38)
    assert facts(result.dev_age, result.outcome, result.at_least) == (48, Outcome.AHEAD, True)
    assert result.coverage == 1
    result = line("SSS SSS SSN", lowest=6, age=38)
    assert facts(result.dev_age, result.at_least) == (46, True)
    assert not line("SSS SSS SNN", lowest=6, age=38).at_least


@pytest.mark.requirement("REG-5.1")
@pytest.mark.parametrize("text", ["SSS", "SSS SSS", "SSS SSN"])
def test_score_line_no_number_when_the_band_above_the_childs_own_was_never_shown(text: str) -> None:
    result = line(text, lowest=5, age=38)
    assert facts(result.outcome, result.dev_age) == (Outcome.INSUFFICIENT, None)
    assert min(result.too_little_seen) > 4 + len(text.split())


# ------------------------------------------------------------------------ steps 4 and 5: coverage, class


@pytest.mark.parametrize(
    ("text", "coverage", "enough"),
    [
        ("SS--- NNN-- SS---", Fraction(7, 15), False),
        ("SSS-- NNN-- NNN--", Fraction(9, 15), True),  # 0.6 exactly
        ("SSS-- NNN-- NN---", Fraction(8, 15), False),
        ("SSSS NN-- ----", Fraction(6, 12), False),
        ("SSSS NNN- ----", Fraction(7, 12), False),
        ("SSSS NNNN ----", Fraction(8, 12), True),
    ],
)
def test_score_line_coverage_under_six_tenths_gives_no_number(text: str, coverage: Fraction, *, enough: bool) -> None:
    result = line(text, lowest=4, age=27)
    if text.startswith("SS---"):  # the lowest band itself does not count: coverage is of what was shown
        assert result.ask_band == 3
    assert result.coverage == coverage
    assert (result.dev_age is not None) == enough
    assert (result.outcome is not Outcome.INSUFFICIENT) == enough


def test_score_line_low_coverage_names_the_bands_to_look_at() -> None:
    assert line("SSSS NN-- ----", lowest=4, age=27).too_little_seen == (5, 6)


def test_score_line_coverage_is_of_the_three_bands_from_the_basal() -> None:
    assert line("S- S- SS NN NN", lowest=3, age=27).coverage == 1


@pytest.mark.requirement("REG-5.2")
@pytest.mark.parametrize(
    ("difference", "outcome"),
    [
        (Fraction(6), Outcome.AHEAD),
        (Fraction(599, 100), Outcome.ON_COURSE),
        (Fraction(0), Outcome.ON_COURSE),
        (Fraction(-599, 100), Outcome.ON_COURSE),
        (Fraction(-6), Outcome.ATTENTION),
        (Fraction(-1199, 100), Outcome.ATTENTION),
        (Fraction(-12), Outcome.CONCERN),
        (Fraction(-84), Outcome.CONCERN),
    ],
)
def test_classify_limits_belong_to_the_outer_class(difference: Fraction, outcome: Outcome) -> None:
    assert classify(difference) is outcome


@pytest.mark.requirement("REG-5.3")
def test_score_line_rests_on_the_observed_milestones_that_entered_the_number() -> None:
    result = line("SS S-S NEN NNN", lowest=3, age=27)
    assert result.rests_on == tuple(
        MilestonePosition(*place) for place in [(3, 0), (3, 1), (4, 0), (4, 2), (5, 0), (5, 1), (5, 2)]
    )
    reaching = line("SS SSS SEN N-N", lowest=3, age=27)
    assert [place.position for place in reaching.rests_on if place.band == 6] == [0, 2]
    assert line("SSS", lowest=1, age=20).rests_on == ()


# --------------------------------------------------------------------------------- input that is wrong


@pytest.mark.parametrize(
    ("bands", "lowest", "age", "message"),
    [
        ({}, 1, 3, "lowest"),
        ({4: [S], 5: [S]}, 5, 30, "lowest"),
        ({5: [S], 6: [S]}, 4, 30, "lowest"),
        ({5: [S], 7: [S]}, 5, 30, "missing"),
        ({0: [S], 1: [S]}, 0, 3, "outside"),
        ({14: [S], 15: [S]}, 14, 80, "outside"),
        ({5: [S], 6: []}, 5, 30, "no milestones"),
        ({5: [S], 6: [S]}, 5, -1, "negative"),
    ],
)
def test_score_line_refuses_what_makes_no_line(
    bands: Mapping[int, Sequence[Score]], lowest: int, age: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        score_line(bands, lowest_shown=lowest, age_months=age)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secure_mean": Fraction(0)},
        {"counted_share": Fraction(3, 2)},
        {"second_band_from": Fraction(0)},
        {"sufficient_coverage": Fraction(2)},
        {"attention_to": Fraction(-12)},
        {"attention_to": Fraction(0)},
        {"ahead_from": Fraction(0)},
        {"growth_months_apart": Fraction(0)},
        {"corrected_until": Fraction(-1)},
    ],
)
def test_thresholds_that_contradict_are_refused(wrong: dict[str, Fraction]) -> None:
    with pytest.raises(ValueError, match=r"thresholds|limits"):
        Thresholds(**wrong)


def test_thresholds_are_settings() -> None:
    strict = Thresholds(
        secure_mean=Fraction(1),
        counted_share=Fraction(1),
        second_band_from=Fraction(9, 10),
        sufficient_coverage=Fraction(9, 10),
        ahead_from=Fraction(3),
        attention_to=Fraction(-3),
        concern_to=Fraction(-9),
    )
    bands = {4: [S, S, S], 5: [S, S, E], 6: [S, S, X]}
    assert score_line(bands, lowest_shown=4, age_months=28, thresholds=strict).coverage == Fraction(8, 9)
    assert score_line(bands, lowest_shown=4, age_months=28, thresholds=strict).dev_age is None
    seen = bands | {6: [N, N, N]}
    assert score_line(seen, lowest_shown=4, age_months=28, thresholds=strict).dev_age == 29
    assert [classify(Fraction(d), thresholds=strict) for d in (3, -3, -9)] == [
        Outcome.AHEAD,
        Outcome.ATTENTION,
        Outcome.CONCERN,
    ]


# ----------------------------------------------------------------------------------------- properties


@patient
@given(shown_lines(), ages)
def test_score_line_is_deterministic_and_stays_between_0_and_84(bands: dict[int, list[Score]], age: Fraction) -> None:
    first = score_line(bands, lowest_shown=min(bands), age_months=age)
    again = score_line(dict(reversed(bands.items())), lowest_shown=min(bands), age_months=age)
    assert first == again
    assert 0 <= first.coverage <= 1
    if first.dev_age is None:
        assert first.outcome is Outcome.INSUFFICIENT
        assert first.difference is None
        assert bool(first.ask_band) != bool(first.too_little_seen)
    else:
        assert 0 <= first.dev_age <= 84
        assert first.difference == first.dev_age - age
        assert first.outcome is classify(first.dev_age - age)
        assert first.rests_on


@pytest.mark.requirement("REG-5.1")
@patient
@given(shown_lines(), ages, st.data())
def test_score_line_raising_an_answer_never_lowers_the_number(
    bands: dict[int, list[Score]], age: Fraction, data: st.DataObject
) -> None:
    raisable = [(b, i) for b, scores in bands.items() for i, score in enumerate(scores) if score in (N, E)]
    before = score_line(bands, lowest_shown=min(bands), age_months=age)
    for band, position in data.draw(st.lists(st.sampled_from(raisable), unique=True)) if raisable else []:
        bands[band][position] = S if bands[band][position] is E else data.draw(st.sampled_from([E, S]))
    after = score_line(bands, lowest_shown=min(bands), age_months=age)
    if before.dev_age is not None and after.dev_age is not None:
        assert after.dev_age >= before.dev_age
    if before.basal_band is not None:
        assert after.basal_band is not None
        assert after.basal_band >= before.basal_band


@pytest.mark.requirement("REG-5.1")
@patient
@given(shown_lines(), ages)
def test_score_line_what_was_not_observed_could_be_left_out(bands: dict[int, list[Score]], age: Fraction) -> None:
    """A number is the same when the unobserved milestones had never been there."""
    result = score_line(bands, lowest_shown=min(bands), age_months=age)
    only_seen = {band: [score for score in scores if score is not X] or [X] for band, scores in bands.items()}
    if result.dev_age is not None:
        assert score_line(only_seen, lowest_shown=min(bands), age_months=age).dev_age == result.dev_age


@pytest.mark.requirement("REG-5.1")
@patient
@given(shown_lines(), ages)
def test_score_line_a_least_never_names_a_delay(bands: dict[int, list[Score]], age: Fraction) -> None:
    result = score_line(bands, lowest_shown=min(bands), age_months=age)
    assert not (result.at_least and result.outcome in (Outcome.ATTENTION, Outcome.CONCERN))


@pytest.mark.requirement("REG-5.1")
@patient
@given(ages, st.integers(1, 5), st.sampled_from([N, X]))
def test_a_child_with_no_answer_secure_is_asked_down_to_band_one(age: Fraction, size: int, answer: Score) -> None:
    """Every answer "not yet": band after band opens, and the number never exceeds what was asked."""
    answers: dict[int, list[Score]] = {}
    opened = bands_to_show(age, answers)
    while set(opened) != set(answers):
        answers = {band: [answer] * size for band in opened}
        result = score_line(answers, lowest_shown=min(answers), age_months=age)
        assert result.dev_age in (None, 0)
        assert result.ask_band == (min(answers) - 1 or None)
        opened = bands_to_show(age, answers)
    assert min(answers) == 1
    expected = classify(-age) if answer is N else Outcome.INSUFFICIENT
    assert score_line(answers, lowest_shown=1, age_months=age).outcome is expected


@patient
@given(ages, st.data())
def test_screen_and_rule_agree_on_the_band_to_open(age: Fraction, data: st.DataObject) -> None:
    """Once every shown band is answered and none opens any more, the rule asks for none either."""
    answers: dict[int, list[Score]] = {}
    while missing := [band for band in bands_to_show(age, answers) if band not in answers]:
        answers |= {band: data.draw(bands_of_scores) for band in missing}
    result = score_line(answers, lowest_shown=min(answers), age_months=age)
    assert result.ask_band is None
    assert result.basal_band is not None


# -------------------------------------------------------------------------------- what the screen shows


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, 1), (Fraction(599, 100), 1), (6, 2), (38, 7), (48, 9), (Fraction(8399, 100), 14), (84, 14), (120, 14)],
)
def test_current_band_begins_on_its_boundary(age: Fraction, band: int) -> None:
    assert current_band(age) == band


def test_current_band_of_a_negative_age_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        current_band(-1)


def test_band_end_is_in_months() -> None:
    assert [band_end(band) for band in (0, 1, 14)] == [0, 6, 84]


@pytest.mark.parametrize(
    ("age", "shown"),
    [(0, (1, 2)), (7, (1, 2, 3)), (38, (6, 7, 8)), (77, (12, 13, 14)), (80, (13, 14)), (100, (13, 14))],
)
def test_bands_to_show_are_the_childs_own_and_its_neighbours(age: int, shown: tuple[int, ...]) -> None:
    assert bands_to_show(age, {}) == shown
    assert bands_to_show(age, {band: [None, None] for band in range(1, 15)}) == shown


@pytest.mark.parametrize(
    ("lowest", "shown"),
    [
        ([None, None, None], (6, 7, 8)),
        ([S, None, None], (6, 7, 8)),
        ([N, None, None], (5, 6, 7, 8)),  # two secure of three is not enough any more
        ([E, None, None], (6, 7, 8)),
        ([E, E, None], (5, 6, 7, 8)),
        ([X, X, None], (5, 6, 7, 8)),  # one of three seen is under half
        ([X, None, None], (6, 7, 8)),
        ([S, S, S], (6, 7, 8)),
        ([S, S, E], (6, 7, 8)),
    ],
)
def test_bands_to_show_opens_the_band_below_when_the_lowest_cannot_be_secure(
    lowest: list[Score | None], shown: tuple[int, ...]
) -> None:
    assert bands_to_show(38, {6: lowest}) == shown


def test_bands_to_show_keeps_what_was_answered_in_sight() -> None:
    answers: dict[int, list[Score | None]] = {4: [N, None], 6: [S, S], 10: [S, None]}
    assert bands_to_show(38, answers) == (3, 4, 5, 6, 7, 8, 9, 10)
    assert bands_to_show(38, answers | {4: [E, None]}) == (3, 4, 5, 6, 7, 8, 9, 10)
    assert bands_to_show(38, answers | {4: [S, None]}) == (4, 5, 6, 7, 8, 9, 10)


def test_bands_to_show_opens_nothing_above_84_months() -> None:
    assert bands_to_show(84, {13: [N, N]}) == (12, 13, 14)
    assert bands_to_show(Fraction(841, 10), {13: [N, N]}) == (13, 14)


# --------------------------------------------------------------------------------------------- growth


@pytest.mark.parametrize(
    ("earlier", "later", "months", "growth"),
    [
        (Fraction(30), Fraction(36), 6, Fraction(6)),
        (Fraction(30), Fraction(33), 4, Fraction(9, 2)),
        (Fraction(36), Fraction(30), 12, Fraction(-3)),
        (Fraction(30), Fraction(36), Fraction(399, 100), None),
        (Fraction(30), Fraction(36), -6, None),
        (None, Fraction(36), 6, None),
        (Fraction(30), None, 6, None),
    ],
)
def test_growth_per_six_months(
    earlier: Fraction | None, later: Fraction | None, months: Fraction, growth: Fraction | None
) -> None:
    assert growth_per_six_months(earlier, later, months_between=months) == growth


def test_score_points_are_halves() -> None:
    assert [score.points for score in Score] == [0, Fraction(1, 2), 1, None]
    assert [Score(code) for code in (0, 1, 2, 3)] == [N, E, S, X]


# ------------------------------------------------------------------------------ a second implementation


@pytest.mark.requirement("REG-5.1")
@pytest.mark.parametrize("seed", range(10))
def test_score_line_agrees_with_the_independent_implementation(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(1_000):
        words, age = _random_line(chance)
        expected = reference(words, float(age))
        bands = {band: [LETTERS[letter] for letter in word] for band, word in words.items()}
        result = score_line(bands, lowest_shown=min(bands), age_months=age)
        assert {
            "outcome": result.outcome.value,
            "number": None if result.dev_age is None else round(float(result.dev_age), 6),
            "difference": None if result.difference is None else round(float(result.difference), 6),
            "basal": result.basal_band,
            "coverage": round(float(result.coverage), 9),
            "ask": result.ask_band,
            "at_least": result.at_least,
        } == expected, (words, age)


def _random_line(chance: random.Random) -> tuple[dict[int, str], Fraction]:
    """A line of a child that is about ``true`` months far, with gaps, at an age near or far from that."""
    lowest = chance.randint(1, 14)
    bands = range(lowest, min(14, lowest + chance.randint(0, 5)) + 1)
    true = chance.uniform(6 * lowest - 8, 6 * lowest + 30)
    unseen = chance.choice([0, 0.1, 0.4])
    words = {}
    for band in bands:
        ease = (true - 6 * band) / 6 + chance.uniform(-0.5, 1.5)
        letters = "S" if ease > 0.5 else "SSE" if ease > 0 else "SEN" if ease > -1 else "NNE"
        size = chance.randint(1, 5)
        words[band] = "".join("-" if chance.random() < unseen else chance.choice(letters) for _ in range(size))
    near = chance.choice([6 * lowest, round(4 * true) / 4, chance.randint(0, 90)])
    age = Fraction(near) + Fraction(chance.randint(-8, 48), 4)
    return words, max(Fraction(0), age)


def test_default_thresholds_are_those_of_the_rule() -> None:
    assert Thresholds() == DEFAULT_THRESHOLDS
    assert facts(DEFAULT_THRESHOLDS.ahead_from, DEFAULT_THRESHOLDS.attention_to, DEFAULT_THRESHOLDS.concern_to) == (
        6,
        -6,
        -12,
    )
