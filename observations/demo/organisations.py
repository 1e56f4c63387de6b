"""From blueprint to organisation: locations, rooms, staff with their roles, and the children in them. Pure."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from accounts.roles import Role
from observations.demo.accounts import Account, accounts_of
from observations.demo.blueprints import BLUEPRINTS, Blueprint, RoomBlueprint
from observations.demo.chance import stream
from observations.demo.data_files import read_data
from observations.demo.names import invent_staff_name
from observations.demo.periods import periods_of
from observations.demo.plans import OrganisationPlan, RoomPlan, StaffPlan
from observations.demo.pupils import children_of

#: Two colleagues a group: whom one misses on a Monday the other sees.
_STAFF_A_ROOM = 2
_LARGEST_SCALE = 1000


def plan_organisations(*, seed: int, scale: float, today: date) -> Iterator[OrganisationPlan]:
    """Yield the organisations of the demonstration; the same arguments give equal plans.

    ``scale`` multiplies the number of locations (below one location it makes the groups smaller).
    Raises ValueError for a scale that is not above 0.
    """
    for blueprint in BLUEPRINTS:
        yield plan_organisation(blueprint, seed=seed, scale=scale, today=today)


def check_scale(scale: float) -> None:
    """Raise ValueError for a scale that makes nothing, or more than any machine holds."""
    if not 0 < scale <= _LARGEST_SCALE:
        raise ValueError(f"a scale is above 0 and at most {_LARGEST_SCALE}: {scale}")


def plan_organisation(blueprint: Blueprint, *, seed: int, scale: float, today: date) -> OrganisationPlan:
    """Return one organisation of the demonstration; errors as ``plan_organisations``."""
    check_scale(scale)
    count = max(1, round(blueprint.locations * scale)) if blueprint.locations else 0
    locations = tuple(_location_name(number) for number in range(count))
    accounts = accounts_of(blueprint.key)
    rooms = tuple(_rooms(blueprint, count, accounts))
    size = blueprint.locations * scale / count if count else 0.0
    children = children_of(blueprint, rooms, seed=seed, today=today, size=size, left=round(blueprint.left * scale))
    return OrganisationPlan(
        blueprint=blueprint,
        seed=seed,
        today=today,
        periods=periods_of(today),
        locations=locations,
        rooms=rooms,
        staff=tuple(_staff(blueprint, rooms, accounts, seed)),
        children=children,
    )


def _location_name(number: int) -> str:
    return _nth(_places()["locations"], number)


@cache
def _places() -> Any:
    return read_data("places")


def _nth(names: list[str], number: int) -> str:
    turn, place = divmod(number, len(names))
    return names[place] if turn == 0 else f"{names[place]} {turn + 1}"


def _rooms(blueprint: Blueprint, locations: int, accounts: tuple[Account, ...]) -> Iterator[RoomPlan]:
    """Yield the rooms, location by location. Staff numbers begin with the accounts, group staff first."""
    number, next_staff = 0, len(accounts)
    for location in range(locations):
        for place, room in enumerate(blueprint.rooms):
            own = [0] if number in blueprint.account_rooms else []
            new = range(next_staff, next_staff + _STAFF_A_ROOM - len(own))
            next_staff = new.stop
            yield RoomPlan(number, location, _room_name(blueprint, room, location, place), room.kind, (*own, *new))
            number += 1


def _room_name(blueprint: Blueprint, room: RoomBlueprint, location: int, place: int) -> str:
    same_kind = [other for other in blueprint.rooms if other.kind == room.kind]
    earlier = sum(other.kind == room.kind for other in blueprint.rooms[:place])
    return _nth(_places()["groups"][room.kind], earlier if len(same_kind) > 1 else location)


def _staff(
    blueprint: Blueprint, rooms: tuple[RoomPlan, ...], accounts: tuple[Account, ...], seed: int
) -> Iterator[StaffPlan]:
    """Yield the accounts, then the group staff without one; the first account of group staff is number 0."""
    taken = {" ".join(account.name) for account in accounts}
    addresses: set[str] = set()
    for number, account in enumerate(accounts):
        yield StaffPlan(number, account.email, account.name, account.role, account)
    chance = stream(seed, blueprint.key, "staff")
    last = max((number for room in rooms for number in room.staff), default=-1)
    for number in range(len(accounts), last + 1):
        name = invent_staff_name(chance, taken)
        yield StaffPlan(number, _address(name, blueprint, addresses), name, Role.GROUP_STAFF)


def _address(name: tuple[str, str, str], blueprint: Blueprint, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", ".".join(part for part in name if part).lower())
    local_part = "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter == "."))
    address, turn = f"{local_part}@{blueprint.domain}", 1
    while address in taken:
        turn += 1
        address = f"{local_part}{turn}@{blueprint.domain}"
    taken.add(address)
    return address
