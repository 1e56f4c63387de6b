"""Signals about our own view: looked for each night, and gone by themselves (DOMAIN "Signals")."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery.schedules import crontab

from kijk.celery import app
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import write_note
from observations.domain.signals.daily import look_at_our_view
from observations.domain.signals.discussing import close_signals, take_up
from observations.models import Child, Line, RegistrationPeriod, Signal
from observations.tasks import look_for_signals, look_for_signals_of
from tests import factories
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import MOMENT, NOW_ON

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def period(until: timedelta) -> RegistrationPeriod:
    return RegistrationPeriod.objects.create(name="Najaar", begins_on=NOW_ON - 6 * WEEK, ends_on=NOW_ON + until)


def write_about(nursery: Nursery, count: int, child: Child | None = None) -> None:
    lines = Line.objects.filter(pk__in=[line.id for line in list(nursery.content.lines.values())[:count]])
    write_note(
        children=[child or nursery.child],
        text="Bouwt een toren.",
        lines=list(lines),
        observed_on=NOW_ON - WEEK,
        today=NOW_ON,
        entry_id=uuid7(),
        by=nursery.staff,
    )


def rules() -> list[tuple[str, str]]:
    return sorted(Signal.objects.values_list("rule", "status"))


@pytest.mark.requirement("REG-5.9")
def test_a_late_registration_is_a_signal_once(in_nursery: Nursery) -> None:
    write_about(in_nursery, 17)
    period(-2 * DAY)
    assert [look_at_our_view(now=MOMENT).found for _ in range(2)] == [1, 1]
    signal = Signal.objects.get()
    assert (signal.rule, signal.facts["due_until"]) == ("registration_overdue", "2026-11-18")


def test_a_registration_that_has_time_left_is_none(in_nursery: Nursery) -> None:
    write_about(in_nursery, 17)
    period(DAY)
    look_at_our_view(now=MOMENT)
    assert rules() == []


@pytest.mark.requirement("REG-5.9")
@pytest.mark.parametrize(("noted", "found"), [(17, 0), (6, 0), (5, 1), (0, 1)])
def test_lines_nobody_wrote_about_are_a_signal(in_nursery: Nursery, noted: int, found: int) -> None:
    write_about(in_nursery, noted)
    look_at_our_view(now=MOMENT)
    assert Signal.objects.filter(rule="not_noted").count() == found


def test_who_came_lately_or_is_in_another_kind_of_group_is_left_out(in_nursery: Nursery) -> None:
    in_nursery.child.placements.update(begins_on=NOW_ON - 10 * WEEK)
    factories.child(factories.group(kind="bso"), "Later")
    look_at_our_view(now=MOMENT)
    assert rules() == []


def test_what_went_by_itself_is_closed_and_what_was_taken_up_is_left(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo")
    look_at_our_view(now=MOMENT)
    assert rules() == [("not_noted", "new"), ("not_noted", "new")]
    taken = Signal.objects.get(child=other)
    take_up(signals=[taken], entry_id=uuid7(), by=in_nursery.staff, now=MOMENT)
    for child in (in_nursery.child, other):
        write_about(in_nursery, 17, child)
    assert look_at_our_view(now=MOMENT + DAY).resolved == 1
    assert rules() == [("not_noted", "closed"), ("not_noted", "discussion")]
    taken.refresh_from_db()
    assert taken.faded_on == NOW_ON + DAY
    assert Signal.objects.get(child=in_nursery.child).outcome == "resolved"


def test_what_somebody_closed_is_left_in_peace_as_long_as_the_rule_waits(in_nursery: Nursery) -> None:
    look_at_our_view(now=MOMENT)
    close_signals(signals=[Signal.objects.get()], outcome="otherwise", by=in_nursery.staff, now=MOMENT)
    write_about(in_nursery, 2)
    look_at_our_view(now=MOMENT + 25 * WEEK)
    assert rules() == [("not_noted", "closed")]
    look_at_our_view(now=MOMENT + 27 * WEEK)
    assert rules() == [("not_noted", "closed"), ("not_noted", "new")]


def test_the_task_looks_in_one_organisation_and_not_where_nothing_is_registered(nursery: Nursery) -> None:
    assert look_for_signals_of(organisation_id=str(nursery.organisation_id)) == 1
    bare = factories.organisation(modules=())
    with tenant_scope(bare):
        factories.child()
    assert look_for_signals_of(organisation_id=str(bare)) == 0


@pytest.fixture
def at_once() -> Iterator[None]:
    """Run tasks where they are offered."""
    app.conf.update(task_always_eager=True)
    yield
    app.conf.update(task_always_eager=False)


@pytest.mark.usefixtures("at_once")
def test_each_organisation_gets_a_task_of_its_own(nursery: Nursery) -> None:
    assert look_for_signals() >= 1
    with tenant_scope(nursery.organisation_id):
        assert rules() == [("not_noted", "new")]


def test_the_task_runs_each_night() -> None:
    entry = app.conf.beat_schedule["signals about our view"]
    assert (entry["task"], entry["schedule"]) == (look_for_signals.name, crontab(hour=4, minute=20))
