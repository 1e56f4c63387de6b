"""Roles given, ended and prolonged: days, protection of the last administrator, sessions (ACC-9, ACC-12)."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.domain.role_changes import (
    LastAdministrator,
    OwnRoleNeedsConfirmation,
    RoleRefused,
    change_role_end,
    end_role,
    give_role,
)
from accounts.domain.users import ConfidentialityMissing, RoleNotHere, assign_role, create_user
from accounts.models import PersonName, RoleAssignment, User, UserSession
from accounts.roles import ORGANISATION_ROLES, STAFF_ROLES, Right, Role
from kijk.tenancy.context import tenant_scope
from licensing.models import Organisation
from tests import factories
from tests.accounts.office import Office, make_office, role_of, take_up
from tests.clients import client_of
from tests.database import TestDatabase

DAY = timedelta(days=1)


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def roles(user: User) -> list[tuple[str, date, date | None]]:
    rows = RoleAssignment.objects.filter(user=user).order_by("begins_on", "role")
    return list(rows.values_list("role", "begins_on", "ends_on"))


def url(user: User, assignment: RoleAssignment | None = None) -> str:
    if assignment is None:
        return reverse("accounts:colleague_role_new", kwargs={"pk": user.pk})
    return reverse("accounts:colleague_role", kwargs={"pk": user.pk, "assignment_id": assignment.pk})


def form(**changes: Any) -> dict[str, Any]:
    first = today().isoformat()
    return {"role": "coach", "location": "", "module": "", "begins_on": first, "ends_on": ""} | changes


# ------------------------------------------------------------------------------------------ giving


@pytest.mark.requirement("ACC-9.8", "ACC-9.9")
def test_substitute_gets_a_role_for_some_days_at_one_location(office: Office) -> None:
    first, last = today() + DAY, today() + 5 * DAY
    data = form(location=str(office.north.pk), begins_on=first.isoformat(), ends_on=last.isoformat())
    response = office.client().post(url(office.colleague), data)
    assert response.status_code == 302
    with tenant_scope(office.organisation_id):
        made = role_of(office.colleague, Role.COACH)
        assert (made.location_id, made.module, made.begins_on, made.ends_on) == (office.north.pk, "", first, last)
        reach = [office.colleague.access_on(day).locations(Right.MONITORING_READ) for day in (first - DAY, first, last)]
        assert reach == [frozenset(), frozenset({office.north.pk}), frozenset({office.north.pk})]
        assert not office.colleague.access_on(last + DAY).may(Right.MONITORING_READ)
    (event,) = [event for event in office.events("role.assigned") if event.data["role"] == "coach"]
    assert (event.object_id, event.actor_id) == (office.colleague.pk, office.administrator.pk)
    assert event.data["ends_on"] == last.isoformat()


@pytest.mark.requirement("ACC-9.12", "LIC-5.2")
def test_role_is_given_for_one_module(office: Office) -> None:
    response = office.client().post(url(office.colleague), form(role="intern_support", module="monitoring"))
    assert response.status_code == 422
    response = office.client().post(url(office.colleague), form(role="internal_support", module="monitoring"))
    assert response.status_code == 302
    with tenant_scope(office.organisation_id):
        assert role_of(office.colleague, Role.INTERNAL_SUPPORT).module == "monitoring"
        found = {right for right in Right if User.objects.get(pk=office.colleague.pk).may(right)}
    assert Right.MONITORING_READ in found
    assert Right.REGISTRATION_READ in found, "by way of the other role"
    assert Right.ACCOUNT_READ not in found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"role": ""}, "Kies een rol."),
        ({"role": "secretariat"}, "kennen we niet"),
        ({"role": "system_administrator"}, "kennen we niet"),
        ({"location": "00000000-0000-0000-0000-000000000000"}, "kennen we niet"),
        ({"location": "x"}, "kennen we niet"),
        ({"begins_on": "31-13-2026"}, "Vul een datum in"),
        ({"begins_on": "0026-01-01"}, "Vul een datum in"),
        ({"ends_on": "2020-01-01"}, "ligt voor de eerste"),
        ({"module": "onzin"}, "kennen we niet"),
        ({"role": "coach", "module": "pupil_monitor"}, "heeft geen rechten in Leerlingmonitor"),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_chosen(
    office: Office, changes: dict[str, str], message: str
) -> None:
    response = office.client().post(url(office.colleague), form(**changes))
    assert response.status_code == 422
    text = response.content.decode()
    assert message in text
    if "role" not in changes:
        assert '<option value="coach" selected>' in text
    with tenant_scope(office.organisation_id):
        assert [role for role, _first, _last in roles(office.colleague)] == ["group_staff"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER])
@pytest.mark.parametrize("part", ["location", "module"])
def test_role_that_decides_about_access_is_never_for_a_part(office: Office, role: Role, part: str) -> None:
    value = {"location": str(office.north.pk), "module": "monitoring"}[part]
    response = office.client().post(url(office.colleague), form(role=role.value, **{part: value}))
    assert response.status_code == 422
    assert "geldt altijd voor de hele organisatie" in response.content.decode()
    place = {"location": office.north} if part == "location" else {"module": "monitoring"}
    with tenant_scope(office.organisation_id), pytest.raises(RoleNotHere):
        assign_role(user=office.colleague, role=role, begins_on=today(), **place)


def test_role_for_a_module_that_is_off_is_refused(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        Organisation.objects.update(modules=["registration"])
        with pytest.raises(RoleRefused, match="staat niet aan"):
            give_role(user=office.colleague, role=Role.COACH, begins_on=today(), module="monitoring")


def test_same_role_twice_at_once_is_given_once(office: Office) -> None:
    client = office.client()
    for _ in range(2):
        assert client.post(url(office.colleague), form()).status_code == 302
    with tenant_scope(office.organisation_id):
        assert [role for role, _first, _last in roles(office.colleague)].count("coach") == 1
        with pytest.raises(RoleRefused, match="al in"):
            give_role(user=office.colleague, role=Role.COACH, begins_on=today() + DAY)
        with pytest.raises(RoleRefused, match="al in"):
            give_role(user=office.colleague, role=Role.GROUP_STAFF, begins_on=date(2019, 1, 1), ends_on=today())
        give_role(user=office.colleague, role=Role.COACH, begins_on=today(), location=office.north)
        give_role(user=office.colleague, role=Role.GROUP_STAFF, begins_on=date(2019, 1, 1), ends_on=date(2019, 2, 1))
    assert len(office.events("role.assigned")) == 6


def test_new_role_works_at_the_next_request(office: Office) -> None:
    colleague = office.client(office.colleague)
    address = reverse("accounts:colleagues")
    assert colleague.get(address).status_code == 403
    office.client().post(url(office.colleague), form(role="data_protection_officer"))
    assert colleague.get(address).status_code == 200


# --------------------------------------------------------------------------- Bazalt's own roles


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_organisation_cannot_give_a_role_of_bazalts_staff(office: Office, role: Role) -> None:
    with tenant_scope(office.organisation_id), pytest.raises(RoleNotHere):
        assign_role(user=office.colleague, role=role, begins_on=today())


@pytest.mark.parametrize("role", ORGANISATION_ROLES)
def test_bazalts_own_organisation_has_none_of_the_other_roles(db: None, role: Role) -> None:
    with tenant_scope(factories.provider()):
        user = factories.staff(Role.MARKETING)
        with pytest.raises(RoleNotHere):
            assign_role(user=user, role=role, begins_on=today())


@pytest.mark.requirement("ACC-1.3")
def test_bazalts_staff_have_no_account_without_the_statement(db: None) -> None:
    address, name = "bas@bazalt.example", PersonName("Bas", "", "Alt")
    with tenant_scope(factories.provider()):
        with pytest.raises(ConfidentialityMissing):
            create_user(email=address, name=name, password=None)
        assert User.objects.count() == 0
        made = create_user(email=address, name=name, password=None, confidentiality_signed_on=date(2026, 1, 5))
        assert User.objects.get().confidentiality_signed_on == date(2026, 1, 5)
        made.confidentiality_signed_on = None
        with pytest.raises(ConfidentialityMissing):
            assign_role(user=made, role=Role.HELPDESK, begins_on=today())


# ------------------------------------------------------------------------------------------ ending


def test_taking_a_role_away_ends_the_sessions_at_once(office: Office) -> None:
    colleague = office.client(office.colleague)
    assert colleague.get("/").status_code == 200
    with tenant_scope(office.organisation_id):
        assignment = role_of(office.colleague)
    assert office.client().post(url(office.colleague, assignment), {"doe": "beeindig"}).status_code == 302
    assert colleague.get("/").headers["Location"].startswith("/inloggen/")
    with tenant_scope(office.organisation_id):
        assert roles(office.colleague) == [("group_staff", factories.LONG_AGO, today() - DAY)]
        assert UserSession.objects.get(user=office.colleague).end_reason == UserSession.EndReason.ROLES
        assert not office.colleague.access_on(today()).assignments
    (event,) = office.events("role.ended")
    assert (event.object_id, event.data["role"]) == (office.colleague.pk, "group_staff")


@pytest.mark.parametrize("days", [0, 3])
def test_role_that_was_never_a_day_in_force_goes_and_its_events_stay(office: Office, now: datetime, days: int) -> None:
    with tenant_scope(office.organisation_id):
        made = give_role(user=office.colleague, role=Role.COACH, begins_on=today() + days * DAY)
        end_role(assignment=made, by=office.administrator, now=now)
        assert [role for role, _first, _last in roles(office.colleague)] == ["group_staff"]
    assert [event.data["role"] for event in office.events("role.ended")] == ["coach"]


@pytest.mark.requirement("ACC-9.8")
def test_last_day_is_set_moved_and_undone(office: Office, now: datetime) -> None:
    client = office.client()
    with tenant_scope(office.organisation_id):
        assignment = role_of(office.colleague)
    for last in ((today() + DAY).isoformat(), (today() + 9 * DAY).isoformat(), ""):
        assert client.post(url(office.colleague, assignment), {"ends_on": last}).status_code == 302
        with tenant_scope(office.organisation_id):
            found = role_of(office.colleague).ends_on
        assert (found.isoformat() if found else "") == last
    assert [event.data["ends_on"] for event in office.events("role.end_changed")][-1] is None
    assert client.post(url(office.colleague, assignment), {"doe": "beeindig"}).status_code == 302
    assert client.post(url(office.colleague, assignment), {"ends_on": ""}).status_code == 302
    with tenant_scope(office.organisation_id):
        assert office.colleague.access_on(today()).may(Right.CHILD_READ), "an end is undone"


@pytest.mark.parametrize("last", ["2020-01-01", "31-02-2026"])
def test_last_day_that_cannot_be_is_refused_in_words(office: Office, last: str) -> None:
    with tenant_scope(office.organisation_id):
        assignment = role_of(office.colleague)
    response = office.client().post(url(office.colleague, assignment), {"ends_on": last})
    assert response.status_code == 422
    assert "al voorbij" in response.content.decode() or "Vul een datum in" in response.content.decode()
    with tenant_scope(office.organisation_id):
        assert role_of(office.colleague).ends_on is None


def test_days_that_make_no_sense_are_refused_and_what_is_so_already_is_no_event(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        with pytest.raises(RoleRefused, match="voor de eerste"):
            give_role(user=office.colleague, role=Role.COACH, begins_on=today(), ends_on=today() - DAY)
        later = give_role(user=office.colleague, role=Role.COACH, begins_on=today() + 5 * DAY)
        with pytest.raises(RoleRefused, match="voor de eerste"):
            change_role_end(assignment=later, ends_on=today(), by=office.administrator, now=now)
        change_role_end(assignment=later, ends_on=None, by=office.administrator, now=now)
        over = role_of(office.colleague, Role.GROUP_STAFF)
        over.ends_on = today() - DAY
        over.save()
        end_role(assignment=over, by=office.administrator, now=now)
        assert role_of(office.colleague, Role.GROUP_STAFF).ends_on == today() - DAY
    assert (office.events("role.end_changed"), office.events("role.ended")) == ([], [])


def test_prolonging_into_the_same_role_is_refused(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        first = give_role(user=office.colleague, role=Role.COACH, begins_on=today(), ends_on=today() + DAY)
        give_role(user=office.colleague, role=Role.COACH, begins_on=today() + 3 * DAY)
        with pytest.raises(RoleRefused, match="al in"):
            change_role_end(assignment=first, ends_on=None, by=office.administrator, now=now)
        assert first.ends_on == today() + DAY


# ------------------------------------------------------------------------ the last administrator


@pytest.fixture
def alone(office: Office) -> Office:
    """Leave the organisation one administrator."""
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.second).delete()
    return office


def administration(office: Office) -> RoleAssignment:
    with tenant_scope(office.organisation_id):
        return role_of(office.administrator, Role.ADMINISTRATOR)


@pytest.mark.parametrize("data", [{"doe": "beeindig"}, {"ends_on": "2099-01-01"}])
def test_last_administrator_cannot_be_taken_away(alone: Office, data: dict[str, str]) -> None:
    assignment = administration(alone)
    response = alone.client().post(url(alone.administrator, assignment), {**data, "confirmed": "on"})
    assert response.status_code == 422
    assert "Dit is de laatste beheerder" in response.content.decode()
    assert administration(alone).ends_on is None
    assert alone.events("role.ended") == []


@pytest.mark.parametrize("flaw", ["closed", "never in", "ends", "begins later"])
def test_administrator_who_cannot_be_counted_on_does_not_count(office: Office, now: datetime, flaw: str) -> None:
    with tenant_scope(office.organisation_id):
        other = role_of(office.second)
        if flaw == "closed":
            User.objects.filter(pk=office.second.pk).update(is_active=False)
        elif flaw == "never in":
            User.objects.filter(pk=office.second.pk).update(password_changed_at=None, last_login=None)
        elif flaw == "ends":
            other.ends_on = today() + 30 * DAY
        else:
            other.begins_on = today() + DAY
        other.save()
        mine = role_of(office.administrator)
        with pytest.raises(LastAdministrator):
            end_role(assignment=mine, by=office.second, now=now)
        assert mine.ends_on is None


def test_administrator_goes_when_another_stays(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        end_role(assignment=role_of(office.administrator), by=office.second, now=now)
        assert not office.administrator.access_on(today()).may(Right.ROLE_DECIDE)
        with pytest.raises(LastAdministrator):
            end_role(assignment=role_of(office.second), by=office.administrator, now=now)


@pytest.mark.parametrize(("gap", "may"), [(0, True), (1, False)])
def test_successor_begins_the_day_after_at_the_latest(office: Office, now: datetime, gap: int, may: bool) -> None:
    handover = today() + 10 * DAY
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.second).update(begins_on=handover + (1 + gap) * DAY)
        mine = role_of(office.administrator)
        if may:
            change_role_end(assignment=mine, ends_on=handover, by=office.second, now=now)
        else:
            with pytest.raises(LastAdministrator):
                change_role_end(assignment=mine, ends_on=handover, by=office.second, now=now)
        assert role_of(office.administrator).ends_on == (handover if may else None)


def test_own_administration_is_given_up_only_when_confirmed(office: Office, now: datetime) -> None:
    client, assignment = office.client(), administration(office)
    assert "Ja, ik geef mijn eigen rol" in client.get(url(office.administrator, assignment)).content.decode()
    response = client.post(url(office.administrator, assignment), {"doe": "beeindig"})
    assert response.status_code == 422
    assert "Dit is uw eigen rol als beheerder" in response.content.decode()
    with tenant_scope(office.organisation_id), pytest.raises(OwnRoleNeedsConfirmation):
        end_role(assignment=assignment, by=office.administrator, now=now)
    response = client.post(url(office.administrator, assignment), {"doe": "beeindig", "confirmed": "on"})
    assert response.status_code == 302
    assert client.get(reverse("accounts:administration")).headers["Location"].startswith("/inloggen/")


def test_two_administrators_cannot_remove_each_other_at_once(committed_db: TestDatabase) -> None:
    office = make_office()
    with tenant_scope(office.organisation_id):
        wanted = [(role_of(office.second), office.administrator), (role_of(office.administrator), office.second)]
    barrier, refused = Barrier(2), []

    def remove(assignment: RoleAssignment, by: User) -> None:
        try:
            with tenant_scope(office.organisation_id, actor_id=by.pk):
                barrier.wait(timeout=20)
                end_role(assignment=assignment, by=by, now=timezone.now())
        except LastAdministrator as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=remove, args=pair) for pair in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with tenant_scope(office.organisation_id):
        assert RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, ends_on=None).count() == 1


# ------------------------------------------------------------------------------ who may, and whose


@pytest.mark.parametrize("whose", ["other organisation", "other colleague", "nobody's"])
def test_role_of_somebody_else_is_not_found(office: Office, whose: str) -> None:
    with tenant_scope(office.organisation_id):
        own = role_of(office.colleague)
        others = role_of(office.second)
    pair: dict[str, UUID] = {"pk": office.colleague.pk, "assignment_id": others.pk}
    if whose == "other organisation":
        other = make_office()
        with tenant_scope(other.organisation_id):
            pair = {"pk": other.colleague.pk, "assignment_id": role_of(other.colleague).pk}
    elif whose == "nobody's":
        pair = {"pk": office.colleague.pk, "assignment_id": office.colleague.pk}
    response = office.client().post(reverse("accounts:colleague_role", kwargs=pair), {"doe": "beeindig"})
    assert response.status_code == 404
    with tenant_scope(office.organisation_id):
        assert (role_of(office.colleague).ends_on, role_of(office.second).ends_on) == (own.ends_on, None)


def test_data_protection_officer_sees_roles_and_changes_none(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        officer = take_up(factories.user(Role.DATA_PROTECTION_OFFICER))
        assignment = role_of(office.colleague)
    client = office.client(officer)
    text = client.get(reverse("accounts:colleague", kwargs={"pk": office.colleague.pk})).content.decode()
    assert "pedagogisch medewerker" in text
    assert "Geef een rol" not in text
    for address in (url(office.colleague), url(office.colleague, assignment)):
        assert client.post(address, form()).status_code == 403


def test_roles_are_changed_only_by_who_showed_lately_who_they_are(office: Office) -> None:
    stale = client_of(office.administrator, at=timezone.now() - timedelta(minutes=11))
    assert stale.get(url(office.colleague)).headers["Location"].startswith(reverse("accounts:step_up"))
    assert stale.post(url(office.colleague), form()).status_code != 302
    with tenant_scope(office.organisation_id):
        assert [role for role, _first, _last in roles(office.colleague)] == ["group_staff"]
