"""The notes of the demonstration fit the answers, the days and the people (OBS-1)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from observations.demo.chance import stream
from observations.demo.development import Circumstances, Ladder, draw_development
from observations.demo.note_bank import read_note_bank
from observations.demo.noting import agrees
from observations.demo.periods import is_open, weekday_between
from observations.demo.plans import ChildPlan, PlacementPlan
from observations.demo.stories import Course, NoteStory, RegistrationStory
from observations.demo.telling import tell_room
from observations.domain.scoring.bands import Score
from observations.models import Group
from tests.observations.demo.rooms import TODAY, ToldRoom

SEEN = {Score.EMERGING, Score.SECURE}


def all_notes(told: tuple[ToldRoom, ...]) -> list[tuple[ToldRoom, ChildPlan, NoteStory]]:
    return [(room, child, note) for room in told for child in room.children for note in room.notes_of(child.number)]


def test_note_agrees_with_the_registration_that_followed(told: tuple[ToldRoom, ...]) -> None:
    checked = 0
    for room, child, note in all_notes(told):
        after = [found for found in room.registrations_of(child.number) if found.registered_on >= note.observed_on]
        if after and note.milestone in after[0].answers and note.milestone not in after[0].carried:
            answer = after[0].answers[note.milestone]
            assert answer is Score.SECURE or (answer is Score.EMERGING is note.shows)
            checked += 1
    assert checked > 300


def test_note_agrees_with_a_registration_shortly_before(told: tuple[ToldRoom, ...]) -> None:
    checked = 0
    for room, child, note in all_notes(told):
        before = [found for found in room.registrations_of(child.number) if found.registered_on < note.observed_on]
        answer = before[-1].answers.get(note.milestone) if before else None
        if answer is None:
            continue
        assert not (note.shows is Score.EMERGING and answer is Score.SECURE)
        if note.observed_on - before[-1].registered_on <= timedelta(days=75):
            assert answer in SEEN
            checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("shows", "answer", "days", "fits"),
    [
        (Score.SECURE, Score.SECURE, 30, True),
        (Score.SECURE, Score.EMERGING, 30, False),
        (Score.SECURE, Score.NOT_YET, 30, False),
        (Score.SECURE, Score.NOT_OBSERVED, 30, False),
        (Score.EMERGING, Score.SECURE, 30, True),
        (Score.EMERGING, Score.EMERGING, 30, True),
        (Score.EMERGING, Score.NOT_YET, 0, False),
        (Score.SECURE, Score.NOT_YET, -30, False),
        (Score.SECURE, Score.NOT_YET, -100, True),
        (Score.EMERGING, Score.SECURE, -100, False),
        (Score.SECURE, Score.EMERGING, -30, True),
    ],
)
def test_agrees_holds_a_scene_against_the_registrations_around_it(
    ladder: Ladder, shows: Score, answer: Score, days: int, fits: bool
) -> None:
    scene = next(scene for found in read_note_bank().scenes.values() for scene in found if scene.shows is shows)
    course = course_with(ladder, {scene.milestone: answer}, TODAY + timedelta(days=days))

    assert agrees(course, scene, TODAY) is fits


def course_with(ladder: Ladder, answers: dict[str, Score], registered_on: date) -> Course:
    """Return a course with one registration."""
    born_on = TODAY - timedelta(days=1000)
    child = ChildPlan(
        0, "Mila", "", "Blom", "", born_on, "girl", "Nederlands", None, None, 4, None, 0,
        (PlacementPlan(0, 2026, born_on, None),),
    )  # fmt: skip
    given = Circumstances(other_language=False, came_at=3, weeks_early=0, half_days=4)
    story = RegistrationStory(0, 0, 0, 2026, registered_on, (0, 900), 0, answers, {}, "")
    return Course(child, draw_development(ladder, given, stream(1)), [story])


def test_child_is_never_told_the_same_twice(told: tuple[ToldRoom, ...]) -> None:
    for room in told:
        for child in room.children:
            alone = [note.milestone for note in room.notes_of(child.number) if len(note.children) == 1]
            assert len(alone) == len(set(alone))


def test_texts_seldom_come_back_within_a_room(told: tuple[ToldRoom, ...]) -> None:
    for room in told:
        texts = Counter(note.text for note in room.story.notes)
        assert max(texts.values(), default=1) <= 3


def test_notes_are_by_staff_of_the_room_on_days_when_children_are_there(told: tuple[ToldRoom, ...]) -> None:
    for room, child, note in all_notes(told):
        placement = child.placement_on(note.observed_on)
        assert placement is not None
        assert note.author in room.plan.rooms[placement.room].staff
        assert note.observed_on <= TODAY
        assert is_open(note.observed_on, school=room.room.kind == Group.Kind.INFANTS)


def test_several_notes_a_child_and_some_children_not_seen_for_four_weeks(told: tuple[ToldRoom, ...]) -> None:
    followed = [room for room in told if room.plan.blueprint.registers]
    present = [(room, child) for room in followed for child in room.children if child.left_on is None]
    last = [max((note.observed_on for note in room.notes_of(child.number)), default=None) for room, child in present]
    unseen = sum(day is None or day < TODAY - timedelta(weeks=4) for day in last)

    assert len(all_notes(told)) / len(present) > 6
    assert 0.05 < unseen / len(present) < 0.25


def test_notes_about_several_children_are_there(told: tuple[ToldRoom, ...]) -> None:
    shared = [note for room in told for note in room.story.notes if len(note.children) > 1]

    assert len(shared) > 15
    assert all(2 <= len(set(note.children)) <= 5 for note in shared)


def test_notes_leave_no_token(told: tuple[ToldRoom, ...]) -> None:
    assert all("{" not in note.text for room in told for note in room.story.notes)


def test_notes_say_neither_he_nor_she_where_no_gender_is_given(told: tuple[ToldRoom, ...], ladder: Ladder) -> None:
    written = 0
    for room in told:
        children = tuple(replace(child, gender="unspecified") for child in room.children)
        # A scene with a pronoun would raise: nothing stands for it.
        written += len(tell_room(room.plan, room.room, children, ladder, read_note_bank()).notes)
    assert written > 1000


def test_organisation_without_registration_has_no_notes(told: tuple[ToldRoom, ...]) -> None:
    after_school = [room.story for room in told if room.plan.blueprint.key == "vliegermakers"]

    assert [(story.registrations, story.notes) for story in after_school] == [((), ()), ((), ())]


def test_weekday_between_stays_inside_and_off_weekends() -> None:
    chance = stream(1)
    first, last = date(2026, 11, 2), date(2026, 11, 29)
    days = {weekday_between(chance, first, last) for _ in range(300)}

    assert min(days) >= first
    assert max(days) <= last
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert weekday_between(chance, date(2026, 11, 21), date(2026, 11, 22)) == date(2026, 11, 20)
