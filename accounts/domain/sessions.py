"""Sessions: begun, kept alive by what the person does, and ended (ACC-6, ACC-12)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.models import User, UserSession
from kijk.audit.domain import record

# The agreements ask for 30 minutes; 12 hours is a working day, and what NIST SP 800-63B-4 allows at most.
IDLE = timedelta(minutes=30)
WARNING = timedelta(minutes=2)
ABSOLUTE = timedelta(hours=12)
# How long a proof of who somebody is counts for what asks for a fresh one.
FRESH = timedelta(minutes=10)
# How long an ended session is kept, to tell a new device from an old one (Retention.SESSION_HISTORY).
REMEMBERED = timedelta(days=90)


def key_hash(session_key: str) -> str:
    """Return what is kept of a browser's session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def begin_session(
    *,
    user: User,
    session_key: str,
    device: str,
    origin: str,
    method: UserSession.Method,
    second_factor: bool,
    now: datetime,
) -> UserSession:
    """Write down that somebody signed in, with the event."""
    session = UserSession.objects.create(
        user=user,
        key_hash=key_hash(session_key),
        device=device,
        origin=origin,
        method=method,
        second_factor=second_factor,
        started_at=now,
        last_active_at=now,
        confirmed_at=now,
    )
    record("sign_in.succeeded", about=user, data={"method": method.value})
    return session


def is_known_device(*, user: User, device: str, now: datetime) -> bool:
    """Say whether the person signed in on such a device in the last 90 days, or never did anywhere at all."""
    known = UserSession.objects.filter(user=user, started_at__gt=now - REMEMBERED).values_list("device", flat=True)
    devices = set(known)
    return not devices or device in devices


def session_in_force(session_key: str, user: User, now: datetime) -> UserSession | None:
    """Return the session if it may still be used; one that was left too long is ended here, and None. One query."""
    session = UserSession.objects.filter(key_hash=key_hash(session_key), user=user, ended_at=None).first()
    if session is None:
        return None
    reason = overdue(session, now)
    if reason is None:
        return session
    end_sessions(user=user, reason=reason, now=now, only=[session.pk])
    return None


def overdue(session: UserSession, now: datetime) -> UserSession.EndReason | None:
    """Return why the session has come to its end by itself, or None when it has not. Pure."""
    if now - session.last_active_at >= IDLE:
        return UserSession.EndReason.IDLE
    if now - session.started_at >= ABSOLUTE:
        return UserSession.EndReason.ABSOLUTE
    return None


def keep_alive(session: UserSession, now: datetime) -> None:
    """Note that the person did something; never turns time back, and never wakes a session that was ended."""
    UserSession.objects.filter(pk=session.pk, ended_at=None, last_active_at__lt=now).update(last_active_at=now)


def seconds_left(session: UserSession, now: datetime) -> int:
    """Return after how many seconds without activity the session ends."""
    end = min(session.last_active_at + IDLE, session.started_at + ABSOLUTE)
    return max(0, int((end - now).total_seconds()))


def seconds_after_activity(session: UserSession, now: datetime) -> int:
    """Return after how many seconds the session ends when what is done now is the last: what a page counts from."""
    return max(0, int(min(IDLE, session.started_at + ABSOLUTE - now).total_seconds()))


def confirm_session(*, session: UserSession, second_factor: bool, now: datetime) -> None:
    """Note that the person has just shown again who they are."""
    session.confirmed_at = now
    session.second_factor = session.second_factor or second_factor
    session.save(update_fields=["confirmed_at", "second_factor"])
    record("session.confirmed", object_type="accounts.usersession", object_id=session.pk)


def is_fresh(session: UserSession, now: datetime) -> bool:
    """Say whether the person showed who they are within the last ten minutes (ACC-8)."""
    return now - session.confirmed_at < FRESH


def lock_session(*, session: UserSession, now: datetime) -> None:
    """Blank the screens of one session until the same person opens it (ACC-6.5)."""
    session.locked_at = now
    session.save(update_fields=["locked_at"])
    record("session.locked", object_type="accounts.usersession", object_id=session.pk)


def unlock_session(*, session: UserSession, now: datetime) -> None:
    """Open a session that was locked: the person has shown who they are."""
    session.locked_at, session.confirmed_at = None, now
    session.save(update_fields=["locked_at", "confirmed_at"])
    record("session.unlocked", object_type="accounts.usersession", object_id=session.pk)


def end_sessions(
    *,
    user: User,
    reason: UserSession.EndReason,
    now: datetime,
    only: Iterable[UUID] | None = None,
    but: UUID | None = None,
) -> int:
    """End the sessions of a user (``only`` some, all ``but`` one) at once, and return how many there were.

    Signing out has an event of its own, so that the trail tells it once.
    """
    ending = UserSession.objects.filter(user=user, ended_at=None)
    if only is not None:
        ending = ending.filter(pk__in=list(only))
    ending = ending.exclude(pk=but) if but is not None else ending
    hashes = list(ending.values_list("key_hash", flat=True))
    if not hashes:
        return 0
    UserSession.objects.filter(user=user, key_hash__in=hashes).update(ended_at=now, end_reason=reason)
    _delete_browser_sessions(hashes)
    if reason is not UserSession.EndReason.SIGNED_OUT:
        record("session.ended", about=user, data={"reason": reason.value, "sessions": len(hashes)})
    return len(hashes)


def open_sessions(user: User, now: datetime) -> list[UserSession]:
    """Return the sessions somebody has open, the one last used first. One query."""
    begun = Q(last_active_at__gt=now - IDLE, started_at__gt=now - ABSOLUTE)
    return list(UserSession.objects.filter(begun, user=user, ended_at=None).order_by("-last_active_at"))


def _delete_browser_sessions(hashes: list[str]) -> None:
    """Delete Django's own rows too; their keys are known here by their hashes only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_session WHERE encode(sha256(convert_to(session_key, 'UTF8')), 'hex') = ANY(%s)",
            [hashes],
        )


def erase_old_sessions(now: datetime) -> int:
    """Delete what is remembered of sessions that began too long ago; return how many. Needs the scope."""
    return UserSession.objects.filter(started_at__lt=now - REMEMBERED).delete()[0]
