"""The same children's next registration beside the plan (REG-9.3)."""

from fractions import Fraction

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kijk.tenancy.context import tenant_scope
from observations.domain.children.in_hand import take_in_hand
from observations.domain.plans.effect import Move, effect_of, growth_in_words, move_between
from observations.domain.plans.page import list_plans, plan_page_of
from observations.domain.plans.panel import cluster_panel
from observations.domain.plans.plans import activate_plan
from observations.models import ClusterMember, GroupPlan, Level
from tests import factories
from tests.observations.conftest import Nursery
from tests.observations.plans.rooms import DAY, NAMES, fill, make_plan, register, today
from tests.observations.plans.test_plans import write_all

BEGAN = today() - 200 * DAY


def carried_out(nursery: Nursery) -> GroupPlan:
    """Make a plan that began 200 days ago, from registrations of ten days before."""
    plan = make_plan(nursery, begins_on=BEGAN)
    # Made today, so that its proposal could already rest on what came later: take it back to the day it began.
    GroupPlan.objects.filter(pk=plan.pk).update(status=GroupPlan.Status.ACTIVE)
    plan.refresh_from_db()
    return plan


@pytest.mark.requirement("REG-9.3")
def test_next_registration_stands_beside_the_first(in_nursery: Nursery) -> None:
    low, middle, high, left = fill(in_nursery, ["-8", "0", "9", "-7"], on=BEGAN - 10 * DAY)
    plan = carried_out(in_nursery)
    # An extra registration soon after the beginning is no effect when a half-yearly one follows.
    register(low, in_nursery, difference="-20", on=BEGAN + 10 * DAY)
    register(low, in_nursery, difference="-4", on=today() - 5 * DAY)
    register(middle, in_nursery, difference="-6", on=today() - 5 * DAY)
    register(high, in_nursery, difference="10", on=today() - 5 * DAY)
    (effect,) = effect_of(plan)
    found = {child.child_id: child for child in effect.everybody.children}
    assert [found[child.pk].move for child in (low, middle, high, left)] == [
        Move.UP,
        Move.DOWN,
        Move.SAME,
        Move.UNKNOWN,
    ]
    assert found[low.pk].after_difference == Fraction(-4)
    assert found[left.pk].after_on is None
    support = next(cluster for cluster in effect.clusters if cluster.level == Level.SUPPORT)
    assert (len(support.children), support.registered_again, support.up, support.with_growth) == (2, 1, 1, 1)
    everybody = effect.everybody
    assert (everybody.registered_again, everybody.up, everybody.same, everybody.down) == (3, 1, 1, 1)
    # Four months of developmental age in somewhat more than half a year, of the child that was 8 behind.
    assert support.median_growth == found[low.pk].growth
    assert support.growth_text == "4 maanden"


@pytest.mark.requirement("REG-9.3")
def test_results_too_close_together_are_shown_without_growth(in_nursery: Nursery) -> None:
    (child,) = fill(in_nursery, ["-8"], on=today() - 60 * DAY)
    plan = make_plan(in_nursery, begins_on=today() - 50 * DAY)
    register(child, in_nursery, difference="-2", on=today() - DAY)
    plan.refresh_from_db()
    member = ClusterMember.objects.get(plan_line__plan=plan, child=child)
    before = child.pk
    assert member.result is not None
    (effect,) = effect_of(plan)
    shown = next(found for found in effect.everybody.children if found.child_id == before)
    assert (shown.growth, shown.growth_text, shown.move) == (None, "", Move.UP)
    assert effect.everybody.median_growth is None


def test_child_without_a_first_result_has_an_after_only(in_nursery: Nursery) -> None:
    plan = make_plan(in_nursery, begins_on=BEGAN)
    register(in_nursery.child, in_nursery, difference="1", on=today() - DAY)
    (effect,) = effect_of(plan)
    (shown,) = effect.everybody.children
    assert (shown.before, shown.after, shown.move, shown.growth) == ("", "on_course", Move.UNKNOWN, None)
    assert effect.has_any


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ("concern", "attention", Move.UP),
        ("ahead", "on_course", Move.DOWN),
        ("on_course", "on_course", Move.SAME),
        ("insufficient", "ahead", Move.UNKNOWN),
        ("concern", "", Move.UNKNOWN),
    ],
)
def test_move_is_between_classes(before: str, after: str, move: Move) -> None:
    assert move_between(before, after) == move


def test_growth_is_said_in_whole_months() -> None:
    said = [growth_in_words(Fraction(value)) for value in ("5.5", "1", "-0.4", "-2.5")]
    assert said == ["6 maanden", "1 maand", "0 maanden", "−3 maanden"]


@pytest.mark.parametrize("children", [1, 3])
def test_pages_take_as_many_queries_for_one_child_as_for_three(
    nursery: Nursery, children: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenant_scope(nursery.organisation_id):
        for number in range(children - 1):
            factories.child(nursery.group, NAMES[number], "", "Bakker")
        made = make_plan(nursery)
    with tenant_scope(nursery.organisation_id):
        plan = GroupPlan.objects.select_related("group__location", "period").get(pk=made.pk)
        # Lines, members, activities, clusters; the keys of the children and of the organisation.
        with django_assert_num_queries(6):
            plan_page_of(plan)
    # Lines, members, later results; the keys of the children and of the organisation.
    with tenant_scope(nursery.organisation_id), django_assert_num_queries(5):
        effect_of(plan)
    with tenant_scope(nursery.organisation_id), django_assert_num_queries(2):
        list_plans(nursery.group)


@pytest.mark.parametrize("children", [1, 3])
def test_plan_is_made_in_as_many_queries_for_one_child_as_for_three(
    nursery: Nursery, children: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenant_scope(nursery.organisation_id):
        fill(nursery, ["-8"] * children, on=today() - DAY)
        with django_assert_num_queries(12):
            make_plan(nursery)


def test_panel_tells_in_which_cluster_a_child_is(in_nursery: Nursery) -> None:
    plan, child, now = make_plan(in_nursery), in_nursery.child, timezone.localdate()
    assert cluster_panel(take_in_hand(child, user=in_nursery.staff, today=now)) is None
    member = ClusterMember.objects.get(plan_line__plan=plan)
    member.level = Level.BASIS
    member.save()
    write_all(plan, in_nursery.staff, goal="Doel")
    activate_plan(plan=plan)
    panel = cluster_panel(take_in_hand(child, user=in_nursery.staff, today=now))
    assert panel is not None
    (shown,) = panel.context["clusters"]
    assert (shown.line, shown.label, shown.plan_id) == ("Mondelinge taal", "Basisaanbod", plan.pk)
    assert cluster_panel(take_in_hand(child, user=in_nursery.quality, today=now)) is None
    elsewhere = factories.user()
    assert cluster_panel(take_in_hand(child, user=elsewhere, today=now)) is None
