"""The group plans of the demonstration (REG-9)."""

from collections import Counter

from django.core.management import call_command

from kijk.tenancy.context import tenant_scope
from licensing.domain import find_organisation
from observations.demo.blueprints import BLUEPRINTS
from observations.domain.plans.effect import effect_of
from observations.models import ClusterActivity, GroupPlan, PlanCluster


def test_demonstration_has_plans_in_each_state_with_an_effect(db: None) -> None:
    call_command("load_demo", "--seed", "1", "--scale", "0.4", "--today", "2026-11-22")
    states: Counter[str] = Counter()
    with_effect = 0
    for blueprint in BLUEPRINTS:
        organisation_id = find_organisation(blueprint.name)
        assert organisation_id is not None
        with tenant_scope(organisation_id):
            for plan in GroupPlan.objects.all():
                states[plan.status] += 1
                with_effect += any(line.has_any for line in effect_of(plan))
                clusters = PlanCluster.objects.filter(plan_line__plan=plan)
                assert all(cluster.texts.goal for cluster in clusters) or plan.status == GroupPlan.Status.DRAFT
                assert ClusterActivity.objects.filter(cluster__in=clusters).exists()
    assert set(states) == set(GroupPlan.Status.values)
    assert with_effect >= 1
