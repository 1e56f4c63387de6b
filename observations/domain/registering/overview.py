"""The children somebody works with, how far each is in the present period, and when it was last written about."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max, Q

from accounts.models import User
from accounts.roles import Right
from kijk.encryption.keyring import keyring
from observations.models import Child, Note, Placement, Registration, RegistrationPeriod
from observations.rules import groups_in_reach

# A child nobody wrote about for four weeks is one to look at: a signal about us, not about the child.
NOT_SEEN_AFTER = timedelta(weeks=4)

TO_DO, OPEN, CLOSED = "to_do", "open", "closed"


@dataclass(frozen=True)
class ChildRow:
    """A child as a list shows it. ``status`` is about the present registration period: to_do, open or closed.

    ``sort_key`` is the surname and the first name, without accents.
    """

    pk: UUID
    name: str
    first_name: str
    sort_key: tuple[str, str]
    birth_date: date
    group: str
    group_id: UUID
    status: str
    registration_id: UUID | None
    last_note_on: date | None

    def seen_lately(self, today: date) -> bool:
        """Say whether a note was written about the child in the last four weeks."""
        return self.last_note_on is not None and self.last_note_on >= today - NOT_SEEN_AFTER


def current_period(today: date) -> RegistrationPeriod | None:
    """Return the registration period of a day: the one it falls in, else the last one that ended, else None."""
    begun = RegistrationPeriod.objects.filter(begins_on__lte=today)
    return begun.order_by("-begins_on").first()


def children_of(user: User, *, right: Right, today: date, period: RegistrationPeriod | None = None) -> list[ChildRow]:
    """Return the children a right reaches today, in the Dutch order of their names (UX-1).

    A child is listed under the group of its main placement, with its registration in ``period``. Names are sealed,
    so the order is made here.
    """
    placements = list(
        Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), begins_on__lte=today, is_main=True)
        .filter(group__in=groups_in_reach(user, right, on=today), child__archived_on__isnull=True)
        .select_related("child", "group")
    )
    ids = [placement.child_id for placement in placements]
    keyring().load_subjects(ids)
    statuses = _statuses(ids, period)
    last_notes = _last_notes(ids)
    ordered = sorted(placements, key=lambda placement: placement.child.file.sort_key)
    return [_row(placement, statuses, last_notes) for placement in ordered]


def _statuses(ids: list[UUID], period: RegistrationPeriod | None) -> dict[UUID, tuple[str, UUID]]:
    """Return per child its registration in the period; an open one counts before a closed one."""
    if period is None:
        return {}
    rows = Registration.objects.filter(period=period, child_id__in=ids, superseded=False)
    found: dict[UUID, tuple[str, UUID]] = {}
    for child_id, status, pk in rows.order_by("status").values_list("child_id", "status", "pk"):
        # "closed" sorts before "open": the open one, written last, stays.
        found[child_id] = (status, pk)
    return found


def _last_notes(ids: list[UUID]) -> dict[UUID, date]:
    rows = Note.objects.filter(child_id__in=ids).values_list("child_id").annotate(last=Max("observed_on"))
    return dict(rows.order_by("child_id"))


def _row(placement: Placement, statuses: dict[UUID, tuple[str, UUID]], last_notes: dict[UUID, date]) -> ChildRow:
    child: Child = placement.child
    status, registration_id = statuses.get(child.pk, (TO_DO, None))
    file = child.file
    return ChildRow(
        pk=child.pk,
        name=str(file),
        first_name=file.first_name,
        sort_key=file.sort_key,
        birth_date=child.birth_date,
        group=placement.group.name,
        group_id=placement.group_id,
        status=status,
        registration_id=registration_id,
        last_note_on=last_notes.get(child.pk),
    )
