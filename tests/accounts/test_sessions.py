"""Sessions: what keeps them alive, what ends them, and what their owner sees of them (ACC-6, ACC-12)."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.sessions import (
    ABSOLUTE,
    IDLE,
    begin_session,
    end_sessions,
    erase_old_sessions,
    is_known_device,
    seconds_after_activity,
    seconds_left,
)
from accounts.models import User, UserSession
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, tenant_scope
from tests import factories
from tests.clients import client_of, session_of

STATUS = "/sessie/"


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)


def age(user: User, *, idle: timedelta = timedelta(0), begun: timedelta | None = None) -> None:
    """Let the user's sessions have been left for some time, or have begun some time ago."""
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        changes: dict[str, datetime] = {"last_active_at": now - idle}
        if begun is not None:
            changes["started_at"] = now - begun
        UserSession.objects.filter(user=user).update(**changes)


def last_active(user: User) -> datetime:
    with tenant_scope(user.organisation_id):
        return UserSession.objects.get(user=user).last_active_at


def actions(user: User) -> list[str]:
    with tenant_scope(user.organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


@pytest.mark.requirement("ACC-6.1")
@pytest.mark.parametrize(("minutes", "inside"), [(0, True), (29, True), (30, False), (600, False)])
def test_session_ends_after_thirty_idle_minutes(user: User, minutes: int, inside: bool) -> None:
    client = client_of(user)
    age(user, idle=timedelta(minutes=minutes))
    response = client.get("/")
    assert (response.status_code == 200) is inside
    if not inside:
        assert response.headers["Location"] == "/inloggen/?next=%2F&reden=inactief"
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("hours", "inside"), [(11.9, True), (12, False)])
def test_session_ends_after_twelve_hours_of_work(user: User, hours: float, inside: bool) -> None:
    client = client_of(user)
    age(user, begun=timedelta(hours=hours))
    assert (client.get("/").status_code == 200) is inside


@pytest.mark.requirement("ACC-6.1")
def test_a_page_is_activity_and_a_timer_is_not(user: User) -> None:
    client = client_of(user)
    age(user, idle=timedelta(minutes=20))
    before = last_active(user)
    assert 590 <= client.get(STATUS).json()["seconds"] <= 600
    assert last_active(user) == before
    client.get("/")
    assert last_active(user) > before


def test_a_page_that_does_not_exist_is_activity_too(user: User) -> None:
    client = client_of(user)
    age(user, idle=timedelta(minutes=20))
    before = last_active(user)
    assert client.get("/bestaat-niet/").status_code == 404
    assert last_active(user) > before


@pytest.mark.requirement("ACC-6.2")
def test_staying_signed_in_starts_the_half_hour_anew(user: User) -> None:
    client = client_of(user)
    age(user, idle=timedelta(minutes=29))
    assert client.post("/sessie/verlengen/").json() == {"seconds": 1800}
    assert client.get(STATUS).json()["seconds"] > 1790


def test_staying_does_not_reach_past_the_twelve_hours(user: User) -> None:
    client = client_of(user)
    age(user, begun=ABSOLUTE - timedelta(minutes=10))
    assert client.post("/sessie/verlengen/").json()["seconds"] <= 600


def test_an_ended_session_is_not_woken_by_a_request_already_under_way(user: User) -> None:
    client = client_of(user)
    with tenant_scope(user.organisation_id):
        end_sessions(user=user, reason=UserSession.EndReason.DEACTIVATED, now=timezone.now())
        row = UserSession.objects.get(user=user)
    assert client.get("/").status_code == 302
    with tenant_scope(user.organisation_id):
        after = UserSession.objects.get(user=user)
    assert (after.ended_at, after.last_active_at) == (row.ended_at, row.last_active_at)


def test_a_browser_session_without_its_row_is_worth_nothing(user: User) -> None:
    client = client_of(user)
    with tenant_scope(user.organisation_id):
        UserSession.objects.filter(user=user).delete()
    assert client.get("/").status_code == 302


def test_ending_deletes_the_browser_session_too(user: User) -> None:
    client = client_of(user)
    key = client.session.session_key
    assert Session.objects.filter(session_key=key).exists()
    with tenant_scope(user.organisation_id):
        end_sessions(user=user, reason=UserSession.EndReason.SIGNED_OUT, now=timezone.now())
    assert not Session.objects.filter(session_key=key).exists()


def test_session_key_is_kept_as_its_hash_only(user: User) -> None:
    client = client_of(user)
    row = session_of(client, user)
    assert row.key_hash == hashlib.sha256(str(client.session.session_key).encode()).hexdigest()


@pytest.mark.requirement("ACC-12.1")
def test_user_sees_own_sessions_and_nobody_elses(user: User) -> None:
    here = client_of(user)
    client_of(user)
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    client_of(colleague)
    listed = here.get(reverse("accounts:sessions")).context["sessions"]
    assert [session.user_id for session in listed] == [user.pk, user.pk]
    assert "Firefox op Linux" in here.get(reverse("accounts:sessions")).content.decode()


@pytest.mark.requirement("ACC-12.1")
def test_user_ends_one_session_elsewhere(user: User) -> None:
    here, there = client_of(user), client_of(user)
    with tenant_scope(user.organisation_id):
        other = UserSession.objects.exclude(pk=current_row(here, user).pk).get(user=user)
    assert here.post(reverse("accounts:session_end", kwargs={"pk": other.pk})).status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert "session.ended" in actions(user)


def test_user_ends_all_other_sessions(user: User) -> None:
    here, there, elsewhere = client_of(user), client_of(user), client_of(user)
    here.post(reverse("accounts:sessions_end_others"))
    assert [client.get("/").status_code for client in (here, there, elsewhere)] == [200, 302, 302]


def test_nobody_ends_a_colleagues_session(user: User) -> None:
    here = client_of(user)
    with tenant_scope(user.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    there = client_of(colleague)
    pk = session_of(there, colleague).pk
    assert here.post(reverse("accounts:session_end", kwargs={"pk": pk})).status_code == 404
    assert there.get("/").status_code == 200


def test_list_of_sessions_costs_the_same_for_one_and_for_five(user: User, django_assert_num_queries: Any) -> None:
    client = client_of(user)
    client.get(reverse("accounts:sessions"))
    with django_assert_num_queries(22):
        client.get(reverse("accounts:sessions"))
    for _ in range(4):
        client_of(user)
    with django_assert_num_queries(22):
        client.get(reverse("accounts:sessions"))


def current_row(client: Client, user: User) -> UserSession:
    digest = hashlib.sha256(str(client.session.session_key).encode()).hexdigest()
    return UserSession.objects.get(key_hash=digest, user=user)


@pytest.mark.requirement("ACC-6.5")
def test_locked_session_shows_no_page_until_the_password_is_given(user: User) -> None:
    client = client_of(user)
    assert client.post("/vergrendelen/", {"next": "/kinderen/"}).headers["Location"] == "/ontgrendelen/"
    for path in ("/", "/kinderen/", "/account/sessies/", "/bestaat-niet/"):
        assert client.get(path).headers["Location"].startswith("/ontgrendelen/"), path
    assert client.post("/sessie/verlengen/").status_code == 302
    assert client.get(STATUS).json()["locked"] is True
    page = client.get("/ontgrendelen/").content.decode()
    with tenant_scope(user.organisation_id):
        assert user.get_full_name() in page
    opened = client.post("/ontgrendelen/", {"password": factories.PASSWORD})
    assert (opened.status_code, opened.headers["Location"]) == (302, "/kinderen/")
    assert client.get("/kinderen/").status_code == 200
    assert [name for name in actions(user) if "lock" in name] == ["session.locked", "session.unlocked"]


@pytest.mark.requirement("ACC-6.5")
def test_lock_takes_the_screen_of_one_browser_only(user: User) -> None:
    here, there = client_of(user), client_of(user)
    here.post("/vergrendelen/")
    assert (here.get("/").status_code, there.get("/").status_code) == (302, 200)


def test_three_wrong_passwords_on_a_locked_screen_lock_the_account_and_end_the_session(user: User) -> None:
    client = client_of(user)
    client.post("/vergrendelen/")
    answers = [client.post("/ontgrendelen/", {"password": "Verkeerd-1-woord"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert "klopt niet" in answers[0].content.decode()
    with tenant_scope(user.organisation_id):
        assert User.objects.get(pk=user.pk).locked_at is not None
        assert UserSession.objects.get(user=user).end_reason == UserSession.EndReason.GUESSED
    assert "_auth_user_id" not in client.session


def test_lock_never_leads_elsewhere(user: User) -> None:
    client = client_of(user)
    client.post("/vergrendelen/", {"next": "https://kwaad.example/"})
    opened = client.post("/ontgrendelen/", {"password": factories.PASSWORD})
    assert opened.headers["Location"] == "/"


def test_locked_screen_goes_back_where_there_is_nothing_to_unlock(user: User) -> None:
    assert client_of(user).get("/ontgrendelen/").headers["Location"] == "/"


def test_signing_out_works_on_a_locked_screen(user: User) -> None:
    client = client_of(user)
    client.post("/vergrendelen/")
    assert client.post("/uitloggen/").headers["Location"] == "/inloggen/"
    with tenant_scope(user.organisation_id):
        assert UserSession.objects.get(user=user).end_reason == UserSession.EndReason.SIGNED_OUT


def test_cookie_of_before_signing_out_opens_nothing(user: User) -> None:
    client = client_of(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/uitloggen/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/", "/kinderen/", "/account/sessies/", "/bestaat-niet/"])
def test_signed_in_pages_are_kept_by_no_cache(user: User, path: str) -> None:
    assert client_of(user).get(path).headers["Cache-Control"] == "no-store"


def test_form_for_everybody_sent_with_a_dead_session_is_sent_on(user: User) -> None:
    client = client_of(user)
    age(user, idle=IDLE)
    response = client.post("/inloggen/", {"email": user.email, "password": factories.PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (307, "/inloggen/")


@pytest.mark.parametrize(
    ("idle", "begun", "left", "after"),
    [(0, 0, 1800, 1800), (1795, 1795, 5, 1800), (0, 43_000, 200, 200), (1800, 1800, 0, 1800)],
)
def test_seconds_left_is_the_nearer_end(idle: int, begun: int, left: int, after: int) -> None:
    now = timezone.now()
    session = UserSession(
        organisation_id=PLATFORM,
        last_active_at=now - timedelta(seconds=idle),
        started_at=now - timedelta(seconds=begun),
    )
    assert (seconds_left(session, now), seconds_after_activity(session, now)) == (left, after)


def test_sessions_are_forgotten_after_ninety_days(user: User) -> None:
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        for days in (89, 91):
            begin_session(
                user=user,
                session_key=f"key{days}",
                device="Safari op iPad",
                origin="10.0.0.1",
                method=UserSession.Method.PASSWORD,
                second_factor=False,
                now=now - timedelta(days=days),
            )
        assert erase_old_sessions(now) == 1
        assert is_known_device(user=user, device="Safari op iPad", now=now)
        assert not is_known_device(user=user, device="Chrome op Windows", now=now)
