"""The whole story of a room, from its children to their registrations and notes. Pure."""

from observations.demo.development import Circumstances, Ladder, circumstances_stream, draw_development
from observations.demo.names import speaks_another_language
from observations.demo.note_bank import NoteBank
from observations.demo.noting import write_room_notes
from observations.demo.plans import ChildPlan, OrganisationPlan, RoomPlan
from observations.demo.registering import register_room
from observations.demo.stories import Course, RoomCourses, RoomStory

_DAYS_A_MONTH = 30.4375
_TERM_WEEKS = 40
#: Half-days in a week of somebody who comes every day.
_ALL_HALF_DAYS = 10


def tell_room(
    plan: OrganisationPlan, room: RoomPlan, children: tuple[ChildPlan, ...], ladder: Ladder, bank: NoteBank
) -> RoomStory:
    """Return all registrations and notes of the children of a room; equal arguments give an equal story.

    Nothing for an organisation that does not follow development.
    """
    if not plan.blueprint.registers:
        return RoomStory((), ())
    courses = tuple(_course(plan, child, ladder) for child in children)
    told = RoomCourses(plan, room, ladder, bank, courses)
    register_room(told)
    registrations = tuple(story for course in courses for story in course.registrations)
    return RoomStory(registrations, tuple(write_room_notes(told)))


def _course(plan: OrganisationPlan, child: ChildPlan, ladder: Ladder) -> Course:
    given = Circumstances(
        other_language=speaks_another_language(child.home_language),
        came_at=(child.came_on - child.birth_date).days / _DAYS_A_MONTH,
        weeks_early=_TERM_WEEKS - (child.gestation_weeks or _TERM_WEEKS),
        half_days=child.half_days_per_week or _ALL_HALF_DAYS,
    )
    chance = circumstances_stream(plan.seed, plan.blueprint.key, child.number)
    return Course(child, draw_development(ladder, given, chance))
