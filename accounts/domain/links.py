"""Links by e-mail that work once (ACC-5, ACC-11)."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import OneTimeLink, User

_TOKEN_BYTES = 32
_KEPT = timedelta(days=90)


def create_link(*, user: User, kind: OneTimeLink.Kind, expires_at: datetime, now: datetime) -> str:
    """Make a link of one kind for a user and return its token; links of that kind sent before work no more."""
    withdraw_links(user=user, kind=kind, now=now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    OneTimeLink.objects.create(
        user=user, kind=kind, token_hash=token_hash(token), created_at=now, expires_at=expires_at
    )
    return token


def withdraw_links(*, user: User, kind: OneTimeLink.Kind | None = None, now: datetime) -> int:
    """Make the user's unused links (of one kind, or all) worthless and return how many there were."""
    unused = OneTimeLink.objects.filter(user=user, used_at=None, withdrawn_at=None)
    unused = unused.filter(kind=kind) if kind is not None else unused
    return unused.update(withdrawn_at=now)


def valid_link(*, user: User, kind: OneTimeLink.Kind, token: str, now: datetime) -> OneTimeLink | None:
    """Return the link if its token is right and it can still be used. Does not use it: opening a page is no use."""
    usable = OneTimeLink.objects.filter(user=user, kind=kind, used_at=None, withdrawn_at=None, expires_at__gt=now)
    return usable.filter(token_hash=token_hash(token)).first()


def use_link(*, link: OneTimeLink, now: datetime) -> bool:
    """Use the link up; False when somebody else was first."""
    unused = OneTimeLink.objects.filter(pk=link.pk, used_at=None, withdrawn_at=None, expires_at__gt=now)
    return unused.update(used_at=now) == 1


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def erase_old_links(now: datetime) -> int:
    """Delete links that ran out 90 days ago; return how many. Needs the scope."""
    return OneTimeLink.objects.filter(expires_at__lt=now - _KEPT).delete()[0]
