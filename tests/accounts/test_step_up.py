"""Being asked again who one is: when, with what, and that a form is not lost by it (ACC-8)."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import RecoveryCode, TotpDevice, User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests import factories, mails
from tests.accounts.factors import actions_of, code_now, fresh, give_codes, give_passkey, give_totp, wrong_code
from tests.clients import client_of, session_of

STEP_UP, APP, REMOVE = "/bevestigen/", "/account/tweede-stap/app/", "/account/tweede-stap/app/verwijderen/"
OWN_OPTIONS = "/account/toegangssleutel/opties/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)


def stale(user: User, **options: Any) -> Client:
    """Return a client whose owner last showed who they are eleven minutes ago."""
    return client_of(user, at=timezone.now() - timedelta(minutes=11), **options)


def by_password(user: User) -> Client:
    return stale(user, second_factor=False, method=UserSession.Method.PASSWORD)


def hidden(response: Any) -> list[tuple[str, str]]:
    form = response.content.decode().split(f'action="{STEP_UP}"', 1)[1].split("</form>")[0]
    return [(unescape(name), unescape(value)) for name, value in HIDDEN.findall(form)]


def confirmed(client: Client, user: User) -> bool:
    return timezone.now() - session_of(client, user).confirmed_at < timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "asked"), [(9, False), (10, True)])
@pytest.mark.requirement("ACC-8.1")
def test_proof_counts_for_ten_minutes(user: User, minutes: int, asked: bool) -> None:
    client = client_of(user, at=timezone.now() - timedelta(minutes=minutes))
    response = client.get(f"{APP}?next=/kinderen/")
    if not asked:
        assert response.status_code == 200
        return
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"{STEP_UP}?next=%2Faccount%2Ftweede-stap%2Fapp%2F%3Fnext%3D%2Fkinderen%2F",
    )


def test_page_is_returned_to_after_the_question(user: User) -> None:
    secret, client = give_totp(user), stale(user)
    question = client.get(f"{APP}?next=/kinderen/").headers["Location"]
    page = client.get(question).content.decode()
    assert ("Omdat dit gevoelig is" in page, 'name="stepup-password"' in page) == (True, False)
    sent = {"stepup-next": f"{APP}?next=/kinderen/", "stepup-code": code_now(secret)}
    response = client.post(STEP_UP, sent)
    assert (response.status_code, response.headers["Location"]) == (302, f"{APP}?next=/kinderen/")
    assert client.get(f"{APP}?next=/kinderen/").status_code == 200
    assert actions_of(user).count("session.confirmed") == 1


@pytest.mark.requirement("ACC-8.2")
def test_form_that_was_held_up_is_sent_again_with_all_its_fields(user: User) -> None:
    secret, client = give_totp(user), stale(user)
    sent = {"code": ["een", "twee"], "text": 'Zei: "kijk" & <lachte>', "leeg": "", "stepup-code": "000000"}
    held_up = client.post(f"{REMOVE}?a=1&b=2", sent)
    assert held_up.status_code == 200
    assert "Wat u invulde, gaat niet verloren." in held_up.content.decode()
    with tenant_scope(user.organisation_id):
        assert TotpDevice.objects.filter(user=user).exists()
    fields = [field for field in hidden(held_up) if field[0] != "csrfmiddlewaretoken"]
    assert fields == [
        ("stepup-next", f"{REMOVE}?a=1&b=2"),
        ("stepup-resume", "1"),
        ("code", "een"),
        ("code", "twee"),
        ("text", 'Zei: "kijk" & <lachte>'),
        ("leeg", ""),
    ]
    form: dict[str, Any] = {"stepup-code": code_now(secret)}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    response = client.post(STEP_UP, form)
    assert (response.status_code, response.headers["Location"]) == (307, f"{REMOVE}?a=1&b=2")
    # A browser sends the same fields again.
    assert client.post(response.headers["Location"], form).status_code == 302
    with tenant_scope(user.organisation_id):
        assert not TotpDevice.objects.filter(user=user).exists()


def test_wrong_answer_keeps_the_form_that_was_held_up(user: User) -> None:
    secret, client = give_totp(user), stale(user)
    first = client.post(REMOVE, {"text": "Bouwde een toren"})
    again = client.post(STEP_UP, dict(hidden(first)) | {"stepup-code": wrong_code(secret)})
    assert (again.status_code, "Dit klopt niet." in again.content.decode()) == (422, True)
    assert ("text", "Bouwde een toren") in hidden(again)
    assert client.post(STEP_UP, dict(hidden(again)) | {"stepup-code": code_now(secret)}).status_code == 307


def test_token_of_the_held_up_form_is_made_anew(user: User) -> None:
    client = stale(user, client=Client(enforce_csrf_checks=True))
    token = client.get("/account/tweede-stap/").context["csrf_token"]
    held_up = client.post(REMOVE, {"csrfmiddlewaretoken": str(token)})
    tokens = [value for name, value in hidden(held_up) if name == "csrfmiddlewaretoken"]
    assert len(tokens) == 1
    assert client.post(STEP_UP, {"stepup-code": "x"}).status_code == 403
    assert client.post(STEP_UP, {"stepup-code": "x", "csrfmiddlewaretoken": tokens[0]}).status_code == 422


def test_files_are_chosen_again(user: User) -> None:
    client = stale(user)
    file = SimpleUploadedFile("lijst.csv", b"naam")
    response = client.post(REMOVE, {"file": file}, headers={"referer": "http://testserver/account/tweede-stap/"})
    assert response.headers["Location"] == f"{STEP_UP}?next=%2Faccount%2Ftweede-stap%2F"
    assert "Kies daarna uw bestand opnieuw." in client.get(response.headers["Location"]).content.decode()
    elsewhere = client.post(REMOVE, {"file": file}, headers={"referer": "https://kwaad.example/account/"})
    assert elsewhere.headers["Location"] == f"{STEP_UP}?next="


def test_script_is_told_where_to_go(user: User) -> None:
    address = "/account/tweede-stap/toegangssleutel/opties/"
    response = stale(user).post(address, {}, headers={"accept": "application/json"})
    assert response.status_code == 403
    assert response.json()["step_up"].startswith(f"{STEP_UP}?next=")


@pytest.mark.parametrize("following", ["https://kwaad.example/", "//kwaad.example/", "javascript:alert(1)", ""])
def test_question_never_leads_elsewhere(user: User, following: str) -> None:
    secret, client = give_totp(user), stale(user)
    sent = {"stepup-next": following, "stepup-resume": "1", "stepup-code": code_now(secret)}
    assert client.post(STEP_UP, sent).headers["Location"] == "/"


# ------------------------------------------------------------------------------------------- what is asked


def test_password_is_asked_of_who_has_no_factor(user: User) -> None:
    client = by_password(user)
    page = client.get(STEP_UP).content.decode()
    assert ('name="stepup-password"' in page, 'name="stepup-code"' in page) == (True, False)
    assert client.post(STEP_UP, {"stepup-password": "Verkeerd-wachtwoord-1"}).status_code == 422
    assert not confirmed(client, user)
    assert client.post(STEP_UP, {"stepup-password": factories.PASSWORD}).status_code == 302
    assert confirmed(client, user)
    assert not session_of(client, user).second_factor
    assert fresh(user).failed_attempts == 0
    assert "session.confirmation_failed" in actions_of(user)


def test_password_is_not_enough_for_who_has_a_factor(user: User) -> None:
    give_totp(user)
    client = stale(user)
    assert client.post(STEP_UP, {"stepup-password": factories.PASSWORD}).status_code == 422
    assert not confirmed(client, user)


@pytest.mark.requirement("ACC-8.1")
def test_passkey_confirms(user: User) -> None:
    device, client = give_passkey(user), stale(user)
    answer = device.get(client.post(OWN_OPTIONS).json())
    assert client.post(STEP_UP, {"stepup-credential": answer}).status_code == 302
    assert confirmed(client, user)


def test_passkey_of_a_colleague_does_not_confirm(user: User) -> None:
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    give_passkey(user)
    device, client = give_passkey(colleague), stale(user)
    options = client.post(OWN_OPTIONS).json() | {"allowCredentials": []}
    assert client.post(STEP_UP, {"stepup-credential": device.get(options)}).status_code == 422
    assert (confirmed(client, user), actions_of(user)[-1]) == (False, "second_factor.failed")


def test_recovery_code_confirms_and_is_used_up(user: User) -> None:
    give_totp(user)
    codes, client = give_codes(user), stale(user)
    assert 'name="stepup-recovery"' in client.get(STEP_UP).content.decode()
    assert client.post(STEP_UP, {"stepup-recovery": codes[0]}).status_code == 302
    with tenant_scope(user.organisation_id):
        assert RecoveryCode.objects.filter(user=user, used_at=None).count() == 9


@pytest.mark.parametrize("sent", [{}, {"stepup-code": ""}, {"stepup-code": "12345"}, {"stepup-recovery": "x"}])
def test_what_can_be_no_proof_costs_no_attempt(user: User, sent: dict[str, str]) -> None:
    give_totp(user)
    with tenant_scope(user.organisation_id):
        RecoveryCode.objects.create(user=user, encoded="A$!")
    assert stale(user).post(STEP_UP, sent).status_code == 422
    assert fresh(user).failed_attempts == 0


@pytest.mark.requirement("ACC-5.1")
@pytest.mark.parametrize("factor", [True, False], ids=["code", "password"])
def test_three_wrong_answers_lock_the_account(user: User, factor: bool) -> None:
    if factor:
        secret = give_totp(user)
        client, name, wrong, right = stale(user), "stepup-code", wrong_code(secret), code_now(secret)
    else:
        client, name, wrong, right = by_password(user), "stepup-password", "Verkeerd-1", factories.PASSWORD
    answers = [client.post(STEP_UP, {name: wrong}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert ["Uw account is vergrendeld" in answer.content.decode() for answer in answers] == [False, False, True]
    assert client.post(STEP_UP, {name: right}).status_code == 422
    assert (confirmed(client, user), fresh(user).locked_at is not None) == (False, True)
    assert len(mails.waiting(user.organisation_id, "account_locked")) == 1
    # What needs no fresh proof goes on.
    assert client.get("/").status_code == 200


def test_right_answer_forgets_the_wrong_ones(user: User) -> None:
    secret, client = give_totp(user), stale(user)
    client.post(STEP_UP, {"stepup-code": wrong_code(secret)})
    client.post(STEP_UP, {"stepup-code": code_now(secret)})
    assert fresh(user).failed_attempts == 0


def test_nobody_is_asked_twice(user: User) -> None:
    client = client_of(user)
    assert client.get(f"{STEP_UP}?next=/kinderen/").headers["Location"] == "/kinderen/"
    sent = {"stepup-next": REMOVE, "stepup-resume": "1"}
    assert client.post(STEP_UP, sent).status_code == 307


def test_question_is_for_who_is_signed_in(db: None) -> None:
    assert Client().get(STEP_UP).headers["Location"] == f"/inloggen/?next={STEP_UP}"
