"""What happens to children and groups (CHD-1, CHD-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from kijk.tenancy.ids import uuid7
from licensing.models import Location
from observations.models import Child, ChildFile, Group, GroupStaff, Placement


@dataclass(frozen=True)
class ChildData:
    """All that is kept of a child, as it comes in."""

    file: ChildFile
    birth_date: date
    gender: str = Child.Gender.UNSPECIFIED
    home_language: str = ""
    vve_from: date | None = None
    vve_until: date | None = None
    half_days_per_week: int | None = None
    gestation_weeks: int | None = None
    mentor_id: UUID | None = None
    import_key: bytes | None = None


def create_group(*, location: Location, name: str, kind: str, school_year: int) -> Group:
    """Create a group at a location for a school year (the year it begins in)."""
    group = Group.objects.create(location=location, name=name, kind=kind, school_year=school_year)
    record("group.created", about=group)
    return group


def assign_group_staff(*, group: Group, user: User, begins_on: date, ends_on: date | None = None) -> GroupStaff:
    """Let a user work on a group from a day on."""
    staff = GroupStaff.objects.create(group=group, user=user, begins_on=begins_on, ends_on=ends_on)
    days = {"begins_on": begins_on.isoformat(), "ends_on": ends_on.isoformat() if ends_on else None}
    record("group_staff.assigned", about=group, data={"user": str(user.pk), **days})
    return staff


def create_child(*, data: ChildData, group: Group, placed_on: date) -> Child:
    """Create a child, with its key, and place it in its main group."""
    child = create_children(rows=[(data, group, placed_on)])[0]
    record("child.created", about=child)
    return child


def create_children(*, rows: Iterable[tuple[ChildData, Group, date]]) -> list[Child]:
    """Create many children, each placed in its main group from a day; the caller records the event.

    Three statements in all, whatever the number: an import is one event, not one for each child.
    """
    wanted = list(rows)
    children = [_build(data) for data, _, _ in wanted]
    keyring().create_subject_keys(child.pk for child in children)
    Child.objects.bulk_create(children, batch_size=1000)
    Placement.objects.bulk_create(
        [
            Placement(child=child, group=group, begins_on=placed_on)
            for child, (_, group, placed_on) in zip(children, wanted, strict=True)
        ],
        batch_size=2000,
    )
    return children


def main_placement(child: Child, on: date) -> Placement | None:
    """Return the child's placement in its main group on a day, with the group, or None (CHD-2)."""
    placements = Placement.objects.filter(child=child, is_main=True, begins_on__lte=on).select_related("group")
    return placements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).order_by("-begins_on").first()


def _build(data: ChildData) -> Child:
    child = Child(
        id=uuid7(),
        birth_date=data.birth_date,
        gender=data.gender,
        home_language=data.home_language,
        vve_from=data.vve_from,
        vve_until=data.vve_until,
        half_days_per_week=data.half_days_per_week,
        gestation_weeks=data.gestation_weeks,
        mentor_id=data.mentor_id,
        import_key=data.import_key,
    )
    child.file = data.file
    return child
