"""Planning registration periods: proposing, overlap, changing and taking away (REG-2.1)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from observations.domain.periods.planning import (
    PeriodDays,
    PeriodRefused,
    PeriodState,
    change_period,
    close_period,
    list_periods,
    plan_period,
    plan_periods,
    propose_periods,
    remove_period,
    reopen_period,
    state_of,
    usual_months,
)
from observations.domain.registering.registrations import start_registration
from observations.models import Group, RegistrationPeriod
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
AUTUMN = PeriodDays("Najaar 2026", date(2026, 10, 1), date(2026, 11, 30))


def days(begins_on: date, ends_on: date, name: str = "Anders") -> PeriodDays:
    return PeriodDays(name, begins_on, ends_on)


@pytest.mark.requirement("REG-2.1")
def test_proposal_has_the_months_of_a_school_year_in_order(in_nursery: Nursery) -> None:
    found = [each.days for each in propose_periods(school_year=2026, months=[4, 10], weeks=8)]
    assert found == [
        PeriodDays("Oktober 2026", date(2026, 10, 1), date(2026, 11, 25)),
        PeriodDays("April 2027", date(2027, 4, 1), date(2027, 5, 26)),
    ]


def test_proposal_says_what_is_in_the_way(in_nursery: Nursery) -> None:
    plan_period(days=AUTUMN, by=in_nursery.administrator)
    found = [(each.days.name, each.in_the_way) for each in propose_periods(school_year=2026, months=[11, 12], weeks=8)]
    assert found == [("November 2026", "Najaar 2026"), ("December 2026", "November 2026")]


def test_usual_months_follow_what_was_planned(in_nursery: Nursery) -> None:
    assert usual_months() == (10, 4)
    plan_period(days=days(date(2026, 9, 1), date(2026, 9, 30)), by=in_nursery.administrator)
    assert usual_months() == (9,)


def test_planning_several_is_all_or_nothing(in_nursery: Nursery) -> None:
    with pytest.raises(PeriodRefused, match="overlappen"):
        plan_periods(wanted=[AUTUMN, days(date(2026, 11, 30), date(2026, 12, 20))], by=in_nursery.administrator)
    assert not RegistrationPeriod.objects.exists()


@pytest.mark.requirement("REG-2.1")
@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (days(date(2026, 11, 30), date(2026, 12, 31)), r"Najaar 2026 \(1 oktober 2026 tot en met 30 november 2026\)"),
        (days(date(2026, 9, 1), date(2027, 1, 31)), "overlappen"),
        (days(date(2026, 12, 31), date(2026, 12, 1)), "ligt voor de eerste"),
        (days(date(2027, 1, 1), date(2027, 7, 4)), "half jaar"),
        (days(date(2027, 1, 1), date(2027, 2, 1), "najaar 2026"), "deze naam"),
    ],
)
def test_period_that_cannot_be_is_refused(in_nursery: Nursery, wanted: PeriodDays, message: str) -> None:
    plan_period(days=AUTUMN, by=in_nursery.administrator)
    with pytest.raises(PeriodRefused, match=message):
        plan_period(days=wanted, by=in_nursery.administrator)
    assert RegistrationPeriod.objects.count() == 1


def test_period_may_begin_the_day_after_another(in_nursery: Nursery) -> None:
    plan_period(days=AUTUMN, by=in_nursery.administrator)
    plan_period(days=days(date(2026, 12, 1), date(2026, 12, 31)), by=in_nursery.administrator)
    assert [line.name for line in list_periods(today=TODAY)] == ["Anders", "Najaar 2026"]


def test_period_without_registrations_changes_freely_and_goes(in_nursery: Nursery) -> None:
    period = plan_period(days=AUTUMN, by=in_nursery.administrator)
    wanted = PeriodDays("Herfst", date(2026, 9, 1), date(2026, 10, 31), (Group.Kind.TODDLER,))
    change_period(period=period, days=wanted, today=TODAY, by=in_nursery.administrator)
    period.refresh_from_db()
    assert (period.name, period.begins_on, period.ends_on, period.kinds) == (
        "Herfst",
        date(2026, 9, 1),
        date(2026, 10, 31),
        ["toddler"],
    )
    remove_period(period=period, by=in_nursery.administrator)
    assert not RegistrationPeriod.objects.exists()


@pytest.mark.requirement("REG-2.5")
def test_period_with_registrations_keeps_its_first_day_and_stays(in_nursery: Nursery) -> None:
    period = plan_period(days=AUTUMN, by=in_nursery.administrator)
    start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    refused = [
        PeriodDays("Najaar 2026", date(2026, 9, 30), date(2026, 11, 30)),
        PeriodDays("Najaar 2026", date(2026, 10, 1), date(2026, 11, 30), (Group.Kind.VVE,)),
    ]
    for wanted in refused:
        with pytest.raises(PeriodRefused, match="al 1 registratie begonnen"):
            change_period(period=period, days=wanted, today=TODAY, by=in_nursery.administrator)
    with pytest.raises(PeriodRefused, match="vandaag of later"):
        change_period(
            period=period, days=days(date(2026, 10, 1), date(2026, 11, 1)), today=TODAY, by=in_nursery.administrator
        )
    with pytest.raises(PeriodRefused, match="niet meer weg"):
        remove_period(period=period, by=in_nursery.administrator)
    later = PeriodDays("Herfst", date(2026, 10, 1), date(2026, 12, 15))
    change_period(period=period, days=later, today=TODAY, by=in_nursery.administrator)
    period.refresh_from_db()
    assert (period.name, period.ends_on) == ("Herfst", date(2026, 12, 15))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 9, 30), PeriodState.PLANNED),
        (date(2026, 10, 1), PeriodState.OPEN),
        (date(2026, 11, 30), PeriodState.OPEN),
        (date(2026, 12, 1), PeriodState.OVER),
    ],
)
def test_state_of_a_period_follows_its_days(in_nursery: Nursery, today: date, state: PeriodState) -> None:
    assert state_of(plan_period(days=AUTUMN, by=in_nursery.administrator), today) == state


def test_closed_period_takes_no_new_registration_and_can_be_opened(in_nursery: Nursery) -> None:
    period = plan_period(days=AUTUMN, by=in_nursery.administrator)
    close_period(period=period, now=NOW, today=TODAY, by=in_nursery.administrator)
    close_period(period=period, now=NOW, today=TODAY, by=in_nursery.administrator)
    period.refresh_from_db()
    assert state_of(period, TODAY) == PeriodState.CLOSED
    with pytest.raises(PeriodRefused, match="gesloten"):
        change_period(period=period, days=AUTUMN, today=TODAY, by=in_nursery.administrator)
    assert start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff).period_id is None
    reopen_period(period=period, by=in_nursery.administrator)
    reopen_period(period=period, by=in_nursery.administrator)
    period.refresh_from_db()
    assert state_of(period, TODAY) == PeriodState.OPEN


@pytest.mark.requirement("AUD-1.1")
def test_planning_leaves_its_events(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
        period = plan_period(days=AUTUMN, by=nursery.administrator)
        close_period(period=period, now=NOW, today=TODAY, by=nursery.administrator)
        reopen_period(period=period, by=nursery.administrator)
        remove_period(period=period, by=nursery.administrator)
    with tenant_scope(nursery.organisation_id):
        actions = AuditEvent.objects.filter(action__startswith="period.").order_by("sequence")
        assert list(actions.values_list("action", flat=True)) == [
            "period.planned",
            "period.closed",
            "period.reopened",
            "period.removed",
        ]


def test_period_to_come_cannot_be_closed(in_nursery: Nursery) -> None:
    period = plan_period(days=AUTUMN, by=in_nursery.administrator)
    with pytest.raises(PeriodRefused, match="nog niet begonnen"):
        close_period(period=period, now=NOW, today=date(2026, 9, 1), by=in_nursery.administrator)


def test_period_for_some_kinds_leaves_the_others_out(in_nursery: Nursery) -> None:
    plan_period(
        days=PeriodDays("Kleuters", date(2026, 10, 1), date(2026, 11, 30), (Group.Kind.INFANTS,)),
        by=in_nursery.administrator,
    )
    assert start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff).period_id is None
