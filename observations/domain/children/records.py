"""What happens to children and groups (CHD-1, CHD-2)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from kijk.tenancy.ids import uuid7
from licensing.models import Location
from observations.models import Child, ChildFile, Group, GroupStaff, Placement
from observations.models.children import fold_name


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


_FILE_FIELDS = tuple(field.name for field in fields(ChildFile))
_DATA_FIELDS = tuple(field.name for field in fields(ChildData))


class ChildRefused(Exception):
    """The child cannot be kept so; the message says why, for who tried."""


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

    Three statements in all, whatever the number: an import is one event, not one for each child. Raises ChildRefused
    where a child of out-of-school care comes with a home language or VVE (BSO-3).
    """
    wanted = list(rows)
    for data, group, _placed_on in wanted:
        check_fields_of_group(data, group)
    children = [_build(data) for data, _group, _placed_on in wanted]
    keyring().create_subject_keys(child.pk for child in children)
    Child.objects.bulk_create(children, batch_size=1000)
    Placement.objects.bulk_create(
        [
            Placement(child=child, group=group, begins_on=placed_on)
            for child, (_data, group, placed_on) in zip(children, wanted, strict=True)
        ],
        batch_size=2000,
    )
    return children


def update_child(*, child: Child, data: ChildData) -> frozenset[str]:
    """Change what is kept of a child, and return the names of the fields that changed (none: nothing is written).

    The names are those of ChildData and, for what is sealed, of ChildFile. ``import_key`` None leaves the key the
    child has: a form knows of none. Where the VVE period or the like makes no sense the database refuses.
    """
    changed = _apply(child, data)
    if changed:
        child.save(update_fields=sorted(_columns(changed)))
        record("child.changed", about=child, data={"fields": sorted(changed)})
    return changed


def update_children(*, rows: Iterable[tuple[Child, ChildData]]) -> list[frozenset[str]]:
    """Change many children as ``update_child`` does; the caller records the event. One statement for each changed."""
    wanted = list(rows)
    keyring().load_subjects([child.pk for child, _data in wanted])
    found = []
    for child, data in wanted:
        changed = _apply(child, data)
        if changed:
            child.save(update_fields=sorted(_columns(changed)))
        found.append(changed)
    return found


def check_fields_of_group(data: ChildData, group: Group) -> None:
    """Raise ChildRefused where a child of out-of-school care comes with a home language or VVE (BSO-3)."""
    if group.kind == Group.Kind.BSO and (data.home_language or data.vve_from or data.vve_until):
        raise ChildRefused(_("Van een kind op de BSO worden thuistaal en VVE niet bijgehouden."))


def same_children(data: ChildData, *, except_for: UUID | None = None) -> list[Child]:
    """Return the children, in the archive too, with the same name and birth date: perhaps the same child.

    Names are compared without accents and capitals. Two queries, of which one only where birth dates are equal.
    """
    born = [
        found for found in Child.objects.filter(birth_date=data.birth_date).order_by("pk") if found.pk != except_for
    ]
    keyring().load_subjects([child.pk for child in born])
    wanted = fold_name(str(data.file))
    return [child for child in born if fold_name(str(child.file)) == wanted]


def data_of(child: Child) -> ChildData:
    """Return what is kept of a child, as it would come in."""
    return ChildData(**{name: getattr(child, name) for name in _DATA_FIELDS})


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


def _apply(child: Child, data: ChildData) -> frozenset[str]:
    """Set on the child what differs, and return the names of it."""
    before = child.file
    changed = {name for name in _FILE_FIELDS if getattr(before, name) != getattr(data.file, name)}
    if changed:
        child.file = data.file
    for name in _DATA_FIELDS:
        wanted, is_key = getattr(data, name), name == "import_key"
        held = getattr(child, name)
        if name == "file" or (is_key and wanted is None):
            continue
        if (bytes(held) if is_key and held is not None else held) != wanted:
            setattr(child, name, wanted)
            changed.add(name)
    return frozenset(changed)


def _columns(changed: frozenset[str]) -> set[str]:
    names = {"file" if name in _FILE_FIELDS else name for name in changed}
    return {"mentor" if name == "mentor_id" else name for name in names}
