"""The address the meter asks: for everybody, about one password, keeping nothing (ACC-3)."""

import json
import logging
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.passwords.rules import SIGNS, Rule
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.web.gallery_samples import SamplePassword
from tests import factories
from tests.clients import client_of

URL = "/wachtwoord/sterkte/"
GOOD = "Paarse-Giraf-Fietst-42"


def ask(client: Client, data: Any) -> Any:
    return client.post(URL, json.dumps(data), content_type="application/json")


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF)


def test_address_is_where_the_meter_looks() -> None:
    assert reverse("accounts:password_strength") == URL


@pytest.mark.requirement("ACC-3.4")
def test_anybody_hears_how_strong_a_password_is(client: Client, db: None) -> None:
    response = ask(client, {"password": GOOD, "minimum": 12})
    assert response.json() == {"score": 4, "label": "sterk", "problems": [], "unmet": []}
    assert response.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.requirement("ACC-3.2")
@pytest.mark.parametrize("minimum", [23, "23"])
def test_page_says_how_long_the_password_must_be(client: Client, db: None, minimum: Any) -> None:
    answer = ask(client, {"password": GOOD, "minimum": minimum}).json()
    assert answer == {
        "score": 2,
        "label": "matig",
        "problems": ["Gebruik minstens 23 tekens. Nu zijn het er 22."],
        "unmet": ["length"],
    }


def test_form_is_answered_as_well(client: Client, db: None) -> None:
    assert client.post(URL, {"password": "Welkom01!"}).json()["unmet"] == ["guessable"]


@pytest.mark.requirement("ACC-3.5")
def test_of_somebody_signed_in_the_name_is_known(user: User) -> None:
    with tenant_scope(user.organisation_id):
        name = user.name.last_name
    answer = ask(client_of(user), {"password": f"Lampje-{name}-zeven-42", "minimum": 8}).json()
    assert answer["unmet"] == ["personal"]


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{}", '"text"', '{"password": null}', '{"password": 12}', '{"password": ["a"]}', "{", "[" * 900],
)
def test_what_is_no_question_is_refused_in_words(client: Client, db: None, body: str) -> None:
    response = client.post(URL, body, content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"error": "Dit kunnen we niet als wachtwoord lezen."})


@pytest.mark.parametrize(
    "minimum", [None, "", "x", -5, 1e99, True, [], "9" * 300, "٢٣", {"a": 1}], ids=lambda minimum: str(minimum)[:9]
)
def test_length_that_is_none_is_the_agreed_one(client: Client, db: None, minimum: Any) -> None:
    answer = ask(client, {"password": "qT7!vWz#", "minimum": minimum})
    assert answer.status_code == 200
    assert (answer.json()["unmet"] == []) is (minimum != "٢٣")


@pytest.mark.parametrize("password", ["\x00" * 9, "\u202e" * 9, "\ud800abcdefgh", "😀" * 128, ""])
def test_odd_characters_get_an_answer(client: Client, db: None, password: str) -> None:
    response = client.post(
        URL, json.dumps({"password": password}, ensure_ascii=password.startswith("\ud800")).encode(), "application/json"
    )
    assert response.status_code == 200
    assert response.json()["score"] <= 2


def test_more_than_a_kilobyte_is_not_read(client: Client, db: None) -> None:
    response = ask(client, {"password": "a" * 1024})
    assert (response.status_code, response.json()) == (413, {"error": "Dit is te lang voor een wachtwoord."})
    assert client.post(URL, {"password": "a" * 100_000}).status_code == 413


def test_only_a_form_of_our_own_may_ask(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert ask(strict, {"password": GOOD}).status_code == 403
    assert Client().get(URL).status_code == 405


def test_nothing_is_kept_or_logged(user: User, caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(user)
    with tenant_scope(user.organisation_id):
        before = AuditEvent.objects.count()
    with caplog.at_level(logging.DEBUG):
        ask(client, {"password": GOOD, "minimum": 8})
        ask(client, {"password": "Lampje-zeven-42", "minimum": "x"})
    assert "Giraf" not in caplog.text
    assert "Lampje" not in caplog.text
    with tenant_scope(user.organisation_id):
        assert AuditEvent.objects.count() == before


def test_meter_lists_the_rules_without_a_script() -> None:
    form = SamplePassword()
    with translation.override("nl"):
        html = render_to_string("components/password_meter.html", {"field": form["new_password"], "minimum": 12})
    assert "minstens 12 tekens" in html
    listed = {Rule.LENGTH, Rule.CAPITAL, Rule.DIGIT, Rule.SIGN, Rule.PERSONAL, Rule.GUESSABLE}
    assert all(f'data-rule="{rule}"' in html for rule in listed)
    escaped = SIGNS.replace("&", "&amp;")
    assert f'data-signs="{escaped}"' in html
    assert " ".join(SIGNS).replace("&", "&amp;") in html
    assert "data-password-reveal hidden" in html
