"""Roles as an administrator gives, ends and prolongs them (ACC-9.8, ACC-9.12, ACC-12).

A role runs from its first day to its last, both included. What is given works from the person's next request on; what
is taken away ends the person's sessions at once. An organisation is never left without an administrator.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.sessions import end_sessions
from accounts.domain.users import assign_role, assignment_data
from accounts.models import RoleAssignment, User, UserSession
from accounts.roles import ROLE_TABLE, Role
from kijk.audit.domain import record
from licensing.domain import current_organisation
from licensing.models import Location
from licensing.modules import Module

_DAY = timedelta(days=1)


class RoleRefused(Exception):
    """The change of a role is not possible; the message says why, for who tried."""


class LastAdministrator(RoleRefused):
    """Nobody would be left to administer the organisation."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Dit is de laatste beheerder van uw organisatie. Geef eerst iemand anders de rol beheerder, "
                "zonder einddatum, en laat die inloggen."
            )
        )


class OwnRoleNeedsConfirmation(RoleRefused):
    """An administrator is about to give up their own role."""

    def __init__(self) -> None:
        super().__init__(
            _("Dit is uw eigen rol als beheerder. Bevestig dat u die opgeeft: u kunt dit daarna niet zelf herstellen.")
        )


def give_role(
    *,
    user: User,
    role: Role,
    begins_on: date,
    ends_on: date | None = None,
    location: Location | None = None,
    module: str = "",
) -> RoleAssignment:
    """Give somebody a role; the very same role, given twice at once, is given once.

    Raises RoleRefused when it makes no sense or overlaps one they have, RoleNotHere when the organisation has no such
    role, and ConfidentialityMissing (ACC-1.3).
    """
    _lock_account(user)
    _check_open(user)
    _check_days(begins_on, ends_on)
    _check_module(role, module)
    wanted = RoleAssignment(
        user=user, role=role, begins_on=begins_on, ends_on=ends_on, location=location, module=module
    )
    overlapping = _overlapping(wanted)
    if overlapping is None:
        return assign_role(user=user, role=role, begins_on=begins_on, ends_on=ends_on, location=location, module=module)
    if (overlapping.begins_on, overlapping.ends_on) != (begins_on, ends_on):
        raise RoleRefused(_("Deze collega heeft deze rol al in (een deel van) deze periode. Pas die rol aan."))
    return overlapping


def change_role_end(
    *, assignment: RoleAssignment, ends_on: date | None, by: User, now: datetime, own_confirmed: bool = False
) -> None:
    """Set the last day of a role, today or later; None: until further notice. Also undoes an earlier end.

    Raises RoleRefused (LastAdministrator, OwnRoleNeedsConfirmation).
    """
    today = timezone.localdate(now)
    if ends_on == assignment.ends_on:
        return
    if ends_on is not None and ends_on < today:
        raise RoleRefused(_("Deze dag is al voorbij. Kies vandaag of later, of laat de rol nu meteen eindigen."))
    _lock_account(assignment.user)
    _check_open(assignment.user)
    _check_days(assignment.begins_on, ends_on)
    if _is_sooner(ends_on, assignment.ends_on):
        _check_may_lose(assignment, first_day_without=(ends_on or today) + _DAY, by=by, own_confirmed=own_confirmed)
    before, assignment.ends_on = assignment.ends_on, ends_on
    if _overlapping(assignment) is not None:
        assignment.ends_on = before
        raise RoleRefused(_("Deze collega heeft deze rol al in (een deel van) deze periode. Pas die rol aan."))
    assignment.save(update_fields=["ends_on"])
    data = assignment_data(assignment) | {"before": before.isoformat() if before else None}
    record("role.end_changed", about=assignment.user, data=data)


def end_role(*, assignment: RoleAssignment, by: User, now: datetime, own_confirmed: bool = False) -> None:
    """Take a role away at once, and end the person's sessions with it (ACC-12).

    A role that began today or has still to begin was never a day in force: its row goes, its events stay. Raises
    RoleRefused (LastAdministrator, OwnRoleNeedsConfirmation).
    """
    today = timezone.localdate(now)
    if assignment.ends_on is not None and assignment.ends_on < today:
        return
    _check_may_lose(assignment, first_day_without=today, by=by, own_confirmed=own_confirmed)
    user, was_in_force = assignment.user, assignment.begins_on <= today
    stop_assignment(assignment, today=today)
    if was_in_force:
        end_sessions(user=user, reason=UserSession.EndReason.ROLES, now=now)


def stop_assignment(assignment: RoleAssignment, *, today: date) -> None:
    """Let a role be over today, with its event: for who has seen to it that it may. The row goes where it never ran."""
    record("role.ended", about=assignment.user, data=assignment_data(assignment))
    if assignment.begins_on >= today:
        assignment.delete()
        return
    assignment.ends_on = today - _DAY
    assignment.save(update_fields=["ends_on"])


def is_administrator(user: User, on: date) -> bool:
    """Say whether somebody is an administrator on a day, today's lock or not. One query."""
    return in_force(RoleAssignment.objects.filter(user=user, role=Role.ADMINISTRATOR), on).exists()


def in_force(assignments: QuerySet[RoleAssignment], on: date) -> QuerySet[RoleAssignment]:
    """Return those of the assignments that are in force on a day."""
    return assignments.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), begins_on__lte=on)


def check_administrators_left(losing: Iterable[RoleAssignment], *, first_day_without: date) -> None:
    """Raise LastAdministrator when nobody could administer the organisation without these roles from a day on.

    Somebody must be administrator on that day, and where one of the roles had no end, somebody else without an end
    too. Who has never signed in does not count: that invitation may never be taken up. The roles of all
    administrators are locked until the transaction ends, so that two cannot remove each other at the same moment.
    """
    lost = [each for each in losing if each.role == Role.ADMINISTRATOR and _runs_on(each, first_day_without)]
    if not lost:
        return
    administrators = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR)
    list(administrators.select_for_update().order_by("pk").values_list("pk", flat=True))
    has_been_in = Q(user__last_login__isnull=False) | Q(user__password_changed_at__isnull=False)
    others = administrators.filter(has_been_in, user__is_active=True).exclude(pk__in=[each.pk for each in lost])
    lasting = all(each.ends_on is not None for each in lost) or others.filter(ends_on__isnull=True).exists()
    if not lasting or not in_force(others, first_day_without).exists():
        raise LastAdministrator


def _check_may_lose(assignment: RoleAssignment, *, first_day_without: date, by: User, own_confirmed: bool) -> None:
    if assignment.role != Role.ADMINISTRATOR:
        return
    check_administrators_left([assignment], first_day_without=first_day_without)
    if assignment.user_id == by.pk and not own_confirmed:
        raise OwnRoleNeedsConfirmation


def _lock_account(user: User) -> None:
    # Two clicks at the same moment come one after the other, and the second sees what the first did.
    list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk", flat=True))


def _check_open(user: User) -> None:
    if not user.is_active:
        raise RoleRefused(_("Dit account is afgesloten. Open het eerst weer; daarna kunt u rollen geven."))


def _check_days(begins_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < begins_on:
        raise RoleRefused(_("De laatste dag ligt voor de eerste."))


def _check_module(role: Role, module: str) -> None:
    if not module:
        return
    if module not in current_organisation().modules:
        raise RoleRefused(_("Dit onderdeel staat niet aan voor uw organisatie."))
    if all(right.module is None or right.module.value != module for right in ROLE_TABLE[role]):
        words = {"role": role.label, "module": Module(module).label}
        raise RoleRefused(_("De rol %(role)s heeft geen rechten in %(module)s. Kies een ander onderdeel.") % words)


def _overlapping(wanted: RoleAssignment) -> RoleAssignment | None:
    """Return a role of the same person, of the same kind, place and module, that shares a day with this one."""
    same = RoleAssignment.objects.filter(
        user=wanted.user, role=wanted.role, location=wanted.location, module=wanted.module
    ).exclude(pk=wanted.pk)
    if wanted.ends_on is not None:
        same = same.filter(begins_on__lte=wanted.ends_on)
    return same.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=wanted.begins_on)).order_by("begins_on").first()


def _is_sooner(ends_on: date | None, before: date | None) -> bool:
    return ends_on is not None and (before is None or ends_on < before)


def _runs_on(assignment: RoleAssignment, day: date) -> bool:
    return assignment.ends_on is None or assignment.ends_on >= day
