"""How old a password may become, and what comes first when it is too old (ACC-4)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import passwords
from accounts.domain.passwords import (
    MAX_AGE,
    days_left,
    notice_for,
    password_is_due,
)
from accounts.models import User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.web.page import page_rule_of
from tests import factories
from tests.clients import client_of
from tests.pages import PAGES, Page, make_world, url_names

URL = "/account/wachtwoord/"
NEW = "Tien-Paarse-Wolken-42"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
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


def grow_old(user: User, age: timedelta = MAX_AGE) -> None:
    """Let the password have been chosen some time ago."""
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - age)


def post(client: Client, current: str, password: str, following: str = "") -> Any:
    return client.post(URL, {"current": current, "password": password, "next": following})


def owner(changed_at: datetime | None, encoded: str = "argon2$…") -> User:
    return User(password=encoded, password_changed_at=changed_at)


def session_by(method: UserSession.Method = UserSession.Method.PASSWORD) -> UserSession:
    return UserSession(method=method, organisation_id=None)


# In March an hour is skipped and in October one comes twice; 90 times 24 hours it is all the same.
MOMENTS = [
    (datetime(2026, 1, 15, 12, tzinfo=AMSTERDAM), datetime(2026, 4, 15, 13, tzinfo=AMSTERDAM)),
    (datetime(2026, 9, 1, 10, tzinfo=AMSTERDAM), datetime(2026, 11, 30, 9, tzinfo=AMSTERDAM)),
    (datetime(2026, 4, 1, 10, tzinfo=AMSTERDAM), datetime(2026, 6, 30, 10, tzinfo=AMSTERDAM)),
]


@pytest.mark.requirement("ACC-4.2")
@pytest.mark.parametrize(("changed_at", "end"), MOMENTS, ids=["spring", "autumn", "summer"])
def test_password_is_due_after_ninety_days_to_the_minute(changed_at: datetime, end: datetime) -> None:
    user, session = owner(changed_at), session_by()
    assert not password_is_due(user, session, end - MINUTE)
    assert password_is_due(user, session, end)
    assert password_is_due(user, session, end.astimezone(ZoneInfo("UTC")))


def test_password_without_a_date_is_due_and_none_at_all_never() -> None:
    now = timezone.now()
    assert password_is_due(owner(None), session_by(), now)
    assert not password_is_due(owner(None, encoded="!"), session_by(), now)
    assert (days_left(owner(None), now), days_left(owner(None, encoded="!"), now)) == (0, None)


@pytest.mark.requirement("ACC-4.3")
def test_who_comes_in_with_a_passkey_has_no_password_to_change() -> None:
    now = timezone.now()
    old, ageing = owner(now - 200 * DAY), owner(now - 89 * DAY)
    alone = session_by(UserSession.Method.PASSKEY)
    assert not password_is_due(old, alone, now)
    assert notice_for(ageing, alone, now) is None
    second = session_by(UserSession.Method.PASSWORD_PASSKEY)
    assert password_is_due(old, second, now)
    assert notice_for(ageing, second, now) is not None


@pytest.mark.requirement("ACC-4.1")
@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (14 * DAY + MINUTE, None),
        (14 * DAY, (14, "info")),
        (7 * DAY + MINUTE, (8, "info")),
        (7 * DAY, (7, "notice")),
        (DAY + MINUTE, (2, "notice")),
        (DAY, (1, "danger")),
        (MINUTE, (1, "danger")),
        (0 * DAY, None),
        (-DAY, None),
    ],
)
def test_reminder_grows_more_pressing(left: timedelta, expected: tuple[int, str] | None) -> None:
    now = datetime(2026, 4, 2, 8, tzinfo=AMSTERDAM)
    notice = notice_for(owner(now.astimezone(ZoneInfo("UTC")) + left - MAX_AGE), session_by(), now)
    assert (notice and (notice.days_left, notice.tone)) == expected
    if notice is not None:
        assert ("24 uur" if expected == (1, "danger") else f"nog {notice.days_left} dagen") in notice.text


@pytest.mark.requirement("ACC-4.1")
@pytest.mark.parametrize(
    ("left", "on_first", "elsewhere"),
    [(15, False, False), (14, True, False), (8, True, False), (7, True, True), (1, True, True)],
)
def test_reminder_stands_on_the_first_page_and_in_the_last_week_on_all(
    user: User, left: int, on_first: bool, elsewhere: bool
) -> None:
    grow_old(user, MAX_AGE - left * DAY + MINUTE)
    client = client_of(user)
    shown = ["Uw wachtwoord " in client.get(path).content.decode() for path in ("/", "/account/sessies/")]
    assert shown == [on_first, elsewhere]
    # Where the password is changed there is nothing to be reminded of.
    assert "nog geldig" not in client.get(URL).content.decode()


# --------------------------------------------------------------------------- what is due comes first


OPEN_PAGES = [page for page in PAGES if page.role is not None]


def gates_of(page: Page) -> frozenset[str]:
    rule = page_rule_of(url_names()[page.name])
    assert rule is not None
    return rule.gates


@pytest.mark.requirement("ACC-4.2")
def test_old_password_comes_before_every_page_and_after_every_form(db: None) -> None:
    world = make_world()
    for person in world.users.values():
        with tenant_scope(person.organisation_id):
            User.objects.filter(pk=person.pk).update(password="argon2$…", password_changed_at=timezone.now() - MAX_AGE)
    led: dict[str, bool] = {}
    for page in OPEN_PAGES:
        assert page.role is not None
        client = client_of(stored(world.users[page.role]))
        address = reverse(page.name, kwargs=page.kwargs(world))
        # Forms go empty: what they hold makes no difference, and pages of one world would get in each other's way.
        response = getattr(client, page.method)(address)
        led[page.name] = response.headers.get("Location", "").startswith(URL)
    expected = {page.name: page.method == "get" and "password" not in gates_of(page) for page in OPEN_PAGES}
    assert led == expected
    assert sum(led.values()) > 15


def test_old_password_is_asked_for_kindly_and_then_the_way_goes_on(user: User) -> None:
    grow_old(user)
    client = client_of(user)
    led = client.get("/kinderen/?zoek=Mo")
    assert led.headers["Location"] == f"{URL}?next=%2Fkinderen%2F%3Fzoek%3DMo"
    page = client.get(led.headers["Location"]).content.decode()
    assert "Tijd voor een nieuw wachtwoord" in page
    assert 'name="next" value="/kinderen/?zoek=Mo"' in page
    done = post(client, factories.PASSWORD, NEW, "/kinderen/?zoek=Mo")
    assert (done.status_code, done.headers["Location"]) == (302, "/kinderen/?zoek=Mo")
    assert client.get("/kinderen/").status_code == 200


def test_second_step_that_is_missing_too_makes_no_circle(db: None) -> None:
    with tenant_scope(factories.organisation()):
        administrator = factories.user(Role.ADMINISTRATOR, password=factories.PASSWORD)
    grow_old(administrator)
    client = client_of(administrator, second_factor=False, method=UserSession.Method.PASSWORD)
    response = client.get("/", follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == reverse("accounts:second_factor")


@pytest.mark.requirement("ACC-4.4")
def test_deviation_is_recorded_with_its_setting_owner_and_review() -> None:
    record = Path(passwords.__file__).parents[2] / "docs" / "decisions" / "0014-password-rotation.md"
    text = record.read_text(encoding="utf-8")
    # The setting by its name and its value, as they are in the code.
    assert f"`accounts.domain.passwords.MAX_AGE`, {MAX_AGE.days} days" in text
    for part in ("SP 800-63B-4", "6.2.10", "6.2.5", "Owner:", "Review:"):
        assert part in text
