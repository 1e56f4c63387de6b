"""What is still to be registered, per group and location, and the first page (REG-7, UX-4)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Right, Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import write_note
from observations.domain.overviews.arranging import arrangements_of
from observations.domain.overviews.to_do import GroupToDo, Progress, groups_to_do, progress_by_location, total_of
from observations.domain.overviews.today import today_of
from observations.domain.registering.registrations import (
    close_registration,
    reopen_registration,
    save_answer,
    start_registration,
)
from observations.domain.signals.raising import raise_signal
from observations.models import Child, ExtraRegistration, PlannedAge, Registration, RegistrationPeriod
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import MOMENT, NOW_ON, reaching

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def period(until: date = NOW_ON + 2 * WEEK, begins: date = NOW_ON - 5 * WEEK) -> RegistrationPeriod:
    return RegistrationPeriod.objects.create(name="Najaar", begins_on=begins, ends_on=until)


def register(nursery: Nursery, child: Child, *, close: bool) -> None:
    registration = start_registration(child=child, today=NOW_ON, by=nursery.staff)
    if close:
        for milestone_id, value in reaching(nursery.content, {"spel": 6}).items():
            save_answer(
                registration=registration, milestone_id=milestone_id, value=value, today=NOW_ON, by=nursery.staff
            )
        close_registration(registration=registration, now=MOMENT, by=nursery.staff, confirm_carried_over=True)


def extra(nursery: Nursery) -> ExtraRegistration:
    return ExtraRegistration.objects.create(
        name="Taal", lines=["mondelinge-taal"], audience="group", group=nursery.group,
        begins_on=NOW_ON - DAY, ends_on=NOW_ON + DAY,
    )  # fmt: skip


def to_do(user: User, today: date = NOW_ON) -> list[GroupToDo]:
    return groups_to_do(fresh(user), Right.REGISTRATION_READ, today=today, with_children=True)


@pytest.mark.requirement("REG-7.3")
def test_each_group_says_what_is_closed_begun_and_to_do(in_nursery: Nursery) -> None:
    period()
    done, begun = factories.child(in_nursery.group, "Mo"), factories.child(in_nursery.group, "Bo", "", "Zwart")
    register(in_nursery, done, close=True)
    register(in_nursery, begun, close=False)
    [group] = to_do(in_nursery.staff)
    assert group.progress == Progress(closed=1, opened=1, to_do=1, late=0)
    assert group.due_until == NOW_ON + 2 * WEEK
    assert [(child.name, child.status, child.why) for child in group.children] == [
        ("Bo Zwart", "open", "Najaar"),
        ("Yara van Dijk", "to_do", "Najaar"),
    ]


def test_what_is_past_its_last_day_is_late(in_nursery: Nursery) -> None:
    period(until=NOW_ON - DAY)
    [group] = to_do(in_nursery.staff)
    assert (group.progress.late, group.children[0].late) == (1, True)


def test_an_extra_registration_is_to_do_beside_the_period(in_nursery: Nursery) -> None:
    period()
    extra(in_nursery)
    [group] = to_do(in_nursery.staff)
    assert [(child.why, child.extra_id is not None) for child in group.children] == [("Taal", True), ("Najaar", False)]


@pytest.mark.requirement("REG-7.3")
def test_locations_say_how_far_the_period_is(in_nursery: Nursery) -> None:
    period()
    far = factories.group(at=factories.location("Zuid"))
    factories.child(far, "Elders")
    register(in_nursery, factories.child(far, "Klaar"), close=True)
    found = progress_by_location(fresh(in_nursery.administrator), Right.REGISTRATION_READ, today=NOW_ON)
    by_name = {location.name: location.progress for location in found}
    assert by_name["Zuid"] == Progress(closed=1, to_do=1)
    assert total_of(found) == Progress(closed=1, to_do=2)
    assert [group.name for group in to_do(in_nursery.staff)] == [in_nursery.group.name]


def plan_age_of_the_child() -> PlannedAge:
    """Plan 3;1, that the nursery's child reached on 20 October: to be registered until 17 November, three days ago."""
    return PlannedAge.objects.create(months=37, kind="", window_weeks=4, planned_on=NOW_ON - 40 * WEEK)


@pytest.mark.requirement("REG-7.3")
def test_period_and_age_that_one_registration_serves_are_one_task(in_nursery: Nursery) -> None:
    period()
    plan_age_of_the_child()
    for progress, status in ((Progress(to_do=1, late=1), "to_do"), (Progress(opened=1, late=1), "open")):
        [group] = to_do(in_nursery.staff)
        assert (group.progress, group.due_until) == (progress, NOW_ON - 3 * DAY)
        [task] = group.children
        assert (task.why, task.status, task.due_until) == ("Najaar, bij 3;1 jaar", status, NOW_ON - 3 * DAY)
        register(in_nursery, in_nursery.child, close=status == "open")
    [group] = to_do(in_nursery.staff)
    assert (group.progress, group.children) == (Progress(closed=1), ())


@pytest.mark.requirement("REG-7.3")
def test_age_that_the_registration_of_the_period_came_too_early_for_is_a_task_of_its_own(in_nursery: Nursery) -> None:
    period(begins=NOW_ON - 10 * WEEK)
    start_registration(child=in_nursery.child, today=NOW_ON - 10 * WEEK, by=in_nursery.staff)
    plan_age_of_the_child()
    [group] = to_do(in_nursery.staff)
    assert group.progress == Progress(opened=1, to_do=1, late=1, beside=1)
    assert [task.why for task in group.children] == ["Najaar", "bij 3;1 jaar"]


@pytest.mark.requirement("REG-7.3")
def test_groups_and_their_location_count_the_same_for_the_period(in_nursery: Nursery) -> None:
    period()
    plan_age_of_the_child()
    extra(in_nursery)
    older = factories.child(in_nursery.group, "Mo", birth_date=date(2022, 3, 1))
    register(in_nursery, older, close=True)
    # A registration more, in the same period: what the period asked is done.
    later = NOW_ON + DAY
    start_registration(child=older, today=later, by=in_nursery.staff)
    [group] = to_do(in_nursery.staff, later)
    [location] = progress_by_location(fresh(in_nursery.administrator), Right.REGISTRATION_READ, today=later)
    assert (group.progress.total - group.progress.beside, group.progress.beside) == (location.progress.total, 2)
    assert (group.progress.closed, location.progress.closed) == (1, 1)


@pytest.mark.requirement("REG-7.3")
def test_registration_that_was_opened_again_is_begun_in_both_counts(in_nursery: Nursery) -> None:
    period()
    register(in_nursery, in_nursery.child, close=True)
    reopen_registration(registration=Registration.objects.get(), reason="Verkeerde lijn", by=in_nursery.administrator)
    [group] = to_do(in_nursery.staff)
    [location] = progress_by_location(fresh(in_nursery.administrator), Right.REGISTRATION_READ, today=NOW_ON)
    assert group.progress == location.progress == Progress(opened=1)


def test_groups_of_out_of_school_care_are_not_asked_for(in_nursery: Nursery) -> None:
    period()
    group = factories.group(kind="bso", staff=in_nursery.staff)
    factories.child(group, "Later")
    assert [found.name for found in to_do(in_nursery.staff)] == [in_nursery.group.name]


@pytest.mark.parametrize("children", [1, 3])
def test_to_do_costs_the_same_queries_for_one_child_and_for_three(
    nursery: Nursery, django_assert_num_queries: Any, children: int
) -> None:
    with tenant_scope(nursery.organisation_id):
        period()
        for number in range(children - 1):
            factories.child(nursery.group, f"Kind{number}")
    with tenant_scope(nursery.organisation_id):
        user = fresh(nursery.staff)
        # The user's access (2), placements, due (6), the keys of the children and of the organisation.
        with django_assert_num_queries(11):
            groups_to_do(user, Right.REGISTRATION_READ, today=NOW_ON, with_children=True)


@pytest.mark.requirement("UX-4.1")
def test_first_page_of_group_staff_has_their_children_notes_and_signals(in_nursery: Nursery) -> None:
    period()
    unseen = factories.child(in_nursery.group, "Bo", "", "Zwart")
    write_note(
        children=[in_nursery.child], text="Speelt.", observed_on=NOW_ON, today=NOW_ON, entry_id=uuid7(), by=in_nursery.staff
    )  # fmt: skip
    raise_signal(child=unseen, rule="low_involvement", facts={"points": [2.0], "low": 2, "average": 3}, now=MOMENT)
    work = today_of(fresh(in_nursery.staff), today=NOW_ON)
    assert work.own is not None
    assert work.signals is not None
    assert [row.name for row in work.own.to_register] == ["Yara van Dijk", "Bo Zwart"]
    assert [row.name for row in work.own.not_seen] == ["Bo Zwart"]
    assert [(note.child, note.text) for note in work.own.notes] == [("Yara van Dijk", "Speelt.")]
    assert [(card.child, card.summary) for card in work.signals.first] == [("Bo Zwart", "nu 2 van 5")]
    assert (work.signals.new, work.locations) == (1, None)


@pytest.mark.requirement("UX-4.1")
def test_first_page_of_an_administrator_says_what_to_arrange(in_nursery: Nursery) -> None:
    homeless = factories.child(in_nursery.group, "Los")
    homeless.placements.update(ends_on=NOW_ON - DAY)
    in_nursery.group.staff.all().delete()
    found = [line.view_name for line in arrangements_of(fresh(in_nursery.administrator), today=NOW_ON)]
    assert found == ["observations:periods", "observations:children", "observations:groups"]
    assert arrangements_of(fresh(in_nursery.staff), today=NOW_ON) == []
    period()
    assert [line.view_name for line in arrangements_of(fresh(in_nursery.administrator), today=NOW_ON)] == found[1:]


def test_nothing_to_arrange_is_nothing(in_nursery: Nursery) -> None:
    period()
    assert arrangements_of(fresh(in_nursery.administrator), today=NOW_ON) == []


@pytest.mark.parametrize("role", [None, Role.QUALITY, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR, Role.COACH])
def test_first_page_opens_for_everybody(nursery: Nursery, role: Role | None) -> None:
    with tenant_scope(nursery.organisation_id):
        user = factories.user(role) if role else nursery.staff
    assert client_of(user).get(reverse("today")).status_code == 200


def test_page_of_what_is_to_do_leads_to_the_registration(nursery: Nursery) -> None:
    today = timezone.localdate()
    with tenant_scope(nursery.organisation_id):
        period(until=today + WEEK, begins=today - WEEK)
    text = client_of(nursery.staff).get(reverse("observations:to_do")).content.decode()
    assert "0 van 1 registraties zijn afgesloten." in text
    assert reverse("observations:registration_start", args=[nursery.child.pk]) in text
    assert reverse("observations:group_registrations", args=[nursery.group.pk]) in text


def test_children_of_many_groups_are_listed_a_group_at_a_time(nursery: Nursery) -> None:
    today = timezone.localdate()
    with tenant_scope(nursery.organisation_id):
        period(until=today + WEEK, begins=today - WEEK)
        for _number in range(12):
            factories.group(at=nursery.group.location)
    client = client_of(nursery.administrator)
    text = client.get(reverse("observations:to_do")).content.decode()
    assert "0 van 1 registraties zijn afgesloten." in text
    assert reverse("observations:child", args=[nursery.child.pk]) not in text
    assert reverse("observations:group_registrations", args=[nursery.group.pk]) in text


def text_of(user: User, name: str, **query: str) -> str:
    return " ".join(client_of(user).get(reverse(name), query).content.decode().split())


def asked_today(nursery: Nursery) -> None:
    """Ask one registration of the period, and one extra, of the nursery's child; both have a week left."""
    today = timezone.localdate()
    period(until=today + WEEK, begins=today - WEEK)
    ExtraRegistration.objects.create(
        name="Taal", lines=["mondelinge-taal"], audience="group", group=nursery.group,
        begins_on=today - DAY, ends_on=today + DAY,
    )  # fmt: skip


@pytest.mark.requirement("REG-7.3")
def test_page_of_what_is_to_do_says_what_it_counts_and_where(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        asked_today(nursery)
        location = nursery.group.location
        factories.child(factories.group(at=factories.location("Zuid")), "Elders")
    text = text_of(nursery.administrator, "observations:to_do", locatie=str(location.pk))
    assert f"{location.name}: 0 van 2 registraties zijn afgesloten." in text
    assert "Bij de locaties is alleen Najaar geteld, bij de groepen alles wat nu geregistreerd moet worden." in text
    assert text.count("Van deze 2 registraties is er 1 naast de periode gepland: bij een leeftijd of extra.") == 2
    assert "telt hier niet mee" in text_of(nursery.administrator, "today")


@pytest.mark.requirement("UX-4.1")
def test_first_page_names_the_period_above_what_the_period_alone_asks(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        asked_today(nursery)
    text = text_of(nursery.staff, "today")
    assert "Registreren: Najaar" not in text
    assert "2 registraties: 1 voor Najaar en 1 bij een leeftijd of extra." in text
    with tenant_scope(nursery.organisation_id):
        ExtraRegistration.objects.all().delete()
    text = text_of(nursery.staff, "today")
    assert "Registreren: Najaar" in text
    assert "bij een leeftijd of extra" not in text


@pytest.mark.parametrize(
    ("days", "told"), [(0, "De eerste moet uiterlijk op"), (-1, "af moeten zijn. <strong>1 is te laat")]
)
def test_a_last_day_that_has_passed_is_told_as_passed(nursery: Nursery, days: int, told: str) -> None:
    today = timezone.localdate()
    with tenant_scope(nursery.organisation_id):
        period(until=today + days * DAY, begins=today - WEEK)
    text = text_of(nursery.staff, "observations:to_do")
    assert told in text
    assert ("De eerste had op" in text) == (days < 0)


def test_an_extra_registration_that_is_late_says_so_on_the_page_of_the_group(nursery: Nursery) -> None:
    today = timezone.localdate()
    with tenant_scope(nursery.organisation_id):
        planned = ExtraRegistration.objects.create(
            name="Taal", lines=["mondelinge-taal"], audience="group", group=nursery.group,
            begins_on=today - WEEK, ends_on=today - DAY,
        )  # fmt: skip
        start_registration(child=nursery.child, today=today - WEEK, by=nursery.staff, extra=planned)
    page = client_of(nursery.staff).get(reverse("observations:group_registrations", args=[nursery.group.pk]))
    assert "Taal · had af moeten zijn op" in page.content.decode()
