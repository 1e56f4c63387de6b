"""The pages of group plans."""

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.plans.activities import ActivityData, add_activity, create_activity
from observations.domain.plans.plans import USUAL, create_plan, lines_to_choose
from observations.domain.plans.texts import find_cluster
from observations.models import Activity, ClusterActivity, GroupPlan, PlanCluster
from tests.pages.model import STAFF, Page, World


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


def _made(world: World) -> GroupPlan:
    """Return a plan of the group for one line, made once."""
    found = GroupPlan.objects.filter(group=world.group_staff.group_id).first()
    if found is not None:
        return found
    today, by = timezone.localdate(), world.users[STAFF]
    plan = create_plan(
        group=world.group_staff.group,
        lines=[line for line in lines_to_choose() if line.code == "tekenen"],
        begins_on=today,
        ends_on=today + USUAL,
        by=by,
        now=timezone.now(),
        today=today,
    )
    add_activity(plan=plan, cluster=_cluster_of(plan), key="de-pop-heeft-honger")
    return plan


def _cluster_of(plan: GroupPlan) -> PlanCluster:
    pk = PlanCluster.objects.values_list("pk", flat=True).get(plan_line__plan=plan, level="basis")
    found = find_cluster(plan, pk)
    assert found is not None
    return found


def _plan(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        return {"pk": _made(world).pk}


def _line(world: World) -> dict[str, Any]:
    return {**_plan(world), "code": "tekenen"}


def _cluster(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        plan = _made(world)
        return {"pk": plan.pk, "cluster_id": _cluster_of(plan).pk}


def _in_plan(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        plan = _made(world)
        return {"pk": plan.pk, "activity_id": ClusterActivity.objects.get(cluster__plan_line__plan=plan).pk}


def _own(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        found = Activity.objects.filter(withdrawn_at__isnull=True).first()
        data = ActivityData("Zaklampverhaal", "Vertel in het donker met een zaklamp.", ("spel",), 30, 60)
        return {"pk": (found or create_activity(data=data, by=world.users[STAFF])).pk}


PAGES: list[Page] = [
    Page("observations:group_plans", STAFF, "plan.listed", kwargs=_group),
    Page("observations:group_plan_new", STAFF, "plan.form", kwargs=_group, denied_to=Role.ADMINISTRATOR),
    Page("observations:group_plan", STAFF, "plan.viewed", kwargs=_plan),
    Page("observations:group_plan_pdf", STAFF, "plan.exported", kwargs=_plan, is_html=False),
    Page("observations:group_plan_effect", STAFF, "plan.effect_viewed", kwargs=_plan),
    Page(
        "observations:group_plan_step",
        STAFF,
        "plan.step",
        method="post",
        kwargs=_plan,
        data=lambda world: {"doe": "werk-bij"},
        status=302,
        is_html=False,
        denied_to=Role.ADMINISTRATOR,
    ),
    Page("observations:group_plan_next", STAFF, "plan.next_form", kwargs=_plan),
    Page("observations:group_plan_arrange", STAFF, "plan.arranging", kwargs=_line, denied_to=Role.ADMINISTRATOR),
    Page("observations:group_plan_texts", STAFF, "plan.texts_form", kwargs=_cluster),
    Page("observations:group_plan_activities", STAFF, "plan.activities_viewed", kwargs=_cluster),
    Page("observations:group_plan_activity", STAFF, "plan.activity_form", kwargs=_in_plan),
    Page("observations:activities", STAFF, "activity.listed"),
    Page("observations:activity_new", STAFF, "activity.form", denied_to=Role.ADMINISTRATOR),
    Page("observations:activity", STAFF, "activity.change_form", kwargs=_own),
]
