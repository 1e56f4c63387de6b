"""Which registrations are due, why and by when (REG-2.1, REG-2.2, REG-2.3)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from kijk.tenancy.context import tenant_scope
from observations.domain.periods.ages import age_in_words, age_of_words, day_of_age
from observations.domain.periods.by_age import list_planned_ages, plan_age, remove_planned_age
from observations.domain.periods.due import Due, DueKind, DueStatus, due_of
from observations.domain.periods.extra import ExtraData, list_extras, plan_extra, remove_extra
from observations.domain.periods.planning import PeriodDays, PeriodRefused, plan_period
from observations.domain.registering.registrations import (
    close_registration,
    reopen_registration,
    save_answer,
    start_registration,
)
from observations.models import Answer, Child, ExtraRegistration, Group, Placement, Registration
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
AUDIENCE = ExtraRegistration.Audience


def due_for(child: Child, today: date = TODAY) -> list[Due]:
    return list(due_of(child_ids=[child.pk], today=today).get(child.pk, ()))


def close(nursery: Nursery, registration: Registration, now: datetime = NOW) -> None:
    """Answer one milestone and close."""
    item = nursery.content.lines["mondelinge-taal"].bands[7][0]
    save_answer(
        registration=registration, milestone_id=item.id, value=Answer.Value.SECURE, today=now.date(), by=nursery.staff
    )
    close_registration(registration=registration, now=now, by=nursery.staff, confirm_carried_over=True)


def plan_language(nursery: Nursery, audience: str, **changes: object) -> ExtraRegistration:
    known: dict[str, object] = {"begins_on": date(2026, 11, 1), "ends_on": date(2026, 12, 1)}
    data = ExtraData(name="Nulmeting taal", lines=["mondelinge-taal"], audience=audience, **(known | changes))  # type: ignore[arg-type]
    return plan_extra(data=data, by=nursery.administrator)


@pytest.mark.parametrize(("text", "months"), [("2;3", 27), ("3:1", 37), (" 0;1 ", 1), ("3;09", 45), ("7;0", 84)])
def test_age_is_read_as_the_field_writes_it(text: str, months: int) -> None:
    assert age_of_words(text) == months


@pytest.mark.parametrize("text", ["", "2", "2;12", "twee", "27", "2;3;1", "-2;3"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - its message is the text itself
        age_of_words(text)
    assert refusal.value.args == (text,)


def test_age_is_written_as_the_field_does() -> None:
    assert [age_in_words(months) for months in (27, 37, 45)] == ["2;3", "3;1", "3;9"]


def test_day_of_an_age_in_a_month_that_is_too_short() -> None:
    assert [day_of_age(date(2023, 11, 30), months) for months in (3, 1)] == [date(2024, 2, 29), date(2023, 12, 30)]


@pytest.mark.requirement("REG-2.1")
def test_period_is_due_until_it_is_closed(in_nursery: Nursery) -> None:
    child = in_nursery.child
    period = plan_period(days=PeriodDays("Najaar", date(2026, 10, 1), date(2026, 11, 30)), by=in_nursery.administrator)
    assert due_for(child) == [
        Due(DueKind.PERIOD, period.begins_on, period.ends_on, DueStatus.TO_DO, "Najaar", period_id=period.pk)
    ]
    registration = start_registration(child=child, today=TODAY, by=in_nursery.staff)
    assert [(due.status, due.registration_id) for due in due_for(child)] == [(DueStatus.OPEN, registration.pk)]
    assert [due.status for due in due_for(child, date(2026, 12, 1))] == [DueStatus.LATE]
    close(in_nursery, registration)
    assert [(due.status, due.is_done) for due in due_for(child)] == [(DueStatus.CLOSED, True)]


@pytest.mark.requirement("REG-2.2")
def test_planned_age_is_due_in_its_weeks(in_nursery: Nursery) -> None:
    # Born on 20 September 2023: 3;1 on 20 October 2026.
    plan_age(months=37, kind="", window_weeks=4, today=date(2026, 1, 1), by=in_nursery.administrator)
    child = in_nursery.child
    assert due_for(child, date(2026, 9, 21)) == []
    found = due_for(child, date(2026, 9, 22))
    assert found == [Due(DueKind.AGE, date(2026, 9, 22), date(2026, 11, 17), DueStatus.TO_DO, planned_age_months=37)]
    assert [due.status for due in due_for(child)] == [DueStatus.LATE]
    registration = start_registration(child=child, today=TODAY, by=in_nursery.staff)
    close(in_nursery, registration)
    assert [(due.status, due.registration_id) for due in due_for(child)] == [(DueStatus.CLOSED, registration.pk)]


@pytest.mark.requirement("REG-2.2")
def test_age_that_was_registered_stays_so_when_a_next_registration_is_begun(in_nursery: Nursery) -> None:
    plan_age(months=37, kind="", window_weeks=8, today=date(2026, 1, 1), by=in_nursery.administrator)
    close(in_nursery, start_registration(child=in_nursery.child, today=date(2026, 11, 2), by=in_nursery.staff))
    start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    assert [due.status for due in due_for(in_nursery.child)] == [DueStatus.CLOSED]
    assert [due.status for due in due_for(in_nursery.child, date(2027, 1, 20))] == [DueStatus.CLOSED]


@pytest.mark.requirement("REG-2.1")
def test_period_that_was_registered_stays_so_when_an_age_is_registered_in_it(in_nursery: Nursery) -> None:
    plan_period(days=PeriodDays("Najaar", date(2026, 9, 1), date(2026, 11, 30)), by=in_nursery.administrator)
    plan_age(months=37, kind="", window_weeks=2, today=date(2026, 1, 1), by=in_nursery.administrator)
    before = start_registration(child=in_nursery.child, today=date(2026, 9, 10), by=in_nursery.staff)
    close(in_nursery, before, datetime(2026, 9, 11, 16, 0, tzinfo=NOW.tzinfo))
    at_age = start_registration(child=in_nursery.child, today=date(2026, 10, 20), by=in_nursery.staff)
    found = {due.kind: (due.status, due.registration_id) for due in due_for(in_nursery.child, date(2026, 10, 20))}
    assert found == {DueKind.PERIOD: (DueStatus.CLOSED, before.pk), DueKind.AGE: (DueStatus.OPEN, at_age.pk)}


def test_registration_that_was_opened_again_is_open(in_nursery: Nursery) -> None:
    plan_period(days=PeriodDays("Najaar", date(2026, 10, 1), date(2026, 11, 30)), by=in_nursery.administrator)
    old = start_registration(child=in_nursery.child, today=date(2026, 10, 5), by=in_nursery.staff)
    close(in_nursery, old, datetime(2026, 10, 5, 16, 0, tzinfo=NOW.tzinfo))
    new = reopen_registration(registration=old, reason="Verkeerde lijn", by=in_nursery.administrator)
    assert [(due.status, due.registration_id) for due in due_for(in_nursery.child)] == [(DueStatus.OPEN, new.pk)]


@pytest.mark.requirement("REG-2.2")
def test_only_the_age_reached_last_is_due(in_nursery: Nursery) -> None:
    for months in (27, 37, 45):
        plan_age(months=months, kind="", window_weeks=4, today=date(2025, 1, 1), by=in_nursery.administrator)
    assert [due.planned_age_months for due in due_for(in_nursery.child)] == [37]
    assert [line.age for line in list_planned_ages()] == ["2;3", "3;1", "3;9"]


def test_age_that_was_passed_before_it_was_planned_is_not_due(in_nursery: Nursery) -> None:
    plan_age(months=37, kind="", window_weeks=4, today=date(2026, 11, 18), by=in_nursery.administrator)
    assert due_for(in_nursery.child) == []


def test_age_that_was_passed_before_the_child_came_is_not_due(in_nursery: Nursery) -> None:
    plan_age(months=37, kind="", window_weeks=4, today=date(2026, 1, 1), by=in_nursery.administrator)
    Placement.objects.update(begins_on=date(2026, 11, 18))
    assert due_for(in_nursery.child) == []


def test_age_for_a_kind_of_group_is_for_that_kind_alone(in_nursery: Nursery) -> None:
    plan_age(months=37, kind=Group.Kind.VVE, window_weeks=4, today=date(2026, 1, 1), by=in_nursery.administrator)
    assert due_for(in_nursery.child) == []
    Group.objects.update(kind=Group.Kind.VVE)
    assert [due.planned_age_months for due in due_for(in_nursery.child)] == [37]


@pytest.mark.parametrize(("first", "second"), [("", "vve"), ("vve", ""), ("vve", "vve")])
def test_age_is_planned_once(in_nursery: Nursery, first: str, second: str) -> None:
    plan_age(months=37, kind=first, window_weeks=4, today=TODAY, by=in_nursery.administrator)
    with pytest.raises(PeriodRefused, match="3;1 is al gepland"):
        plan_age(months=37, kind=second, window_weeks=4, today=TODAY, by=in_nursery.administrator)


def test_age_that_is_taken_away_is_not_due(in_nursery: Nursery) -> None:
    planned = plan_age(months=37, kind="", window_weeks=8, today=date(2026, 1, 1), by=in_nursery.administrator)
    remove_planned_age(planned=planned, by=in_nursery.administrator)
    assert due_for(in_nursery.child) == []


@pytest.mark.requirement("REG-2.3")
def test_vve_child_is_due_a_measurement_at_entry(in_nursery: Nursery) -> None:
    extra = plan_language(in_nursery, AUDIENCE.VVE_ENTRY, ends_on=None, weeks=6)
    entered = factories.child(in_nursery.group, vve_from=date(2026, 11, 10))
    long_there = factories.child(in_nursery.group, vve_from=date(2026, 3, 1))
    assert due_for(in_nursery.child) == due_for(long_there) == []
    assert due_for(entered) == [
        Due(
            DueKind.EXTRA,
            date(2026, 11, 10),
            date(2026, 12, 22),
            DueStatus.TO_DO,
            "Nulmeting taal",
            extra_id=extra.pk,
            lines=("mondelinge-taal",),
        )
    ]
    assert due_for(entered, date(2026, 12, 23)) == []


@pytest.mark.requirement("REG-2.3")
def test_extra_registration_is_for_whom_it_was_planned(in_nursery: Nursery) -> None:
    vve = factories.child(in_nursery.group, vve_from=date(2026, 1, 1))
    elsewhere = factories.child(factories.group())
    plan_language(in_nursery, AUDIENCE.CHILD, child=in_nursery.child)
    assert [len(due_for(child)) for child in (in_nursery.child, vve, elsewhere)] == [1, 0, 0]
    plan_language(in_nursery, AUDIENCE.GROUP, group=in_nursery.group)
    assert [len(due_for(child)) for child in (in_nursery.child, vve, elsewhere)] == [2, 1, 0]
    plan_language(in_nursery, AUDIENCE.VVE)
    assert [len(due_for(child)) for child in (in_nursery.child, vve, elsewhere)] == [2, 2, 0]
    assert [line.whom for line in list_extras()] == [
        "alle VVE-kinderen van nu",
        in_nursery.group.name,
        "Yara van Dijk",
    ]


@pytest.mark.requirement("REG-2.3")
def test_extra_registration_does_not_stand_for_the_period(in_nursery: Nursery) -> None:
    plan_period(days=PeriodDays("Najaar", date(2026, 10, 1), date(2026, 11, 30)), by=in_nursery.administrator)
    extra = plan_language(in_nursery, AUDIENCE.CHILD, child=in_nursery.child)
    close(in_nursery, start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra))
    assert [(due.kind, due.status) for due in due_for(in_nursery.child)] == [
        (DueKind.PERIOD, DueStatus.TO_DO),
        (DueKind.EXTRA, DueStatus.CLOSED),
    ]
    with pytest.raises(PeriodRefused, match="niet meer weg"):
        remove_extra(extra=extra, by=in_nursery.administrator)


@pytest.mark.parametrize(
    ("audience", "changes", "message"),
    [
        (AUDIENCE.VVE, {"ends_on": None}, "laatste dag"),
        (AUDIENCE.VVE, {"ends_on": date(2026, 10, 1)}, "ligt voor de eerste"),
        (AUDIENCE.VVE_ENTRY, {"weeks": None}, "hoeveel weken"),
        (AUDIENCE.GROUP, {}, "Kies een groep"),
        (AUDIENCE.CHILD, {}, "dossier van het kind"),
        (AUDIENCE.VVE, {"lines": ["bestaat-niet"]}, "ontwikkelingslijn"),
    ],
)
def test_extra_registration_that_cannot_be_is_refused(
    in_nursery: Nursery, audience: str, changes: dict[str, object], message: str
) -> None:
    known: dict[str, object] = {
        "lines": ["mondelinge-taal"],
        "begins_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 1),
    }
    with pytest.raises(PeriodRefused, match=message):
        plan_extra(
            data=ExtraData(name="Taal", audience=audience, **(known | changes)),  # type: ignore[arg-type]
            by=in_nursery.administrator,
        )


def test_extra_registration_nobody_began_goes(in_nursery: Nursery) -> None:
    remove_extra(extra=plan_language(in_nursery, AUDIENCE.VVE), by=in_nursery.administrator)
    assert not ExtraRegistration.objects.exists()


def test_child_without_a_group_or_in_bso_has_nothing_due(in_nursery: Nursery) -> None:
    plan_period(days=PeriodDays("Najaar", date(2026, 10, 1), date(2026, 11, 30)), by=in_nursery.administrator)
    gone = factories.child(in_nursery.group)
    gone.placements.update(ends_on=TODAY - timedelta(days=1))
    older = factories.child(factories.group(kind=Group.Kind.BSO))
    assert due_of(child_ids=[gone.pk, older.pk], today=TODAY) == {}


def test_due_costs_the_same_queries_for_one_child_and_for_three(
    nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenant_scope(nursery.organisation_id):
        plan_period(days=PeriodDays("Najaar", date(2026, 10, 1), date(2026, 11, 30)), by=nursery.administrator)
        plan_language(nursery, AUDIENCE.GROUP, group=nursery.group)
        ids = [nursery.child.pk]
        for _number in range(2):
            with django_assert_num_queries(6):
                assert len(due_of(child_ids=ids, today=TODAY)) == len(ids)
            ids += [factories.child(nursery.group).pk for _each in range(2)]
