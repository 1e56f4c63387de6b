"""The registrations of a room's children: those of past periods, and how far the present one has come. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from random import Random

from licensing.modules import Module
from observations.demo.chance import stream
from observations.demo.conclusions import conclude
from observations.demo.development import register_lines, score_scales, scores_of
from observations.demo.periods import PAST_PERIODS, PeriodPlan, weekday_between
from observations.demo.stories import Course, RegistrationStory, RoomCourses
from observations.domain.scoring.bands import Score, scoring_age_months
from observations.domain.scoring.rules import SCORING_RULES

_RULE = SCORING_RULES["developmental_age"]
#: Younger than this, or here for less, a child is not registered yet.
_YOUNGEST_DAYS = 130
_SETTLED = timedelta(days=25)
#: A registration that is open was begun at most so long ago.
_BEGUN_WITHIN = timedelta(days=11)
#: Not everybody writes a conclusion, and not everybody is registered in every period.
_CONCLUDED, _TOOK_PART = 0.75, 0.97


class Progress(Enum):
    """How far a room is in the present period: the shares of its children who are done, and half done."""

    DONE = (0.9, 0.0)
    STARTED = (0.0, 0.12)
    HALF = (0.4, 0.25)


_PROGRESS = (Progress.DONE, Progress.STARTED, Progress.HALF)


def register_room(told: RoomCourses) -> None:
    """Add to each course in the room its registrations, oldest first."""
    for period in range(PAST_PERIODS):
        for course in told.courses:
            course.registrations.extend(_past(told, course, period))
    _present(told)


def progress_of(told: RoomCourses) -> Progress:
    """Return how far a room is: the rooms of one location differ, and so do the same rooms of the next one.

    The first room of who signs in as group staff is always half done, so that there is something of everything.
    """
    own = told.plan.blueprint.account_rooms
    if own and told.room.number == own[-1]:
        return Progress.HALF
    return _PROGRESS[(told.room.number + told.room.location) % len(_PROGRESS)]


def _past(told: RoomCourses, course: Course, number: int) -> Iterator[RegistrationStory]:
    """Yield the registration of a past period, if the child had one."""
    chance = _chance(told, course, number)
    period = told.plan.periods[number]
    on = _day_of(told, period, number, chance)
    if _may_register(course, on) and chance.random() < _TOOK_PART:
        yield _closed(told, course, number, on, chance)


def _present(told: RoomCourses) -> None:
    """Give the present period to part of the children: closed for some, half filled in for others."""
    done, half = progress_of(told).value
    today, period = told.plan.today, told.plan.periods[PAST_PERIODS]
    present = [course for course in told.courses if course.child.left_on is None and _may_register(course, today)]
    for place, course in enumerate(present):
        chance = _chance(told, course, PAST_PERIODS)
        if place < round(done * len(present)):
            on = weekday_between(chance, period.begins_on, today - timedelta(days=1))
            if _may_register(course, on):
                course.registrations.append(_closed(told, course, PAST_PERIODS, on, chance))
        elif place < round((done + half) * len(present)):
            on = weekday_between(chance, max(period.begins_on, today - _BEGUN_WITHIN), today - timedelta(days=1))
            course.registrations.append(_half_filled_in(told, course, on, chance))


def _chance(told: RoomCourses, course: Course, period: int) -> Random:
    return stream(told.plan.seed, told.plan.blueprint.key, course.child.number, "registration", period)


def _day_of(told: RoomCourses, period: PeriodPlan, number: int, chance: Random) -> date:
    """Return a day in the fortnight in which the room registered."""
    days = (period.ends_on - period.begins_on).days - 15
    start = stream(told.plan.seed, told.plan.blueprint.key, told.room.number, "fortnight", number).randint(0, days)
    first = period.begins_on + timedelta(days=start)
    return weekday_between(chance, first, first + timedelta(days=13))


def _may_register(course: Course, on: date) -> bool:
    child = course.child
    settled = child.came_on + _SETTLED <= on and (on - child.birth_date).days >= _YOUNGEST_DAYS
    return settled and child.placement_on(on) is not None


def _closed(told: RoomCourses, course: Course, period: int, on: date, chance: Random) -> RegistrationStory:
    scoring_age = scoring_age_of(told, course, on)
    lines = register_lines(
        course.development, told.ladder, age=course.age_on(on), scoring_age=scoring_age, chance=chance
    )
    conclusion = ""
    if chance.random() < _CONCLUDED:
        scores = scores_of(lines, scoring_age=scoring_age)
        earlier = {found.conclusion for found in course.registrations}
        conclusion = conclude(scores, told.ladder, first_name=course.child.first_name, earlier=earlier, chance=chance)
    days = min(chance.choice((0, 0, 0, 1, 2, 4)), (told.plan.today - on).days - 1)
    return _story(
        told, course, period, on, chance,
        answers=answers_by_code(told, lines), scales=score_scales(course.development, told.ladder, chance),
        conclusion=conclusion, closed_after=(max(0, days), chance.randint(12 * 60 + 30, 17 * 60 + 45)),
    )  # fmt: skip


def _half_filled_in(told: RoomCourses, course: Course, on: date, chance: Random) -> RegistrationStory:
    """Return an open registration: part of the lines answered, in the rest what the last one had, to be confirmed."""
    scoring_age = scoring_age_of(told, course, on)
    lines = register_lines(
        course.development, told.ladder, age=course.age_on(on), scoring_age=scoring_age, chance=chance
    )
    done = list(lines)[: chance.randint(4, 11)]
    answers = answers_by_code(told, {line: lines[line] for line in done})
    previous = course.registrations[-1].answers if course.registrations else {}
    carried = {
        step.code: previous[step.code]
        for line, bands in told.ladder.lines.items()
        if line not in done
        for band in _RULE.bands_to_show({}, age_months=scoring_age)
        for step in bands[band]
        if previous.get(step.code, Score.NOT_OBSERVED) is not Score.NOT_OBSERVED
    }
    return _story(
        told, course, PAST_PERIODS, on, chance,
        answers={**answers, **carried}, scales={}, conclusion="", closed_after=None, carried=frozenset(carried),
    )  # fmt: skip


def _story(
    told: RoomCourses,
    course: Course,
    period: int,
    on: date,
    chance: Random,
    *,
    answers: Mapping[str, Score],
    scales: Mapping[str, int],
    conclusion: str,
    closed_after: tuple[int, int] | None,
    carried: frozenset[str] = frozenset(),
) -> RegistrationStory:
    placement = course.child.placement_on(on)
    if placement is None:
        raise ValueError("a child is registered in the group it is in")
    return RegistrationStory(
        child=course.child.number,
        period=period,
        room=placement.room,
        school_year=placement.school_year,
        registered_on=on,
        closed_after=closed_after,
        author=chance.choice(told.plan.rooms[placement.room].staff),
        answers=answers,
        scales=scales,
        conclusion=conclusion,
        carried=carried,
    )


def scoring_age_of(told: RoomCourses, course: Course, on: date) -> Fraction:
    """Return the age in months to score with, corrected where the organisation does so."""
    weeks = course.child.gestation_weeks if Module.CORRECTED_AGE in told.plan.blueprint.modules else None
    return scoring_age_months(course.child.birth_date, on, gestation_weeks=weeks)


def answers_by_code(told: RoomCourses, lines: Mapping[str, Mapping[int, list[Score]]]) -> dict[str, Score]:
    """Return the answers by milestone code."""
    return {
        step.code: score
        for line, bands in lines.items()
        for band, scores in bands.items()
        for step, score in zip(told.ladder.lines[line][band], scores, strict=True)
    }
