"""The children of an organisation: who they are, and in which room from which day. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from observations.demo.blueprints import Blueprint, RoomBlueprint
from observations.demo.chance import pick, stream
from observations.demo.data_files import read_data
from observations.demo.names import InventedChild, invent_child, speaks_another_language
from observations.demo.periods import birthday, months_after, school_year_of
from observations.demo.plans import ChildPlan, PlacementPlan, RoomPlan, VisitPlan
from observations.models import Child, Group, HalfDay

_DAYS_A_MONTH = 30.4375
_VVE_FROM_MONTHS = 30
_TO_TODDLERS_MONTHS = 24
_SCHOOL_AGE = 4
_IN_CARE = {Group.Kind.BABY, Group.Kind.TODDLER, Group.Kind.VVE}
#: Half-days a week by kind of group, with weights; none for a school, where everybody comes every day.
_HALF_DAYS: dict[str, dict[int, float]] = {
    Group.Kind.BABY: {2: 1, 4: 4, 6: 3, 8: 1},
    Group.Kind.TODDLER: {2: 1, 4: 4, 5: 1, 6: 3, 8: 1},
    Group.Kind.VVE: {4: 5, 5: 2, 6: 1},
    Group.Kind.BSO: {1: 1, 2: 3, 3: 2, 4: 1},
}


#: Where the children who left went.
_NEXT_EDUCATION: dict[str, float] = {
    Child.NextEducation.PRIMARY: 17,
    Child.NextEducation.SPECIAL: 1,
    Child.NextEducation.UNKNOWN: 2,
}
#: Which kinds of room take in a guest from another kind.
_HOSTS: dict[str, frozenset[str]] = {
    Group.Kind.TODDLER: frozenset({Group.Kind.TODDLER, Group.Kind.VVE}),
    Group.Kind.VVE: frozenset({Group.Kind.TODDLER, Group.Kind.VVE}),
    Group.Kind.INFANTS: frozenset({Group.Kind.INFANTS}),
}
#: One in so many comes to another room of the location too, or came from another location this school year.
_VISITS, _MOVED = 1 / 12, 1 / 20
_SETTLED_DAYS = 20


@dataclass(frozen=True)
class _Stay:
    """A child's time in the organisation; ``last`` is the day it left, or today."""

    came_on: date
    left_on: date | None
    last: date


def children_of(
    blueprint: Blueprint, rooms: Sequence[RoomPlan], *, seed: int, today: date, size: float, left: int
) -> tuple[ChildPlan, ...]:
    """Return the children of all rooms, then the ``left`` ones who went to school in the last year.

    ``size`` multiplies the number of children in each room.
    """
    places = list(_places(blueprint, rooms, size, left))
    taken: set[str] = set()
    plans = [
        _child(
            number, room, kind, rooms, taken, has_left=has_left, today=today, chance=stream(seed, blueprint.key, number)
        )
        for number, (room, kind, has_left) in enumerate(places)
    ]
    # Streams of their own, so that these few change nothing of the others.
    return tuple(
        _about(plan, rooms, today=today, chance=stream(seed, blueprint.key, plan.number, "places")) for plan in plans
    )


def _about(child: ChildPlan, rooms: Sequence[RoomPlan], *, today: date, chance: Random) -> ChildPlan:
    """Return the child with what few have: a visit to another room, a move from another location, a next school."""
    if child.left_on is not None:
        return replace(child, next_education=pick(chance, _NEXT_EDUCATION))
    moves, visits = chance.random() < _MOVED, chance.random() < _VISITS
    return replace(
        child,
        placements=_moved(child, rooms, today, chance) if moves else child.placements,
        visits=_visits(child, rooms, today, chance) if visits else (),
    )


def _moved(child: ChildPlan, rooms: Sequence[RoomPlan], today: date, chance: Random) -> tuple[PlacementPlan, ...]:
    """Return the placements of a child that came from a room of the same kind elsewhere, where there is one."""
    last, here = child.placements[-1], rooms[child.room]
    others = [room for room in rooms if room.kind == here.kind and room.location != here.location]
    days = (today - last.begins_on).days
    if not others or days <= 2 * _SETTLED_DAYS:
        return child.placements
    moved_on = last.begins_on + timedelta(days=chance.randint(_SETTLED_DAYS, days - _SETTLED_DAYS))
    before = replace(last, room=chance.choice(others).number, ends_on=moved_on - timedelta(days=1))
    return (*child.placements[:-1], before, replace(last, begins_on=moved_on))


def _visits(child: ChildPlan, rooms: Sequence[RoomPlan], today: date, chance: Random) -> tuple[VisitPlan, ...]:
    """Return a visit on one or two half-days to another room of the location for children of about that age."""
    here = rooms[child.room]
    others = [
        room
        for room in rooms
        if room.location == here.location and room.number != here.number and room.kind in _HOSTS.get(here.kind, ())
    ]
    if not others:
        return ()
    half_days = sum(chance.sample(list(HalfDay), chance.choice((1, 1, 2))))
    begins_on = max(child.placements[-1].begins_on, today - timedelta(days=chance.randint(10, 90)))
    return (VisitPlan(chance.choice(others).number, begins_on, half_days),)


def _places(
    blueprint: Blueprint, rooms: Sequence[RoomPlan], size: float, left: int
) -> Iterator[tuple[RoomPlan, RoomBlueprint, bool]]:
    """Yield a room for each child, and whether the child has left it."""
    kinds = len(blueprint.rooms)
    for room in rooms:
        kind = blueprint.rooms[room.number % kinds]
        for _ in range(max(2, round(kind.children * size))):
            yield room, kind, False
    leaving = [room for room in rooms if room.kind in {Group.Kind.TODDLER, Group.Kind.VVE}]
    for number in range(left if leaving else 0):
        room = leaving[number % len(leaving)]
        yield room, blueprint.rooms[room.number % kinds], True


def _child(
    number: int,
    room: RoomPlan,
    kind: RoomBlueprint,
    rooms: Sequence[RoomPlan],
    taken: set[str],
    *,
    has_left: bool,
    today: date,
    chance: Random,
) -> ChildPlan:
    who = invent_child(chance, taken, dutch_speaking=0.0 if kind.vve > 0.5 else 0.35)
    months = chance.uniform(49, 59) if has_left else chance.uniform(kind.youngest, kind.oldest)
    born_on = today - timedelta(days=round(months * _DAYS_A_MONTH))
    left_on = birthday(born_on, _SCHOOL_AGE) if has_left else None
    babies = _babies_at(room, rooms)
    stay = _Stay(_came_on(born_on, room, babies, left_on or today, chance), left_on, left_on or today)
    vve_from = months_after(born_on, _VVE_FROM_MONTHS)
    vve = _has_vve(who, kind, chance) and vve_from <= stay.last
    return ChildPlan(
        number=number,
        first_name=who.first_name,
        infix=who.infix,
        last_name=who.last_name,
        remarks=chance.choice(_remarks()[kind.kind]) if chance.random() < 0.15 else "",
        birth_date=born_on,
        gender=who.gender,
        home_language="" if kind.kind == Group.Kind.BSO else who.home_language,
        vve_from=vve_from if vve else None,
        vve_until=left_on if vve else None,
        half_days_per_week=pick(chance, _HALF_DAYS[kind.kind]) if kind.kind in _HALF_DAYS else None,
        gestation_weeks=_gestation(chance) if kind.kind in _IN_CARE else None,
        mentor=chance.choice(room.staff),
        placements=tuple(_placements(born_on, stay, room, babies)),
    )


@cache
def _remarks() -> Any:
    return read_data("remarks")


def _came_on(born_on: date, room: RoomPlan, babies: RoomPlan | None, last: date, chance: Random) -> date:
    """Return a child's first day: as a baby where there is a room for babies, at two, four or later elsewhere."""
    if room.kind == Group.Kind.INFANTS:
        began = birthday(born_on, _SCHOOL_AGE)
    elif room.kind == Group.Kind.BSO:
        began = max(months_after(born_on, 48), last - timedelta(days=chance.randint(30, 600)))
    elif room.kind == Group.Kind.BABY or (babies is not None and chance.random() < 0.6):
        began = months_after(born_on, chance.triangular(2.6, 14, 4))
    else:
        began = months_after(born_on, chance.triangular(24, 33, 25 if room.kind == Group.Kind.TODDLER else 29))
    # Nobody comes after the last day; who is as young as that began only just now.
    return min(began, last - timedelta(days=chance.randint(5, 40)))


def _babies_at(room: RoomPlan, rooms: Sequence[RoomPlan]) -> RoomPlan | None:
    """Return the room for babies at the same location, where there is one."""
    at_location = (found for found in rooms if found.location == room.location)
    return next((found for found in at_location if found.kind == Group.Kind.BABY), None)


def _placements(born_on: date, stay: _Stay, room: RoomPlan, babies: RoomPlan | None) -> Iterator[PlacementPlan]:
    """Yield the stretches from the first day on: a new one each school year, and at two from babies to toddlers."""
    turns_two = months_after(born_on, _TO_TODDLERS_MONTHS)
    last, begins_on = stay.last, stay.came_on
    while begins_on <= last:
        young = babies is not None and begins_on < turns_two
        ends = [date(school_year_of(begins_on) + 1, 7, 31)]
        if young and room.kind != Group.Kind.BABY:
            ends.append(turns_two - timedelta(days=1))
        ends_on = min(ends)
        held_in = babies if young and babies is not None else room
        final = stay.left_on if ends_on >= last else ends_on
        yield PlacementPlan(held_in.number, school_year_of(begins_on), begins_on, final)
        begins_on = ends_on + timedelta(days=1)


def _has_vve(who: InventedChild, kind: RoomBlueprint, chance: Random) -> bool:
    """Say whether a child has a VVE indication: more often where another language is spoken at home."""
    likely = kind.vve + (0.2 if speaks_another_language(who.home_language) else -0.05)
    return bool(kind.vve) and chance.random() < likely


def _gestation(chance: Random) -> int | None:
    """Return weeks of gestation of a child born too early, one in sixteen; not kept of others, where it serves nothing."""
    return round(chance.triangular(27, 36, 35)) if chance.random() < 1 / 16 else None
