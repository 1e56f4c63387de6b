"""The measurements of out-of-school care in the demonstration: plausible, the same again, and in each state (BSO-1)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest

from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.demo.after_school import Aspects, MeasurementStory, agree, tell_after_school
from observations.demo.after_school_writing import write_after_school
from observations.demo.blueprints import BLUEPRINTS
from observations.demo.organisations import plan_organisation
from observations.demo.plans import OrganisationPlan
from observations.demo.structure import write_structure
from observations.demo.writing import write_children
from observations.domain.bso.comparing import comparison_of
from observations.domain.bso.follow_ups import follow_ups_of
from observations.domain.bso.group import bso_group_page_of
from observations.models import BsoRegistration, BsoScore, Group, Signal
from tests import factories
from tests.observations.demo.rooms import TODAY

BLUEPRINT = next(blueprint for blueprint in BLUEPRINTS if blueprint.measures_after_school)
#: In August everybody has just come into a new group, so that it is the hardest day.
DAYS = (TODAY, date(2026, 8, 4))


def planned(seed: int = 1, today: date = TODAY) -> OrganisationPlan:
    return plan_organisation(BLUEPRINT, seed=seed, scale=1, today=today)


def aspects() -> Aspects:
    staff_view, _child_view = factories.bso_specs()
    return {line.code: [item.code for item in line.milestones] for area in staff_view.areas for line in area.lines}


def told(seed: int = 1, today: date = TODAY) -> Sequence[Sequence[MeasurementStory]]:
    return tell_after_school(planned(seed, today), aspects())


@pytest.mark.requirement("OPS-1.4")
def test_measurements_are_the_same_for_the_same_seed_and_day() -> None:
    assert told() == told()
    assert told() != told(seed=2)


@pytest.mark.parametrize("today", DAYS)
def test_measurements_are_plausible(today: date) -> None:
    plan, rounds = planned(today=today), told(today=today)
    points = [value / 2 for found in rounds for story in found for value in story.points.values()]
    assert len(rounds) == 3
    assert sum(3 <= value <= 5 for value in points) > 0.9 * len(points)
    for story in (story for found in rounds for story in found):
        child = plan.children[story.child]
        assert story.place.holds(story.observed_on)
        assert story.observed_on <= today
        old_enough = (story.observed_on - child.birth_date).days >= 9 * 365
        assert old_enough or not story.own
        assert bool(story.conclusion) is story.is_closed
    assert all(story.is_closed for found in rounds[:2] for story in found)
    for story, agreed in agree(plan, rounds):
        assert story.observed_on <= agreed.written_on <= agreed.due_on
        assert (agreed.done_on or today) <= today


def test_demonstration_has_measurements_in_each_state(db: None) -> None:
    plan, organisation_id = planned(), uuid7()
    factories.bso_instruments()
    with tenant_scope(organisation_id):
        structure = write_structure(plan, organisation_id)
        assert write_after_school(plan, structure, write_children(plan.children, structure)) == sum(map(len, told()))
        rows = list(BsoRegistration.objects.order_by("observed_on"))
        assert set(Counter(row.status for row in rows)) == {"open", "closed"}
        comparisons = [comparison_of(row) for row in rows]
        assert sum(len(found.differing) for found in comparisons) > 5
        actions = [one for row in rows for one in follow_ups_of(row, today=TODAY)]
        states = {"done" if one.done_on else "late" if one.is_late else "to do" for one in actions}
        assert states == {"done", "late", "to do"}
        signals = Counter(Signal.objects.values_list("rule", "status"))
        assert signals["talk_wish", "new"] == 1
        assert min(signals["low_well_being", "discussion"], signals["low_well_being", "closed"]) == 1
        for group in Group.objects.filter(school_year=2026):
            page = bso_group_page_of(group, today=TODAY)
            assert page.to_begin
            assert 0 < page.done < len(page.rows)
            half = [row for row in page.rows if row.is_open and 0 < row.answered < row.total]
            assert half
        assert BsoScore.objects.filter(half_points__lte=5).exists()
