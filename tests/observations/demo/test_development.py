"""The model of development: what it makes has to look like children (demonstration data)."""

from collections import Counter
from fractions import Fraction
from statistics import correlation, mean

import pytest

from observations.demo.chance import stream
from observations.demo.development import (
    Circumstances,
    Development,
    Ladder,
    draw_development,
    register_lines,
    scores_of,
)
from observations.domain.scoring.bands import LineScore, Outcome, Score, age_in_months, scoring_age_months
from tests.observations.demo.rooms import ToldRoom

#: Child, period, and the result by line of each closed registration.
Scored = list[tuple[tuple[str, int], int, dict[str, LineScore]]]
DUTCH = Circumstances(other_language=False, came_at=3, weeks_early=0, half_days=4)


@pytest.fixture(scope="module")
def scored(told: tuple[ToldRoom, ...], ladder: Ladder) -> Scored:
    """Return (child, period, result by line) of every closed registration."""
    place = {
        step.code: (line, band) for line, bands in ladder.lines.items() for band, own in bands.items() for step in own
    }
    found = []
    for room in told:
        children = {child.number: child for child in room.children}
        for story in room.story.registrations:
            if story.closed_after is None:
                continue
            child = children[story.child]
            lines: dict[str, dict[int, list[Score]]] = {}
            for code, score in story.answers.items():
                line, band = place[code]
                lines.setdefault(line, {}).setdefault(band, []).append(score)
            weeks = child.gestation_weeks if room.plan.blueprint.key == "zonnebloem" else None
            age = scoring_age_months(child.birth_date, story.registered_on, gestation_weeks=weeks)
            found.append(((room.plan.blueprint.key, child.number), story.period, scores_of(lines, scoring_age=age)))
    return found


def test_outcomes_are_spread_as_in_a_group_of_children(scored: Scored) -> None:
    counted = Counter(score.outcome for _, _, scores in scored for score in scores.values())
    share = {outcome: 100 * count / counted.total() for outcome, count in counted.items()}

    assert counted.total() > 6000
    assert 60 <= share[Outcome.ON_COURSE] <= 75
    assert 8 <= share[Outcome.AHEAD] <= 15
    assert 8 <= share[Outcome.ATTENTION] <= 15
    assert 2 <= share[Outcome.CONCERN] <= 6
    assert 3 <= share[Outcome.INSUFFICIENT] <= 8


def test_every_registration_has_all_lines(scored: Scored) -> None:
    assert {len(scores) for _, _, scores in scored} == {17}


def test_children_grow_from_period_to_period(scored: Scored) -> None:
    ages: dict[tuple[str, int], dict[int, float]] = {}
    for child, period, scores in scored:
        known = [float(score.dev_age) for score in scores.values() if score.dev_age is not None]
        if known:
            ages.setdefault(child, {})[period] = mean(known)
    steps = [
        found[period + 1] - found[period]
        for found in ages.values()
        for period in range(3)
        if {period, period + 1} <= set(found)
    ]

    assert len(steps) > 150
    assert 5 <= mean(steps) <= 7
    assert sum(step > 0 for step in steps) / len(steps) > 0.98


def test_lines_of_one_child_go_together(ladder: Ladder) -> None:
    drawn = [draw_development(ladder, DUTCH, stream(1, number)) for number in range(400)]

    def over(line: str) -> list[float]:
        return [found.add[line] for found in drawn]

    same_area = correlation(over("grote-motoriek"), over("kleine-motoriek"))
    other_area = correlation(over("grote-motoriek"), over("geletterdheid"))
    assert 0.6 < same_area < 0.95
    assert 0.35 < other_area < same_area


def test_level_rises_with_age(ladder: Ladder) -> None:
    for number in range(50):
        course = draw_development(ladder, DUTCH, stream(2, number))
        levels = [course.level("spel", age) for age in range(4, 80, 6)]
        assert levels == sorted(levels)


def test_language_gap_closes_after_a_child_came(ladder: Ladder) -> None:
    given = Circumstances(other_language=True, came_at=30, weeks_early=0, half_days=4)
    drawn = [draw_development(ladder, given, stream(3, number)) for number in range(200)]
    with_gap = [course for course in drawn if course.gap]

    def behind(course: Development, age: float) -> float:
        """How far language lags behind the same child without a gap."""
        without = Development(**{**vars(course), "gap": 0.0})
        return without.level("mondelinge-taal", age) - course.level("mondelinge-taal", age)

    assert 80 < len(with_gap) < 160
    assert all(behind(course, 30) > 4.5 for course in with_gap)
    assert all(behind(course, 52) == pytest.approx(behind(course, 30) / 4) for course in with_gap)
    assert all(
        course.level("spel", 30) == Development(**{**vars(course), "gap": 0.0}).level("spel", 30) for course in drawn
    )


def test_being_born_early_shows_less_with_age(ladder: Ladder) -> None:
    early = Circumstances(other_language=False, came_at=3, weeks_early=9, half_days=4)
    course, term = (draw_development(ladder, given, stream(4, 1)) for given in (early, DUTCH))

    lags = [term.level("spel", age) - course.level("spel", age) for age in (6, 18, 30)]
    assert lags[0] > lags[1] > lags[2] == 0


def test_milestone_is_emerging_before_it_is_secure(ladder: Ladder) -> None:
    course = draw_development(ladder, DUTCH, stream(5, 1))
    step = ladder.lines["spel"][7][0]
    seen = [course.shows(step, level / 4) for level in range(84 * 4)]

    assert seen == sorted(seen)
    assert set(seen) == {Score.NOT_YET, Score.EMERGING, Score.SECURE}


def test_registration_asks_what_the_screen_would_ask(ladder: Ladder) -> None:
    age = Fraction(40)
    for number in range(60):
        course = draw_development(ladder, DUTCH, stream(6, number))
        lines = register_lines(course, ladder, age=40.0, scoring_age=age, chance=stream(7, number))
        scores = scores_of(lines, scoring_age=age)
        for line, bands in lines.items():
            assert {6, 7, 8} <= set(bands)
            assert {band: len(own) for band, own in bands.items()} == {
                band: len(ladder.lines[line][band]) for band in bands
            }
            assert scores[line].ask_band is None


def test_children_who_left_were_registered_while_they_were_there(told: tuple[ToldRoom, ...]) -> None:
    registered = 0
    for room in told:
        for child in room.children:
            for story in room.registrations_of(child.number):
                registered += child.left_on is not None
                assert child.placement_on(story.registered_on) is not None
                assert age_in_months(child.birth_date, story.registered_on) >= 4
    assert registered > 10
