"""Saving drafts by script, and throwing them away (ACC-6)."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.drafts.domain import MAX_BYTES, draft_for
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of, session_of

KEY = "note:0199a1b2-0000-7000-8000-000000000001"


@pytest.fixture
def writer(db: None) -> User:
    """Somebody without any role: drafts are about oneself."""
    with tenant_scope(factories.organisation()):
        return factories.user()


def send(client: Client, **fields: Any) -> Any:
    return client.post(reverse("drafts:save"), {"draft_key": KEY, "text": "Yara klimt."} | fields)


def text_of(user: User) -> str | None:
    with tenant_scope(user.organisation_id):
        found = draft_for(user_id=user.pk, key=KEY)
    return None if found is None else found.text("text")


@pytest.mark.requirement("ACC-6.1", "ACC-6.3")
def test_saving_says_when_and_whether_the_text_changed(writer: User) -> None:
    client = client_of(writer)
    first, again, other = send(client), send(client), send(client, text="Yara klimt hoog.")
    assert [answer.json()["changed"] for answer in (first, again, other)] == [True, False, True]
    assert {answer.json()["saved"] for answer in (first, again, other)} == {True}
    assert re.fullmatch("[0-9]{2}:[0-9]{2}", other.json()["at"])
    assert text_of(writer) == "Yara klimt hoog."


def active_at(client: Client, user: User) -> datetime:
    return session_of(client, user).last_active_at


@pytest.mark.requirement("ACC-6.1")
def test_changed_text_is_activity_and_a_timer_is_not(writer: User) -> None:
    begun = timezone.now() - timedelta(minutes=20)
    client = client_of(writer, at=begun)
    send(client)
    typed = active_at(client, writer)
    assert typed > begun + timedelta(minutes=19)
    send(client)
    send(client, text="x" * MAX_BYTES)
    assert active_at(client, writer) == typed
    send(client, text="Yara klimt hoog.")
    assert active_at(client, writer) > typed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "x" * MAX_BYTES}, "Deze tekst is te lang om als concept te bewaren. Bewaar hem met de knop."),
        ({"text": "Yara\x00"}, "In de tekst staat een teken dat we niet kunnen bewaren."),
        ({"draft_key": "../note"}, "Dit formulier kennen we niet."),
        ({"draft_key": ""}, "Dit formulier kennen we niet."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(writer: User, changes: dict[str, str], words: str) -> None:
    answer = send(client_of(writer), **changes)
    assert (answer.status_code, answer.json()) == (422, {"error": words})
    assert text_of(writer) is None


@pytest.mark.parametrize("changes", [{"draft_page": "x" * 99}, {"draft_page": "\x00"}, {"draft_number": "-1"}])
def test_page_and_number_that_make_no_sense_are_left_out(writer: User, changes: dict[str, str]) -> None:
    client = client_of(writer)
    assert send(client, **changes).json()["changed"]
    assert send(client, **changes, text="Anders.").json()["changed"]


def test_saving_is_by_post_with_a_token(writer: User) -> None:
    assert client_of(writer).get(reverse("drafts:save")).status_code == 405
    strict = client_of(writer, client=Client(enforce_csrf_checks=True))
    assert send(strict).status_code == 403
    assert text_of(writer) is None


def test_saving_leaves_no_event(writer: User) -> None:
    client = client_of(writer)
    with tenant_scope(writer.organisation_id):
        before = AuditEvent.objects.count()
    send(client)
    with tenant_scope(writer.organisation_id):
        assert AuditEvent.objects.count() == before


@pytest.mark.requirement("SEC-1.1")
def test_draft_of_another_organisation_cannot_be_reached(writer: User) -> None:
    send(client_of(writer))
    with tenant_scope(factories.organisation()):
        outsider = factories.user()
    client = client_of(outsider)
    client.post(reverse("drafts:discard"), {"key": KEY})
    assert send(client, text="Van een ander.").json()["changed"]
    assert (text_of(writer), text_of(outsider)) == ("Yara klimt.", "Van een ander.")


@pytest.mark.parametrize(
    ("following", "address"),
    [
        ("/notities/nieuw/", "/notities/nieuw/"),
        ("", "/"),
        ("https://elders.example/", "/"),
        ("//elders.example/", "/"),
        ("notities", "/"),
    ],
)
def test_discarding_returns_to_the_page_of_the_form(writer: User, following: str, address: str) -> None:
    client = client_of(writer)
    send(client)
    answer = client.post(reverse("drafts:discard"), {"key": KEY, "next": following})
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert text_of(writer) is None
    with tenant_scope(writer.organisation_id):
        assert AuditEvent.objects.filter(action="draft.discarded", actor_id=writer.pk).count() == 1


def test_discarding_by_an_ended_session_keeps_nothing_in_its_place(writer: User) -> None:
    send(client_of(writer))
    late = client_of(writer, at=timezone.now() - timedelta(hours=1))
    late.post(reverse("drafts:discard"), {"key": KEY, "next": "/"})
    assert text_of(writer) == "Yara klimt."


def test_key_is_bound_to_its_user(writer: User) -> None:
    with tenant_scope(writer.organisation_id):
        colleague: UUID = factories.user().pk
    send(client_of(writer))
    with tenant_scope(writer.organisation_id):
        assert draft_for(user_id=colleague, key=KEY) is None
