"""Counting guesses at an account's password or code, so that three wrong ones lock it (ACC-5).

An attempt is reserved by a conditional update that is committed before anything is compared: of fifty guesses sent
at the same moment no more than three are ever looked at. What turns out right gives its reservation back.
"""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope

ATTEMPTS = 3


def reserve_attempt(*, user: User, origin: str = "") -> bool:
    """Take one of the account's attempts and commit that; False when there is none left. No scope may be open."""
    with tenant_scope(user.organisation_id, origin=origin):
        open_account = User.objects.filter(pk=user.pk, is_active=True, locked_at=None, failed_attempts__lt=ATTEMPTS)
        return open_account.update(failed_attempts=F("failed_attempts") + 1) == 1


def return_attempt(*, user: User) -> None:
    """Give one reservation back: the password was right, and the second step is still to come. Needs the scope."""
    User.objects.filter(pk=user.pk, failed_attempts__gt=0).update(failed_attempts=F("failed_attempts") - 1)


def clear_attempts(*, user: User) -> None:
    """Forget all wrong attempts: somebody has shown in full who they are. Needs the scope."""
    User.objects.filter(pk=user.pk, failed_attempts__gt=0).update(failed_attempts=0)


def lock_when_spent(*, user: User, now: datetime | None = None) -> bool:
    """Lock the account when its last attempt was wrong; True for the one call that locks it. Needs the scope."""
    spent = User.objects.filter(pk=user.pk, locked_at=None, failed_attempts__gte=ATTEMPTS)
    locked = spent.update(locked_at=now or timezone.now()) == 1
    if locked:
        record("user.locked", about=user)
    return locked


def unlock(*, user: User, by: User | None) -> None:
    """Open a locked account again, with all its attempts; ``by`` None is its owner, by the link in the mail."""
    User.objects.filter(pk=user.pk).update(locked_at=None, failed_attempts=0)
    user.locked_at, user.failed_attempts = None, 0
    record("user.unlocked", about=user, data={"by_owner": by is None})
