"""Three strikes, told to the owner, alike for everybody and safe under load (ACC-5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone

from accounts.domain.attempts import unlock
from accounts.models import SignInPolicy, User, UserSession
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.mail.models import OutboxMessage
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of

URL = "/inloggen/"
WRONG = "Verkeerd-wachtwoord-1"


@pytest.fixture
def user(db: None) -> User:
    return make_user()


def make_user() -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)


def sign_in(email: str, password: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).post(URL, {"email": email, "password": password}, **headers)


def stored(user: User) -> User:
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk)


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


@pytest.mark.requirement("ACC-5.1")
def test_third_wrong_password_locks_the_account(user: User) -> None:
    for expected in (None, None):
        sign_in(user.email, WRONG)
        assert stored(user).locked_at is expected
    sign_in(user.email, WRONG)
    assert stored(user).locked_at is not None
    assert sign_in(user.email, factories.PASSWORD).status_code == 422


def test_right_password_forgets_earlier_mistakes(user: User) -> None:
    for _ in range(3):
        sign_in(user.email, WRONG)
        sign_in(user.email, WRONG)
        assert sign_in(user.email, factories.PASSWORD).status_code == 302
        assert stored(user).failed_attempts == 0


@pytest.mark.requirement("ACC-5.2")
def test_owner_is_told_once_with_a_link(user: User) -> None:
    for _ in range(5):
        sign_in(user.email, WRONG)
    with tenant_scope(user.organisation_id):
        kinds = list(OutboxMessage.objects.values_list("kind", flat=True))
        events = list(AuditEvent.objects.filter(action="user.locked").values_list("object_id", flat=True))
    assert (kinds, events) == (["account_locked"], [user.pk])


def refusals(user: User) -> dict[str, User | None]:
    """Return an account for each reason to refuse; the key names it."""
    with tenant_scope(user.organisation_id):
        locked = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        User.objects.filter(pk=locked.pk).update(locked_at=timezone.now(), failed_attempts=3)
        closed = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        User.objects.filter(pk=closed.pk).update(is_active=False)
        invited = factories.user(Role.GROUP_STAFF)
    outside = make_user()
    with tenant_scope(outside.organisation_id):
        SignInPolicy.objects.create(networks=[{"network": "10.9.8.0/24", "description": ""}])
    return {"unknown": None, "wrong": user, "locked": locked, "closed": closed, "invited": invited, "outside": outside}


@pytest.mark.requirement("ACC-5.1")
@pytest.mark.parametrize("reason", ["unknown", "wrong", "locked", "closed", "invited", "outside"])
def test_every_refusal_looks_and_costs_the_same(user: User, hashes: list[str], reason: str) -> None:
    account = refusals(user)[reason]
    email = account.email if account else "niemand@voorbeeld.nl"
    password = WRONG if reason == "wrong" else factories.PASSWORD
    hashes.clear()
    response = sign_in(email, password)
    text = response.content.decode().replace(email, "")
    hashes_taken = len(hashes)
    reference = sign_in("iemand@voorbeeld.nl", password).content.decode().replace("iemand@voorbeeld.nl", "")
    assert (response.status_code, hashes_taken) == (422, 1)
    assert without_token(text) == without_token(reference)


def without_token(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.requirement("ACC-7.2")
def test_right_network_signs_in_and_another_does_not(user: User) -> None:
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.create(networks=[{"network": "127.0.0.0/8", "description": "hier"}])
    assert sign_in(user.email, factories.PASSWORD).status_code == 302
    assert sign_in(user.email, factories.PASSWORD, REMOTE_ADDR="10.0.0.1").status_code == 422


def test_refused_network_takes_no_attempt(user: User) -> None:
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.create(networks=[{"network": "10.9.8.0/24", "description": ""}])
    for _ in range(4):
        sign_in(user.email, WRONG)
    assert (stored(user).failed_attempts, stored(user).locked_at) == (0, None)


@pytest.mark.requirement("ACC-7.2")
def test_leaving_the_network_ends_the_session_at_the_next_request(user: User) -> None:
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.create(networks=[{"network": "127.0.0.0/8", "description": "hier"}])
    client = client_of(user)
    assert client.get("/").status_code == 200
    gone = client.get("/", REMOTE_ADDR="10.0.0.1")
    assert (gone.status_code, "reden=adres" in gone.headers["Location"]) == (302, True)
    assert client.get("/").status_code == 302


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_client_cannot_claim_an_address_in_the_list(user: User) -> None:
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.create(networks=[{"network": "10.9.8.7", "description": ""}])
    forged = sign_in(user.email, factories.PASSWORD, HTTP_X_FORWARDED_FOR="10.9.8.7, 203.0.113.9")
    assert forged.status_code == 422
    assert sign_in(user.email, factories.PASSWORD, HTTP_X_FORWARDED_FOR="10.9.8.7").status_code == 302


def test_emergency_route_lets_in_until_it_ends(user: User) -> None:
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        policy = SignInPolicy.objects.create(
            networks=[{"network": "10.9.8.0/24", "description": ""}],
            networks_suspended_until=now + timedelta(hours=1),
        )
    assert sign_in(user.email, factories.PASSWORD).status_code == 302
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.filter(pk=policy.pk).update(networks_suspended_until=now)
    assert sign_in(user.email, factories.PASSWORD).status_code == 422


@pytest.mark.requirement("ACC-5.2")
def test_unlocked_account_has_all_its_attempts_again(user: User) -> None:
    for _ in range(3):
        sign_in(user.email, WRONG)
    with tenant_scope(user.organisation_id):
        unlock(user=stored_in_scope(user), by=None)
    assert stored(user).failed_attempts == 0
    assert sign_in(user.email, factories.PASSWORD).status_code == 302


def stored_in_scope(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.requirement("ACC-5.1")
def test_fifty_guesses_at_once_evaluate_at_most_three(committed_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    evaluated: list[str] = []
    hasher = type(hashers.get_hasher())
    verify = hasher.verify

    def counting(self: Any, password: str, encoded: str) -> bool:
        evaluated.append(encoded)
        return bool(verify(self, password, encoded))

    monkeypatch.setattr(hasher, "verify", counting)
    start = Barrier(10)

    def guess(number: int) -> list[int]:
        try:
            start.wait()
            return [sign_in(user.email, f"Verkeerd-{number}-{turn}").status_code for turn in range(5)]
        finally:
            connections.close_all()

    # Each from an address of its own, or the throttle per address would answer for the account.
    with override_settings(AXES_ENABLED=False), ThreadPoolExecutor(10) as pool:
        answers = [status for found in pool.map(guess, range(10)) for status in found]
    assert set(answers) == {422}
    assert evaluated == [user.password] * 3
    assert stored(user).locked_at is not None


@pytest.mark.requirement("ACC-5.4")
def test_guessing_over_many_accounts_from_one_address_is_slowed_down(user: User) -> None:
    with override_settings(AXES_FAILURE_LIMIT=5):
        answers = [sign_in(f"iemand{number}@voorbeeld.nl", WRONG).status_code for number in range(7)]
        assert answers == [422, 422, 422, 422, 429, 429, 429]
        blocked = sign_in(user.email, factories.PASSWORD)
        assert (blocked.status_code, "<h1>" in blocked.content.decode()) == (429, True)
        assert sign_in(user.email, factories.PASSWORD, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_session_tells_how_it_began(user: User) -> None:
    client = Client()
    sign_in(user.email, factories.PASSWORD, client, HTTP_USER_AGENT="geen bekend apparaat")
    with tenant_scope(user.organisation_id):
        session = UserSession.objects.get(user=user)
    assert (session.method, session.origin, session.device) == ("password", "127.0.0.1", "Onbekend apparaat")
    assert client.get("/").status_code == 200


def test_owner_is_told_of_a_device_not_seen_before(user: User) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    ipad = "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Mobile/15E148 Safari/604.1"
    for agent in (firefox, firefox, ipad, ipad):
        sign_in(user.email, factories.PASSWORD, HTTP_USER_AGENT=agent)
    with tenant_scope(user.organisation_id):
        assert list(OutboxMessage.objects.values_list("kind", flat=True)) == ["new_device"]
