"""Who works on which group and when: duo partners and substitutes (ACC-9.8)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import PersonName, User
from accounts.roles import Right, Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from observations.domain.children.group_staff import (
    GroupStaffRefused,
    change_last_day,
    colleague_panel,
    end_group_staff,
    give_group,
    people_for_groups,
    staff_of,
)
from observations.domain.children.groups import list_groups, school_year_of
from observations.domain.children.records import create_group
from observations.models import Group, GroupStaff
from observations.rules import groups_in_reach
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def url(nursery: Nursery) -> str:
    return reverse("observations:group_staff", kwargs={"pk": nursery.group.pk})


def change_url(nursery: Nursery, staff: GroupStaff) -> str:
    return reverse("observations:group_staff_change", kwargs={"pk": nursery.group.pk, "staff_id": staff.pk})


def substitute(nursery: Nursery, role: Role = Role.GROUP_STAFF) -> User:
    with tenant_scope(nursery.organisation_id):
        made = factories.user(role)
        made.name = PersonName("Ilse", "van", "Aken")
        made.save(update_fields=["name"])
        return made


def row_of(nursery: Nursery, user: User) -> GroupStaff:
    with tenant_scope(nursery.organisation_id):
        return GroupStaff.objects.select_related("user", "group").get(user=user)


def events(nursery: Nursery, action: str) -> list[Any]:
    with tenant_scope(nursery.organisation_id):
        return list(AuditEvent.objects.filter(action=action).order_by("sequence"))


def data(colleague: User, **changes: str) -> dict[str, str]:
    return {"user": str(colleague.pk), "begins_on": today().isoformat(), "ends_on": ""} | changes


@pytest.mark.requirement("ACC-9.8", "ACC-9.2")
def test_substitute_sees_the_group_on_their_days_and_on_no_other(nursery: Nursery) -> None:
    user, first, last = substitute(nursery), today() + DAY, today() + 5 * DAY
    client = client_of(nursery.administrator)
    answer = client.post(url(nursery), data(user, begins_on=first.isoformat(), ends_on=last.isoformat()))
    assert answer.headers["Location"] == url(nursery)
    with tenant_scope(nursery.organisation_id):
        seen = [day for day in (today(), first, last, last + DAY) if groups_in_reach(user, Right.CHILD_READ, on=day)]
        writes = [
            day for day in (today(), first, last + DAY) if groups_in_reach(user, Right.REGISTRATION_WRITE, on=day)
        ]
    assert (seen, writes) == ([first, last], [first])
    event = events(nursery, "group_staff.assigned")[-1]
    assert event.data == {"user": str(user.pk), "begins_on": first.isoformat(), "ends_on": last.isoformat()}
    assert (event.object_id, event.actor_id) == (nursery.group.pk, nursery.administrator.pk)


@pytest.mark.requirement("ACC-9.8")
def test_substitute_registers_today_and_not_after_the_end(nursery: Nursery) -> None:
    user = substitute(nursery)
    with tenant_scope(nursery.organisation_id):
        staff = give_group(group=nursery.group, user=user, begins_on=today() - DAY, ends_on=today())
    browser = client_of(user)
    start = reverse("observations:registration_start", kwargs={"pk": nursery.child.pk})
    page = browser.post(start).headers["Location"]
    assert browser.get(page).status_code == 200
    answer = client_of(nursery.administrator).post(change_url(nursery, staff), {"doe": "beeindig"})
    assert answer.status_code == 302
    assert [browser.get(page).status_code, browser.post(start).status_code] == [403, 403]
    assert row_of(nursery, user).ends_on == today() - DAY


def test_day_is_changed_ended_and_undone(nursery: Nursery) -> None:
    client, staff = client_of(nursery.administrator), row_of(nursery, nursery.staff)
    for last in ((today() + DAY).isoformat(), ""):
        assert client.post(change_url(nursery, staff), {"ends_on": last}).status_code == 302
        assert str(row_of(nursery, nursery.staff).ends_on or "") == last
    client.post(change_url(nursery, staff), {"doe": "beeindig"})
    assert "Maak ongedaan" in client.get(url(nursery)).content.decode()
    client.post(change_url(nursery, staff), {"ends_on": ""})
    assert row_of(nursery, nursery.staff).ends_on is None
    assert len(events(nursery, "group_staff.end_changed")) == 3
    assert len(events(nursery, "group_staff.ended")) == 1


@pytest.mark.parametrize("last", ["2020-01-01", "31-02-2026"])
def test_last_day_that_cannot_be_is_refused_in_words(nursery: Nursery, last: str) -> None:
    staff = row_of(nursery, nursery.staff)
    answer = client_of(nursery.administrator).post(change_url(nursery, staff), {"ends_on": last})
    assert answer.status_code == 422
    assert ("al voorbij" in answer.content.decode()) is (last == "2020-01-01")
    with tenant_scope(nursery.organisation_id):
        change_last_day(staff=staff, ends_on=None, today=today())
    assert (row_of(nursery, nursery.staff).ends_on, events(nursery, "group_staff.end_changed")) == (None, [])


@pytest.mark.parametrize("days", [0, 4])
def test_work_that_never_began_goes_when_it_is_ended(nursery: Nursery, days: int) -> None:
    user = substitute(nursery)
    with tenant_scope(nursery.organisation_id):
        staff = give_group(group=nursery.group, user=user, begins_on=today() + days * DAY)
        end_group_staff(staff=staff, today=today())
        assert not GroupStaff.objects.filter(user=user).exists()
        over = GroupStaff.objects.get(user=nursery.staff)
        over.ends_on = today() - DAY
        over.save()
        end_group_staff(staff=over, today=today())
    assert [event.data["user"] for event in events(nursery, "group_staff.ended")] == [str(user.pk)]


def test_same_days_twice_are_given_once_and_overlap_is_refused(nursery: Nursery) -> None:
    user, client = substitute(nursery), client_of(nursery.administrator)
    last = today() + 5 * DAY
    for _ in range(2):
        assert client.post(url(nursery), data(user, ends_on=last.isoformat())).status_code == 302
    answer = client.post(url(nursery), data(user, begins_on=last.isoformat()))
    assert answer.status_code == 422
    assert "al op deze groep" in answer.content.decode()
    with tenant_scope(nursery.organisation_id):
        first = GroupStaff.objects.select_related("user", "group").get(user=user)
        give_group(group=nursery.group, user=user, begins_on=last + DAY)
        with pytest.raises(GroupStaffRefused, match="al op deze groep"):
            change_last_day(staff=first, ends_on=None, today=today())
        with pytest.raises(GroupStaffRefused, match="al voorbij"):
            change_last_day(staff=first, ends_on=today() - DAY, today=today())
        with pytest.raises(GroupStaffRefused, match="voor de eerste"):
            give_group(group=nursery.group, user=user, begins_on=today(), ends_on=today() - DAY)
        assert first.ends_on == last
        user.is_active = False
        with pytest.raises(GroupStaffRefused, match="afgesloten"):
            give_group(group=nursery.group, user=user, begins_on=date(2019, 1, 1), ends_on=date(2019, 2, 1))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"user": ""}, "Kies een collega."),
        ({"user": "x"}, "kennen we niet"),
        ({"begins_on": ""}, "Vul een datum in"),
        ({"begins_on": "0202-01-01"}, "Vul een datum in"),
        ({"ends_on": "2001-01-01"}, "ligt voor de eerste"),
    ],
)
def test_form_says_what_is_wrong(nursery: Nursery, changes: dict[str, str], message: str) -> None:
    user = substitute(nursery)
    answer = client_of(nursery.administrator).post(url(nursery), data(user, **changes))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with tenant_scope(nursery.organisation_id):
        assert not GroupStaff.objects.filter(user=user).exists()


def test_only_who_a_group_gives_something_can_be_chosen(nursery: Nursery) -> None:
    user = substitute(nursery)
    with tenant_scope(nursery.organisation_id):
        closed = factories.user(Role.GROUP_STAFF)
        User.objects.filter(pk=closed.pk).update(is_active=False)
        assert [pk for pk, _name in people_for_groups(today=today())] == [user.pk, nursery.staff.pk]
    answer = client_of(nursery.administrator).post(url(nursery), data(nursery.quality))
    assert answer.status_code == 422


def test_list_shows_who_works_where_now(nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = substitute(nursery)
    with tenant_scope(nursery.organisation_id):
        give_group(group=nursery.group, user=user, begins_on=today())
        give_group(group=factories.group(), user=user, begins_on=today() + DAY)
    for _ in range(2):
        with tenant_scope(nursery.organisation_id):
            administrator = User.objects.get(pk=nursery.administrator.pk)
            administrator.may(Right.CHILD_READ)
            # The groups, the staff, the children, and the key of the names.
            with django_assert_num_queries(4):
                lines = list_groups(administrator, today=today())
            factories.group(staff=user)
    (own,) = [line for line in lines if line.pk == nursery.group.pk]
    assert own.staff == ("Ilse van Aken", nursery.staff.get_full_name())
    text = client_of(nursery.administrator).get(f"{reverse('observations:groups')}?collega={user.pk}").content.decode()
    assert "Kies de groep waarop Ilse van Aken gaat werken." in text
    assert f"{url(nursery)}?collega={user.pk}" in text


@pytest.mark.parametrize("colleague", ["x", "00000000-0000-0000-0000-000000000000", ""])
def test_colleague_in_the_address_who_is_none_is_left_out(nursery: Nursery, colleague: str) -> None:
    answer = client_of(nursery.administrator).get(reverse("observations:groups"), {"collega": colleague})
    assert (answer.status_code, answer.context["chosen"]) == (200, None)


def test_colleagues_page_shows_their_groups(nursery: Nursery) -> None:
    page = reverse("accounts:colleague", kwargs={"pk": nursery.staff.pk})
    text = client_of(nursery.administrator).get(page).content.decode()
    assert nursery.group.name in text
    assert url(nursery) in text
    assert f"{reverse('observations:groups')}?collega={nursery.staff.pk}" in text
    with tenant_scope(nursery.organisation_id):
        assert colleague_panel(user=nursery.quality, viewer=nursery.administrator, today=today()) is None
        for_officer = colleague_panel(user=nursery.staff, viewer=nursery.quality, today=today())
        assert for_officer is not None
        assert (for_officer.url, for_officer.items[0].url) == ("", "")
        newcomer = colleague_panel(user=factories.user(Role.GROUP_STAFF), viewer=nursery.quality, today=today())
        assert newcomer is not None
        assert newcomer.items == ()


def test_staff_says_whose_account_is_closed_and_whose_days_are_over(nursery: Nursery) -> None:
    user = substitute(nursery)
    with tenant_scope(nursery.organisation_id):
        give_group(group=nursery.group, user=user, begins_on=date(2021, 1, 1), ends_on=date(2021, 2, 1))
        User.objects.filter(pk=user.pk).update(is_active=False)
        lines = [(line.name, line.period, line.is_over) for line in staff_of(nursery.group, today=today())]
    assert lines[1] == ("Ilse van Aken (account afgesloten)", "van 1 januari 2021 tot en met 1 februari 2021", True)
    assert lines[0][1:] == ("sinds 1 augustus 2020", False)


@pytest.mark.parametrize("role", [Role.GROUP_STAFF, Role.DATA_PROTECTION_OFFICER, Role.INTERNAL_SUPPORT])
def test_only_an_administrator_gives_groups(nursery: Nursery, role: Role) -> None:
    user = substitute(nursery, role)
    staff, client = row_of(nursery, nursery.staff), client_of(user)
    assert client.post(url(nursery), data(user)).status_code == 403
    assert client.post(change_url(nursery, staff), {"doe": "beeindig"}).status_code == 403
    assert row_of(nursery, nursery.staff).ends_on is None


def test_group_of_another_organisation_is_not_found(nursery: Nursery) -> None:
    with tenant_scope(factories.organisation()):
        outsider = factories.user(Role.ADMINISTRATOR)
        own = factories.group(staff=outsider)
        own_row = GroupStaff.objects.get(user=outsider)
    client = client_of(outsider)
    staff = row_of(nursery, nursery.staff)
    assert client.post(url(nursery), data(outsider)).status_code == 404
    assert client.post(change_url(nursery, staff), {"doe": "beeindig"}).status_code == 404
    mixed = reverse("observations:group_staff_change", kwargs={"pk": own.pk, "staff_id": staff.pk})
    assert client.post(mixed, {"doe": "beeindig"}).status_code == 404
    mixed = reverse("observations:group_staff_change", kwargs={"pk": nursery.group.pk, "staff_id": own_row.pk})
    assert client_of(nursery.administrator).post(mixed, {"doe": "beeindig"}).status_code == 404
    assert (
        client.post(reverse("observations:group_staff", kwargs={"pk": own.pk}), data(nursery.staff)).status_code == 422
    )


@pytest.mark.requirement("CHD-2.1")
def test_groups_of_next_year_stand_below_those_of_now_with_from_when_they_run(nursery: Nursery) -> None:
    year = school_year_of(today())
    with tenant_scope(nursery.organisation_id):
        Group.objects.filter(pk=nursery.group.pk).update(school_year=year - 1)
        this_year, ahead, past = (
            create_group(location=nursery.group.location, name="Vlinders", kind=Group.Kind.TODDLER, school_year=each)
            for each in (year, year + 1, year - 2)
        )
        administrator = User.objects.get(pk=nursery.administrator.pk)
        # The nursery's own group is of last year, and has a child: it is of now.
        assert [line.pk for line in list_groups(administrator, today=today())] == [
            this_year.pk, nursery.group.pk, ahead.pk
        ]  # fmt: skip
        lines = list_groups(administrator, today=today(), past=True)
        assert [line.pk for line in lines] == [this_year.pk, nursery.group.pk, ahead.pk, past.pk]
        assert [line.runs_from for line in lines] == [None, None, date(year + 1, 8, 1), None]
    text = client_of(nursery.administrator).get(reverse("observations:groups")).content.decode()
    assert text.count(f"vanaf 1 augustus {year + 1}") == 1
