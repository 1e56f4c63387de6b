"""The notes about a room's children: on which days, and what was seen that the answers of that time agree with. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from observations.demo.chance import bounded, pick, stream
from observations.demo.names import speaks_another_language
from observations.demo.note_bank import Scene, write_out
from observations.demo.periods import is_open, weekday_between
from observations.demo.stories import AddendumStory, Course, NoteStory, RoomCourses
from observations.domain.scoring.bands import BAND_COUNT, BAND_MONTHS, Score
from observations.models import Group

#: Recent notes are of so many days, and there are about so many of a child; older ones are fewer.
_RECENT_DAYS = 190
_OLDEST_DAYS = 560
_RECENT_NOTES = {3: 2, 4: 3, 5: 4, 6: 4, 7: 3, 8: 2, 10: 1}
_OLDER_NOTES = {1: 2, 2: 3, 3: 3, 4: 1}
#: Whoever was seen, was seen at least once in so many days; some were not, for longer than four weeks.
_SEEN_WITHIN_DAYS = 20
_NOT_SEEN = 0.12
_NOT_SEEN_DAYS = (30, 65)
#: A registration shortly before a note speaks of the same child.
_SHORTLY_BEFORE = timedelta(days=75)
_FOLLOWED_UP = 0.16
#: So many notes were linked to their milestone, and to so many a colleague added something, so many days later.
_LINKED = 0.45
_ADDED_TO = 0.06
_ADDED_AFTER_DAYS = (8, 21)
_LINES_TRIED = 5
_TOGETHER_DAYS = 120


def write_room_notes(told: RoomCourses) -> Iterator[NoteStory]:
    """Yield the notes of a room; its registrations must be there. The same scene is written twice of no child."""
    for course in told.courses:
        chance = stream(told.plan.seed, told.plan.blueprint.key, course.child.number, "notes")
        seen: set[str] = set()
        for day in sorted(_days(told, course, chance)):
            scene = _find_scene(told, course, day, seen, chance)
            if scene is not None:
                seen.add(scene.milestone)
                yield _note(told, course, day, scene, chance)
    yield from _notes_together(told)


def _days(told: RoomCourses, course: Course, chance: Random) -> Iterable[date]:
    """Return the days on which somebody wrote about a child."""
    child, today = course.child, told.plan.today
    last = child.left_on or today
    if child.left_on is None and chance.random() < _NOT_SEEN:
        last = today - timedelta(days=chance.randint(*_NOT_SEEN_DAYS))
    first = max(child.came_on, today - timedelta(days=_OLDEST_DAYS))
    recent = max(first, today - timedelta(days=_RECENT_DAYS))
    days: set[date] = set()
    if recent < last:
        days |= {weekday_between(chance, recent, last) for _ in range(pick(chance, _RECENT_NOTES))}
        days.add(weekday_between(chance, max(recent, last - timedelta(days=_SEEN_WITHIN_DAYS)), last))
    if first < min(recent, last):
        days |= {weekday_between(chance, first, min(recent, last)) for _ in range(pick(chance, _OLDER_NOTES))}
    return {day for day in days if child.placement_on(day) is not None and day <= last and _is_open(told, day)}


def _is_open(told: RoomCourses, day: date) -> bool:
    return is_open(day, school=told.room.kind == Group.Kind.INFANTS)


def _find_scene(told: RoomCourses, course: Course, day: date, seen: set[str], chance: Random) -> Scene | None:
    """Return a scene that is true of the child on a day, one that was used least in this room."""
    lines = list(told.ladder.lines)
    chance.shuffle(lines)
    for start in range(0, len(lines), _LINES_TRIED):
        tried = lines[start : start + _LINES_TRIED]
        fitting = [scene for line in tried for scene in _fitting(told, course, line, day, seen)]
        if fitting:
            least = min(told.used[scene.text] for scene in fitting)
            return chance.choice([scene for scene in fitting if told.used[scene.text] == least])
    return None


def _fitting(told: RoomCourses, course: Course, line: str, day: date, seen: set[str]) -> Iterator[Scene]:
    child = course.child
    for scene in _around(told, course, line, day):
        if scene.milestone in seen or (scene.needs_gender and child.gender == "unspecified"):
            continue
        if scene.multilingual and not speaks_another_language(child.home_language):
            continue
        if agrees(course, scene, day):
            yield scene


def _around(told: RoomCourses, course: Course, line: str, day: date) -> Iterator[Scene]:
    """Yield the scenes of what the child is learning, or learnt not long ago: older news nobody writes down."""
    level = course.development.level(line, course.age_on(day))
    own = int(level // BAND_MONTHS) + 1
    for band in range(max(1, own - 1), min(BAND_COUNT, own + 1) + 1):
        for step in told.ladder.lines[line].get(band, ()):
            shows = course.development.shows(step, level)
            if course.development.needs[step.code] < level - bounded(level / 4, 3, 8):
                continue
            for scene in told.bank.scenes.get(step.code, ()):
                if scene.shows is shows:
                    yield scene


def agrees(course: Course, scene: Scene, day: date) -> bool:
    """Say whether a scene on a day agrees with what the registrations around it answer.

    What was seen is not "not yet" or "not observed" in the next registration, nor in one shortly before; and what
    is only emerging was not secure before.
    """
    later = next((found for found in course.registrations if found.registered_on >= day), None)
    before = [found for found in course.registrations if found.registered_on < day]
    fits_later = later is None or scene.milestone in later.carried or _fits(later.answers.get(scene.milestone), scene)
    if not before:
        return fits_later
    earlier = before[-1].answers.get(scene.milestone)
    if scene.shows is Score.EMERGING and earlier is Score.SECURE:
        return False
    recent = day - before[-1].registered_on <= _SHORTLY_BEFORE
    return fits_later and (not recent or earlier in {None, Score.EMERGING, Score.SECURE})


def _fits(answer: Score | None, scene: Scene) -> bool:
    """Say whether the answer that came after agrees: a child keeps what it has, and may have grown since."""
    if answer is None:
        return True
    return answer is Score.SECURE or (answer is Score.EMERGING and scene.shows is Score.EMERGING)


def _note(told: RoomCourses, course: Course, day: date, scene: Scene, chance: Random) -> NoteStory:
    told.used[scene.text] += 1
    text = write_out(scene.text, first_name=course.child.first_name, gender=course.child.gender)
    if chance.random() < _FOLLOWED_UP:
        text = f"{text} {chance.choice(told.bank.follow_ups[scene.shows])}"
    # A stream of its own: what is linked or added changes no other note.
    later = stream(told.plan.seed, told.plan.blueprint.key, course.child.number, scene.milestone, "later")
    return NoteStory(
        children=(course.child.number,),
        author=_author(told, course, day, chance),
        observed_on=day,
        text=text,
        # Not everybody fills in where it was.
        context=scene.context if chance.random() < 0.7 else "",
        lines=(scene.line, *scene.also),
        milestone=scene.milestone,
        shows=scene.shows,
        is_linked=later.random() < _LINKED,
        addendum=_addendum(told, course, day, scene, later),
    )


def _addendum(told: RoomCourses, course: Course, day: date, scene: Scene, later: Random) -> AddendumStory | None:
    """Return what a colleague added to a note, where one did and the day is not still to come."""
    if later.random() >= _ADDED_TO:
        return None
    written_on = weekday_between(later, *(day + timedelta(days=days) for days in _ADDED_AFTER_DAYS))
    last = course.child.left_on or told.plan.today
    if written_on > last:
        return None
    return AddendumStory(_author(told, course, day, later), written_on, later.choice(told.bank.addenda[scene.shows]))


def _author(told: RoomCourses, course: Course, day: date, chance: Random) -> int:
    """Return who wrote it: more often than not the mentor, where that is somebody of the room."""
    placement = course.child.placement_on(day)
    staff = told.plan.rooms[placement.room if placement else told.room.number].staff
    if course.child.mentor in staff and chance.random() < 0.5:
        return course.child.mentor
    return chance.choice(staff)


def _notes_together(told: RoomCourses) -> Iterator[NoteStory]:
    """Yield a few notes about several children at once, each true of every one of them."""
    chance = stream(told.plan.seed, told.plan.blueprint.key, told.room.number, "together")
    scenes = list(told.bank.together)
    chance.shuffle(scenes)
    for scene in scenes:
        today = told.plan.today
        day = weekday_between(chance, today - timedelta(days=_TOGETHER_DAYS), today)
        there = [course for course in told.courses if _is_open(told, day) and _takes_part(told, course, scene, day)]
        if len(there) >= 2 and chance.random() < 0.6:
            chosen = chance.sample(there, min(len(there), chance.randint(2, 5)))
            yield NoteStory(
                children=tuple(sorted(course.child.number for course in chosen)),
                author=chance.choice(told.room.staff),
                observed_on=day,
                text=scene.text,
                context=scene.context,
                lines=(scene.line,),
                milestone=scene.milestone,
                shows=scene.shows,
                is_linked=True,
            )


def _takes_part(told: RoomCourses, course: Course, scene: Scene, day: date) -> bool:
    placement = course.child.placement_on(day)
    if placement is None or placement.room != told.room.number:
        return False
    level = course.development.level(scene.line, course.age_on(day))
    band = int(scene.milestone.rsplit("-", 2)[1])
    steps = [step for step in told.ladder.lines[scene.line].get(band, ()) if step.code == scene.milestone]
    near = abs(band - (int(level // BAND_MONTHS) + 1)) <= 1
    shown = any(course.development.shows(step, level) is scene.shows for step in steps)
    return near and shown and agrees(course, scene, day)
