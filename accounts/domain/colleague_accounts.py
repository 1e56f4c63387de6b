"""What an administrator does to a colleague's account: unlock, end sessions, another name or address (ACC-5, ACC-12)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.attempts import unlock
from accounts.domain.invitations import AddressTaken, is_invited, resend_invitation
from accounts.domain.links import withdraw_links
from accounts.domain.messages import tell_account_unlocked, tell_email_changed, tell_sessions_ended
from accounts.domain.role_changes import is_administrator
from accounts.domain.sessions import end_sessions
from accounts.domain.users import check_address
from accounts.models import PersonName, User, UserSession
from kijk.audit.domain import record


class ColleagueRefused(Exception):
    """This cannot be done to the account; the message says why, for who tried."""


def unlock_colleague(*, user: User, by: User, now: datetime) -> None:
    """Open an account that was locked after three wrong attempts, and tell its owner (ACC-5.2).

    Raises ColleagueRefused for an administrator's account: Bazalt's secretariat opens it, or the link in the mail
    that its owner was sent. Does nothing to an account that is not locked.
    """
    if user.locked_at is None:
        return
    if not user.is_active:
        raise ColleagueRefused(_("Dit account is afgesloten."))
    if is_administrator(user, timezone.localdate(now)):
        raise ColleagueRefused(
            _(
                "Het account van een beheerder kunt u niet van het slot halen. Dat doet deze collega zelf met de link "
                "in de mail, of het secretariaat van Bazalt."
            )
        )
    unlock(user=user, by=by)
    tell_account_unlocked(user=user, by_whom=by.get_full_name())


def end_colleague_sessions(*, user: User, by: User, now: datetime) -> int:
    """Sign a colleague out everywhere, tell them when they were in, and return how many sessions there were."""
    ended = end_sessions(user=user, reason=UserSession.EndReason.BY_ADMINISTRATOR, now=now)
    if ended:
        tell_sessions_ended(user=user, by_whom=by.get_full_name())
    return ended


def rename_colleague(*, user: User, name: PersonName) -> bool:
    """Give an account another name; False when it is the name it had."""
    if user.name == name:
        return False
    user.name = name
    user.save(update_fields=["name"])
    record("user.renamed", about=user)
    return True


def change_email(*, user: User, email: str, by: User, now: datetime) -> bool:
    """Give an account another address, and tell it to both; False when it is the address it had.

    Links that were sent to the old address work no more: who was invited is invited again, at the new one. Raises AddressNotAllowed outside the organisation's domains,
    ValidationError for what is no address, and AddressTaken.
    """
    address, before = check_address(email), user.email
    if address == before:
        return False
    invited = is_invited(user)
    user.email = address
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError as error:
        user.email = before
        raise AddressTaken from error
    withdrawn = withdraw_links(user=user, now=now)
    record("user.email_changed", about=user, data={"links": withdrawn})
    if invited:
        resend_invitation(user=user, by=by, now=now)
    else:
        tell_email_changed(user=user, old=before, new=address)
    return True
