"""The second step of signing in: between the right password and the first page (ACC-8)."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import messages
from django.test import Client
from django.utils import timezone

from accounts.models import User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests import factories, mails
from tests.accounts.authenticator import Authenticator
from tests.accounts.factors import actions_of, code_now, fresh, give_codes, give_passkey, give_totp, wrong_code

STEP, RECOVERY = "/inloggen/tweede-stap/", "/inloggen/tweede-stap/herstelcode/"
OPTIONS = "/inloggen/tweede-stap/opties/"


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)


def give_password(client: Client, user: User, following: str = "") -> Any:
    return client.post("/inloggen/", {"email": user.email, "password": factories.PASSWORD, "next": following})


def location(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


def sessions_of(user: User) -> list[tuple[str, bool]]:
    with tenant_scope(user.organisation_id):
        return list(UserSession.objects.filter(user=user).values_list("method", "second_factor"))


def age_password(client: Client, minutes: int) -> None:
    session = client.session
    session["signing_in"]["at"] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    session.save()


@pytest.mark.requirement("ACC-8.2")
def test_password_alone_does_not_let_in_who_has_an_app(client: Client, user: User) -> None:
    secret = give_totp(user)
    assert location(give_password(client, user, "/kinderen/")) == (302, STEP)
    assert location(client.get("/"))[1].startswith("/inloggen/")
    assert sessions_of(user) == []
    assert location(client.post(STEP, {"code": code_now(secret)})) == (302, "/kinderen/")
    assert client.get("/").status_code == 200
    assert sessions_of(user) == [("password+totp", True)]


def test_page_says_nothing_of_who_is_signing_in(client: Client, user: User) -> None:
    give_totp(user)
    give_password(client, user)
    page = client.get(STEP).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert user.email not in page
    assert "Sanne" not in page


@pytest.mark.parametrize("typed", ["{} {}", "{}-{}", " {}{} "])
def test_blanks_in_a_code_do_not_matter(client: Client, user: User, typed: str) -> None:
    secret = give_totp(user)
    give_password(client, user)
    code = code_now(secret)
    assert client.post(STEP, {"code": typed.format(code[:3], code[3:])}).status_code == 302


def test_code_of_one_sign_in_is_worth_nothing_for_the_next(client: Client, user: User) -> None:
    secret = give_totp(user)
    give_password(client, user)
    code = code_now(secret)
    client.post(STEP, {"code": code})
    other = Client()
    give_password(other, user)
    assert other.post(STEP, {"code": code}).status_code == 422


@pytest.mark.requirement("ACC-5.1", "ACC-8.2")
def test_three_wrong_codes_lock_the_account(client: Client, user: User) -> None:
    secret = give_totp(user)
    give_password(client, user)
    answers = [client.post(STEP, {"code": wrong_code(secret)}) for _ in range(3)]
    answers.append(client.post(STEP, {"code": code_now(secret)}))
    words = ["Deze code klopt niet" in answer.content.decode() for answer in answers]
    assert ([answer.status_code for answer in answers], words) == ([422] * 4, [True] * 4)
    assert fresh(user).locked_at is not None
    assert give_password(Client(), user).status_code == 422
    assert sessions_of(user) == []
    assert len(mails.waiting(user.organisation_id, "account_locked")) == 1


def test_right_password_does_not_give_wrong_codes_back(client: Client, user: User) -> None:
    secret = give_totp(user)
    for _ in range(2):
        give_password(client, user)
        client.post(STEP, {"code": wrong_code(secret)})
    assert fresh(user).failed_attempts == 2
    give_password(client, user)
    client.post(STEP, {"code": code_now(secret)})
    assert fresh(user).failed_attempts == 0


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345\x00", "１２３４５６", "x" * 500])
def test_what_can_be_no_code_costs_no_attempt(client: Client, user: User, typed: str) -> None:
    give_totp(user)
    give_password(client, user)
    assert client.post(STEP, {"code": typed}).status_code == 422
    assert fresh(user).failed_attempts == 0


@pytest.mark.parametrize("address", [STEP, RECOVERY])
@pytest.mark.parametrize("method", ["get", "post"])
def test_second_step_without_the_password_leads_back(client: Client, db: None, address: str, method: str) -> None:
    assert location(getattr(client, method)(address, {"code": "123456"})) == (302, "/inloggen/")


def test_second_step_waits_five_minutes(client: Client, user: User) -> None:
    secret = give_totp(user)
    give_password(client, user)
    age_password(client, 6)
    response = client.post(STEP, {"code": code_now(secret)})
    assert location(response) == (302, "/inloggen/")
    assert [str(message) for message in messages.get_messages(response.wsgi_request)] == [
        "Het duurde te lang. Begin opnieuw met inloggen."
    ]
    assert sessions_of(user) == []


def test_who_is_signed_in_has_no_second_step_to_do(client: Client, user: User) -> None:
    secret = give_totp(user)
    give_password(client, user)
    client.post(STEP, {"code": code_now(secret)})
    assert [location(client.get(address)) for address in (STEP, RECOVERY)] == [(302, "/")] * 2


def test_account_that_is_closed_meanwhile_does_not_get_in(client: Client, user: User) -> None:
    secret = give_totp(user)
    give_password(client, user)
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert location(client.post(STEP, {"code": code_now(secret)})) == (302, "/inloggen/")


@pytest.mark.requirement("ACC-8.2")
def test_recovery_code_stands_in_once(client: Client, user: User) -> None:
    give_totp(user)
    codes = give_codes(user)
    give_password(client, user, "/kinderen/")
    assert "Gebruik een herstelcode" in client.get(STEP).content.decode()
    assert 'autocomplete="off"' in client.get(RECOVERY).content.decode()
    response = client.post(RECOVERY, {"code": codes[0]})
    assert location(response) == (302, "/kinderen/")
    assert [str(message) for message in messages.get_messages(response.wsgi_request)] == [
        "U heeft nog 9 herstelcodes. Bent u uw telefoon kwijt? Stel de tweede stap dan opnieuw in bij Account, Tweede stap."
    ]
    assert sessions_of(user) == [("password+recovery", True)]
    other = Client()
    give_password(other, user)
    assert "is al gebruikt" in other.post(RECOVERY, {"code": codes[0]}).content.decode()


def test_few_recovery_codes_are_warned_of(client: Client, user: User) -> None:
    give_totp(user)
    codes = give_codes(user)
    with tenant_scope(user.organisation_id):
        user.recovery_codes.exclude(encoded__startswith="A$").exclude(encoded__startswith="B$").delete()
    give_password(client, user)
    response = client.post(RECOVERY, {"code": codes[0]})
    assert [(message.level, str(message)) for message in messages.get_messages(response.wsgi_request)] == [
        (messages.WARNING, "U heeft nog 1 herstelcode. Maak nieuwe bij Account, Tweede stap.")
    ]


@pytest.mark.requirement("ACC-8.1")
def test_passkey_is_a_second_step(client: Client, user: User) -> None:
    device = give_passkey(user)
    assert location(give_password(client, user)) == (302, STEP)
    assert 'name="code"' not in client.get(STEP).content.decode()
    options = client.post(OPTIONS).json()
    assert [len(options["allowCredentials"]), options["userVerification"]] == [1, "required"]
    assert location(client.post(STEP, {"credential": device.get(options)})) == (302, "/")
    assert sessions_of(user) == [("password+passkey", True)]


def test_security_key_without_a_memory_is_a_second_step_too(client: Client, user: User) -> None:
    device = give_passkey(user)
    give_password(client, user)
    answer = device.get(client.post(OPTIONS).json(), with_handle=False)
    assert client.post(STEP, {"credential": answer}).status_code == 302


def test_passkey_of_somebody_else_is_no_second_step(client: Client, user: User) -> None:
    give_passkey(user)
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    device = give_passkey(colleague)
    give_password(client, user)
    options = client.post(OPTIONS).json() | {"allowCredentials": []}
    response = client.post(STEP, {"credential": device.get(options)})
    assert (response.status_code, "Dit is niet gelukt" in response.content.decode()) == (422, True)
    assert actions_of(user)[-1] == "second_factor.failed"
    assert (sessions_of(user), fresh(user).failed_attempts) == ([], 0)


def test_options_without_the_password_are_refused(client: Client, user: User) -> None:
    give_passkey(user)
    response = client.post(OPTIONS)
    assert (response.status_code, response.json()) == (
        409,
        {"error": "Het duurde te lang. Begin opnieuw met inloggen."},
    )


def test_challenge_of_the_second_step_does_not_sign_in_without_the_password(client: Client, user: User) -> None:
    device = give_passkey(user, Authenticator())
    give_password(client, user)
    answer = device.get(client.post(OPTIONS).json())
    assert client.post("/inloggen/toegangssleutel/", {"credential": answer}).status_code == 422
