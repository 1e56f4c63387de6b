"""Writing an organisation of the demonstration up to its children: locations, staff, groups and periods."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from accounts.domain.users import assign_role, create_user
from accounts.models import PersonName, TotpDevice, TotpSecret, User
from accounts.roles import STAFF_ROLES
from licensing.domain import create_location, create_organisation
from licensing.models import Location
from observations.demo.accounts import DEMO_PASSWORD
from observations.demo.blueprints import Blueprint
from observations.demo.periods import school_year_of
from observations.demo.planning import write_planning
from observations.demo.plans import OrganisationPlan, StaffPlan
from observations.domain.children.records import assign_group_staff, create_group
from observations.models import Group, RegistrationPeriod

#: Staff have been here for longer than anything in the demonstration goes back.
_YEARS_HERE = 10


@dataclass(frozen=True)
class Structure:
    """What is written of an organisation before its children: staff by number, groups by room and school year."""

    staff: dict[int, User]
    groups: dict[tuple[int, int], Group]
    periods: list[RegistrationPeriod]


def write_structure(plan: OrganisationPlan, organisation_id: UUID) -> Structure:
    """Write the organisation with locations, staff, groups and periods; its scope is open.

    What a screen would make goes through the same functions and leaves the same audit events. Groups of past school
    years are history and part of the load's own event.
    """
    _create_organisation(plan.blueprint, organisation_id)
    locations = [create_location(name=name, place=plan.blueprint.place) for name in plan.locations]
    staff = {found.number: _create_staff(found, plan.today, locations) for found in plan.staff}
    groups = _past_groups(plan, locations) | _present_groups(plan, locations, staff)
    write_planning(plan, staff=list(staff.values()))
    return Structure(staff, groups, _create_periods(plan))


def _create_organisation(blueprint: Blueprint, organisation_id: UUID) -> None:
    create_organisation(
        name=blueprint.name,
        kind=blueprint.kind,
        identifier_kind=blueprint.identifier_kind,
        identifier=blueprint.identifier,
        modules=blueprint.modules,
        domains=[blueprint.domain],
        organisation_id=organisation_id,
    )


def _create_staff(found: StaffPlan, today: date, locations: list[Location]) -> User:
    """Create a user with the role; only who has an account gets a password, for hashing one is slow on purpose."""
    account = found.account
    signed_on = date(today.year - _YEARS_HERE, 8, 1)
    user = create_user(
        email=found.email,
        name=PersonName(*found.name),
        password=DEMO_PASSWORD if account else None,
        confidentiality_signed_on=signed_on if found.role in STAFF_ROLES else None,
    )
    if account is not None and account.needs_code:
        _give_authenticator(user, account.totp_secret)
    limited = locations[0] if account is not None and account.first_location else None
    assign_role(user=user, role=found.role, begins_on=signed_on, location=limited)
    return user


def _give_authenticator(user: User, secret: str) -> None:
    device = TotpDevice(user=user, confirmed_at=timezone.now())
    device.secret = TotpSecret(secret)
    device.save(force_insert=True)


def _past_groups(plan: OrganisationPlan, locations: list[Location]) -> dict[tuple[int, int], Group]:
    """Write the groups of earlier school years that a child of today was in."""
    present = school_year_of(plan.today)
    keys = {(found.room, found.school_year) for child in plan.children for found in child.placements}
    groups = {
        (number, year): Group(
            location=locations[plan.rooms[number].location],
            name=plan.rooms[number].name,
            kind=plan.rooms[number].kind,
            school_year=year,
        )
        for number, year in sorted(keys)
        if year < present
    }
    Group.objects.bulk_create(groups.values())
    return groups


def _present_groups(
    plan: OrganisationPlan, locations: list[Location], staff: dict[int, User]
) -> dict[tuple[int, int], Group]:
    """Create this school year's groups, with who works on them."""
    year = school_year_of(plan.today)
    groups: dict[tuple[int, int], Group] = {}
    for room in plan.rooms:
        group = create_group(location=locations[room.location], name=room.name, kind=room.kind, school_year=year)
        for number in room.staff:
            assign_group_staff(group=group, user=staff[number], begins_on=date(year, 8, 1))
        groups[room.number, year] = group
    return groups


def _create_periods(plan: OrganisationPlan) -> list[RegistrationPeriod]:
    if not plan.blueprint.registers:
        return []
    periods = [
        RegistrationPeriod(name=found.name, begins_on=found.begins_on, ends_on=found.ends_on) for found in plan.periods
    ]
    return RegistrationPeriod.objects.bulk_create(periods)
