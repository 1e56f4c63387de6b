"""Passwords: how old one may become, what a new one must be, and setting it (ACC-3, ACC-4, ACC-5)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.attempts import clear_attempts, unlock
from accounts.domain.links import use_link, withdraw_links
from accounts.domain.messages import tell_password_changed
from accounts.domain.policy import current_policy
from accounts.domain.sessions import end_sessions, key_hash
from accounts.models import OneTimeLink, PasswordHistory, User, UserSession
from accounts.passwords.context import PasswordContext
from accounts.passwords.rules import find_problems
from kijk.audit.domain import record
from licensing.domain import current_organisation

# The agreement asks for three months; docs/decisions/0014 says what we think of that.
MAX_AGE = timedelta(days=90)
# A new password is none of the last five, the present one among them.
REMEMBERED = 5
# From how many days before the end a notice is shown, and how pressing it is then.
NOTICE_TONES = ((1, "danger"), (7, "notice"), (14, "info"))

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PasswordNotice:
    """That a password is getting old. ``tone`` is one of a callout's."""

    days_left: int
    tone: str
    text: str


# ------------------------------------------------------------------------------------------------ age


def password_is_due(user: User, session: UserSession, now: datetime) -> bool:
    """Say whether the password has to be changed before anything else (ACC-4.2); never after a passkey alone. Pure."""
    if session.method == UserSession.Method.PASSKEY or not user.has_usable_password():
        return False
    return user.password_changed_at is None or _remaining(user.password_changed_at, now) <= timedelta(0)


def days_left(user: User, now: datetime) -> int | None:
    """Return for how many days, the last one begun included, the password is good; None where there is none. Pure.

    It is good for 90 times 24 hours, in winter and in summer alike.
    """
    if not user.has_usable_password():
        return None
    if user.password_changed_at is None:
        return 0
    return max(0, -(-_remaining(user.password_changed_at, now) // _DAY))


def notice_for(user: User, session: UserSession, now: datetime) -> PasswordNotice | None:
    """Return what to say of the password's age, from 14 days before its end until it comes (ACC-4.1). Pure."""
    days = days_left(user, now)
    if days is None or days == 0 or session.method == UserSession.Method.PASSKEY:
        return None
    tone = next((tone for until, tone in NOTICE_TONES if days <= until), None)
    return PasswordNotice(days, tone, _notice_text(days)) if tone else None


def _remaining(changed_at: datetime, now: datetime) -> timedelta:
    # Two moments of one time zone are subtracted by the clock on the wall, which skips an hour in spring.
    return changed_at.astimezone(UTC) + MAX_AGE - now.astimezone(UTC)


def _notice_text(days: int) -> str:
    if days == 1:
        return _("Uw wachtwoord verloopt binnen 24 uur. Kies nu een nieuw wachtwoord.")
    text = ngettext(
        "Uw wachtwoord is nog %(days)s dag geldig. Kies op tijd een nieuw wachtwoord.",
        "Uw wachtwoord is nog %(days)s dagen geldig. Kies op tijd een nieuw wachtwoord.",
        days,
    )
    return text % {"days": days}


# ----------------------------------------------------------------------------------------------- rules


def password_context(user: User, *, current: str = "") -> PasswordContext:
    """Return what a new password of this user is held against. Needs the scope; two queries."""
    return PasswordContext(
        email=user.email,
        user_name=(user.name.first_name, user.name.infix, user.name.last_name),
        organisation_name=current_organisation().name,
        minimum_length=current_policy().min_password_length,
        previous=current,
    )


def problems_with(*, user: User, password: str, current: str = "") -> list[str]:
    """Return what is wrong with a new password, in words; nothing when it can be taken (ACC-3). Needs the scope.

    ``current`` is the present password as it was typed, where it was. Costs up to five argon2 verifications.
    """
    problems = list(find_problems(password, password_context(user, current=current)))
    if _was_used(user, password):
        problems.append(_("Dit wachtwoord had u kortgeleden al. Kies een ander wachtwoord."))
    return problems


def _was_used(user: User, password: str) -> bool:
    """Say whether it is one of the last five, without replacing an outdated hash of any."""
    encoded = list(
        PasswordHistory.objects.filter(user=user).order_by("-set_at").values_list("encoded", flat=True)[:REMEMBERED]
    )
    if user.has_usable_password():
        encoded.insert(0, user.password)
    return any(check_password(password, each, setter=None) for each in encoded[:REMEMBERED])


# --------------------------------------------------------------------------------------------- setting


def change_password(
    *, user: User, password: str, by: User, now: datetime, device: str, keep: UUID | None = None
) -> None:
    """Set a password that was chosen at the change page; all sessions end but the one it was chosen in (ACC-12.2).

    ``keep`` is the id of that session. Whether the password is good enough was asked before (``problems_with``).
    """
    store_password(user=user, password=password, now=now)
    clear_attempts(user=user)
    end_sessions(user=user, reason=UserSession.EndReason.PASSWORD, now=now, but=keep)
    withdraw_links(user=user, kind=OneTimeLink.Kind.RESET, now=now)
    tell_password_changed(user=user, device=device, now=now)
    record("password.changed", about=user, data={"by_owner": by.pk == user.pk})


def reset_password(*, user: User, link: OneTimeLink, password: str, now: datetime, device: str) -> bool:
    """Set a password that was chosen by the link in a mail, and open the account (ACC-5.2); all its sessions end.

    False, and nothing done, when the link was used in the meantime.
    """
    if not use_link(link=link, now=now):
        return False
    store_password(user=user, password=password, now=now)
    if user.locked_at is not None:
        unlock(user=user, by=None)
    clear_attempts(user=user)
    end_sessions(user=user, reason=UserSession.EndReason.PASSWORD, now=now)
    withdraw_links(user=user, kind=OneTimeLink.Kind.RESET, now=now)
    tell_password_changed(user=user, device=device, now=now)
    record("password.reset", about=user)
    return True


def store_password(*, user: User, password: str, now: datetime) -> None:
    """Put a new password on the user's row and the one it replaces among those that are remembered."""
    if user.has_usable_password():
        PasswordHistory.objects.create(user=user, encoded=user.password, set_at=user.password_changed_at or now)
    user.set_password(password)
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])
    kept = PasswordHistory.objects.filter(user=user).order_by("-set_at").values_list("pk", flat=True)[:REMEMBERED]
    PasswordHistory.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


def carry_session_over(*, session: UserSession, session_key: str) -> None:
    """Let a session go on under the new key its browser got when the password changed (ASVS 7.2.4)."""
    session.key_hash = key_hash(session_key)
    session.save(update_fields=["key_hash"])
