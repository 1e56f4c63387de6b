"""The panel of a child's page: in which cluster it is in the plans that are carried out (REG-9)."""

from dataclasses import dataclass
from uuid import UUID

from accounts.roles import Right
from observations.domain.children.in_hand import ChildInHand
from observations.domain.children.panels import ChildPanel, Place
from observations.models import ClusterMember, GroupPlan, Level
from observations.rules import groups_in_reach

_COLUMNS = ("plan_line__plan_id", "plan_line__line__name", "level", "plan_line__plan__group__name")


@dataclass(frozen=True)
class ClusterOfChild:
    """A line of a plan that is carried out, and the cluster the child is in."""

    plan_id: UUID
    line: str
    level: str
    label: str
    group: str


def cluster_panel(hand: ChildInHand) -> ChildPanel | None:
    """Return in which clusters a child is; None for who may not read plans, and for a child in none.

    Two queries for a child in a cluster, one for the others.
    """
    if not hand.user.may(Right.PLAN_READ):
        return None
    rows = ClusterMember.objects.filter(child=hand.child, plan_line__plan__status=GroupPlan.Status.ACTIVE)
    rows = rows.order_by("plan_line__plan__begins_on", "plan_line__line__position")
    members = list(rows.values_list("plan_line__plan__group_id", *_COLUMNS))
    if not members:
        return None
    groups = groups_in_reach(hand.user, Right.PLAN_READ, on=hand.today)
    reached = set(groups.filter(pk__in={group_id for group_id, *_rest in members}).values_list("pk", flat=True))
    found = [_of(*columns) for group_id, *columns in members if group_id in reached]
    if not found:
        return None
    return ChildPanel("observations/plans/child_panel.html", {"clusters": found}, Place.ASIDE)


def _of(plan_id: UUID, line: str, level: str, group: str) -> ClusterOfChild:
    return ClusterOfChild(plan_id, line, level, str(Level(level).label), group)
