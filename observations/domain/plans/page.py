"""What the pages of a plan show: the lines with their clusters, who is in them, and what was written (REG-9)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from kijk.encryption.keyring import keyring
from observations.domain.plans.clusters import CLUSTERS
from observations.models import (
    Child,
    ClusterActivity,
    ClusterMember,
    ClusterText,
    Group,
    GroupPlan,
    Level,
    PlanCluster,
    PlanLine,
)


@dataclass(frozen=True)
class PlanSummary:
    """A plan in a list of plans."""

    pk: UUID
    begins_on: date
    ends_on: date
    status: str
    status_label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class MemberView:
    """A child in a plan. ``child_id`` is None for one in the archive, whose name is not shown.

    ``difference`` is in months, None without a number; ``moved`` says that it was put elsewhere than proposed.
    """

    pk: UUID
    child_id: UUID | None
    name: str
    level: str
    proposed_label: str
    moved: bool
    outcome: str
    difference: Fraction | None
    registered_on: date | None


@dataclass(frozen=True)
class ActivityView:
    """An activity in a cluster."""

    pk: UUID
    title: str
    description: str
    adapted: bool


@dataclass(frozen=True)
class ClusterView:
    """A cluster of a line, with what was written about it."""

    pk: UUID
    level: str
    label: str
    members: tuple[MemberView, ...]
    texts: ClusterText
    activities: tuple[ActivityView, ...]


@dataclass(frozen=True)
class LineView:
    """A line of a plan: three clusters, and the children of whom too little was seen."""

    code: str
    name: str
    clusters: tuple[ClusterView, ...]
    unseen: tuple[MemberView, ...]

    @property
    def members(self) -> int:
        """How many children stand in the line's clusters, or among the unseen."""
        return len(self.unseen) + sum(len(cluster.members) for cluster in self.clusters)


@dataclass(frozen=True)
class PlanPage:
    """A plan, whole. ``is_open``: what is in it may still change."""

    pk: UUID
    group: Group
    status: str
    status_label: str
    begins_on: date
    ends_on: date
    period: str
    lines: tuple[LineView, ...]
    is_open: bool

    def line(self, code: str) -> LineView | None:
        """Return a line by its code, or None."""
        return next((line for line in self.lines if line.code == code), None)


def list_plans(group: Group) -> list[PlanSummary]:
    """Return the plans of a group, the latest first; two queries."""
    plans = GroupPlan.objects.filter(group=group).order_by("-begins_on")
    names: dict[UUID, list[str]] = {}
    rows = PlanLine.objects.filter(plan__group=group).order_by("line__position")
    for plan_id, name in rows.values_list("plan_id", "line__name"):
        names.setdefault(plan_id, []).append(name)
    return [_summary(plan, names.get(plan.pk, [])) for plan in plans]


def plan_page_of(plan: GroupPlan) -> PlanPage:
    """Return a plan as its pages show it; four queries and the keys, whatever the number of lines and children.

    ``plan`` comes with its group and period.
    """
    lines = list(PlanLine.objects.filter(plan=plan).select_related("line").order_by("line__position"))
    members = members_of(plan)
    activities = _activities(plan)
    clusters = {
        (row.plan_line_id, row.level): row for row in PlanCluster.objects.filter(plan_line__plan=plan).order_by("pk")
    }
    return PlanPage(
        pk=plan.pk,
        group=plan.group,
        status=plan.status,
        status_label=str(GroupPlan.Status(plan.status).label),
        begins_on=plan.begins_on,
        ends_on=plan.ends_on,
        period=plan.period.name if plan.period else "",
        lines=tuple(_line(row, clusters, members.get(row.pk, []), activities) for row in lines),
        is_open=plan.status != GroupPlan.Status.EVALUATED,
    )


def members_of(plan: GroupPlan) -> dict[UUID, list[MemberView]]:
    """Return who is in a plan, by plan line, in the order of their names; one query and the keys."""
    rows = list(ClusterMember.objects.filter(plan_line__plan=plan).select_related("child", "result"))
    names = names_of({row.child_id: row.child for row in rows}.values())
    found: dict[UUID, list[MemberView]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (names[row.child_id][1], row.child_id)):
        found[row.plan_line_id].append(_member(row, names[row.child_id][0]))
    return found


def names_of(children: Iterable[Child]) -> dict[UUID, tuple[str, tuple[str, ...]]]:
    """Return what each child is called, and what to sort it by: first names, as one says; in full where two share one.

    A child in the archive is named to nobody here: its file is for the administrator and internal support (CHD-5).
    """
    rows = list(children)
    keyring().load_subjects([child.pk for child in rows if child.archived_on is None])
    shared = Counter(child.file.first_name for child in rows if child.archived_on is None)
    found: dict[UUID, tuple[str, tuple[str, ...]]] = {}
    for child in rows:
        if child.archived_on is not None:
            found[child.pk] = (_("kind dat vertrokken is"), ("\uffff",))
            continue
        file = child.file
        name = file.first_name if shared[file.first_name] == 1 else str(file)
        found[child.pk] = (name, file.sort_key[::-1])
    return found


def _summary(plan: GroupPlan, lines: list[str]) -> PlanSummary:
    label = str(GroupPlan.Status(plan.status).label)
    return PlanSummary(plan.pk, plan.begins_on, plan.ends_on, plan.status, label, tuple(lines))


def _line(
    row: PlanLine,
    clusters: Mapping[tuple[UUID, str], PlanCluster],
    members: list[MemberView],
    activities: Mapping[UUID, list[ActivityView]],
) -> LineView:
    by_level: dict[str, list[MemberView]] = defaultdict(list)
    for member in members:
        by_level[member.level].append(member)
    views = (_cluster(clusters[row.pk, level], by_level[level], activities) for level in CLUSTERS)
    return LineView(row.line.code, row.line.name, tuple(views), tuple(by_level[Level.UNSEEN]))


def _cluster(row: PlanCluster, members: list[MemberView], activities: Mapping[UUID, list[ActivityView]]) -> ClusterView:
    label = str(Level(row.level).label)
    return ClusterView(row.pk, row.level, label, tuple(members), row.texts, tuple(activities.get(row.pk, ())))


def _member(row: ClusterMember, name: str) -> MemberView:
    result = row.result
    difference = result.difference if result else None
    return MemberView(
        pk=row.pk,
        child_id=None if row.child.archived_on else row.child_id,
        name=name,
        level=row.level,
        proposed_label=str(Level(row.proposed).label),
        moved=row.level != row.proposed,
        outcome=result.outcome if result else "",
        difference=None if difference is None else Fraction(difference),
        registered_on=result.registered_on if result else None,
    )


def _activities(plan: GroupPlan) -> dict[UUID, list[ActivityView]]:
    found: dict[UUID, list[ActivityView]] = {}
    for row in ClusterActivity.objects.filter(cluster__plan_line__plan=plan).order_by("pk"):
        content = row.content
        view = ActivityView(row.pk, content.title, content.description, row.adapted)
        found.setdefault(row.cluster_id, []).append(view)
    return found
