"""Inviting people by e-mail: one link, once, for 72 hours, and they choose the password themselves (ACC-11.1)."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.links import create_link, use_link, withdraw_links
from accounts.domain.passwords import store_password
from accounts.domain.users import create_user
from accounts.models import OneTimeLink, PersonName, User
from kijk.audit.domain import record
from kijk.audit.models import AuditEvent
from kijk.mail.domain import queue_mail
from kijk.mail.links import absolute_url
from licensing.domain import current_organisation

VALID_HOURS = 72

# The events that tell who invited somebody; a renewal was asked for by the invited person.
_BY_SOMEBODY = ("user.invited", "invitation.resent")


class AddressTaken(Exception):
    """Somebody has an account with this address already, here or in another organisation."""

    def __init__(self) -> None:
        super().__init__(_("Met dit e-mailadres is er al een account."))


class NotInvitable(Exception):
    """The account is closed, or its owner has chosen a password already."""

    def __init__(self) -> None:
        super().__init__(_("Deze persoon kan geen uitnodiging meer krijgen: het account is in gebruik of afgesloten."))


def invite_user(
    *,
    email: str,
    name: PersonName,
    language: str,
    by: User,
    now: datetime,
    confidentiality_signed_on: date | None = None,
) -> User:
    """Make an account without a password and send its owner the link to choose one; roles are given apart.

    Raises AddressTaken, and what ``create_user`` raises: AddressNotAllowed, ValidationError, ConfidentialityMissing.
    """
    try:
        with transaction.atomic():
            user = create_user(
                email=email,
                name=name,
                password=None,
                language=language,
                confidentiality_signed_on=confidentiality_signed_on,
            )
    except IntegrityError as error:
        raise AddressTaken from error
    _send(user, inviter=by.get_full_name(), now=now)
    record("user.invited", about=user)
    return user


def resend_invitation(*, user: User, by: User, now: datetime) -> None:
    """Send another link, also to somebody whose invitation was withdrawn; those sent before work no more.

    Raises NotInvitable when there is nothing to invite for.
    """
    if not _awaits_password(user):
        raise NotInvitable
    _send(user, inviter=by.get_full_name(), now=now)
    record("invitation.resent", about=user)


def renew_invitation(*, user: User, now: datetime) -> None:
    """Send another link because the invited person asked for it, in the name of who invited them.

    Raises NotInvitable for somebody who has no invitation that stands.
    """
    if not is_invited(user):
        raise NotInvitable
    _send(user, inviter=inviter_of(user) or current_organisation().name, now=now)
    record("invitation.renewed", about=user)


def withdraw_invitation(*, user: User, by: User, now: datetime) -> None:
    """Make the invitation worthless; the account stays, without a password. Nothing happens where there is none."""
    if withdraw_links(user=user, kind=OneTimeLink.Kind.INVITATION, now=now):
        record("invitation.withdrawn", about=user)


def accept_invitation(*, user: User, link: OneTimeLink, name: PersonName, password: str, now: datetime) -> bool:
    """Set the first password, and the name as its owner writes it. False, and nothing done, for a link used before.

    Whether the password is good enough was asked before (``passwords.problems_with``).
    """
    if not use_link(link=link, now=now):
        return False
    renamed = user.name != name
    if renamed:
        user.name = name
        user.save(update_fields=["name"])
    store_password(user=user, password=password, now=now)
    record("invitation.accepted", about=user, data={"renamed": renamed})
    return True


def is_invited(user: User) -> bool:
    """Say whether somebody was invited and has yet to answer, be the link still good or not. One query at most."""
    open_links = OneTimeLink.objects.filter(
        user=user, kind=OneTimeLink.Kind.INVITATION, used_at=None, withdrawn_at=None
    )
    return _awaits_password(user) and open_links.exists()


def inviter_of(user: User) -> str:
    """Return the name of who invited somebody last, as the trail has it; "" when that is not known. Two queries."""
    events = AuditEvent.objects.filter(object_id=user.pk, action__in=_BY_SOMEBODY)
    actor_id = events.order_by("-sequence").values_list("actor_id", flat=True).first()
    inviter = User.objects.filter(pk=actor_id).first() if actor_id is not None else None
    return inviter.get_full_name() if inviter is not None else ""


def _awaits_password(user: User) -> bool:
    return user.is_active and not user.has_usable_password()


def _send(user: User, *, inviter: str, now: datetime) -> None:
    expires_at = now + timedelta(hours=VALID_HOURS)
    token = create_link(user=user, kind=OneTimeLink.Kind.INVITATION, expires_at=expires_at, now=now)
    path = reverse("accounts:invitation", kwargs={"user_id": user.pk, "token": token})
    context = {
        "organisation": current_organisation().name,
        "inviter": inviter,
        "link": absolute_url(path),
        "valid_hours": VALID_HOURS,
    }
    queue_mail(
        kind="invitation",
        to_user_id=user.pk,
        address=user.email,
        language=user.language,
        context=context,
        expires_at=expires_at,
    )
