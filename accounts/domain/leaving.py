"""Somebody leaves: what is still tied to them, closing the account, and opening it again (ACC-11.2, ACC-11.4).

Other apps have their say without being known here: ``settings.LEAVER_CHECKS`` names functions that return what they
have tied to the person, ``settings.LEAVER_STEPS`` functions that do their part when the account closes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.domain.colleagues import colleague_of, invitation_ends_at
from accounts.domain.invitations import resend_invitation
from accounts.domain.links import withdraw_links
from accounts.domain.role_changes import LastAdministrator, check_administrators_left, stop_assignment
from accounts.domain.sessions import end_sessions, open_sessions
from accounts.domain.users import assignment_data
from accounts.models import RoleAssignment, User, UserSession
from kijk.audit.domain import record
from kijk.drafts.models import Draft
from kijk.web.dutch import format_moment


class LeavingRefused(Exception):
    """The account cannot be closed or opened; the message says why, for who tried."""


class ManualPoint(models.TextChoices):
    """What the product cannot see, for the administrator to tick. The code is what the trail keeps."""

    HANDED_OVER = "handed_over", gettext_lazy("Een collega heeft de kinderen en de lopende registraties overgenomen.")
    RETURNED = "returned", gettext_lazy("Tablet, laptop, telefoon en sleutels zijn ingeleverd.")
    SHARED_CODES = (
        "shared_codes",
        gettext_lazy("Codes die deze collega kende, zoals die van een tablet, zijn veranderd."),
    )
    MAILBOX = "mailbox", gettext_lazy("Uw eigen ICT sluit het mailaccount van deze collega af.")


@dataclass(frozen=True)
class LeavingItem:
    """Something tied to who leaves. ``blocking``: the account cannot be closed as long as it is so."""

    text: str
    url: str = ""
    blocking: bool = False


Check = Callable[..., Iterable[LeavingItem]]


def leaving_items(*, user: User, by: User, now: datetime) -> list[LeavingItem]:
    """Return all that is tied to somebody, what blocks first. Each check takes ``user``, ``by`` and ``now``."""
    checks: list[Check] = [import_string(name) for name in settings.LEAVER_CHECKS]
    items = [item for check in checks for item in check(user=user, by=by, now=now)]
    return sorted(items, key=lambda item: not item.blocking)


def account_items(*, user: User, by: User, now: datetime) -> Iterator[LeavingItem]:
    """Yield what the account itself has: whether it can go at all, roles, sessions, an invitation, unsaved texts."""
    if user.pk == by.pk:
        yield LeavingItem(_("Dit is uw eigen account. Vraag een andere beheerder om het af te sluiten."), blocking=True)
    try:
        check_administrators_left(_running(user, timezone.localdate(now)), first_day_without=timezone.localdate(now))
    except LastAdministrator as refusal:
        yield LeavingItem(str(refusal), blocking=True)
    for role in colleague_of(user, now=now).current_roles:
        words = {"role": role.label, "where": role.where, "period": role.period}
        yield LeavingItem(_("De rol %(role)s (%(where)s, %(period)s) eindigt vandaag.") % words)
    sessions = len(open_sessions(user, now))
    if sessions:
        text = ngettext(
            "Is nu op %(count)d apparaat ingelogd. Daar is het meteen voorbij.",
            "Is nu op %(count)d apparaten ingelogd. Daar is het meteen voorbij.",
            sessions,
        )
        yield LeavingItem(text % {"count": sessions})
    invited_until = invitation_ends_at(user)
    if invited_until is not None and invited_until > now:
        text = _("De uitnodiging, die geldt tot %(moment)s, wordt ingetrokken.")
        yield LeavingItem(text % {"moment": format_moment(invited_until)})
    drafts = Draft.objects.filter(user=user, content__isnull=False).count()
    if drafts:
        text = ngettext(
            "Heeft %(count)d tekst die nog niet is bewaard. Die is na een week weg.",
            "Heeft %(count)d teksten die nog niet zijn bewaard. Die zijn na een week weg.",
            drafts,
        )
        yield LeavingItem(text % {"count": drafts})


def close_account(*, user: User, points: Collection[ManualPoint], by: User, now: datetime) -> None:
    """Close the account of somebody who leaves: nobody enters it any more, from this moment on (ACC-11.2).

    Sessions end at once, links work no more, roles end today. What the person wrote stays theirs. ``points`` are what
    the administrator ticked, and stay in the trail. A closed account stays as it is. Raises LeavingRefused, and
    LastAdministrator.
    """
    if not _take(user, active=True):
        return
    if user.pk == by.pk:
        raise LeavingRefused(_("U kunt uw eigen account niet afsluiten. Vraag een andere beheerder."))
    today = timezone.localdate(now)
    running = _running(user, today)
    check_administrators_left(running, first_day_without=today)
    for assignment in running:
        _end_today(assignment, today)
    user.is_active, user.deactivated_at = False, now
    user.save(update_fields=["is_active", "deactivated_at"])
    links = withdraw_links(user=user, now=now)
    sessions = end_sessions(user=user, reason=UserSession.EndReason.DEACTIVATED, now=now)
    for name in settings.LEAVER_STEPS:
        import_string(name)(user=user, by=by, now=now)
    counts = {"roles": len(running), "links": links, "sessions": sessions}
    record("user.deactivated", about=user, data={"points": sorted(point.value for point in points), **counts})


def reopen_account(*, user: User, by: User, now: datetime) -> None:
    """Let somebody back in who had left: by a new invitation, with a new password, and without any role.

    An account that is open stays as it is.
    """
    if not _take(user, active=False):
        return
    today = timezone.localdate(now)
    # What ended today at closing would run on until midnight.
    for assignment in _running(user, today):
        stop_assignment(assignment, today=today)
    user.is_active, user.deactivated_at = True, None
    user.locked_at, user.failed_attempts = None, 0
    user.set_password(None)
    columns = ["is_active", "deactivated_at", "locked_at", "failed_attempts", "password", "password_changed_at"]
    user.save(update_fields=columns)
    record("user.reopened", about=user)
    resend_invitation(user=user, by=by, now=now)


def _take(user: User, *, active: bool) -> bool:
    """Lock the account's row, and say whether it is as the caller believes: a second click finds it changed."""
    found = User.objects.select_for_update().filter(pk=user.pk, is_active=active)
    return bool(list(found.values_list("pk", flat=True)))


def _running(user: User, today: date) -> list[RoleAssignment]:
    """Return the roles somebody has today or later."""
    rows = RoleAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), user=user)
    return list(rows.order_by("begins_on", "pk"))


def _end_today(assignment: RoleAssignment, today: date) -> None:
    if assignment.begins_on > today:
        stop_assignment(assignment, today=today)
        return
    if assignment.ends_on != today:
        assignment.ends_on = today
        assignment.save(update_fields=["ends_on"])
    record("role.ended", about=assignment.user, data=assignment_data(assignment))
