"""Where a child is, was and will be: moving, visiting, ending, putting right (CHD-2)."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Right, Role
from kijk.audit.domain import _PENDING
from kijk.tenancy.context import current, tenant_scope
from observations.domain.children.history import placements_of
from observations.domain.children.placements import (
    PlacementRefused,
    end_placement,
    end_placements,
    place_child,
    place_children,
    placement_refusals,
)
from observations.domain.children.visits import PlacementData, add_visit, correct_placement, remove_placement
from observations.models import Child, Group, HalfDay, Placement
from observations.rules import children_in_reach
from tests import factories
from tests.observations.conftest import Nursery

BEGAN, DAY = date(2024, 1, 1), timedelta(days=1)
MOVED = date(2026, 9, 1)
MONDAY = int(HalfDay.MONDAY_MORNING)


def rows(child: Child, *, main: bool = True) -> list[tuple[str, date, date | None]]:
    found = Placement.objects.filter(child=child, is_main=main).order_by("begins_on")
    return list(found.values_list("group__name", "begins_on", "ends_on"))


def actions() -> list[str]:
    return [event.action for _savepoints, event in current().state.get(_PENDING, [])]


@pytest.mark.requirement("CHD-2.2")
def test_move_ends_the_old_and_begins_the_new_and_keeps_the_history(in_nursery: Nursery) -> None:
    child, first, second = in_nursery.child, in_nursery.group, factories.group()
    made = place_child(child=child, group=second, begins_on=MOVED)
    assert rows(child) == [(first.name, BEGAN, MOVED - DAY), (second.name, MOVED, None)]
    assert place_child(child=child, group=second, begins_on=MOVED + 30 * DAY) == made
    assert len(rows(child)) == 2
    assert actions().count("child.placed") == 1
    shown = placements_of(child, today=MOVED - DAY)
    assert (shown.main and shown.main.group, shown.coming and shown.coming.group) == (first, second)
    assert [line.when for line in shown.lines()] == ["future", "present"]


def test_move_on_the_first_day_replaces_the_group(in_nursery: Nursery) -> None:
    second = factories.group()
    place_child(child=in_nursery.child, group=second, begins_on=BEGAN)
    assert rows(in_nursery.child) == [(second.name, BEGAN, None)]


def test_child_that_was_away_is_placed_anew(in_nursery: Nursery) -> None:
    child, group = in_nursery.child, in_nursery.group
    end_placement(child=child, ends_on=date(2025, 6, 1))
    end_placement(child=child, ends_on=date(2025, 7, 1))
    assert actions().count("placement.ended") == 1
    place_child(child=child, group=group, begins_on=MOVED)
    assert rows(child) == [(group.name, BEGAN, date(2025, 6, 1)), (group.name, MOVED, None)]


def test_planned_end_gives_way_to_a_move_and_to_staying(in_nursery: Nursery) -> None:
    child, group, second = in_nursery.child, in_nursery.group, factories.group()
    end_placement(child=child, ends_on=MOVED + 10 * DAY)
    place_child(child=child, group=second, begins_on=MOVED)
    assert rows(child) == [(group.name, BEGAN, MOVED - DAY), (second.name, MOVED, None)]


@pytest.mark.parametrize(
    ("begins_on", "message"),
    [(date(2023, 9, 19), "voor de geboorte"), (date(2023, 12, 1), "vanaf 1 januari 2024")],
)
def test_move_that_cannot_be_is_refused_in_words(in_nursery: Nursery, begins_on: date, message: str) -> None:
    with pytest.raises(PlacementRefused, match=message) as refusal:
        place_child(child=in_nursery.child, group=factories.group(), begins_on=begins_on)
    assert refusal.value.child_id == in_nursery.child.pk
    assert rows(in_nursery.child) == [(in_nursery.group.name, BEGAN, None)]


def test_day_before_the_placement_began_cannot_end_it(in_nursery: Nursery) -> None:
    with pytest.raises(PlacementRefused, match="1 januari 2024"):
        end_placement(child=in_nursery.child, ends_on=date(2023, 12, 31))


def test_end_takes_away_what_had_still_to_begin(in_nursery: Nursery) -> None:
    child, second = in_nursery.child, factories.group()
    place_child(child=child, group=second, begins_on=MOVED)
    add_visit(child=child, data=PlacementData(factories.group(), MOVED + 3 * DAY, half_days=MONDAY))
    end_placement(child=child, ends_on=MOVED - 10 * DAY)
    assert rows(child) == [(in_nursery.group.name, BEGAN, MOVED - 10 * DAY)]
    assert rows(child, main=False) == []


def test_who_places_a_child_reaches_the_group(in_nursery: Nursery) -> None:
    second = factories.group()
    with pytest.raises(PlacementRefused, match="geen kinderen in deze groep"):
        place_child(child=in_nursery.child, group=second, begins_on=MOVED, by=in_nursery.staff)
    administrator = User.objects.get(pk=in_nursery.administrator.pk)
    assert place_child(child=in_nursery.child, group=second, begins_on=MOVED, by=administrator).group == second


def test_many_children_are_placed_with_the_same_number_of_queries(
    in_nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    group, second = in_nursery.group, factories.group()
    for number in (1, 3):
        children = [factories.child(group) for _ in range(number)]
        # Locking, the placements there are, ending them, the new ones, and visits to the new group.
        with django_assert_num_queries(5):
            made = place_children(rows=[(child, second, MOVED) for child in children])
        assert [placement.child for placement in made] == children
        assert all(rows(child)[1:] == [(second.name, MOVED, None)] for child in children)


def test_bulk_places_all_or_none_and_says_beforehand_who_cannot_be(in_nursery: Nursery) -> None:
    fine, late, second = in_nursery.child, factories.child(in_nursery.group), factories.group()
    place_child(child=late, group=factories.group(), begins_on=MOVED + DAY)
    wanted = [(fine, second, MOVED), (late, second, MOVED)]
    assert list(placement_refusals(wanted)) == [late.pk]
    with pytest.raises(PlacementRefused) as refusal, transaction.atomic():
        place_children(rows=wanted)
    assert refusal.value.child_id == late.pk
    assert rows(fine) == [(in_nursery.group.name, BEGAN, None)]


def test_bulk_end_ends_all(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group)
    end_placements(children=[in_nursery.child, other], ends_on=MOVED)
    assert [rows(child)[0][2] for child in (in_nursery.child, other)] == [MOVED, MOVED]


@pytest.mark.requirement("CHD-2.2")
@pytest.mark.parametrize(
    ("begins_on", "ends_on"),
    [(BEGAN, BEGAN), (date(2023, 12, 1), BEGAN), (MOVED, MOVED), (date(2023, 12, 1), date(2030, 1, 1))],
)
def test_database_refuses_two_main_groups_on_one_day(in_nursery: Nursery, begins_on: date, ends_on: date) -> None:
    with pytest.raises(IntegrityError, match="placement_main_group_once"), transaction.atomic():
        Placement.objects.create(child=in_nursery.child, group=factories.group(), begins_on=begins_on, ends_on=ends_on)
    Placement.objects.create(
        child=in_nursery.child, group=in_nursery.group, begins_on=begins_on, ends_on=ends_on, is_main=False, half_days=1
    )
    other = factories.child(in_nursery.group)
    Placement.objects.filter(child=other).update(ends_on=begins_on - DAY if begins_on > BEGAN else BEGAN)
    Placement.objects.create(child=other, group=in_nursery.group, begins_on=date(2031, 1, 1))


def test_visit_without_half_days_and_main_group_with_them_are_refused_by_the_database(in_nursery: Nursery) -> None:
    for is_main, half_days in ((False, 0), (True, 1), (False, 1024)):
        with pytest.raises(IntegrityError, match="placement_half_days_of_visits"), transaction.atomic():
            Placement.objects.create(
                child=in_nursery.child,
                group=in_nursery.group,
                begins_on=date(2020, 1, 1),
                ends_on=date(2020, 2, 1),
                is_main=is_main,
                half_days=half_days,
            )


@pytest.mark.requirement("CHD-2.2")
def test_two_who_move_a_child_at_once_leave_one_main_group(committed_db: object) -> None:
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        child, groups = factories.child(), [factories.group(), factories.group()]
    refused: list[str] = []
    gate = threading.Barrier(2)

    def move(group: Group) -> None:
        try:
            with tenant_scope(organisation_id):
                own = Child.objects.get(pk=child.pk)
                gate.wait(5)
                place_child(child=own, group=group, begins_on=MOVED)
        except PlacementRefused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=move, args=[group]) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with tenant_scope(organisation_id):
        assert refused == []
        assert [(begins, ends) for _name, begins, ends in rows(child)] == [(BEGAN, MOVED - DAY), (MOVED, None)]


# ------------------------------------------------------------------------------------------------ visits


@pytest.mark.requirement("CHD-2.3")
def test_child_on_a_visit_is_seen_by_the_staff_of_that_group_on_its_days(in_nursery: Nursery) -> None:
    host, hosts = factories.user(Role.GROUP_STAFF), factories.group()
    visited = factories.group(staff=host, at=hosts.location)
    last = MOVED + 6 * DAY
    add_visit(child=in_nursery.child, data=PlacementData(visited, MOVED, last, MONDAY | HalfDay.FRIDAY_AFTERNOON))
    seen = [
        day
        for day in (MOVED - DAY, MOVED, last, last + DAY)
        if children_in_reach(User.objects.get(pk=host.pk), Right.NOTE_WRITE, on=day)
    ]
    assert seen == [MOVED, last]
    assert rows(in_nursery.child) == [(in_nursery.group.name, BEGAN, None)]
    line = next(line for line in placements_of(in_nursery.child, today=MOVED).lines() if not line.is_main)
    assert line.half_days == "ma-ochtend en vr-middag"


def test_same_visit_twice_is_kept_once(in_nursery: Nursery) -> None:
    data = PlacementData(factories.group(), MOVED, None, MONDAY)
    assert add_visit(child=in_nursery.child, data=data) == add_visit(child=in_nursery.child, data=data)
    assert actions().count("visit.added") == 1


def _own_group(nursery: Nursery) -> PlacementData:
    return PlacementData(nursery.group, MOVED, None, MONDAY)


def _same_half_day(nursery: Nursery) -> PlacementData:
    add_visit(child=nursery.child, data=PlacementData(factories.group(), MOVED, None, MONDAY | 2))
    return PlacementData(factories.group(), MOVED + DAY, None, MONDAY)


def _no_half_day(nursery: Nursery) -> PlacementData:
    return PlacementData(factories.group(), MOVED)


def _ends_before_it_begins(nursery: Nursery) -> PlacementData:
    return PlacementData(factories.group(), MOVED, MOVED - DAY, MONDAY)


def _unborn(nursery: Nursery) -> PlacementData:
    return PlacementData(factories.group(), date(2023, 9, 1), None, MONDAY)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (_own_group, "de eigen groep"),
        (_same_half_day, "al ergens te gast"),
        (_no_half_day, "een of meer dagdelen"),
        (_ends_before_it_begins, "voor de eerste"),
        (_unborn, "voor de geboorte"),
    ],
)
def test_visit_that_cannot_be_is_refused_in_words(
    in_nursery: Nursery, wanted: Callable[[Nursery], PlacementData], message: str
) -> None:
    data = wanted(in_nursery)
    before = rows(in_nursery.child, main=False)
    with pytest.raises(PlacementRefused, match=message):
        add_visit(child=in_nursery.child, data=data)
    assert rows(in_nursery.child, main=False) == before


def test_visit_in_a_group_one_does_not_reach_is_refused(in_nursery: Nursery) -> None:
    with pytest.raises(PlacementRefused, match="geen kinderen in deze groep"):
        add_visit(
            child=in_nursery.child, data=PlacementData(factories.group(), MOVED, None, MONDAY), by=in_nursery.staff
        )


def test_visit_ends_when_its_group_becomes_the_main_one(in_nursery: Nursery) -> None:
    visited, other = factories.group(), factories.group()
    add_visit(child=in_nursery.child, data=PlacementData(visited, BEGAN, None, MONDAY))
    add_visit(child=in_nursery.child, data=PlacementData(other, BEGAN + DAY, None, 2))
    place_child(child=in_nursery.child, group=visited, begins_on=MOVED)
    assert rows(in_nursery.child, main=False) == [(visited.name, BEGAN, MOVED - DAY), (other.name, BEGAN + DAY, None)]
    add_visit(child=in_nursery.child, data=PlacementData(in_nursery.group, MOVED + 9 * DAY, None, MONDAY))
    place_child(child=in_nursery.child, group=in_nursery.group, begins_on=MOVED + 5 * DAY)
    assert len(rows(in_nursery.child, main=False)) == 2


# ---------------------------------------------------------------------------------------- putting right


def test_placement_is_put_right_as_if_it_had_always_been_so(in_nursery: Nursery) -> None:
    child, second = in_nursery.child, factories.group()
    placement = Placement.objects.get(child=child)
    data = PlacementData(second, BEGAN + DAY, MOVED, half_days=3)
    assert correct_placement(placement=placement, data=data)
    assert not correct_placement(placement=placement, data=data)
    assert rows(child) == [(second.name, BEGAN + DAY, MOVED)]
    assert Placement.objects.get(child=child).half_days == 0
    assert actions().count("placement.corrected") == 1


def test_placement_put_right_shares_no_day_with_another(in_nursery: Nursery) -> None:
    child = in_nursery.child
    second = place_child(child=child, group=factories.group(), begins_on=MOVED)
    with pytest.raises(PlacementRefused, match="al een andere eigen groep"):
        correct_placement(placement=second, data=PlacementData(second.group, MOVED - DAY))
    first = Placement.objects.get(child=child, begins_on=BEGAN)
    assert correct_placement(placement=first, data=PlacementData(first.group, BEGAN, MOVED - 2 * DAY))


def test_visit_is_put_right_and_taken_away(in_nursery: Nursery) -> None:
    visit = add_visit(child=in_nursery.child, data=PlacementData(factories.group(), MOVED, None, MONDAY))
    assert correct_placement(placement=visit, data=PlacementData(visit.group, MOVED, MOVED + DAY, 6))
    assert Placement.objects.get(pk=visit.pk).half_days == 6
    remove_placement(placement=visit)
    assert rows(in_nursery.child, main=False) == []


def test_only_placement_of_a_child_is_not_taken_away(in_nursery: Nursery) -> None:
    with pytest.raises(PlacementRefused, match="de enige plaatsing"):
        remove_placement(placement=Placement.objects.get(child=in_nursery.child))
    made = place_child(child=in_nursery.child, group=factories.group(), begins_on=MOVED)
    remove_placement(placement=made)
    assert rows(in_nursery.child) == [(in_nursery.group.name, BEGAN, MOVED - DAY)]
    assert actions()[-1] == "placement.removed"


@given(half_days=st.integers(min_value=1, max_value=1023))
@settings(max_examples=50)
def test_half_days_come_back_as_they_went_in(half_days: int) -> None:
    assert sum(HalfDay.parts_of(half_days)) == half_days
