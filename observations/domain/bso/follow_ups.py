"""What is done after a measurement: what, by whom, by when, and whether it is done (BSO-2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.bso.measuring import BsoRefused
from observations.domain.entries import entry_of
from observations.models import BsoFollowUp, BsoRegistration, Child, FollowUpText, GroupStaff

MAX_TEXT = 1000


@dataclass(frozen=True, repr=False)
class FollowUpView:
    """A follow-up action as a screen shows it. ``is_late``: not done, and its day is behind us."""

    pk: UUID
    text: str
    responsible: str
    due_on: date
    done_on: date | None
    done_by: str
    is_late: bool


def people_for(registration: BsoRegistration, *, today: date, by: User) -> list[tuple[UUID, str]]:
    """Return who can do it: who works on the child's group now, the mentor, and the person who asks, by name."""
    here = GroupStaff.objects.filter(group=registration.group_id, begins_on__lte=today, user__is_active=True)
    here = here.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).select_related("user")
    people = {row.user_id: row.user for row in here} | {by.pk: by}
    mentor = registration.child.mentor
    if mentor is not None and mentor.is_active:
        people[mentor.pk] = mentor
    return sorted(((pk, user.get_full_name()) for pk, user in people.items()), key=lambda pair: pair[1])


def write_follow_up(
    *,
    registration: BsoRegistration,
    text: str,
    responsible_id: UUID,
    due_on: date,
    entry_id: UUID,
    by: User,
    now: datetime,
    today: date,
) -> bool:
    """Keep a follow-up action, and say whether it is new: the same ``entry_id`` again keeps nothing twice.

    Raises BsoRefused for an empty or too long text, somebody who cannot do it, and a day that is behind us.
    """
    text = text.strip()
    if not text:
        raise BsoRefused(_("Schrijf op wat u gaat doen."))
    if len(text) > MAX_TEXT:
        raise BsoRefused(_("De tekst is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    if responsible_id not in dict(people_for(registration, today=today, by=by)):
        raise BsoRefused(_("Kies iemand uit de lijst."))
    if due_on < today:
        raise BsoRefused(_("Deze dag is al voorbij. Kies vandaag of later."))
    # Two taps at the same moment come one after the other, and the second sees what the first kept.
    Child.objects.select_for_update(no_key=True).get(pk=registration.child_id)
    entry_id, is_kept = entry_of(BsoFollowUp.objects.all(), entry_id, FollowUpText(text))
    if is_kept:
        return False
    made = BsoFollowUp(
        registration=registration,
        child_id=registration.child_id,
        entry_id=entry_id,
        responsible_id=responsible_id,
        due_on=due_on,
        written_by=by,
        written_at=now,
    )
    made.content = FollowUpText(text)
    made.save()
    record("bso.follow_up_written", about=registration, data={"follow_up": str(made.pk)})
    return True


def set_done(*, follow_up: BsoFollowUp, done: bool, by: User, today: date) -> None:
    """Mark a follow-up action as done, or as not done after all; twice is once."""
    locked = BsoFollowUp.objects.select_for_update(of=("self",)).select_related("registration").get(pk=follow_up.pk)
    if (locked.done_on is not None) == done:
        return
    locked.done_on, locked.done_by = (today, by) if done else (None, None)
    locked.save(update_fields=["done_on", "done_by"])
    action = "bso.follow_up_done" if done else "bso.follow_up_undone"
    record(action, about=locked.registration, data={"follow_up": str(locked.pk)})


def follow_ups_of(registration: BsoRegistration, *, today: date) -> list[FollowUpView]:
    """Return the follow-up actions of a measurement, the soonest first; one query."""
    rows = written_after(registration).select_related("responsible", "done_by")
    return [_view(row, today) for row in rows.order_by("due_on", "written_at")]


def written_after(registration: BsoRegistration) -> QuerySet[BsoFollowUp]:
    """Return the follow-up actions of a measurement in whatever version of it they were written."""
    return BsoFollowUp.objects.filter(child=registration.child_id, registration__observed_on=registration.observed_on)


def _view(row: BsoFollowUp, today: date) -> FollowUpView:
    return FollowUpView(
        pk=row.pk,
        text=row.content.text,
        responsible=row.responsible.get_full_name(),
        due_on=row.due_on,
        done_on=row.done_on,
        done_by=row.done_by.get_full_name() if row.done_by else "",
        is_late=row.done_on is None and row.due_on < today,
    )
