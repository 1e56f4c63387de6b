"""Somebody leaves: the checklist, closing the account at once, and coming back without roles (ACC-11.2, ACC-11.4)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.domain.invitations import invite_user
from accounts.domain.leaving import LeavingRefused, ManualPoint, close_account, leaving_items, reopen_account
from accounts.domain.links import create_link, valid_link
from accounts.domain.role_changes import LastAdministrator, give_role
from accounts.models import OneTimeLink, PersonName, RoleAssignment, User, UserSession
from accounts.roles import Right, Role
from kijk.drafts.domain import save_draft
from kijk.tenancy.context import tenant_scope
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import start_registration
from observations.models import Child, GroupStaff, Note
from tests import factories, mails
from tests.accounts.office import Office, make_office, role_of
from tests.clients import client_of

DAY = timedelta(days=1)


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def page(user: User) -> str:
    return reverse("accounts:leaving", kwargs={"pk": user.pk})


def texts(office: Office, user: User, now: datetime) -> list[tuple[str, bool]]:
    with tenant_scope(office.organisation_id):
        items = leaving_items(user=user, by=office.administrator, now=now)
    return [(item.text, item.blocking) for item in items]


# ---------------------------------------------------------------------------------------- the checklist


@pytest.mark.requirement("ACC-11.4")
def test_checklist_shows_all_that_is_tied_to_somebody(office: Office, now: datetime) -> None:
    factories.development_instrument()
    client_of(office.colleague)
    with tenant_scope(office.organisation_id):
        shared, own = factories.group(office.north, office.colleague), factories.group(office.south, office.colleague)
        GroupStaff.objects.create(group=shared, user=office.second, begins_on=factories.LONG_AGO)
        child = factories.child(shared)
        Child.objects.filter(pk=child.pk).update(mentor=office.colleague)
        start_registration(child=child, today=timezone.localdate(now), by=office.colleague)
        save_draft(user_id=office.colleague.pk, key="note", fields={"text": ["Half af"]}, now=now)
    text = office.client().get(page(office.colleague)).content.decode()
    expected = [
        "De rol pedagogisch medewerker / leerkracht (hele organisatie, sinds 1 augustus 2020) eindigt vandaag.",
        "Is nu op 1 apparaat ingelogd. Daar is het meteen voorbij.",
        "Heeft 1 tekst die nog niet is bewaard.",
        f"Werkt op {shared.name} (Noord). Dat eindigt vandaag.",
        f"Is de enige medewerker van {own.name} (Zuid).",
        "Is mentor van Yara van Dijk.",
        "een registratie van Yara van Dijk, die nog open staat.",
    ]
    assert [line for line in expected if line not in text] == []
    assert reverse("observations:group_staff", kwargs={"pk": own.pk}) in text
    assert reverse("observations:child", kwargs={"pk": child.pk}) in text
    assert all(str(point.label) in text.replace("&#x27;", "'") for point in ManualPoint)


def test_checklist_of_who_has_nothing_says_so(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.colleague).delete()
    assert texts(office, office.colleague, now) == []
    assert "Niets: geen rollen" in office.client().get(page(office.colleague)).content.decode()


def test_colleague_who_is_gone_does_not_keep_a_group_staffed(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        group = factories.group(office.north, office.colleague)
        row = GroupStaff.objects.create(group=group, user=office.second, begins_on=factories.LONG_AGO)
        row.ends_on = timezone.localdate(now) - DAY
        row.save()
        other = factories.user(Role.GROUP_STAFF)
        GroupStaff.objects.create(group=group, user=other, begins_on=factories.LONG_AGO)
        User.objects.filter(pk=other.pk).update(is_active=False)
    assert any("de enige medewerker" in text for text, _blocking in texts(office, office.colleague, now))


def test_invitation_is_on_the_list(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        name = PersonName("Bo", "", "Aken")
        user = invite_user(email="bo@voorbeeld.nl", name=name, language="nl", by=office.second, now=now)
    assert [text.split(",")[0] for text, _blocking in texts(office, user, now)] == ["De uitnodiging"]
    assert texts(office, user, now + 4 * DAY) == []


def test_names_of_children_are_for_who_may_read_them(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        child = factories.child()
        Child.objects.filter(pk=child.pk).update(mentor=office.colleague)
        items = leaving_items(user=office.colleague, by=office.colleague, now=now)
        quality = factories.user(Role.QUALITY)
        assert not quality.may(Right.CHILD_READ)
        blind = leaving_items(user=office.colleague, by=quality, now=now)
    assert any("Yara" in item.text for item in items)
    assert [(item.text, item.url) for item in blind if "mentor" in item.text] == [("Is mentor van een kind.", "")]


# --------------------------------------------------------------------------------------------- closing


@pytest.mark.requirement("ACC-11.2")
def test_closing_ends_everything_at_once_and_keeps_what_was_written(office: Office, now: datetime) -> None:
    user, today = office.colleague, timezone.localdate(now)
    with tenant_scope(office.organisation_id):
        group = factories.group(office.north, user)
        later = GroupStaff.objects.create(group=factories.group(), user=user, begins_on=today + DAY)
        give_role(user=user, role=Role.COACH, begins_on=today + DAY)
        write_note(
            children=[factories.child(group)], text="Bouwt een toren.", observed_on=today, today=today,
            entry_id=group.pk, by=user,
        )  # fmt: skip
        token = create_link(user=user, kind=OneTimeLink.Kind.RESET, expires_at=now + DAY, now=now)
    tablet = client_of(user)
    assert tablet.get("/").status_code == 200
    response = office.client().post(page(user), {"points": ["returned", "mailbox"]})
    assert response.headers["Location"] == reverse("accounts:colleague", kwargs={"pk": user.pk})
    assert tablet.get("/").headers["Location"].startswith("/inloggen/")
    found = office.fresh(user)
    assert (found.is_active, found.deactivated_at is not None) == (False, True)
    with tenant_scope(office.organisation_id):
        assert list(RoleAssignment.objects.filter(user=user).values_list("role", "ends_on")) == [("group_staff", today)]
        assert UserSession.objects.get(user=user).end_reason == UserSession.EndReason.DEACTIVATED
        assert valid_link(user=user, kind=OneTimeLink.Kind.RESET, token=token, now=now) is None
        assert GroupStaff.objects.get(user=user).ends_on == today
        assert not GroupStaff.objects.filter(pk=later.pk).exists()
        assert Note.objects.get().author_id == user.pk
        assert not found.access_on(today).assignments
    (event,) = office.events("user.deactivated")
    assert (event.object_id, event.actor_id) == (user.pk, office.administrator.pk)
    assert event.data == {"points": ["mailbox", "returned"], "roles": 2, "links": 1, "sessions": 1}
    assert len(office.events("group_staff.ended")) == 2


def test_role_that_ends_today_anyway_is_closed_with_the_account(office: Office, now: datetime) -> None:
    today = timezone.localdate(now)
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.colleague).update(ends_on=today)
        group = factories.group(office.north)
        GroupStaff.objects.create(group=group, user=office.colleague, begins_on=today, ends_on=today)
        close_account(user=office.colleague, points=[], by=office.administrator, now=now)
        assert (role_of(office.colleague).ends_on, GroupStaff.objects.get().ends_on) == (today, today)


def test_closing_twice_closes_once(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        for _ in range(2):
            close_account(user=User.objects.get(pk=office.colleague.pk), points=[], by=office.administrator, now=now)
    assert len(office.events("user.deactivated")) == 1
    assert "Dit account is al afgesloten." in office.client().get(page(office.colleague)).content.decode()


def test_own_account_is_not_closed(office: Office, now: datetime) -> None:
    client = office.client()
    text = client.get(page(office.administrator)).content.decode()
    assert "Dit is uw eigen account." in text
    assert "Sluit het account af" not in text
    assert client.post(page(office.administrator), {}).status_code == 422
    with tenant_scope(office.organisation_id), pytest.raises(LeavingRefused):
        close_account(user=office.administrator, points=[], by=office.administrator, now=now)
    assert office.fresh(office.administrator).is_active


def test_last_administrators_account_is_not_closed(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.administrator).update(ends_on=timezone.localdate(now))
    (blocking,) = [text for text, blocking in texts(office, office.second, now) if blocking]
    assert "Dit is de laatste beheerder" in blocking
    response = office.client().post(page(office.second), {})
    assert response.status_code == 422
    with tenant_scope(office.organisation_id):
        with pytest.raises(LastAdministrator):
            close_account(user=office.second, points=[], by=office.administrator, now=now)
        assert (User.objects.get(pk=office.second.pk).is_active, role_of(office.second).ends_on) == (True, None)


def test_point_that_is_none_is_refused(office: Office) -> None:
    response = office.client().post(page(office.colleague), {"points": ["onzin"]})
    assert response.status_code == 422
    assert "Dit punt staat niet in de lijst." in response.content.decode()
    assert office.fresh(office.colleague).is_active


# ------------------------------------------------------------------------------------------ coming back


@pytest.mark.requirement("ACC-11.2")
def test_who_comes_back_has_a_new_invitation_and_no_role(office: Office, now: datetime) -> None:
    user, today = office.colleague, timezone.localdate(now)
    client = office.client()
    client.post(page(user), {})
    with tenant_scope(office.organisation_id):
        User.objects.filter(pk=user.pk).update(locked_at=now, failed_attempts=3)
    assert client.post(reverse("accounts:colleague_reopen", kwargs={"pk": user.pk})).status_code == 302
    found = office.fresh(user)
    assert (found.is_active, found.deactivated_at, found.has_usable_password()) == (True, None, False)
    assert (found.locked_at, found.failed_attempts) == (None, 0)
    with tenant_scope(office.organisation_id):
        assert not found.access_on(today).assignments, "the role that ended today does not run on until midnight"
    assert [mail.recipient for mail in mails.waiting(office.organisation_id, "invitation")] == [user.email]
    assert [event.object_id for event in office.events("user.reopened")] == [user.pk]


def test_reopening_an_open_account_does_nothing(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        reopen_account(user=office.colleague, by=office.administrator, now=now)
    assert office.fresh(office.colleague).has_usable_password()
    assert (office.events("user.reopened"), mails.waiting(office.organisation_id)) == ([], [])


def test_closed_account_gets_no_role(office: Office) -> None:
    office.client().post(page(office.colleague), {})
    data = {"role": "coach", "begins_on": timezone.localdate().isoformat()}
    url = reverse("accounts:colleague_role_new", kwargs={"pk": office.colleague.pk})
    response = office.client().post(url, data)
    assert response.status_code == 422
    assert "Dit account is afgesloten" in response.content.decode()
