"""The e-mails that tell people what happened to their account (ACC-5, ACC-8, ACC-11). Never anything about a child."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.domain.links import create_link
from accounts.mails import mask_address
from accounts.models import OneTimeLink, User
from kijk.mail.domain import queue_mail
from kijk.mail.links import absolute_url

RESET_HOURS = 2


def _tell(user: User, kind: str, expires_at: datetime | None = None, **context: object) -> None:
    queue_mail(
        kind=kind,
        to_user_id=user.pk,
        address=user.email,
        language=user.language,
        context=context,
        expires_at=expires_at,
    )


def _reset_link(user: User, now: datetime) -> tuple[str, datetime]:
    expires_at = now + timedelta(hours=RESET_HOURS)
    token = create_link(user=user, kind=OneTimeLink.Kind.RESET, expires_at=expires_at, now=now)
    path = reverse("accounts:password_reset", kwargs={"user_id": user.pk, "token": token})
    return absolute_url(path), expires_at


def tell_account_locked(*, user: User, origin: str, now: datetime | None = None) -> None:
    """Tell the owner that three wrong attempts locked the account, with a link that opens it again."""
    moment = now or timezone.now()
    link, expires_at = _reset_link(user, moment)
    _tell(user, "account_locked", expires_at, link=link, valid_hours=RESET_HOURS, when=moment, origin=origin)


def tell_new_device(*, user: User, device: str, origin: str, now: datetime) -> None:
    """Tell the owner that somebody signed in on a device that was not used in the last 90 days."""
    _tell(user, "new_device", device=device, origin=origin, when=now)


def send_password_reset(*, user: User, now: datetime) -> None:
    """Send the owner a link to choose a new password."""
    link, expires_at = _reset_link(user, now)
    _tell(user, "password_reset", expires_at, link=link, valid_hours=RESET_HOURS)


def tell_password_changed(*, user: User, device: str, now: datetime) -> None:
    """Tell the owner that the password was changed, and on what."""
    _tell(user, "password_changed", when=now, device=device)


def tell_second_factor_changed(*, user: User, what: str, device: str, now: datetime) -> None:
    """Tell the owner that a second factor was added or removed; ``what`` says it in words."""
    _tell(user, "second_factor_changed", what=what, when=now, device=device)


def tell_second_factor_reset(*, user: User, by_whom: str, now: datetime) -> None:
    """Tell a colleague that an administrator took away the second factor."""
    _tell(user, "second_factor_reset", by_whom=by_whom, when=now)


def tell_account_unlocked(*, user: User, by_whom: str) -> None:
    """Tell a colleague that the account is open again."""
    _tell(user, "account_unlocked", by_whom=by_whom)


def tell_sessions_ended(*, user: User, by_whom: str) -> None:
    """Tell a colleague that somebody else ended their sessions."""
    _tell(user, "sessions_ended", by_whom=by_whom)


def tell_networks_suspended(*, user: User, until: datetime) -> None:
    """Tell an administrator that the list of networks is not applied for some hours."""
    _tell(user, "networks_suspended", until=until)


def tell_email_changed(*, user: User, old: str, new: str) -> None:
    """Tell both addresses that the account has another one now; each sees of the two what its owner knows."""
    context = {"old": mask_address(old), "new": mask_address(new)}
    for address in (old, new):
        queue_mail(kind="email_changed", to_user_id=user.pk, address=address, language=user.language, context=context)
