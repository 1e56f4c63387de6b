"""Groups: making and changing one, and the list of them (CHD-2)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import PersonName, User
from accounts.roles import Right
from kijk.audit.domain import record
from licensing.models import Location
from observations.domain.children.group_staff import by_surname, running
from observations.domain.children.placements import in_force
from observations.domain.children.records import create_group
from observations.models import Group, GroupStaff, Placement
from observations.rules import groups_in_reach

_NEW_YEAR_MONTH = 8


class GroupRefused(Exception):
    """The group cannot be kept so; the message says why, for who tried."""


@dataclass(frozen=True)
class GroupData:
    """All that is kept of a group. ``school_year`` is the year it begins in."""

    location: Location
    name: str
    kind: str
    school_year: int


@dataclass(frozen=True)
class GroupLine:
    """A group with the names of who works on it now, and how many children have it as their own group today.

    ``runs_from``: the first day of its school year, for a group that is yet to begin; else None.
    """

    pk: UUID
    name: str
    kind: str
    location: str
    school_year: str
    staff: tuple[str, ...]
    children: int
    is_bso: bool
    runs_from: date | None


def school_year_of(day: date) -> int:
    """Return the school year of a day, as the year it began in: it begins on 1 August."""
    return day.year if day.month >= _NEW_YEAR_MONTH else day.year - 1


def year_in_words(school_year: int) -> str:
    """Return a school year as people write it: "2026/2027"."""
    return f"{school_year}/{school_year + 1}"


def add_group(*, data: GroupData) -> Group:
    """Make a group. Raises GroupRefused where the location has one of that name in that school year."""
    _check_name(data, except_for=None)
    return create_group(location=data.location, name=data.name, kind=data.kind, school_year=data.school_year)


def change_group(*, group: Group, data: GroupData) -> frozenset[str]:
    """Change a group, and return the names of the fields that changed. Raises GroupRefused as ``add_group``.

    What was registered keeps the location of that day: results carry their own.
    """
    _check_name(data, except_for=group)
    wanted = {"location": data.location, "name": data.name, "kind": data.kind, "school_year": data.school_year}
    changed = frozenset(name for name, value in wanted.items() if getattr(group, name) != value)
    if changed:
        for name in changed:
            setattr(group, name, wanted[name])
        group.save(update_fields=sorted(changed))
        record("group.changed", about=group, data={"fields": sorted(changed)})
    return changed


def groups_now(user: User, right: Right, *, today: date) -> QuerySet[Group]:
    """Return the groups in a right's reach of this school year, of later ones, and those where children are today."""
    found = groups_in_reach(user, right, on=today).select_related("location")
    return found.filter(Q(school_year__gte=school_year_of(today)) | _present(today))


def list_groups(user: User, *, today: date, past: bool = False) -> list[GroupLine]:
    """Return the groups the user may see; with ``past`` those of before as well.

    First those of now, that is of this school year or with children today; then those of a year that is yet to begin;
    then what was. Three queries, and one for the names of the staff.
    """
    groups = groups_now(user, Right.CHILD_READ, today=today)
    if past:
        groups = groups_in_reach(user, Right.CHILD_READ, on=today).select_related("location")
    found = list(groups.order_by(_now_first(today), "-school_year", "location__name", "name"))
    staff: dict[UUID, list[PersonName]] = {}
    working = running(GroupStaff.objects.filter(begins_on__lte=today, user__is_active=True), today)
    for row in working.filter(group__in=found).select_related("user").order_by("pk"):
        staff.setdefault(row.group_id, []).append(row.user.name)
    counts = children_in(found, today=today)
    return [
        GroupLine(
            pk=group.pk,
            name=group.name,
            kind=str(Group.Kind(group.kind).label),
            location=group.location.name,
            school_year=year_in_words(group.school_year),
            staff=tuple(map(str, sorted(staff.get(group.pk, []), key=by_surname))),
            children=counts.get(group.pk, 0),
            is_bso=group.kind == Group.Kind.BSO,
            runs_from=_runs_from(group, counts.get(group.pk, 0), today),
        )
        for group in found
    ]


def _present(today: date) -> Exists:
    return Exists(in_force(Placement.objects.filter(group=OuterRef("pk")), today))


def _now_first(today: date) -> Case:
    year = school_year_of(today)
    return Case(
        When(Q(school_year=year) | _present(today), then=Value(0)), When(school_year__gt=year, then=Value(1)), default=2
    )


def _runs_from(group: Group, children: int, today: date) -> date | None:
    is_ahead = group.school_year > school_year_of(today) and not children
    return date(group.school_year, _NEW_YEAR_MONTH, 1) if is_ahead else None


def children_in(groups: list[Group], *, today: date) -> dict[UUID, int]:
    """Return how many children have each group as their own group today; groups without any are left out."""
    placed = in_force(Placement.objects.filter(group__in=groups, is_main=True), today)
    rows = placed.filter(child__archived_on__isnull=True).values_list("group_id").annotate(count=Count("pk"))
    return dict(rows.order_by("group_id"))


def _check_name(data: GroupData, *, except_for: Group | None) -> None:
    same = Group.objects.filter(location=data.location, school_year=data.school_year, name=data.name)
    if except_for is not None:
        same = same.exclude(pk=except_for.pk)
    if same.exists():
        raise GroupRefused(_("Deze locatie heeft in dit schooljaar al een groep met deze naam."))
