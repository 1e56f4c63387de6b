"""Bazalt's secretariat helps an administrator who cannot get in, and nothing else (ACC-5, ACC-7, SUP-1)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignInPolicy, TotpDevice, TotpSecret, User
from accounts.roles import STAFF_ROLES, Role
from kijk.audit.models import AuditEvent
from kijk.mail.models import OutboxMessage
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of

CALLED = {"identified": "called_back"}


@pytest.fixture
def administrator(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.ADMINISTRATOR)


@pytest.fixture
def secretary(db: None) -> User:
    return staff(Role.SECRETARIAT)


def staff(role: Role) -> User:
    with tenant_scope(factories.provider()):
        return factories.staff(role)


def lock(user: User) -> None:
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(locked_at=timezone.now(), failed_attempts=3)


def stored(user: User) -> User:
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk)


def events(user: User) -> list[tuple[str, Any, Any]]:
    with tenant_scope(user.organisation_id):
        found = AuditEvent.objects.filter(action__startswith="staff.").order_by("sequence")
        return list(found.values_list("action", "actor_id", "data__staff_role"))


def mails(user: User) -> list[str]:
    with tenant_scope(user.organisation_id):
        return list(OutboxMessage.objects.filter(to_user_id=user.pk).values_list("kind", flat=True))


def url(name: str, user: User) -> str:
    return reverse(f"accounts:{name}", kwargs={"pk": user.pk})


@pytest.mark.requirement("ACC-5.2")
def test_secretariat_unlocks_an_administrator(administrator: User, secretary: User) -> None:
    lock(administrator)
    assert client_of(secretary).post(url("staff_unlock", administrator), CALLED).status_code == 302
    assert (stored(administrator).locked_at, stored(administrator).failed_attempts) == (None, 0)
    assert mails(administrator) == ["account_unlocked"]


@pytest.mark.requirement("AUD-1.6")
def test_what_the_secretariat_does_is_in_the_organisations_own_trail(administrator: User, secretary: User) -> None:
    client = client_of(secretary)
    lock(administrator)
    client.post(reverse("accounts:staff_administrator"), {"email": administrator.email})
    client.post(url("staff_unlock", administrator), CALLED)
    assert events(administrator) == [
        ("staff.account_viewed", secretary.pk, "secretariat"),
        ("staff.unlocked", secretary.pk, "secretariat"),
    ]


@pytest.mark.requirement("ACC-5.2")
def test_secretariat_opens_no_account_but_an_administrators(administrator: User, secretary: User) -> None:
    with tenant_scope(administrator.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
    lock(colleague)
    client = client_of(secretary)
    assert client.post(url("staff_unlock", colleague), CALLED).status_code == 404
    looked_up = client.post(reverse("accounts:staff_administrator"), {"email": colleague.email})
    assert (looked_up.status_code, "geen beheerder" in looked_up.content.decode()) == (422, True)
    assert stored(colleague).locked_at is not None
    assert events(colleague) == []


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.SECRETARIAT}))
def test_other_staff_cannot(administrator: User, role: Role) -> None:
    lock(administrator)
    client = client_of(staff(role))
    assert client.get(reverse("accounts:staff")).status_code == 200
    assert client.post(url("staff_unlock", administrator), CALLED).status_code == 403
    assert stored(administrator).locked_at is not None


def test_an_administrator_of_an_organisation_cannot(administrator: User) -> None:
    with tenant_scope(factories.organisation()):
        other = factories.user(Role.ADMINISTRATOR)
    lock(administrator)
    assert client_of(other).post(url("staff_unlock", administrator), CALLED).status_code == 403
    assert client_of(other).get(reverse("accounts:staff")).status_code == 403


@pytest.mark.parametrize("data", [{}, {"identified": ""}, {"identified": "vertrouw mij"}])
def test_nothing_happens_without_saying_how_the_person_was_identified(
    administrator: User, secretary: User, data: dict[str, str]
) -> None:
    lock(administrator)
    assert client_of(secretary).post(url("staff_unlock", administrator), data).status_code == 422
    assert stored(administrator).locked_at is not None


def test_lost_second_factor_is_taken_away(administrator: User, secretary: User) -> None:
    with tenant_scope(administrator.organisation_id):
        device = TotpDevice(user=administrator, confirmed_at=timezone.now())
        device.secret = TotpSecret("JBSWY3DPEHPK3PXP")
        device.save()
    there = client_of(administrator)
    assert client_of(secretary).post(url("staff_factor", administrator), CALLED).status_code == 302
    with tenant_scope(administrator.organisation_id):
        assert not TotpDevice.objects.exists()
    assert there.get("/").status_code == 302
    assert "second_factor_reset" in mails(administrator)


@pytest.mark.requirement("ACC-7.2")
def test_emergency_route_opens_the_networks_for_the_hours_chosen(administrator: User, secretary: User) -> None:
    with tenant_scope(administrator.organisation_id):
        SignInPolicy.objects.create(networks=[{"network": "10.9.8.0/24", "description": ""}])
    before = timezone.now()
    response = client_of(secretary).post(url("staff_networks", administrator), {**CALLED, "hours": "4"})
    assert response.status_code == 302
    with tenant_scope(administrator.organisation_id):
        until = SignInPolicy.objects.get().networks_suspended_until
    assert until is not None
    assert timedelta(hours=4) <= until - before < timedelta(hours=4, minutes=5)
    assert mails(administrator) == ["networks_suspended"]


@pytest.mark.parametrize("hours", ["", "2", "-1", "99999999", "x"])
def test_emergency_route_is_never_longer_than_a_day(administrator: User, secretary: User, hours: str) -> None:
    response = client_of(secretary).post(url("staff_networks", administrator), {**CALLED, "hours": hours})
    assert response.status_code == 422
    with tenant_scope(administrator.organisation_id):
        assert not SignInPolicy.objects.exists()


def test_unknown_account_is_not_found(secretary: User) -> None:
    assert client_of(secretary).get(url("staff_unlock", secretary)).status_code == 200
    assert client_of(secretary).post(url("staff_unlock", secretary), CALLED).status_code == 404


def test_desk_shows_the_state_of_the_account_and_no_name(administrator: User, secretary: User) -> None:
    lock(administrator)
    found = client_of(secretary).post(reverse("accounts:staff_administrator"), {"email": administrator.email})
    text = found.content.decode()
    with tenant_scope(administrator.organisation_id):
        surname = administrator.name.last_name
    assert ("op slot" in text, surname in text) == (True, False)
