"""Inviting people, and what they find behind the link (ACC-11.1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.invitations import (
    VALID_HOURS,
    AddressTaken,
    NotInvitable,
    accept_invitation,
    invite_user,
    inviter_of,
    is_invited,
    renew_invitation,
    resend_invitation,
    withdraw_invitation,
)
from accounts.domain.links import create_link, valid_link
from accounts.domain.users import AddressNotAllowed, ConfidentialityMissing
from accounts.models import OneTimeLink, PasswordHistory, PersonName, SignInPolicy, User, UserSession
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from licensing.domain import current_organisation
from tests import factories, mails
from tests.clients import client_of

SIGN_IN = "/inloggen/"
PASSWORD, OTHER = "Tien-Paarse-Wolken-42", "Regenlaars?Bakfiets9"
NAME = PersonName("Noor", "van", "Dalen")
EMAIL = "noor@voorbeeld.nl"
HOUR = timedelta(hours=1)


@pytest.fixture
def inviter(db: None) -> User:
    return make_inviter()


def make_inviter() -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.ADMINISTRATOR)


def invite(inviter: User, email: str = EMAIL, now: datetime | None = None) -> User:
    """Invite somebody as the administrator does, in a request of theirs."""
    with tenant_scope(inviter.organisation_id, actor_id=inviter.pk):
        return invite_user(email=email, name=NAME, language="nl", by=inviter, now=now or timezone.now())


def organisation_of(user: User) -> str:
    with tenant_scope(user.organisation_id):
        return current_organisation().name


def name_of(user: User) -> str:
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk).get_full_name()


def stored(user: User) -> User:
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk)


def addresses(user: User) -> list[str]:
    """Return where the invitations that were mailed lead to, the oldest first."""
    return [urlsplit(mails.link_in(mail)).path for mail in mails.waiting(user.organisation_id, "invitation")]


def accept(address: str, password: str = PASSWORD, **changes: str) -> Any:
    data = {"first_name": "Noor", "infix": "van", "last_name": "Dalen", "password": password, **changes}
    return Client().post(address, data)


def actions(user: User) -> list[str]:
    with tenant_scope(user.organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


# ------------------------------------------------------------------------------------------- inviting


@pytest.mark.requirement("ACC-11.1")
def test_invited_person_chooses_a_password_and_signs_in(inviter: User) -> None:
    invited = invite(inviter)
    (mail,) = mails.waiting(invited.organisation_id, "invitation")
    assert (mail.recipient, f"{VALID_HOURS} uur" in mail.text) == (EMAIL, True)
    assert organisation_of(inviter) in mail.subject
    assert name_of(inviter) in mail.text
    (address,) = addresses(invited)
    page = Client().get(address).content.decode()
    for words in ("Welkom, Noor van Dalen", organisation_of(inviter), f"{name_of(inviter)} nodigt u uit", EMAIL):
        assert words in page
    done = accept(address)
    assert (done.status_code, done.headers["Location"]) == (302, SIGN_IN)
    client = Client()
    assert "_auth_user_id" not in client.session
    assert client.post(SIGN_IN, {"email": EMAIL, "password": PASSWORD}).status_code == 302
    assert not is_invited_now(invited)
    assert mails.waiting(invited.organisation_id, "password_changed") == []


def is_invited_now(user: User) -> bool:
    with tenant_scope(user.organisation_id):
        return is_invited(User.objects.get(pk=user.pk))


@pytest.mark.requirement("ACC-11.1")
def test_invitation_works_once(inviter: User) -> None:
    invited = invite(inviter)
    (address,) = addresses(invited)
    assert Client().get(address).status_code == 200
    assert accept(address).status_code == 302
    again = accept(address, OTHER)
    assert (again.status_code, "Deze link werkt niet meer" in again.content.decode()) == (410, True)
    assert stored(invited).check_password(PASSWORD)


@pytest.mark.requirement("ACC-11.1")
def test_invitation_works_for_seventy_two_hours(inviter: User) -> None:
    now = timezone.now()
    invited = invite(inviter, now=now)
    (address,) = addresses(invited)
    token = address.rstrip("/").rpartition("/")[2]
    with tenant_scope(invited.organisation_id):
        found = [
            valid_link(user=invited, kind=OneTimeLink.Kind.INVITATION, token=token, now=now + 72 * HOUR - rest)
            for rest in (timedelta(seconds=1), timedelta(0))
        ]
    assert [link is not None for link in found] == [True, False]
    old = invite(inviter, "oud@voorbeeld.nl", now - 72 * HOUR)
    assert Client().get(addresses(old)[-1]).status_code == 410


def test_addresses_are_checked_before_anybody_is_invited(inviter: User) -> None:
    taken = invite(inviter)
    for email, error in (
        (EMAIL.upper(), AddressTaken),
        ("noor@gmail.com", AddressNotAllowed),
        ("noor", (ValidationError, AddressNotAllowed)),
    ):
        with pytest.raises(error):
            invite(inviter, email)
    assert len(addresses(taken)) == 1
    assert actions(taken).count("user.created") == actions(taken).count("user.invited") + 1


def test_address_of_another_organisation_s_account_is_taken_too(inviter: User) -> None:
    invite(make_inviter())
    with pytest.raises(AddressTaken):
        invite(inviter)


def test_staff_is_not_invited_without_a_confidentiality_statement(db: None) -> None:
    with tenant_scope(factories.provider()):
        secretary = factories.staff(Role.SECRETARIAT)
        with pytest.raises(ConfidentialityMissing):
            invite_user(email="nieuw@bazalt.example", name=NAME, language="nl", by=secretary, now=timezone.now())
        invited = invite_user(
            email="nieuw@bazalt.example",
            name=NAME,
            language="nl",
            by=secretary,
            now=timezone.now(),
            confidentiality_signed_on=factories.LONG_AGO,
        )
        assert is_invited(invited)


# ------------------------------------------------------------------------------ again, and withdrawn


def test_new_invitation_replaces_the_one_before(inviter: User) -> None:
    invited = invite(inviter)
    with tenant_scope(inviter.organisation_id, actor_id=inviter.pk):
        resend_invitation(user=invited, by=inviter, now=timezone.now())
    first, second = addresses(invited)
    assert [Client().get(address).status_code for address in (first, second)] == [410, 200]
    assert actions(invited)[-1] == "invitation.resent"


def test_renewed_invitation_comes_in_the_name_of_who_invited(inviter: User) -> None:
    invited = invite(inviter)
    with tenant_scope(inviter.organisation_id):
        renew_invitation(user=invited, now=timezone.now())
    assert [name_of(inviter) in mail.text for mail in mails.waiting(invited.organisation_id, "invitation")] == [
        True
    ] * 2
    assert actions(invited)[-1] == "invitation.renewed"


def test_inviter_who_is_not_known_is_the_organisation(inviter: User) -> None:
    with tenant_scope(inviter.organisation_id):
        invited = invite_user(email=EMAIL, name=NAME, language="nl", by=inviter, now=timezone.now())
    with tenant_scope(inviter.organisation_id):
        assert inviter_of(invited) == ""
        renew_invitation(user=invited, now=timezone.now())
    page = Client().get(addresses(invited)[-1]).content.decode()
    assert f"{organisation_of(inviter)} nodigt u uit" in page


def test_withdrawn_invitation_opens_nothing_until_another_is_sent(inviter: User) -> None:
    invited = invite(inviter)
    with tenant_scope(inviter.organisation_id, actor_id=inviter.pk):
        withdraw_invitation(user=invited, by=inviter, now=timezone.now())
        withdraw_invitation(user=invited, by=inviter, now=timezone.now())
        assert not is_invited(invited)
        with pytest.raises(NotInvitable):
            renew_invitation(user=invited, now=timezone.now())
    assert actions(invited).count("invitation.withdrawn") == 1
    assert accept(addresses(invited)[0]).status_code == 410
    with tenant_scope(inviter.organisation_id, actor_id=inviter.pk):
        resend_invitation(user=invited, by=inviter, now=timezone.now())
    assert accept(addresses(invited)[-1]).status_code == 302


def test_who_has_a_password_or_a_closed_account_is_not_invited_again(inviter: User) -> None:
    with tenant_scope(inviter.organisation_id):
        closed, has_one = factories.user(), factories.user(password=PASSWORD)
        User.objects.filter(pk=closed.pk).update(is_active=False)
        for user in (User.objects.get(pk=closed.pk), has_one):
            with pytest.raises(NotInvitable):
                resend_invitation(user=user, by=inviter, now=timezone.now())
    assert mails.waiting(inviter.organisation_id) == []


# ------------------------------------------------------------------------------------------- the page


def test_name_can_be_set_right_and_the_address_cannot(inviter: User) -> None:
    invited = invite(inviter)
    done = accept(addresses(invited)[0], first_name="Noortje", infix="", last_name="Van Dalen-Bos", email="x@y.nl")
    assert done.status_code == 302
    found = stored(invited)
    with tenant_scope(invited.organisation_id):
        assert (found.name, found.email) == (PersonName("Noortje", "", "Van Dalen-Bos"), EMAIL)
        event = AuditEvent.objects.get(action="invitation.accepted")
    assert (event.object_id, event.data) == (invited.pk, {"renamed": True})


def test_mistakes_are_told_and_nothing_is_lost(inviter: User) -> None:
    invited = invite(inviter)
    (address,) = addresses(invited)
    refused = accept(address, "kort", first_name="Noortje")
    page = refused.content.decode()
    assert refused.status_code == 422
    for kept in ('value="Noortje"', 'value="Dalen"', 'value="kort"'):
        assert kept in page
    assert "Welkom, Noor van Dalen" in page
    assert accept(address, last_name="").status_code == 422
    # The name as it is filled in counts, and that of the organisation.
    assert accept(address, "Noortje-plant-42-uien", first_name="Noortje").status_code == 422
    assert accept(address, "Kinderopvang-42-uien").status_code == 422
    with tenant_scope(invited.organisation_id):
        SignInPolicy.objects.create(min_password_length=30)
    assert "minstens 30 tekens" in Client().get(address).content.decode()
    assert accept(address).status_code == 422
    found = stored(invited)
    with tenant_scope(invited.organisation_id):
        assert (found.has_usable_password(), found.name) == (False, NAME)
    assert accept(address, f"{PASSWORD} en nog drie woorden").status_code == 302


@pytest.mark.parametrize("first_name", ["", " ", "a\x00b", "x" * 500])
def test_strange_names_are_refused_in_words(inviter: User, first_name: str) -> None:
    invited = invite(inviter)
    response = accept(addresses(invited)[0], first_name=first_name)
    assert (response.status_code, "error-summary" in response.content.decode()) == (422, True)


def test_link_that_is_over_says_what_to_do(inviter: User) -> None:
    now = timezone.now()
    invited = invite(inviter)
    (address,) = addresses(invited)
    token = address.rstrip("/").rpartition("/")[2]
    with tenant_scope(inviter.organisation_id):
        closed, colleague = factories.user(), factories.user()
        User.objects.filter(pk=closed.pk).update(is_active=False)
        of_closed = create_link(user=closed, kind=OneTimeLink.Kind.INVITATION, expires_at=now + HOUR, now=now)
        of_reset = create_link(user=colleague, kind=OneTimeLink.Kind.RESET, expires_at=now + HOUR, now=now)
        settled = factories.user(password=PASSWORD)
        of_settled = create_link(user=settled, kind=OneTimeLink.Kind.INVITATION, expires_at=now + HOUR, now=now)
    for user_id, wrong in (
        (closed.pk, of_closed),
        (colleague.pk, of_reset),
        (colleague.pk, token),
        (settled.pk, of_settled),
        (uuid4(), token),
        (invited.pk, "x" * 43),
    ):
        response = Client().get(reverse("accounts:invitation", kwargs={"user_id": user_id, "token": wrong}))
        page = response.content.decode()
        assert (response.status_code, "wie u heeft uitgenodigd" in page, "/wachtwoord-vergeten/" in page) == (
            410,
            True,
            True,
        )
    assert Client().get(address).status_code == 200


def test_accepting_leaves_nothing_to_be_remembered_and_no_session(inviter: User) -> None:
    invited = invite(inviter)
    client = client_of(inviter)
    (address,) = addresses(invited)
    assert client.get(address).status_code == 200
    assert accept_with(client, address).headers["Location"] == SIGN_IN
    # The administrator who showed the new colleague how it goes is no longer signed in here.
    assert client.get("/").status_code == 302
    with tenant_scope(invited.organisation_id):
        assert not PasswordHistory.objects.filter(user=invited).exists()
        assert not UserSession.objects.filter(user=invited).exists()


def accept_with(client: Client, address: str) -> Any:
    return client.post(address, {"first_name": "Noor", "last_name": "Dalen", "password": PASSWORD})


def test_link_used_in_the_meantime_changes_nothing(inviter: User) -> None:
    invited = invite(inviter)
    now = timezone.now()
    with tenant_scope(invited.organisation_id):
        link = OneTimeLink.objects.get()
        assert accept_invitation(user=invited, link=link, name=NAME, password=PASSWORD, now=now)
        assert not accept_invitation(
            user=invited, link=link, name=PersonName("Iemand", "", "Anders"), password=OTHER, now=now
        )
    assert name_of(invited) == str(NAME)
    assert stored(invited).check_password(PASSWORD)


def test_two_uses_of_one_invitation_at_once_leave_one_password(committed_db: Any) -> None:
    invited = invite(make_inviter())
    (address,) = addresses(invited)
    start = Barrier(2)

    def use(password: str) -> int:
        start.wait()
        try:
            return int(accept(address, password).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        codes = list(threads.map(use, [PASSWORD, OTHER]))
    assert sorted(codes) == [302, 410]
    assert stored(invited).check_password([PASSWORD, OTHER][codes.index(302)])
    assert actions(invited).count("invitation.accepted") == 1


def test_page_with_a_token_is_kept_by_nobody_and_told_to_nobody(inviter: User) -> None:
    response = Client().get(addresses(invite(inviter))[0])
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "strict-origin"
