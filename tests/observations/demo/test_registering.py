"""The present period of the demonstration: part done, part half filled in, the rest waiting."""

from observations.demo.development import Ladder
from observations.demo.periods import PAST_PERIODS
from observations.domain.scoring.bands import Score, age_in_months
from observations.domain.scoring.rules import SCORING_RULES
from tests.observations.demo.rooms import TODAY, ToldRoom

RULE = SCORING_RULES["developmental_age"]


def test_room_of_who_signs_in_has_work_of_every_kind(told: tuple[ToldRoom, ...]) -> None:
    room = next(found for found in told if found.plan.blueprint.key == "zonnebloem" and found.room.number == 2)
    present = [story for story in room.story.registrations if story.period == PAST_PERIODS]
    here = [child for child in room.children if child.left_on is None]

    opened = [story for story in present if story.closed_after is None]
    assert len(here) == 14
    assert 4 <= len(present) - len(opened) <= 7
    assert 2 <= len(opened) <= 5
    assert len(here) - len(present) >= 3


def test_rooms_differ_in_how_far_they_are(told: tuple[ToldRoom, ...]) -> None:
    shares = set()
    for room in told:
        here = [child for child in room.children if child.left_on is None]
        closed = [
            story
            for story in room.story.registrations
            if story.period == PAST_PERIODS and story.closed_after is not None
        ]
        shares.add(round(len(closed) / len(here), 1))
    assert 0.0 in shares
    assert max(shares) >= 0.7


def test_past_periods_are_closed(told: tuple[ToldRoom, ...]) -> None:
    for room in told:
        for story in room.story.registrations:
            if story.closed_after is None:
                assert story.period == PAST_PERIODS
            period = room.plan.periods[story.period]
            assert period.begins_on <= story.registered_on <= period.ends_on
            assert story.registered_on < TODAY


def test_closed_registration_has_scores_on_every_scale(told: tuple[ToldRoom, ...], ladder: Ladder) -> None:
    for room in told:
        for story in room.story.registrations:
            if story.closed_after is not None:
                assert set(story.scales) == set(ladder.scales)
                assert all(2 <= points <= 10 for points in story.scales.values())
                assert not story.carried


def test_open_registration_took_over_what_the_last_one_observed(told: tuple[ToldRoom, ...], ladder: Ladder) -> None:
    place = {step.code: band for bands in ladder.lines.values() for band, own in bands.items() for step in own}
    opened = 0
    for room in told:
        births = {child.number: child.birth_date for child in room.children}
        for story in room.story.registrations:
            if story.closed_after is not None:
                continue
            opened += 1
            earlier = [found for found in room.registrations_of(story.child) if found is not story]
            age = age_in_months(births[story.child], story.registered_on)
            shown = RULE.bands_to_show({}, age_months=age)
            for code in story.carried:
                assert story.answers[code] is earlier[-1].answers[code]
                assert story.answers[code] is not Score.NOT_OBSERVED
                assert place[code] in shown
            assert set(story.answers) - story.carried
    assert opened >= 15


def test_conclusions_agree_in_number_and_are_not_repeated_for_a_child(told: tuple[ToldRoom, ...]) -> None:
    written = [story for room in told for story in room.story.registrations if story.conclusion]

    assert len(written) > 200
    assert all("{" not in story.conclusion for story in written)
    for room in told:
        for child in room.children:
            own = [story.conclusion for story in room.registrations_of(child.number) if story.conclusion]
            assert len(own) == len(set(own))
