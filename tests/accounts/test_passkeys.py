"""Passkeys: made, proven, renamed, and refused when anything about them is not right (ACC-8.1, ACC-5.3)."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from django.contrib import messages
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.passkeys import MAX_PASSKEYS, PasskeyRefused, ask_to_prove, use_passkey, user_handle_in
from accounts.domain.sessions import lock_session
from accounts.models import Passkey, SignInPolicy, User, UserSession
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, tenant_scope
from tests import factories, mails
from tests.accounts.authenticator import (
    IS_COPIED,
    MAY_BE_COPIED,
    PRESENT,
    VERIFIED,
    Authenticator,
    decode,
    encode,
)
from tests.accounts.factors import PARTY, actions_of, events_of, fresh, give_passkey
from tests.clients import client_of, session_of

ADD, ADD_OPTIONS = "/account/tweede-stap/toegangssleutel/", "/account/tweede-stap/toegangssleutel/opties/"
SIGN_IN, SIGN_IN_OPTIONS = "/inloggen/toegangssleutel/", "/inloggen/toegangssleutel/opties/"
UNLOCK, OWN_OPTIONS = "/ontgrendelen/toegangssleutel/", "/account/toegangssleutel/opties/"
NAMED = {"name": "Mijn telefoon", "own_device": "on"}


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF)


def add(client: Client, device: Authenticator, **changed: Any) -> Any:
    options = client.post(ADD_OPTIONS, NAMED).json()
    return client.post(ADD, {**NAMED, "credential": device.create(options, **changed)})


def sign_in(device: Authenticator, client: Client | None = None, **data: str) -> Any:
    used = client or Client()
    answer = device.get(used.post(SIGN_IN_OPTIONS).json())
    return used.post(SIGN_IN, {"credential": answer, **data})


def passkeys(user: User) -> list[Passkey]:
    with tenant_scope(user.organisation_id):
        return list(Passkey.objects.filter(user=user).order_by("created_at"))


def prove(user: User, device: Authenticator, **changed: Any) -> Passkey:
    with tenant_scope(user.organisation_id):
        asked = ask_to_prove(user=user, party=PARTY)
        given = {"answer": device.get(asked.options), "challenge": asked.challenge, "party": PARTY, **changed}
        return use_passkey(user=user, now=timezone.now(), **given)


# -------------------------------------------------------------------------------------------------- making


@pytest.mark.requirement("ACC-8.1", "ACC-12.2")
def test_passkey_is_made_on_ones_own_device(user: User) -> None:
    elsewhere, client = client_of(user), client_of(user, second_factor=False)
    device = Authenticator(flags=PRESENT | VERIFIED | MAY_BE_COPIED | IS_COPIED)
    response = add(client, device)
    assert (response.status_code, response.content.decode().count("codes__code")) == (200, 10)
    (made,) = passkeys(user)
    assert (bytes(made.credential_id), made.name, made.synced) == (device.credentials[0].id, "Mijn telefoon", True)
    assert made.transports == ["internal", "hybrid"]
    assert session_of(client, user).second_factor
    assert elsewhere.get("/").status_code == 302
    assert ("passkey.added", {"synced": True}) in events_of(user)
    (mail,) = mails.waiting(user.organisation_id, "second_factor_changed")
    assert "er is een toegangssleutel bij" in mail.text


def test_device_is_asked_for_what_the_requirements_say(user: User) -> None:
    give_passkey(user)
    options = client_of(user).post(ADD_OPTIONS, NAMED).json()
    assert options["rp"] == {"name": "Kijk", "id": "testserver"}
    assert decode(options["user"]["id"]) == user.pk.bytes
    assert (options["user"]["name"], options["attestation"]) == (user.email, "none")
    assert options["authenticatorSelection"] == {
        "residentKey": "preferred",
        "requireResidentKey": False,
        "userVerification": "required",
    }
    assert [decode(key["id"]) for key in options["excludeCredentials"]] == [bytes(passkeys(user)[0].credential_id)]
    assert len(decode(options["challenge"])) >= 16


def test_passkeys_belong_to_the_domain_of_the_setting(user: User, settings: Any) -> None:
    settings.PASSKEY_DOMAIN = "kijk.example.nl"
    client = client_of(user)
    options = client.post(ADD_OPTIONS, NAMED).json()
    assert options["rp"]["id"] == "kijk.example.nl"
    settings.PUBLIC_URL = "https://app.kijk.example.nl"
    device = Authenticator(domain="kijk.example.nl", origin="https://app.kijk.example.nl")
    assert client.post(ADD, {**NAMED, "credential": device.create(options)}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"name": "Tablet"}, "Maak alleen een toegangssleutel op een apparaat van uzelf, en vink dit dan aan."),
        ({"own_device": "on"}, "Dit veld is verplicht."),
        (
            {"name": "x" * 61, "own_device": "on"},
            "Zorg dat deze waarde niet meer dan 60 tekens bevat (het zijn er nu 61).",
        ),
    ],
)
def test_no_passkey_without_a_name_and_a_device_of_ones_own(user: User, sent: dict[str, str], error: str) -> None:
    client = client_of(user)
    refused = client.post(ADD_OPTIONS, sent)
    assert (refused.status_code, refused.json()["error"]) == (422, error)
    options = client.post(ADD_OPTIONS, NAMED).json()
    assert client.post(ADD, {**sent, "credential": Authenticator().create(options)}).status_code == 422
    assert passkeys(user) == []


WRONG_MAKERS = {
    "of another page": Authenticator(origin="https://kwaad.example"),
    "for another domain": Authenticator(domain="kwaad.example"),
    "without verifying its owner": Authenticator(flags=PRESENT),
    "without anybody there": Authenticator(flags=VERIFIED),
}


@pytest.mark.parametrize("why", WRONG_MAKERS)
def test_passkey_is_not_made(user: User, why: str) -> None:
    response = add(client_of(user), WRONG_MAKERS[why])
    assert (response.status_code, "Dit is niet gelukt." in response.content.decode()) == (422, True)
    assert passkeys(user) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"fmt": "tpm"},
        {"fmt": "android-safetynet", "attStmt": {"ver": "1", "response": b"x"}},
        {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"wrong"}},
        {"attStmt": {"sig": b"x"}},
        {"authData": b"short"},
        {"authData": 7},
        {"fmt": None},
    ],
    ids=str,
)
def test_attestation_that_is_not_ours_is_refused(user: User, changed: dict[str, Any]) -> None:
    assert add(client_of(user), Authenticator(), **changed).status_code == 422
    assert passkeys(user) == []


def test_challenge_is_answered_once(user: User) -> None:
    client, device = client_of(user), Authenticator()
    options = client.post(ADD_OPTIONS, NAMED).json()
    first = device.create(options)
    assert client.post(ADD, {**NAMED, "credential": first}).status_code == 200
    assert client.post(ADD, {**NAMED, "credential": device.create(options)}).status_code == 422
    assert len(passkeys(user)) == 1


def test_challenge_is_good_for_five_minutes(user: User) -> None:
    client, device = client_of(user), Authenticator()
    options = client.post(ADD_OPTIONS, NAMED).json()
    session = client.session
    session["passkey_challenges"]["add"]["at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()
    assert client.post(ADD, {**NAMED, "credential": device.create(options)}).status_code == 422


def test_one_passkey_cannot_be_two(user: User) -> None:
    client, device = client_of(user), Authenticator()
    add(client, device)
    known = device.credentials[0]
    options = client.post(ADD_OPTIONS, NAMED).json()
    answer = json.loads(device.create(options))
    # A new key under the id of the one there is.
    made = device.credentials[1]
    attestation = cbor2.loads(decode(answer["response"]["attestationObject"]))
    attestation["authData"] = attestation["authData"].replace(made.id, known.id)
    answer["response"]["attestationObject"] = encode(cbor2.dumps(attestation))
    answer["id"] = answer["rawId"] = encode(known.id)
    assert client.post(ADD, {**NAMED, "credential": json.dumps(answer)}).status_code == 422
    assert len(passkeys(user)) == 1


def test_there_is_an_end_to_the_number_of_passkeys(user: User) -> None:
    with tenant_scope(user.organisation_id):
        for number in range(MAX_PASSKEYS):
            Passkey.objects.create(user=user, credential_id=bytes([number]), public_key=b"-", name="Sleutel")
    response = add(client_of(user), Authenticator())
    assert "Er passen geen toegangssleutels meer bij." in response.content.decode()


# ---------------------------------------------------------------------------------------- renaming, removing


def test_passkey_is_called_something_else(user: User) -> None:
    give_passkey(user)
    address = reverse("accounts:passkey", kwargs={"pk": passkeys(user)[0].pk})
    client = client_of(user)
    assert 'value="Mijn telefoon"' in client.get(address).content.decode()
    assert client.post(address, {"name": " Laptop "}).status_code == 302
    assert passkeys(user)[0].name == "Laptop"
    assert "passkey.renamed" in actions_of(user)
    assert [client.post(address, {"name": name}).status_code for name in ("", "x" * 61, "a\x00b")] == [422] * 3


def test_passkey_is_removed_and_opens_nothing_any_more(user: User) -> None:
    device = give_passkey(user)
    elsewhere, client = client_of(user), client_of(user)
    address = reverse("accounts:passkey_remove", kwargs={"pk": passkeys(user)[0].pk})
    assert client.post(address).status_code == 302
    assert (passkeys(user), elsewhere.get("/").status_code) == ([], 302)
    assert sign_in(device).status_code == 422


@pytest.mark.parametrize("name", ["accounts:passkey", "accounts:passkey_remove"])
def test_colleagues_passkey_is_not_found(user: User, name: str) -> None:
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    give_passkey(colleague)
    address = reverse(name, kwargs={"pk": passkeys(colleague)[0].pk})
    assert client_of(user).post(address, {"name": "Van mij"}).status_code == 404
    assert passkeys(colleague)[0].name == "Mijn telefoon"


# --------------------------------------------------------------------------------------------- signing in


@pytest.mark.requirement("ACC-8.1")
def test_passkey_signs_in_without_a_password(client: Client, user: User) -> None:
    device = give_passkey(user)
    options = client.post(SIGN_IN_OPTIONS).json()
    assert (options["allowCredentials"], options["rpId"], options["userVerification"]) == ([], "testserver", "required")
    response = client.post(SIGN_IN, {"credential": device.get(options), "next": "/kinderen/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/kinderen/")
    assert client.get("/").status_code == 200
    session = session_of(client, user)
    assert (session.method, session.second_factor) == ("passkey", True)
    assert passkeys(user)[0].last_used_at is not None
    assert ("sign_in.succeeded", {"method": "passkey"}) in events_of(user)


@pytest.mark.requirement("ACC-8.3")
def test_passkey_alone_is_enough_for_an_administrator(db: None) -> None:
    with tenant_scope(factories.organisation()):
        administrator = factories.user(Role.ADMINISTRATOR)
    client = Client()
    sign_in(give_passkey(administrator), client)
    assert client.get("/").status_code == 200


@pytest.mark.requirement("ACC-5.3")
def test_locked_account_is_entered_with_a_passkey_and_stays_locked_for_passwords(user: User) -> None:
    device = give_passkey(user)
    with tenant_scope(user.organisation_id):
        user.set_password(factories.PASSWORD)
        user.locked_at, user.failed_attempts = timezone.now(), 3
        user.save()
    client = Client()
    response = sign_in(device, client)
    assert response.status_code == 302
    (message,) = messages.get_messages(response.wsgi_request)
    assert "Met uw wachtwoord kunt u daarom niet inloggen." in str(message)
    now = fresh(user)
    assert (now.locked_at is not None, now.failed_attempts) == (True, 0)
    refused = Client().post("/inloggen/", {"email": user.email, "password": factories.PASSWORD})
    assert refused.status_code == 422
    page = client.get("/account/tweede-stap/").content.decode()
    assert "Stuur mij een link voor een nieuw wachtwoord" in page
    client.post("/account/nieuw-wachtwoord/")
    assert len(mails.waiting(user.organisation_id, "password_reset")) == 1


def test_link_for_a_new_password_is_for_locked_accounts_only(user: User) -> None:
    assert client_of(user).post("/account/nieuw-wachtwoord/").status_code == 302
    assert mails.waiting(user.organisation_id, "password_reset") == []


def close_account(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def shut_networks_out(user: User) -> None:
    SignInPolicy.objects.create(networks=[{"network": "192.0.2.0/24", "description": ""}])


def spoil_signature(answer: dict[str, Any]) -> None:
    signature = bytearray(decode(answer["response"]["signature"]))
    signature[-1] ^= 1
    answer["response"]["signature"] = encode(bytes(signature))


def spoil_data(answer: dict[str, Any]) -> None:
    data = bytearray(decode(answer["response"]["authenticatorData"]))
    # A higher count than was signed.
    data[-4] ^= 1
    answer["response"]["authenticatorData"] = encode(bytes(data))


def name_nobody(answer: dict[str, Any]) -> None:
    answer["response"]["userHandle"] = encode(bytes(16))


def leave_handle_out(answer: dict[str, Any]) -> None:
    del answer["response"]["userHandle"]


def name_an_unknown_key(answer: dict[str, Any]) -> None:
    answer["id"] = answer["rawId"] = encode(b"x" * 32)


AROUND = {"closed account": close_account, "network": shut_networks_out}
DEVICES: dict[str, dict[str, Any]] = {
    "not verified": {"flags": PRESENT},
    "nobody there": {"flags": VERIFIED},
    "another page": {"origin": "https://testserver.kwaad.example"},
    "another domain": {"domain": "kwaad.example"},
}
ANSWERS = {
    "signature": spoil_signature,
    "data": spoil_data,
    "handle of nobody": name_nobody,
    "no handle": leave_handle_out,
    "unknown key": name_an_unknown_key,
}
CHANGES = [*AROUND, *DEVICES, *ANSWERS, "old challenge"]
OF_NOBODY = {"no handle", "handle of nobody"}


def refused(user: User, change: str) -> Any:
    """Let somebody sign in with one thing wrong."""
    with tenant_scope(user.organisation_id):
        User.objects.update(is_active=True)
        SignInPolicy.objects.all().delete()
    device, client = give_passkey(user), Client()
    options = client.post(SIGN_IN_OPTIONS).json()
    if change in AROUND:
        with tenant_scope(user.organisation_id):
            AROUND[change](user)
    if change == "old challenge":
        options = Client().post(SIGN_IN_OPTIONS).json()
    for name, value in DEVICES.get(change, {}).items():
        setattr(device, name, value)
    answer = json.loads(device.get(options))
    ANSWERS.get(change, lambda unchanged: None)(answer)
    return client.post(SIGN_IN, {"credential": json.dumps(answer)})


@pytest.mark.requirement("ACC-8.1", "ACC-13.1")
def test_everything_wrong_gets_one_answer(user: User) -> None:
    answers = set()
    for change in CHANGES:
        response = refused(user, change)
        text = re.sub('value="[A-Za-z0-9]{64}"', "", response.content.decode())
        answers.add((response.status_code, text, tuple(response.cookies), tuple(sorted(response.headers))))
        assert change in OF_NOBODY or actions_of(user)[-1] == "sign_in.failed", change
    assert len(answers) == 1
    status, text, _cookies, _headers = answers.pop()
    assert (status, "Dit is niet gelukt." in text) == (422, True)
    with tenant_scope(user.organisation_id):
        assert not UserSession.objects.exists()
    with tenant_scope(PLATFORM):
        assert AuditEvent.objects.filter(action="sign_in.failed").count() == 2


def test_answer_is_worth_nothing_the_second_time(user: User) -> None:
    device, client = give_passkey(user), Client()
    answer = device.get(client.post(SIGN_IN_OPTIONS).json())
    assert client.post(SIGN_IN, {"credential": answer}).status_code == 302
    client.post("/uitloggen/")
    assert client.post(SIGN_IN, {"credential": answer}).status_code == 422


def test_key_of_another_organisation_is_not_seen(user: User) -> None:
    device = give_passkey(user)
    with tenant_scope(factories.organisation()):
        stranger = factories.user(Role.GROUP_STAFF)
    client = Client()
    answer = json.loads(device.get(client.post(SIGN_IN_OPTIONS).json()))
    answer["response"]["userHandle"] = encode(stranger.pk.bytes)
    assert client.post(SIGN_IN, {"credential": json.dumps(answer)}).status_code == 422


JUNK = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"x"',
    "[" * 15_000,
    "{}",
    '{"id": 1}',
    '{"id":"a","rawId":"a","type":"public-key","response":{}}',
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"*"}}',
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":7}}',
    '{"id":"YQ","rawId":"YQ","type":"public-key","authenticatorAttachment":"x","response":{"clientDataJSON":"e30"}}',
    "\x00",
    "x" * 30_000,
]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_is_refused_in_words(user: User, junk: str) -> None:
    give_passkey(user)
    client = Client()
    client.post(SIGN_IN_OPTIONS)
    response = client.post(SIGN_IN, {"credential": junk})
    assert (response.status_code, "Dit is niet gelukt." in response.content.decode()) == (422, True)
    inside = client_of(user)
    inside.post(ADD_OPTIONS, NAMED)
    assert inside.post(ADD, {**NAMED, "credential": junk}).status_code == 422
    assert user_handle_in(junk) is None


@pytest.mark.parametrize("address", [SIGN_IN, SIGN_IN_OPTIONS, UNLOCK, OWN_OPTIONS, ADD_OPTIONS])
def test_passkeys_are_not_asked_for_by_other_pages(user: User, address: str) -> None:
    client = client_of(user, client=Client(enforce_csrf_checks=True))
    assert client.post(address, NAMED).status_code == 403


def test_who_is_signed_in_does_not_sign_in_again(user: User) -> None:
    assert client_of(user).post(SIGN_IN).headers["Location"] == "/"


# ------------------------------------------------------------------------------------------------- proving


def test_copy_of_a_device_that_counts_is_found_out(user: User) -> None:
    device = give_passkey(user)
    prove(user, device)
    prove(user, device)
    device.credentials[0].count -= 2
    with pytest.raises(PasskeyRefused):
        prove(user, device)
    assert passkeys(user)[0].sign_count == 2


def test_device_that_does_not_count_is_trusted(user: User) -> None:
    device = give_passkey(user, Authenticator(counts=False))
    assert prove(user, device).pk == prove(user, device).pk


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_of_two_answers_with_one_count_one_is_a_copy(committed_db: Any) -> None:
    with tenant_scope(factories.organisation()):
        user = factories.user(Role.GROUP_STAFF)
    device = give_passkey(user)

    def second() -> bool:
        try:
            prove(user, device)
        except PasskeyRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(1) as pool:
        with tenant_scope(user.organisation_id):
            # The first answer is about to be taken, and holds the row.
            Passkey.objects.filter(user=user).update(sign_count=1)
            late = pool.submit(second)
            give_up = time.monotonic() + 20
            while not somebody_waits() and time.monotonic() < give_up:
                time.sleep(0.05)
        assert late.result() is False
    assert passkeys(user)[0].sign_count == 1


def test_whether_a_passkey_is_synced_is_kept_up_to_date(user: User) -> None:
    device = give_passkey(user, Authenticator(flags=PRESENT | VERIFIED | MAY_BE_COPIED))
    assert not passkeys(user)[0].synced
    device.flags |= IS_COPIED
    prove(user, device)
    assert passkeys(user)[0].synced


# ----------------------------------------------------------------------------------------------- unlocking


def locked(user: User) -> Client:
    client = client_of(user)
    with tenant_scope(user.organisation_id):
        lock_session(session=UserSession.objects.get(user=user), now=timezone.now())
    return client


@pytest.mark.requirement("ACC-6.5")
def test_locked_screen_is_opened_with_a_passkey(user: User) -> None:
    device, client = give_passkey(user), locked(user)
    assert UNLOCK in client.get("/ontgrendelen/").content.decode()
    response = client.post(UNLOCK, {"credential": device.get(client.post(OWN_OPTIONS).json())})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


def test_locked_screen_stays_locked_for_the_passkey_of_a_colleague(user: User) -> None:
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    give_passkey(user)
    device, client = give_passkey(colleague), locked(user)
    options = client.post(OWN_OPTIONS).json() | {"allowCredentials": []}
    response = client.post(UNLOCK, {"credential": device.get(options)})
    assert response.headers["Location"] == "/ontgrendelen/"
    assert client.get("/").headers["Location"].startswith("/ontgrendelen/")
    assert "session.unlock_failed" in actions_of(user)
