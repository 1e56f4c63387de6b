"""The organisations, groups, staff and children of the demonstration as plain data, before anything is written."""

from dataclasses import dataclass
from datetime import date

from accounts.roles import Role
from observations.demo.accounts import Account
from observations.demo.blueprints import Blueprint
from observations.demo.periods import PeriodPlan


@dataclass(frozen=True)
class RoomPlan:
    """A group as it goes on from school year to school year. ``staff`` are numbers of StaffPlan."""

    number: int
    location: int
    name: str
    kind: str
    staff: tuple[int, ...]


@dataclass(frozen=True)
class StaffPlan:
    """Somebody who works here. ``account`` is None for who cannot sign in in the demonstration."""

    number: int
    email: str
    name: tuple[str, str, str]
    role: Role
    account: Account | None = None


@dataclass(frozen=True)
class PlacementPlan:
    """A stretch of days in a room, within one school year; ``ends_on`` None is until further notice."""

    room: int
    school_year: int
    begins_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Say whether the stretch holds a day."""
        return self.begins_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class VisitPlan:
    """Coming to another room on fixed half-days, a sum of ``HalfDay``, from a day until further notice."""

    room: int
    begins_on: date
    half_days: int


@dataclass(frozen=True)
class ChildPlan:
    """A child; ``placements`` oldest first, the last one in the room it is in or left from.

    ``next_education`` is where a child that left went, a code of ``Child.NextEducation``.
    """

    number: int
    first_name: str
    infix: str
    last_name: str
    remarks: str
    birth_date: date
    gender: str
    home_language: str
    vve_from: date | None
    vve_until: date | None
    half_days_per_week: int | None
    gestation_weeks: int | None
    mentor: int
    placements: tuple[PlacementPlan, ...]
    visits: tuple[VisitPlan, ...] = ()
    next_education: str = ""

    @property
    def came_on(self) -> date:
        """The first day."""
        return self.placements[0].begins_on

    @property
    def left_on(self) -> date | None:
        """The last day; None for a child that is still here."""
        return self.placements[-1].ends_on

    @property
    def room(self) -> int:
        """The room it is in, or was in last."""
        return self.placements[-1].room

    def placement_on(self, day: date) -> PlacementPlan | None:
        """Return where the child was on a day; None before it came and after it left."""
        return next((found for found in self.placements if found.holds(day)), None)


@dataclass(frozen=True)
class OrganisationPlan:
    """An organisation, whole. Numbers are places in these tuples."""

    blueprint: Blueprint
    seed: int
    today: date
    periods: tuple[PeriodPlan, ...]
    locations: tuple[str, ...]
    rooms: tuple[RoomPlan, ...]
    staff: tuple[StaffPlan, ...]
    children: tuple[ChildPlan, ...]
