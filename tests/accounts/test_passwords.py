"""Which passwords come back, and changing one's own (ACC-3.3, ACC-4, ACC-12.2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.domain.links import create_link
from accounts.domain.passwords import (
    change_password,
    problems_with,
)
from accounts.models import OneTimeLink, PasswordHistory, SignInPolicy, User, UserSession
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from tests import factories, mails
from tests.clients import client_of, session_of

URL = "/account/wachtwoord/"
NEW = "Tien-Paarse-Wolken-42"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def user(db: None) -> User:
    return make_user()


def make_user() -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)


def stored(user: User) -> User:
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk)


def post(client: Client, current: str, password: str, following: str = "") -> Any:
    return client.post(URL, {"current": current, "password": password, "next": following})


def actions(user: User) -> list[str]:
    with tenant_scope(user.organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


# -------------------------------------------------------------------------------------------- history


def used(user: User) -> list[str]:
    return list(PasswordHistory.objects.filter(user=user).order_by("-set_at").values_list("encoded", flat=True))


@pytest.mark.requirement("ACC-3.3")
def test_last_five_passwords_are_refused_and_the_sixth_is_not(user: User) -> None:
    chosen = [factories.PASSWORD, *(f"{word}!Bakfiets{number}" for number, word in enumerate(WORDS))]
    begin = timezone.now()
    with tenant_scope(user.organisation_id):
        user = User.objects.get(pk=user.pk)
        for number, password in enumerate(chosen[1:], start=1):
            change_password(user=user, password=password, by=user, now=begin + number * DAY, device="Firefox")
        answers = [any("kortgeleden" in text for text in problems_with(user=user, password=each)) for each in chosen]
        assert len(used(user)) == 5
    assert answers == [False, True, True, True, True, True]


WORDS = ("Zonnebloem", "Kattenkruid", "Vuurtoren", "Ganzenveer", "Tulpenbol")


def test_history_costs_five_verifications_at_most(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    hasher = type(hashers.get_hasher())
    verify = hasher.verify

    def counting(self: Any, password: str, encoded: str) -> bool:
        verified.append(encoded)
        return bool(verify(self, password, encoded))

    with tenant_scope(user.organisation_id):
        PasswordHistory.objects.bulk_create(PasswordHistory(user=user, encoded=user.password) for _ in range(5))
        monkeypatch.setattr(hasher, "verify", counting)
        problems_with(user=user, password=NEW)
    assert len(verified) == 5


@pytest.mark.requirement("ACC-3.3")
def test_new_password_that_is_nearly_the_present_one_is_refused(user: User) -> None:
    with tenant_scope(user.organisation_id):
        near = problems_with(user=user, password=f"{factories.PASSWORD}8", current=factories.PASSWORD)
        far = problems_with(user=user, password=NEW, current=factories.PASSWORD)
    assert (len(near) > 0, far) == (True, [])


def test_names_and_the_organisation_s_own_length_are_held_against_it(user: User) -> None:
    with tenant_scope(user.organisation_id):
        assert problems_with(user=user, password=NEW) == []
        assert problems_with(user=user, password="Sanne-plant-42-uien") != []
        assert problems_with(user=user, password="Kinderopvang-42-uien") != []
        SignInPolicy.objects.create(min_password_length=30)
        assert any("30" in text for text in problems_with(user=user, password=NEW))


# ------------------------------------------------------------------------------------------- changing


@pytest.mark.requirement("ACC-12.2")
def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(user: User) -> None:
    elsewhere, here = client_of(user), Client()
    client_of(user, client=here)
    key = here.session.session_key
    done = post(here, factories.PASSWORD, NEW)
    assert (done.status_code, done.headers["Location"]) == (302, "/")
    assert elsewhere.get("/").headers["Location"].startswith("/inloggen/")
    assert here.get("/").status_code == 200
    assert here.session.session_key != key
    with tenant_scope(user.organisation_id):
        ended = UserSession.objects.filter(user=user).exclude(ended_at=None)
        assert [session.end_reason for session in ended] == ["password"]


def test_new_password_is_the_one_that_counts(user: User) -> None:
    post(client_of(user), factories.PASSWORD, NEW)
    found = stored(user)
    assert (found.check_password(NEW), found.check_password(factories.PASSWORD)) == (True, False)
    assert found.password_changed_at is not None
    assert timezone.now() - found.password_changed_at < MINUTE


def test_password_is_taken_to_the_letter(user: User) -> None:
    password = f"  {NEW} ß{'x' * 100}"[:127] + " "
    assert post(client_of(user), factories.PASSWORD, password).status_code == 302
    assert stored(user).check_password(password)


def test_change_is_told_by_mail_and_stands_in_the_trail_without_the_password(user: User) -> None:
    post(client_of(user), factories.PASSWORD, NEW)
    assert [mail.recipient for mail in mails.waiting(user.organisation_id, "password_changed")] == [user.email]
    assert "password.changed" in actions(user)
    with tenant_scope(user.organisation_id):
        trail = str(list(AuditEvent.objects.values()))
    assert NEW not in trail
    assert factories.PASSWORD not in trail


def test_links_that_were_sent_before_work_no_more(user: User) -> None:
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        create_link(user=user, kind=OneTimeLink.Kind.RESET, expires_at=now + DAY, now=now)
    post(client_of(user), factories.PASSWORD, NEW)
    with tenant_scope(user.organisation_id):
        assert OneTimeLink.objects.get().withdrawn_at is not None


def test_refused_password_comes_back_with_the_reason_and_costs_no_attempt(user: User) -> None:
    client = client_of(user)
    response = post(client, factories.PASSWORD, "kort", "/kinderen/")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="kort"' in page
    assert 'name="next" value="/kinderen/"' in page
    assert factories.PASSWORD not in page
    assert (stored(user).failed_attempts, stored(user).check_password(factories.PASSWORD)) == (0, True)


@pytest.mark.requirement("ACC-5.1")
def test_three_wrong_guesses_at_the_present_password_close_account_and_session(user: User) -> None:
    client = client_of(user)
    assert [post(client, "Fout-wachtwoord-1", NEW).status_code for _ in range(2)] == [422, 422]
    last = post(client, "Fout-wachtwoord-1", NEW)
    assert (last.status_code, last.headers["Location"]) == (302, "/inloggen/")
    assert stored(user).locked_at is not None
    assert client.get("/").headers["Location"].startswith("/inloggen/")
    assert len(mails.waiting(user.organisation_id, "account_locked")) == 1
    assert actions(user).count("password.change_failed") == 3


def test_right_guess_forgets_the_wrong_ones(user: User) -> None:
    client = client_of(user)
    post(client, "Fout-wachtwoord-1", NEW)
    post(client, "Fout-wachtwoord-1", NEW)
    assert post(client, factories.PASSWORD, NEW).status_code == 302
    assert stored(user).failed_attempts == 0


def test_locked_account_is_told_what_to_do_and_stays_signed_in(user: User) -> None:
    client = client_of(user)
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(locked_at=timezone.now(), failed_attempts=3)
    response = post(client, factories.PASSWORD, NEW)
    assert (response.status_code, "vergrendeld" in response.content.decode()) == (422, True)
    assert stored(user).check_password(factories.PASSWORD)
    assert client.get("/").status_code == 200


@pytest.mark.requirement("ACC-5.1")
def test_many_guesses_at_once_evaluate_at_most_three(committed_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    cookies = client_of(user).cookies
    evaluated: list[str] = []
    hasher = type(hashers.get_hasher())
    verify = hasher.verify

    def counting(self: Any, password: str, encoded: str) -> bool:
        evaluated.append(encoded)
        return bool(verify(self, password, encoded))

    monkeypatch.setattr(hasher, "verify", counting)
    start = Barrier(10)

    def guess(number: int) -> list[int]:
        client = Client()
        client.cookies = cookies
        start.wait()
        try:
            return [post(client, f"Fout-wachtwoord-{number}{turn}", NEW).status_code for turn in range(5)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as threads:
        statuses = [status for found in threads.map(guess, range(10)) for status in found]
    assert 1 <= len(evaluated) <= 3
    assert set(statuses) <= {302, 422}
    assert stored(user).locked_at is not None


def test_change_leads_nowhere_else(user: User) -> None:
    done = post(client_of(user), factories.PASSWORD, NEW, "https://kwaad.example/")
    assert done.headers["Location"] == "/"


def test_form_without_its_token_is_refused_in_words(user: User) -> None:
    client = client_of(user, client=Client(enforce_csrf_checks=True))
    response = post(client, factories.PASSWORD, NEW)
    assert (response.status_code, "<h1>" in response.content.decode()) == (403, True)


@pytest.mark.parametrize("current", ["", "\x00", "x" * 5000, "\u202e"])
@pytest.mark.parametrize("password", ["", "a\x00b", "x" * 5000])
def test_strange_input_is_refused_in_words(user: User, current: str, password: str) -> None:
    response = post(client_of(user), current, password)
    assert (response.status_code, "error-summary" in response.content.decode()) == (422, True)


def test_who_has_no_password_is_told_so(user: User) -> None:
    with tenant_scope(user.organisation_id):
        bare = factories.user(Role.GROUP_STAFF)
    client = client_of(bare, method=UserSession.Method.PASSKEY)
    assert "U heeft geen wachtwoord" in client.get(URL).content.decode()
    assert post(client, "", NEW).status_code == 422
    assert not stored(bare).has_usable_password()


def test_row_of_the_session_follows_its_new_key(user: User) -> None:
    client = client_of(user)
    before = session_of(client, user)
    post(client, factories.PASSWORD, NEW)
    after = session_of(client, user)
    assert after.pk == before.pk
    assert after.key_hash != before.key_hash
