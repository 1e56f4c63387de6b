"""Signing in and out (ACC-1), and what of it remains in the trail (ACC-13)."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, tenant_scope
from tests import factories

URL = "/inloggen/"


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)


def sign_in(client: Client, email: str, password: str, following: str = "") -> Any:
    return client.post(URL, {"email": email, "password": password, "next": following})


def events(organisation_id: Any) -> list[tuple[str, Any]]:
    with tenant_scope(organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", "object_id"))


@pytest.mark.requirement("ACC-1.1")
def test_right_address_and_password_sign_in(client: Client, user: User) -> None:
    response = sign_in(client, user.email, factories.PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_address_may_be_typed_in_capitals_with_spaces(client: Client, user: User) -> None:
    assert sign_in(client, f"  {user.email.upper()} ", factories.PASSWORD).status_code == 302


@pytest.mark.requirement("ACC-1.1")
def test_signing_out_ends_the_session(client: Client, user: User) -> None:
    sign_in(client, user.email, factories.PASSWORD)
    assert client.post("/uitloggen/").headers["Location"] == URL
    assert client.get("/").headers["Location"] == f"{URL}?next=/"


def test_unknown_wrong_and_inactive_get_one_answer(user: User) -> None:
    with tenant_scope(user.organisation_id):
        inactive = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        inactive.is_active = False
        inactive.save(update_fields=["is_active"])
    attempts = [
        ("niemand@voorbeeld.nl", factories.PASSWORD),
        (user.email, "Verkeerd-wachtwoord-1"),
        (inactive.email, factories.PASSWORD),
    ]
    answers = []
    for email, password in attempts:
        response = sign_in(Client(), email, password)
        text = response.content.decode().replace(email, "")
        answers.append((response.status_code, "horen niet bij elkaar" in text, "_auth_user_id" in response.cookies))
    assert answers == [(422, True, False)] * 3


@pytest.mark.parametrize("known", [True, False])
def test_each_attempt_evaluates_one_hash(user: User, monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    counted: list[str] = []
    hasher = type(hashers.get_hasher())
    for name in ("encode", "verify"):
        original = getattr(hasher, name)

        def counting(self: Any, *args: Any, original: Any = original, name: str = name) -> Any:
            counted.append(name)
            return original(self, *args)

        monkeypatch.setattr(hasher, name, counting)
    sign_in(Client(), user.email if known else "niemand@voorbeeld.nl", "Verkeerd-wachtwoord-1")
    assert len(counted) == 1


@pytest.mark.real_hashes
@pytest.mark.requirement("ACC-3.6")
def test_password_is_stored_as_argon2id(user: User) -> None:
    with tenant_scope(user.organisation_id):
        stored = User.objects.get(pk=user.pk).password
    assert stored.startswith("argon2$argon2id$v=19$m=65536,t=2,p=1$")
    assert factories.PASSWORD not in stored


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        ("/kinderen/", "/kinderen/"),
        ("//kwaad.example/", "/"),
        ("https://kwaad.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\kwaad.example", "/"),
    ],
)
def test_signing_in_never_leads_elsewhere(client: Client, user: User, following: str, expected: str) -> None:
    assert sign_in(client, user.email, factories.PASSWORD, following).headers["Location"] == expected


def test_signing_in_takes_a_new_session(client: Client, user: User) -> None:
    client.get(URL)
    session = client.session
    session["before"] = "planted"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    planted = session.session_key
    sign_in(client, user.email, factories.PASSWORD)
    assert client.session.session_key != planted


@pytest.mark.requirement("ACC-13.1")
def test_signing_in_and_out_are_in_the_trail(client: Client, user: User) -> None:
    before = len(events(user.organisation_id))
    sign_in(client, user.email, factories.PASSWORD)
    client.post("/uitloggen/")
    assert events(user.organisation_id)[before:] == [("sign_in.succeeded", user.pk), ("sign_out", user.pk)]


@pytest.mark.requirement("ACC-13.1")
def test_failed_attempts_are_in_the_trail_without_the_address(client: Client, user: User) -> None:
    sign_in(client, user.email, "Verkeerd-wachtwoord-1")
    sign_in(client, "niemand@voorbeeld.nl", "Verkeerd-wachtwoord-1")
    assert events(user.organisation_id)[-1] == ("sign_in.failed", user.pk)
    assert events(PLATFORM)[-1] == ("sign_in.failed", None)
    with tenant_scope(PLATFORM):
        assert "niemand" not in str(AuditEvent.objects.values_list("data", flat=True))


@pytest.mark.requirement("ACC-6.4")
def test_session_cookie_ends_with_the_browser(client: Client, user: User) -> None:
    response = sign_in(client, user.email, factories.PASSWORD)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["expires"], cookie["max-age"], bool(cookie["httponly"]), cookie["samesite"]) == ("", "", True, "Lax")


@pytest.mark.parametrize(
    "email", ["a\x00b@voorbeeld.nl", "x" * 300, "", "\u202egnp.exe@voorbeeld.nl", "%00", "' OR 1=1 --"]
)
def test_strange_addresses_are_refused_in_words(client: Client, db: None, email: str) -> None:
    response = sign_in(client, email, factories.PASSWORD)
    assert (response.status_code, "Inloggen" in response.content.decode()) == (422, True)


def test_form_without_its_token_is_refused_in_words(user: User) -> None:
    response = sign_in(Client(enforce_csrf_checks=True), user.email, factories.PASSWORD)
    assert (response.status_code, "<h1>" in response.content.decode()) == (403, True)


def test_deactivated_user_is_out_at_once(client: Client, user: User) -> None:
    sign_in(client, user.email, factories.PASSWORD)
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("today")).status_code == 302


@pytest.mark.requirement("ACC-1.1", "UX-4.1")
def test_who_has_another_first_page_comes_there_from_the_address_of_the_site(client: Client, db: None) -> None:
    with tenant_scope(factories.provider()):
        secretary = factories.staff(Role.SECRETARIAT, factories.PASSWORD)
    desk = reverse("accounts:staff")
    response = client.post(URL, {"email": secretary.email, "password": factories.PASSWORD, "next": "/"})
    assert response.headers["Location"] == desk
    # And so does who is signed in already.
    assert client.get(URL).headers["Location"] == desk
