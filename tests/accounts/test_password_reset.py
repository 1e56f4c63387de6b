"""The link to a new password: opened as often as one likes, used once (ACC-5.2)."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.links import create_link, token_hash
from accounts.domain.messages import send_password_reset, tell_account_locked
from accounts.models import OneTimeLink, TotpDevice, TotpSecret, User, UserSession
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, tenant_scope
from kijk.web.log_filter import HideTokens
from tests import factories, mails
from tests.clients import client_of

FORGOTTEN, SIGN_IN = "/wachtwoord-vergeten/", "/inloggen/"
NEW, OTHER = "Tien-Paarse-Wolken-42", "Regenlaars?Bakfiets9"
KIND = OneTimeLink.Kind.RESET
HOUR = timedelta(hours=1)


@pytest.fixture
def user(db: None) -> User:
    return make_user()


def make_user(password: str | None = factories.PASSWORD) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=password)


def stored(user: User) -> User:
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk)


def address_of(user: User, *, kind: OneTimeLink.Kind = KIND, hours: float = 2) -> str:
    """Make a link and return its address."""
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        token = create_link(user=user, kind=kind, expires_at=now + hours * HOUR, now=now)
    return reverse("accounts:password_reset", kwargs={"user_id": user.pk, "token": token})


def mailed(user: User) -> list[str]:
    """Return the addresses, without the product's own, that the user's waiting mails lead to."""
    return [urlsplit(mails.link_in(found)).path for found in mails.waiting(user.organisation_id)]


def actions(organisation_id: Any) -> list[str]:
    with tenant_scope(organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_opening_the_page_uses_nothing_up(user: User) -> None:
    address = address_of(user)
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(address).status_code == 200
    assert Client().post(address, {"password": NEW}).status_code == 302


@pytest.mark.requirement("ACC-5.2")
def test_link_works_once(user: User) -> None:
    address = address_of(user)
    assert Client().post(address, {"password": NEW}).status_code == 302
    again = Client().post(address, {"password": OTHER})
    assert (again.status_code, "Deze link werkt niet meer" in again.content.decode()) == (410, True)
    assert stored(user).check_password(NEW)


def over(user: User) -> dict[str, str]:
    """Return an address for each reason that a link does not work."""
    with tenant_scope(user.organisation_id):
        colleague, closed = factories.user(), factories.user()
        User.objects.filter(pk=closed.pk).update(is_active=False)
    withdrawn = address_of(user)
    newest = address_of(user)
    token = newest.rstrip("/").rpartition("/")[2]
    elsewhere = make_user(password=None)

    def at(user_id: Any, token: str) -> str:
        return reverse("accounts:password_reset", kwargs={"user_id": user_id, "token": token})

    invitation = address_of(elsewhere, kind=OneTimeLink.Kind.INVITATION)
    assert Client().get(newest).status_code == 200
    return {
        "withdrawn": withdrawn,
        "expired": address_of(colleague, hours=0),
        "of a closed account": address_of(closed),
        "of a colleague": at(colleague.pk, token),
        "of another organisation": at(elsewhere.pk, token),
        "an invitation": invitation,
        "unknown user": at(uuid4(), token),
        "made up": at(user.pk, "x" * 43),
        "the hash": at(user.pk, token_hash(token)),
        "strange": at(user.pk, "\x00%0a"),
        "long": at(user.pk, "x" * 2000),
    }


def test_link_that_is_over_says_what_to_do_and_not_why(user: User) -> None:
    pages = {}
    for reason, address in over(user).items():
        read, sent = Client().get(address), Client().post(address, {"password": NEW})
        assert (read.status_code, sent.status_code) == (410, 410), reason
        pages[reason] = re.sub(r'value="[^"]*"', "", read.content.decode())
        assert FORGOTTEN in pages[reason]
    assert len(set(pages.values())) == 1
    assert stored(user).check_password(factories.PASSWORD)


@pytest.mark.requirement("ACC-5.2", "ACC-12.2")
def test_reset_ends_all_sessions_and_unlocks(user: User) -> None:
    clients = [client_of(user), client_of(user)]
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(locked_at=now, failed_attempts=3)
        tell_account_locked(user=user, origin="10.0.0.1", now=now)
    (address,) = mailed(user)
    assert Client().post(address, {"password": NEW}).status_code == 302
    found = stored(user)
    assert (found.locked_at, found.failed_attempts, found.check_password(NEW)) == (None, 0, True)
    assert [client.get("/").status_code for client in clients] == [302, 302]
    with tenant_scope(user.organisation_id):
        assert not UserSession.objects.filter(user=user, ended_at=None).exists()
    assert {"user.unlocked", "password.reset", "session.ended"} <= set(actions(user.organisation_id))
    assert len(mails.waiting(user.organisation_id, "password_changed")) == 1


def test_reset_does_not_get_round_the_second_step(user: User) -> None:
    with tenant_scope(user.organisation_id):
        device = TotpDevice(user=user, confirmed_at=timezone.now())
        device.secret = TotpSecret("JBSWY3DPEHPK3PXP")
        device.save()
    client = Client()
    client.post(address_of(user), {"password": NEW})
    assert "_auth_user_id" not in client.session
    signed_in = client.post(SIGN_IN, {"email": user.email, "password": NEW})
    assert signed_in.headers["Location"] == reverse("accounts:second_step")
    assert client.get("/").headers["Location"].startswith(SIGN_IN)


def test_who_is_signed_in_on_a_shared_tablet_is_signed_out(user: User) -> None:
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    client = client_of(colleague)
    address = address_of(user)
    assert client.get(address).status_code == 200
    assert client.get("/").status_code == 200
    done = client.post(address, {"password": NEW}, follow=True)
    assert done.redirect_chain == [(SIGN_IN, 302)]
    assert client.get("/").status_code == 302
    with tenant_scope(user.organisation_id):
        assert UserSession.objects.get(user=colleague).end_reason == "signed_out"


def test_refused_password_uses_nothing_up(user: User) -> None:
    address = address_of(user)
    refused = Client().post(address, {"password": "kort"})
    assert (refused.status_code, 'value="kort"' in refused.content.decode()) == (422, True)
    same = Client().post(address, {"password": factories.PASSWORD})
    assert (same.status_code, "kortgeleden" in same.content.decode()) == (422, True)
    assert Client().post(address, {"password": NEW}).status_code == 302


def test_two_uses_of_one_link_at_once_leave_one_password(committed_db: Any) -> None:
    user = make_user()
    address = address_of(user)
    start = Barrier(2)

    def use(password: str) -> int:
        start.wait()
        try:
            return int(Client().post(address, {"password": password}).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        codes = list(threads.map(use, [NEW, OTHER]))
    assert sorted(codes) == [302, 410]
    winner = [NEW, OTHER][codes.index(302)]
    assert stored(user).check_password(winner)
    assert actions(user.organisation_id).count("password.reset") == 1


def test_pages_with_a_token_are_kept_by_nobody_and_told_to_nobody(user: User) -> None:
    address = address_of(user)
    for response in (Client().get(address), Client().get(address[:-5] + "/"), Client().post(address, {"password": ""})):
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "strict-origin"


def test_token_stands_in_no_event(user: User) -> None:
    with tenant_scope(user.organisation_id):
        send_password_reset(user=user, now=timezone.now())
    (address,) = mailed(user)
    token = address.rstrip("/").rpartition("/")[2]
    Client().post(address, {"password": "kort"})
    Client().post(address, {"password": NEW})
    for organisation_id in (user.organisation_id, PLATFORM):
        with tenant_scope(organisation_id):
            assert token not in str(list(AuditEvent.objects.values()))
    with tenant_scope(user.organisation_id):
        assert token not in str(list(OneTimeLink.objects.values()))


def test_form_without_its_token_is_refused_in_words(user: User) -> None:
    for address in (FORGOTTEN, address_of(user)):
        response = Client(enforce_csrf_checks=True).post(address, {"email": user.email, "password": NEW})
        assert (response.status_code, "<h1>" in response.content.decode()) == (403, True)


def test_token_stands_in_no_log(user: User) -> None:
    address = address_of(user)
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(HideTokens())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    try:
        Client().post(address, {"password": "kort"})
        Client(enforce_csrf_checks=True).post(address, {"password": NEW})
        Client().get(f"{address}elders/")
    finally:
        logger.removeHandler(handler)
    before = f"/wachtwoord/nieuw/{user.pk}/…/"
    assert stream.getvalue().splitlines() == [
        f"Unprocessable Entity: {before}",
        f"Forbidden (CSRF cookie not set.): {before}",
        f"Not Found: {before}elders/",
    ]
