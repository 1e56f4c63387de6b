"""What is still to be registered, per group and location, with how far it is (REG-7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from kijk.encryption.keyring import keyring
from kijk.web.dutch import format_age
from observations.domain.periods.due import (
    DEVELOPMENT_KINDS,
    DueRegistration,
    DueStatus,
    due_of,
    latest_period,
    registrations_due,
)
from observations.models import Placement, Registration
from observations.rules import groups_in_reach

# The children of more groups than this are listed a group at a time.
_FEW_GROUPS = 12


@dataclass(frozen=True)
class Progress:
    """How many registrations are due: closed, begun, and not begun yet. ``late``: those whose last day has passed.

    ``beside``: how many of all these the present period does not ask for, but an age or an extra registration.
    """

    closed: int = 0
    opened: int = 0
    to_do: int = 0
    late: int = 0
    beside: int = 0

    @property
    def total(self) -> int:
        """All registrations due."""
        return self.closed + self.opened + self.to_do

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left."""
        return self.closed == self.total

    @property
    def of_period(self) -> int:
        """How many the present period asks for."""
        return self.total - self.beside

    @property
    def is_mixed(self) -> bool:
        """Say whether some are of the period and others are not: then the page says how many."""
        return 0 < self.beside < self.total

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            self.closed + other.closed,
            self.opened + other.opened,
            self.to_do + other.to_do,
            self.late + other.late,
            self.beside + other.beside,
        )


@dataclass(frozen=True)
class DueChild:
    """A registration that is not closed yet. ``status`` is "to_do" or "open"; ``why`` says what it is for, in words.

    One that serves the period and a planned age is one, and ``why`` names both.
    """

    pk: UUID
    name: str
    sort_key: tuple[str, str]
    status: str
    late: bool
    due_until: date
    why: str
    extra_id: UUID | None
    registration_id: UUID | None


@dataclass(frozen=True)
class GroupToDo:
    """A group with its progress and, where they were asked for, its children still to be registered."""

    pk: UUID
    name: str
    location: str
    location_id: UUID
    progress: Progress
    due_until: date | None
    children: tuple[DueChild, ...] = ()


@dataclass(frozen=True)
class LocationProgress:
    """A location with how far the present period is, and that alone: no ages, no extra registrations.

    ``period`` is its name, for what says so; ``progress.late`` counts all that is open after its last day.
    """

    pk: UUID
    name: str
    period: str
    progress: Progress


def groups_to_do(
    user: User, right: Right, *, today: date, location_id: UUID | None = None, with_children: bool
) -> list[GroupToDo]:
    """Return the groups a right reaches with what is due in them today, by location and name.

    Nine queries at most, whatever the number of groups and children; names are opened ``with_children`` only. Groups
    whose children are not followed with the instrument for development are not in it, nor are groups with nobody due.
    """
    placed = _placed(user, right, today=today, location_id=location_id, with_children=with_children)
    found = due_of(child_ids=[row.child_id for row in placed], today=today)
    due = {child_id: registrations_due(items) for child_id, items in found.items()}
    if with_children:
        keyring().load_subjects(
            [row.child_id for row in placed if not all(item.is_done for item in due.get(row.child_id, ()))]
        )
    by_group: dict[UUID, list[Placement]] = {}
    for row in placed:
        if due.get(row.child_id):
            by_group.setdefault(row.group_id, []).append(row)
    groups = [_group(rows, due, with_children=with_children) for rows in by_group.values()]
    return sorted(groups, key=lambda group: (group.location, group.name))


def has_few_groups(user: User, right: Right, *, today: date, location_id: UUID | None = None) -> bool:
    """Say whether the right reaches so few groups that the children of all can be listed on one page; one query."""
    groups = groups_in_reach(user, right, on=today).filter(kind__in=DEVELOPMENT_KINDS)
    if location_id is not None:
        groups = groups.filter(location=location_id)
    return groups.count() <= _FEW_GROUPS


def progress_by_location(user: User, right: Right, *, today: date) -> list[LocationProgress]:
    """Return how far the present period is at each location a right reaches, by name; two queries.

    The database counts: of twenty thousand children no row is read.
    """
    period = latest_period(today)
    if period is None:
        return []
    placed = _placements(user, right, today)
    if period.kinds:
        placed = placed.filter(group__kind__in=period.kinds)
    of_period = Registration.objects.filter(
        child=OuterRef("child_id"), period=period, extra__isnull=True, superseded=False
    )
    # What was opened again stands beside the closed version: then it is the open one that counts. Both are asked with
    # EXISTS, that the database answers for all children at once; the newest row of each child it would look up singly.
    closed = of_period.filter(status=Registration.Status.CLOSED, replaced_by__isnull=True)
    rows = (
        placed.annotate(is_closed=Exists(closed), is_begun=Exists(of_period))
        .order_by("group__location__name", "group__location")
        .values_list("group__location", "group__location__name")
        .annotate(
            total=Count("pk"), closed=Count("pk", filter=Q(is_closed=True)), begun=Count("pk", filter=Q(is_begun=True))
        )
    )
    is_over = period.ends_on < today
    return [
        LocationProgress(
            pk,
            name,
            period.name,
            Progress(closed, begun - closed, total - begun, total - closed if is_over else 0),
        )
        for pk, name, total, closed, begun in rows
    ]


def total_of(parts: Iterable[GroupToDo | LocationProgress]) -> Progress:
    """Return the progress of all together."""
    return sum((part.progress for part in parts), Progress())


def _placements(user: User, right: Right, today: date) -> QuerySet[Placement]:
    return Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        begins_on__lte=today,
        is_main=True,
        group__in=groups_in_reach(user, right, on=today).filter(kind__in=DEVELOPMENT_KINDS),
        child__archived_on__isnull=True,
    )


def _placed(user: User, right: Right, *, today: date, location_id: UUID | None, with_children: bool) -> list[Placement]:
    rows = _placements(user, right, today).select_related("group__location", *(("child",) if with_children else ()))
    return list(rows if location_id is None else rows.filter(group__location=location_id))


def _group(
    rows: Sequence[Placement], due: Mapping[UUID, Sequence[DueRegistration]], *, with_children: bool
) -> GroupToDo:
    group = rows[0].group
    items = [item for row in rows for item in due[row.child_id]]
    waiting = [item.due_until for item in items if not item.is_done]
    children = (
        [_due_child(row, item) for row in rows for item in due[row.child_id] if not item.is_done]
        if with_children
        else []
    )
    return GroupToDo(
        pk=group.pk,
        name=group.name,
        location=group.location.name,
        location_id=group.location_id,
        progress=_progress(items),
        due_until=min(waiting, default=None),
        # What was begun comes first, then what is wanted soonest.
        children=tuple(sorted(children, key=lambda row: (row.status != "open", row.due_until, row.sort_key))),
    )


def _progress(items: Sequence[DueRegistration]) -> Progress:
    closed = sum(item.is_done for item in items)
    opened = sum(not item.is_done and item.registration_id is not None for item in items)
    late = sum(item.status == DueStatus.LATE for item in items)
    beside = sum(not item.is_for_period for item in items)
    return Progress(closed, opened, len(items) - closed - opened, late, beside)


def _due_child(row: Placement, due: DueRegistration) -> DueChild:
    file = row.child.file
    return DueChild(
        pk=row.child_id,
        name=str(file),
        sort_key=file.sort_key,
        status="to_do" if due.registration_id is None else "open",
        late=due.status == DueStatus.LATE,
        due_until=due.due_until,
        why=_why(due),
        extra_id=due.extra_id,
        registration_id=due.registration_id,
    )


def _why(due: DueRegistration) -> str:
    """Name all that a registration is for: "Najaar 2026, bij 3;1 jaar"."""
    return ", ".join(
        reason.name
        if reason.planned_age_months is None
        else _("bij %(age)s jaar") % {"age": format_age(reason.planned_age_months)}
        for reason in due.reasons
    )
