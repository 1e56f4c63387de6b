"""A demonstration as the pure part makes it, room by room."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from observations.demo.development import Ladder
from observations.demo.note_bank import read_note_bank
from observations.demo.organisations import plan_organisations
from observations.demo.plans import ChildPlan, OrganisationPlan, RoomPlan
from observations.demo.stories import NoteStory, RegistrationStory, RoomStory, by_room
from observations.demo.telling import tell_room

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class ToldRoom:
    """A room with its children and what happened to them."""

    plan: OrganisationPlan
    room: RoomPlan
    children: tuple[ChildPlan, ...]
    story: RoomStory

    def registrations_of(self, child: int) -> list[RegistrationStory]:
        """Return a child's registrations, oldest first."""
        return [found for found in self.story.registrations if found.child == child]

    def notes_of(self, child: int) -> list[NoteStory]:
        """Return the notes about a child."""
        return [found for found in self.story.notes if child in found.children]


def tell(ladder: Ladder, *, seed: int, scale: float, today: date = TODAY) -> Iterator[ToldRoom]:
    """Yield every room of a demonstration."""
    for plan in plan_organisations(seed=seed, scale=scale, today=today):
        for room, children in by_room(plan):
            yield ToldRoom(plan, room, children, tell_room(plan, room, children, ladder, read_note_bank()))
