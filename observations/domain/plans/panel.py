"""The panel of a child's page: in which cluster it is in the plans that are carried out (REG-9)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import User
from accounts.roles import Right
from observations.domain.children.panels import ChildPanel, Place
from observations.models import Child, ClusterMember, GroupPlan, Level
from observations.rules import groups_in_reach


@dataclass(frozen=True)
class ClusterOfChild:
    """A line of a plan that is carried out, and the cluster the child is in."""

    plan_id: UUID
    line: str
    level: str
    label: str
    group: str


def cluster_panel(*, child: Child, user: User, today: date) -> ChildPanel | None:
    """Return in which clusters a child is; None for who may not read plans, and for a child in none.

    Two queries for a child in a cluster, one for the others.
    """
    if not user.may(Right.PLAN_READ):
        return None
    rows = ClusterMember.objects.filter(child=child, plan_line__plan__status=GroupPlan.Status.ACTIVE)
    rows = rows.select_related("plan_line__line", "plan_line__plan__group")
    members = list(rows.order_by("plan_line__plan__begins_on", "plan_line__line__position"))
    if not members:
        return None
    groups = groups_in_reach(user, Right.PLAN_READ, on=today)
    reached = set(groups.filter(pk__in={row.plan_line.plan.group_id for row in members}).values_list("pk", flat=True))
    found = [_of(row) for row in members if row.plan_line.plan.group_id in reached]
    if not found:
        return None
    return ChildPanel("observations/plans/child_panel.html", {"clusters": found}, Place.ASIDE)


def _of(row: ClusterMember) -> ClusterOfChild:
    line, plan = row.plan_line.line, row.plan_line.plan
    return ClusterOfChild(plan.pk, line.name, row.level, str(Level(row.level).label), plan.group.name)
