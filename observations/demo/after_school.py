"""What out-of-school care saw of its children, and what those of nine and older say of themselves. Pure.

Two rounds are closed; the present one is half-way: some children are done, most are being filled in, some have not
begun. A child's own view goes with what staff see, but never all the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from observations.demo.chance import bounded, stream
from observations.demo.data_files import read_data
from observations.demo.periods import weekday_between
from observations.demo.plans import ChildPlan, OrganisationPlan, PlacementPlan
from observations.domain.scoring.bands import age_in_months
from observations.domain.scoring.frequencies import DIFFERENCE_FROM, steps_apart
from observations.models import BsoSettings

#: Statement codes of each aspect, in the instrument's order.
Aspects = Mapping[str, Sequence[str]]
Answers = Mapping[str, int | None]

_PAST_ROUNDS = 2
_PRESENT_DAYS = (16, 2)
_OWN_FROM_MONTHS = 12 * BsoSettings.DEFAULT_AGE
_WELL_BEING, _INVOLVEMENT = "welbevinden", "betrokkenheid"
#: A measurement with fewer doubled points than this on a scale asks for care.
LOW = 5
_UNKNOWN, _AGREED = 0.05, 0.2
_NOT_BEGUN, _DONE, _HALF_WAY = "not begun", "done", "half-way"
# By place in the room, so that each is there whatever the seed.
_PRESENT = (_HALF_WAY, _DONE, _HALF_WAY, _DONE, _HALF_WAY, _NOT_BEGUN, _HALF_WAY, _DONE)


@dataclass(frozen=True)
class MeasurementStory:
    """A measurement. ``answers`` and ``own`` are by statement code, None is "weet ik niet"; ``points`` are doubled.

    ``own`` is empty where the child did not fill in its own view; ``own_done``: it got to the end. ``author`` is a
    number of StaffPlan, ``mood`` what its conclusion and follow-up are about.
    """

    child: int
    place: PlacementPlan
    observed_on: date
    author: int
    is_closed: bool
    answers: Answers
    points: Mapping[str, int]
    own: Answers
    own_done: bool
    mood: str = "steady"
    conclusion: str = ""
    wishes_to_talk: bool = False


@dataclass(frozen=True)
class FollowUpStory:
    """What was agreed after a measurement; ``done_on`` None is not done yet. ``by`` is a number of StaffPlan."""

    by: int
    written_on: date
    due_on: date
    done_on: date | None
    text: str


@dataclass(frozen=True)
class _Nature:
    """How a child does here: level of each scale in whole points, and of each aspect from 0 to 3."""

    scales: Mapping[str, float]
    aspects: Mapping[str, float]


def tell_after_school(plan: OrganisationPlan, aspects: Aspects) -> tuple[tuple[MeasurementStory, ...], ...]:
    """Return the rounds of measurements, oldest first and the present one last; equal arguments, equal rounds."""
    places = _places(plan)
    rounds = []
    for back in range(_PAST_ROUNDS, -1, -1):
        told = [_tell(plan, child, place, aspects, back) for child, place in places]
        rounds.append([story for story in told if story is not None])
    before, present = (_with_one_low(plan, found) for found in rounds[-2:])
    rounds[-2:] = [before, _with_a_wish(present)]
    return tuple(tuple(_concluded(plan, story) for story in found) for found in rounds)


def agree(
    plan: OrganisationPlan, rounds: Sequence[Sequence[MeasurementStory]]
) -> tuple[tuple[MeasurementStory, FollowUpStory], ...]:
    """Return what was agreed after the closed measurements of the last two rounds: done, still to do, and too late."""
    worth = [
        story
        for found in rounds[-2:]
        for story in found
        if story.is_closed and _is_worth(plan, story, found is rounds[-1])
    ]
    return tuple((story, _follow_up(plan, story, number)) for number, story in enumerate(worth))


def _is_worth(plan: OrganisationPlan, story: MeasurementStory, is_present: bool) -> bool:
    chance = stream(plan.seed, plan.blueprint.key, story.child, "bso", story.observed_on, "agreed")
    return story.mood != "steady" or is_present or chance.random() < _AGREED


def _follow_up(plan: OrganisationPlan, story: MeasurementStory, number: int) -> FollowUpStory:
    chance = stream(plan.seed, plan.blueprint.key, story.child, "bso", story.observed_on, "follow-up")
    written_on = min(story.observed_on + timedelta(days=1), plan.today)
    weeks = (2, 6) if story.observed_on < plan.today - timedelta(days=60) else (1, 4)
    due_on = written_on + timedelta(days=7 * chance.randint(*weeks))
    # One in three is not done: of the past round too late, of the present one mostly still to come.
    done_on = None if number % 3 == 2 else min(due_on - timedelta(days=chance.randint(0, 6)), plan.today)
    if due_on > plan.today and number % 3 == 1:
        done_on = None
    text = chance.choice(texts()["follow_ups"][story.mood])
    name = plan.children[story.child].first_name
    return FollowUpStory(story.author, written_on, due_on, done_on, text.replace("{naam}", name))


@cache
def texts() -> Any:
    """Return the hand-written conclusions and follow-up actions, by mood."""
    return read_data("bso")


def _places(plan: OrganisationPlan) -> list[tuple[ChildPlan, int]]:
    """Return each child that is here now with its place in its room."""
    seen: dict[int, int] = {}
    found = []
    for child in plan.children:
        place = seen[child.room] = seen.get(child.room, -1) + 1
        found.append((child, place))
    return found


def _tell(
    plan: OrganisationPlan, child: ChildPlan, number: int, aspects: Aspects, back: int
) -> MeasurementStory | None:
    """Return a child's measurement of a round, ``back`` rounds ago; None where there was none."""
    state = _DONE if back else _PRESENT[number % len(_PRESENT)]
    chance = stream(plan.seed, plan.blueprint.key, child.number, "bso", back)
    observed_on = _day(plan, child, back, chance)
    place = child.placement_on(observed_on)
    if place is None or state == _NOT_BEGUN:
        return None
    nature = _nature(stream(plan.seed, plan.blueprint.key, child.number, "bso"), aspects)
    answers = _answers(nature, aspects, chance)
    own, own_done = _own_view(child, observed_on, answers, state, chance)
    story = MeasurementStory(
        child=child.number,
        place=place,
        observed_on=observed_on,
        author=chance.choice(plan.rooms[child.room].staff),
        is_closed=state == _DONE,
        answers=answers,
        points={code: _point(level, chance) for code, level in nature.scales.items()},
        own=own,
        own_done=own_done,
    )
    return _half_filled(story, chance) if state == _HALF_WAY else story


def _day(plan: OrganisationPlan, child: ChildPlan, back: int, chance: Random) -> date:
    if back:
        period = plan.periods[-1 - back]
        return weekday_between(chance, period.begins_on, period.ends_on)
    first, last = (plan.today - timedelta(days=days) for days in _PRESENT_DAYS)
    began = child.placements[-1].begins_on
    # Never before the present group began: the group's screen shows what was measured in it.
    return max(began, weekday_between(chance, max(first, min(began, last)), last))


def _nature(chance: Random, aspects: Aspects) -> _Nature:
    well_being = bounded(chance.gauss(4.0, 0.55), 2.8, 5)
    involvement = bounded(0.6 * well_being + chance.gauss(1.5, 0.4), 2.8, 5)
    levels = {code: bounded(chance.gauss(2.1, 0.45), 0.6, 3) for code in aspects}
    return _Nature({_WELL_BEING: well_being, _INVOLVEMENT: involvement}, levels)


def _answers(nature: _Nature, aspects: Aspects, chance: Random) -> dict[str, int | None]:
    return {code: _step(nature.aspects[aspect], 0.45, chance) for aspect, codes in aspects.items() for code in codes}


def _step(level: float, spread: float, chance: Random) -> int | None:
    if chance.random() < _UNKNOWN:
        return None
    return round(bounded(level + chance.gauss(0, spread), 0, 3))


def _point(level: float, chance: Random) -> int:
    return round(bounded(2 * (level + chance.gauss(0, 0.25)), 5, 10))


def _own_view(
    child: ChildPlan, day: date, answers: Answers, state: str, chance: Random
) -> tuple[dict[str, int | None], bool]:
    """Return what the child says of itself, and whether it got to the end; nothing of who is too young."""
    drawn = chance.random()
    if age_in_months(child.birth_date, day) < _OWN_FROM_MONTHS or drawn > 0.85:
        return {}, False
    # Children see themselves a little more favourably, and now and then quite differently.
    own = {code: _step(2.0 if value is None else value + 0.2, 0.5, chance) for code, value in answers.items()}
    known = [code for code, value in answers.items() if value is not None]
    for code in chance.sample(known, chance.choice((0, 1, 1, 2))):
        seen = answers[code] or 0
        own[code] = seen - 2 if seen >= DIFFERENCE_FROM else seen + 2
    if state == _HALF_WAY and drawn > 0.5:
        return dict(list(own.items())[: chance.randint(3, len(own) - 2)]), False
    return own, True


def _half_filled(story: MeasurementStory, chance: Random) -> MeasurementStory:
    """Return the story as far as it is: the scales first, which are filled in for the whole group at once."""
    answered = list(story.answers.items())[: chance.randint(0, len(story.answers))]
    points = dict(list(story.points.items())[: chance.choice((1, 2, 2))])
    return replace(story, answers=dict(answered), points=points)


def _with_one_low(plan: OrganisationPlan, found: Sequence[MeasurementStory]) -> list[MeasurementStory]:
    """Let one child of those that are closed, who has been here longest, not have been at ease that time."""
    came = {story.child: plan.children[story.child].came_on for story in found if story.is_closed}
    quiet = min(came, key=lambda number: (came[number], number), default=None)
    low = {_WELL_BEING: 4, _INVOLVEMENT: 5}
    return [replace(story, points=low) if story.child == quiet else story for story in found]


def _with_a_wish(found: Sequence[MeasurementStory]) -> list[MeasurementStory]:
    """Let one child who got to the end of its own view ask for somebody to talk to."""
    asks = next((story.child for story in found if story.own_done), None)
    return [replace(story, wishes_to_talk=story.child == asks) for story in found]


def _concluded(plan: OrganisationPlan, story: MeasurementStory) -> MeasurementStory:
    apart = (steps_apart(story.answers.get(code), value) for code, value in story.own.items())
    differs = any(steps is not None and steps >= DIFFERENCE_FROM for steps in apart)
    mood = "careful" if min(story.points.values()) < LOW else "differs" if differs else "steady"
    if not story.is_closed:
        return replace(story, mood=mood)
    chance = stream(plan.seed, plan.blueprint.key, story.child, "bso", story.observed_on)
    name = plan.children[story.child].first_name
    return replace(story, mood=mood, conclusion=chance.choice(texts()[mood]).replace("{naam}", name))
