"""What Bazalt's secretariat does for an organisation whose administrator cannot get in (ACC-5, ACC-7).

Each act opens the organisation's scope for itself, leaves its event in that organisation's own trail with the role
it was done in, and is told to the administrator by e-mail. No scope may be open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.backend import find_by_email, find_by_id
from accounts.domain.attempts import unlock
from accounts.domain.messages import tell_account_unlocked, tell_networks_suspended
from accounts.domain.policy import current_policy, hold_policy
from accounts.domain.second_factor import factors_of, reset_second_factor
from accounts.models import SignInPolicy, User
from accounts.roles import ROLE_TABLE, Right, Role
from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope
from licensing.domain import current_organisation


class NotAnAdministrator(Exception):
    """The account is none of an organisation's administrators: the secretariat opens no others (SUP-1)."""


class Identified(models.TextChoices):
    """How the secretariat made sure whom it is helping."""

    CALLED_BACK = "called_back", _("teruggebeld op het nummer dat bij de licentie staat")
    HOLDER = "holder", _("op schriftelijk verzoek van de licentiehouder")


@dataclass(frozen=True)
class AdministratorFound:
    """An administrator as the secretariat sees one: the account's state, and nothing of the organisation's work."""

    id: UUID
    email: str
    organisation: str
    locked: bool
    second_factor: bool
    networks: int
    networks_suspended_until: datetime | None


@dataclass(frozen=True)
class Staff:
    """Who acts: the member of staff, the role in which, and from where."""

    user: User
    role: Role
    origin: str


def staff_role(user: User) -> Role:
    """Return the role that lets a member of staff open accounts. Needs what they may to have been read."""
    return next(found.role for found in user.access.assignments if Right.STAFF_UNLOCK in ROLE_TABLE[found.role])


def find_administrator(email: str, staff: Staff, now: datetime) -> AdministratorFound | None:
    """Return the active administrator with this address, or None for nobody and for anybody else.

    Looking one up is access by Bazalt's staff, and an event in the organisation's trail.
    """
    user = find_by_email(email)
    if user is None:
        return None
    try:
        with _acting(user, staff, now) as found:
            record("staff.account_viewed", about=found, data={"staff_role": staff.role.value})
            return _described(found)
    except NotAnAdministrator:
        return None


def unlock_administrator(*, user_id: UUID, identified: str, by: Staff, now: datetime) -> None:
    """Open an administrator's locked account. Raises NotAnAdministrator."""
    with _acting(_existing(user_id), by, now) as user:
        unlock(user=user, by=by.user)
        _leave_event("staff.unlocked", user, by, identified)
        with override(user.language):
            tell_account_unlocked(user=user, by_whom=_by_whom())


def reset_administrators_factor(*, user_id: UUID, identified: str, by: Staff, now: datetime) -> None:
    """Take away the second factor an administrator has lost; it is made anew at the next sign-in."""
    with _acting(_existing(user_id), by, now) as user:
        reset_second_factor(user=user, by=by.user, now=now)
        _leave_event("staff.second_factor_reset", user, by, identified)


def suspend_networks(*, user_id: UUID, hours: int, identified: str, by: Staff, now: datetime) -> None:
    """Let the organisation's people in from everywhere for some hours: the emergency route, which ends by itself."""
    with _acting(_existing(user_id), by, now) as user:
        policy = hold_policy()
        policy.networks_suspended_until = now + timedelta(hours=hours)
        policy.save(update_fields=["networks_suspended_until"])
        _leave_event("staff.networks_suspended", user, by, identified, hours=hours)
        tell_networks_suspended(user=user, until=policy.networks_suspended_until)


def _by_whom() -> str:
    return gettext("Het secretariaat van Bazalt")


def _leave_event(action: str, user: User, by: Staff, identified: str, **data: int) -> None:
    record(action, about=user, data={"staff_role": by.role.value, "identified": identified, **data})


@contextmanager
def _acting(user: User, staff: Staff, now: datetime) -> Iterator[User]:
    """Open the organisation of an administrator for one act; raises NotAnAdministrator before anything is read."""
    with tenant_scope(user.organisation_id, actor_id=staff.user.pk, origin=staff.origin):
        found = User.objects.get(pk=user.pk)
        roles = {assignment.role for assignment in found.access_on(timezone.localdate(now)).assignments}
        if Role.ADMINISTRATOR not in roles:
            raise NotAnAdministrator
        yield found


def _existing(user_id: UUID) -> User:
    user = find_by_id(user_id)
    if user is None:
        raise NotAnAdministrator
    return user


def _described(user: User) -> AdministratorFound:
    policy: SignInPolicy = current_policy()
    return AdministratorFound(
        id=user.pk,
        email=user.email,
        organisation=current_organisation().name,
        locked=user.locked_at is not None,
        second_factor=factors_of(user).any,
        networks=len(policy.networks),
        networks_suspended_until=policy.networks_suspended_until,
    )
