"""Asking for a new password: one answer for everybody, and the mailbox gets what helps (ACC-5.2)."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.domain.forgotten import (
    ACCOUNT_WINDOW,
    LINKS_AN_ACCOUNT,
    NETWORK_WINDOW,
    QUESTIONS_A_NETWORK,
    answer_question,
    hear_question,
)
from accounts.domain.links import create_link, withdraw_links
from accounts.domain.messages import RESET_HOURS
from accounts.models import OneTimeLink, User
from accounts.roles import Role
from accounts.tasks import answer_forgotten
from kijk.audit.models import AuditEvent
from kijk.celery import app
from kijk.tenancy.context import PLATFORM, tenant_scope
from tests import factories, mails
from tests.clients import client_of

FORGOTTEN, SENT, SIGN_IN = "/wachtwoord-vergeten/", "/wachtwoord-vergeten/verstuurd/", "/inloggen/"
NEW = "Tien-Paarse-Wolken-42"
KIND = OneTimeLink.Kind.RESET
HOUR = timedelta(hours=1)
SAVEPOINT = re.compile(r'"s\d+_x\d+"')
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def user(db: None) -> User:
    return make_user()


@pytest.fixture
def at_once() -> Iterator[None]:
    """Let jobs be done where they are handed over, as Celery can by itself."""
    before = {name: app.conf[name] for name in ("task_always_eager", "task_eager_propagates")}
    app.conf.update(dict.fromkeys(before, True))
    yield
    app.conf.update(before)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count each argon2 evaluation, whichever way it is asked for."""
    counted: list[str] = []
    hasher = type(hashers.get_hasher())
    for name in ("encode", "verify"):
        original = getattr(hasher, name)

        def counting(self: Any, *args: Any, original: Any = original, name: str = name) -> Any:
            counted.append(name)
            return original(self, *args)

        monkeypatch.setattr(hasher, name, counting)
    return counted


def make_user(password: str | None = factories.PASSWORD) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=password)


def ask(email: str, client: Client | None = None, **headers: Any) -> Any:
    return (client or Client()).post(FORGOTTEN, {"email": email}, **headers)


def mailed(user: User) -> list[str]:
    """Return the addresses, without the product's own, that the user's waiting mails lead to."""
    return [urlsplit(mails.link_in(found)).path for found in mails.waiting(user.organisation_id)]


def actions(organisation_id: Any) -> list[str]:
    with tenant_scope(organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


@pytest.mark.requirement("ACC-5.2")
def test_forgotten_password_is_set_anew_by_the_mail(user: User, at_once: None) -> None:
    client = Client()
    assert "Wachtwoord vergeten?" in client.get(SIGN_IN).content.decode()
    asked = ask(f" {user.email.upper()} ", client)
    assert (asked.status_code, asked.headers["Location"]) == (302, SENT)
    assert "Kijk in uw mail" in client.get(SENT).content.decode()
    (mail,) = mails.waiting(user.organisation_id, "password_reset")
    assert (mail.recipient, f"{RESET_HOURS} uur" in mail.text) == (user.email, True)
    (address,) = mailed(user)
    assert user.email in client.get(address).content.decode()
    done = client.post(address, {"password": NEW}, follow=True)
    assert done.redirect_chain == [(SIGN_IN, 302)]
    assert "Uw nieuwe wachtwoord is bewaard" in done.content.decode()
    assert client.post(SIGN_IN, {"email": user.email, "password": NEW}).headers["Location"] == "/"


def accounts_of(user: User) -> dict[str, User | None]:
    """Return an account for each reason that something else could be told; the key names it."""
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        closed = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        User.objects.filter(pk=closed.pk).update(is_active=False)
        locked = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        User.objects.filter(pk=locked.pk).update(locked_at=now, failed_attempts=3)
        invited, bare = factories.user(), factories.user()
        create_link(user=invited, kind=OneTimeLink.Kind.INVITATION, expires_at=now + HOUR, now=now)
        often = factories.user(password=factories.PASSWORD)
        for _ in range(LINKS_AN_ACCOUNT):
            create_link(user=often, kind=KIND, expires_at=now + HOUR, now=now)
    return {
        "known": user,
        "unknown": None,
        "closed": closed,
        "locked": locked,
        "invited": invited,
        "bare": bare,
        "often": often,
    }


REASONS = {
    "known": "password_reset",
    "unknown": "",
    "closed": "",
    "locked": "password_reset",
    "invited": "invitation",
    "bare": "",
    "often": "",
}


@pytest.mark.requirement("ACC-5.2")
def test_every_address_gets_one_answer_at_one_price(user: User, hashes: list[str]) -> None:
    # The first event of a trail begins its chain.
    ask("eerste@voorbeeld.nl")
    answers = {}
    for reason, account in accounts_of(user).items():
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            response = ask(account.email if account else "niemand@voorbeeld.nl")
        headers = {name: value for name, value in response.headers.items() if name != "Expires"}
        statements = tuple(" ".join(SAVEPOINT.sub("", query["sql"]).split()[:2]) for query in queries.captured_queries)
        answers[reason] = (
            response.status_code,
            response.content,
            headers,
            len(response.cookies),
            len(hashes),
            statements,
        )
    assert answers == dict.fromkeys(REASONS, answers["unknown"])
    assert (answers["unknown"][0], answers["unknown"][4]) == (302, 0)


@pytest.mark.parametrize("reason", REASONS)
def test_mailbox_gets_what_helps(user: User, reason: str) -> None:
    account = accounts_of(user)[reason]
    given = {"organisation_id": str(user.organisation_id), "user_id": str(account.pk if account else uuid4())}
    assert answer_forgotten(**given) == REASONS[reason]
    assert len(mailed(user)) == (1 if REASONS[reason] else 0)


def test_nobody_is_looked_for_in_no_organisation(user: User) -> None:
    assert answer_forgotten(organisation_id=str(PLATFORM), user_id=str(user.pk)) == ""


def test_invited_person_gets_another_invitation_unless_it_was_withdrawn(db: None) -> None:
    invited = make_user(password=None)
    now = timezone.now()
    with tenant_scope(invited.organisation_id):
        create_link(user=invited, kind=OneTimeLink.Kind.INVITATION, expires_at=now - HOUR, now=now - 80 * HOUR)
        assert answer_question(user=invited, now=now) == "invitation"
        withdraw_links(user=invited, now=now)
        assert answer_question(user=invited, now=now + 2 * HOUR) == ""


def test_fourth_link_within_the_hour_is_not_sent(user: User) -> None:
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        sent = [answer_question(user=user, now=now) for _ in range(LINKS_AN_ACCOUNT + 1)]
        later = answer_question(user=user, now=now + ACCOUNT_WINDOW)
    assert sent == ["password_reset"] * LINKS_AN_ACCOUNT + [""]
    assert later == "password_reset"


def test_many_questions_from_one_network_are_slowed_down(user: User, at_once: None) -> None:
    codes = [ask(f"niemand{number}@voorbeeld.nl").status_code for number in range(QUESTIONS_A_NETWORK)]
    assert set(codes) == {302}
    refused = ask(user.email)
    assert (refused.status_code, "15 minuten" in refused.content.decode()) == (429, True)
    assert ask("niemand@voorbeeld.nl").status_code == 429
    assert mailed(user) == []
    assert ask(user.email, REMOTE_ADDR="10.1.2.3").status_code == 302
    assert len(mailed(user)) == 1


def test_network_is_heard_again_after_a_while(db: None) -> None:
    now = timezone.now()
    for _ in range(QUESTIONS_A_NETWORK):
        assert hear_question(address="x", origin="10.0.0.1", now=now)
    assert not hear_question(address="x", origin="10.0.0.1", now=now)
    assert hear_question(address="x", origin="10.0.0.1", now=now + NETWORK_WINDOW + HOUR)


def test_question_leaves_a_digest_and_the_answer_its_event(user: User, at_once: None) -> None:
    ask(user.email)
    assert actions(PLATFORM)[-1] == "password.forgotten"
    assert actions(user.organisation_id)[-1] == "password.reset_sent"
    with tenant_scope(PLATFORM):
        assert user.email not in str(list(AuditEvent.objects.values()))


def test_queue_that_is_down_keeps_nobody_out(committed_db: Any) -> None:
    """In a process of its own, whose Redis is not there."""
    user = make_user()
    program = (
        "import sys; from django.conf import settings; settings.DATABASES['default']['NAME'] = sys.argv[1];"
        "import django; django.setup();"
        "from accounts.backend import find_by_email; from accounts.tasks import answer_later;"
        "answer_later(find_by_email(sys.argv[2])); answer_later(None)"
    )
    environment = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, str(settings.DATABASES["default"]["NAME"]), user.email]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.count("answered at once: the queue is down (OperationalError)") == 2
    assert "Traceback" not in done.stderr
    assert len(mailed(user)) == 1


@pytest.mark.parametrize("email", ["", "sanne", "a\x00b@voorbeeld.nl", "x" * 300, "' OR 1=1 --", "a@b\r\nBcc: c@d.nl"])
def test_strange_addresses_are_refused_in_words(db: None, email: str) -> None:
    response = ask(email)
    assert (response.status_code, "error-summary" in response.content.decode()) == (422, True)


def test_somebody_signed_in_can_ask_too(user: User, at_once: None) -> None:
    client = client_of(user)
    assert client.get(FORGOTTEN).status_code == 200
    assert ask(user.email, client).status_code == 302
    assert client.get(SENT).status_code == 200
    assert len(mailed(user)) == 1
