"""What happened to the children of a room: their registrations and the notes about them, as plain data."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from observations.demo.development import Development, Ladder
from observations.demo.note_bank import NoteBank
from observations.demo.plans import ChildPlan, OrganisationPlan, RoomPlan
from observations.domain.scoring.bands import Score

_DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class RegistrationStory:
    """A registration. ``closed_after`` is days and minutes after midnight; None while it is open.

    ``answers`` are by milestone code; those in ``carried`` were taken over and wait to be confirmed. ``scales`` are
    doubled points by scale code. ``author`` is a number of StaffPlan.
    """

    child: int
    period: int
    room: int
    school_year: int
    registered_on: date
    closed_after: tuple[int, int] | None
    author: int
    answers: Mapping[str, Score]
    scales: Mapping[str, int]
    conclusion: str
    carried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AddendumStory:
    """What a colleague added to a note later."""

    author: int
    written_on: date
    text: str


@dataclass(frozen=True)
class NoteStory:
    """A note about one child, or the same about several. ``shows`` is what ``milestone`` would be answered with.

    ``is_linked``: who wrote it linked the milestone to the note.
    """

    children: tuple[int, ...]
    author: int
    observed_on: date
    text: str
    context: str
    lines: tuple[str, ...]
    milestone: str
    shows: Score
    is_linked: bool = False
    addendum: AddendumStory | None = None


@dataclass(frozen=True)
class RoomStory:
    """All that happened to the children of one room."""

    registrations: tuple[RegistrationStory, ...]
    notes: tuple[NoteStory, ...]


@dataclass(frozen=True)
class Course:
    """A child with its development, and its registrations once they are there, oldest first."""

    child: ChildPlan
    development: Development
    registrations: list[RegistrationStory] = field(default_factory=list)

    def age_on(self, day: date) -> float:
        """Return the calendar age in months."""
        return (day - self.child.birth_date).days / _DAYS_A_MONTH


@dataclass(frozen=True)
class RoomCourses:
    """What telling a room's story works with. ``used`` counts how often a text was written in this room."""

    plan: OrganisationPlan
    room: RoomPlan
    ladder: Ladder
    bank: NoteBank
    courses: tuple[Course, ...]
    used: Counter[str] = field(default_factory=Counter)


def by_room(plan: OrganisationPlan) -> Iterator[tuple[RoomPlan, tuple[ChildPlan, ...]]]:
    """Yield each room with the children who are in it, or left from it."""
    children: dict[int, list[ChildPlan]] = {}
    for child in plan.children:
        children.setdefault(child.room, []).append(child)
    for room in plan.rooms:
        yield room, tuple(children.get(room.number, ()))
