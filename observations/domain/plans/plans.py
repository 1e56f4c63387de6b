"""Making a group plan and what happens to it: clusters by hand, carrying out, evaluating, the next one (REG-9)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from kijk.audit.domain import record
from kijk.tenancy.ids import uuid7
from observations.domain.instruments.catalogue import published_version
from observations.domain.plans.clusters import CLUSTERS
from observations.domain.plans.proposals import LineProposal, children_in_group, propose_lines
from observations.domain.registering.overview import current_period
from observations.domain.registering.registrations import DEVELOPMENT_INSTRUMENT
from observations.models import (
    ClusterActivity,
    ClusterMember,
    ClusterText,
    Group,
    GroupPlan,
    Level,
    Line,
    PlanCluster,
    PlanLine,
)

MAX_LINES = 4
#: A plan is evaluated on the next registration, so it never spans more than a year.
LONGEST = timedelta(days=366)
#: What is proposed for a new plan: about half a year, from one registration to the next.
USUAL = timedelta(days=26 * 7 - 1)


class PlanRefused(Exception):
    """It cannot be done with this plan; the message says why, in the reader's language."""


class TextMissing(PlanRefused):
    """Clusters lack a text they need: ``lead`` says which, ``clusters`` are their ids with their names."""

    def __init__(self, lead: str, clusters: Sequence[tuple[UUID, str]]) -> None:
        """Keep the clusters apart, so that a page can lead to each."""
        super().__init__(f"{lead} {'; '.join(name for _id, name in clusters)}.")
        self.lead, self.clusters = lead, tuple(clusters)


def lines_to_choose() -> list[Line]:
    """Return the lines of the newest version of the instrument, in order, with their areas."""
    version = published_version(DEVELOPMENT_INSTRUMENT)
    return list(Line.objects.filter(version=version).select_related("area").order_by("position"))


def create_plan(
    *,
    group: Group,
    lines: Sequence[Line],
    begins_on: date,
    ends_on: date,
    by: User,
    now: datetime,
    today: date,
    follows: GroupPlan | None = None,
) -> GroupPlan:
    """Make a draft for a group with one to four lines, its clusters and goals proposed from the latest results.

    The children are those of the group today, or on the first day when that is still to come. Raises PlanRefused.
    """
    _check(lines, begins_on, ends_on)
    # Two taps at the same moment come one after the other, and the second finds the first one's plan.
    Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if GroupPlan.objects.filter(group=group, begins_on=begins_on).exists():
        raise PlanRefused(
            _("Er is al een plan van deze groep dat op die dag begint. Open dat plan, of kies een andere dag.")
        )
    period = current_period(today)
    plan = GroupPlan.objects.create(
        group=group, period=period, begins_on=begins_on, ends_on=ends_on, created_by=by, follows=follows
    )
    children = children_in_group(group, on=max(today, begins_on))
    _write_lines(plan, propose_lines(lines, children, today=today), by=by, now=now)
    record("plan.created", about=plan, data={"lines": [line.code for line in lines], "children": len(children)})
    return plan


def copy_plan(*, plan: GroupPlan, begins_on: date, ends_on: date, by: User, now: datetime, today: date) -> GroupPlan:
    """Make the draft for the next stretch from a plan: its lines and texts, with the clusters proposed anew.

    Goals, offer, organisation and activities come along, to be adapted; an evaluation is about the past and does not.
    Raises PlanRefused.
    """
    newest = {line.code: line for line in lines_to_choose()}
    rows = PlanLine.objects.filter(plan=plan).select_related("line").order_by("line__position")
    made = create_plan(
        group=plan.group,
        # Of the newest version of the instrument, where it still has the line.
        lines=[newest.get(row.line.code, row.line) for row in rows],
        begins_on=begins_on,
        ends_on=ends_on,
        by=by,
        now=now,
        today=today,
        follows=plan,
    )
    clusters = {_key(row): row for row in _clusters(plan)}
    copies = {_key(row): row for row in _clusters(made)}
    for key, copy in copies.items():
        before = clusters[key].texts
        copy.texts = ClusterText(before.goal or copy.texts.goal, before.offer, before.organisation)
        copy.save(update_fields=["texts"])
    activities = ClusterActivity.objects.filter(cluster__in=[row.pk for row in clusters.values()]).order_by("pk")
    keys = {row.pk: key for key, row in clusters.items()}
    ClusterActivity.objects.bulk_create(_copied(row, copies[keys[row.cluster_id]]) for row in activities)
    return made


def move_child(*, plan: GroupPlan, member_id: UUID, level: str) -> None:
    """Put a child in another cluster, or among those of whom too little was seen. Raises PlanRefused."""
    lock_open(plan)
    member = ClusterMember.objects.filter(pk=member_id, plan_line__plan=plan).select_related("plan_line__line").first()
    if member is None:
        raise PlanRefused(_("Dit kind staat niet meer in dit plan. Laad de pagina opnieuw."))
    if level not in Level.values:
        raise PlanRefused(_("Dit cluster kennen we niet. Laad de pagina opnieuw."))
    if member.level == level:
        return
    data = {"child": str(member.child_id), "line": member.plan_line.line.code, "cluster": level, "before": member.level}
    member.level = level
    member.save(update_fields=["level"])
    record("plan.child_moved", about=plan, data=data)


def refresh_plan(*, plan: GroupPlan, today: date) -> int:
    """Bring the children of a plan up to date, and say how many rows changed. Raises PlanRefused.

    In a draft who left goes, who came is added, and who was not moved by hand gets the newest proposal. In a plan
    that is being carried out only who came is added: what it began with is what its effect is measured from.
    """
    lock_open(plan)
    is_draft = plan.status == GroupPlan.Status.DRAFT
    children = children_in_group(plan.group, on=max(today, plan.begins_on))
    lines = list(PlanLine.objects.filter(plan=plan).select_related("line").order_by("line__position"))
    changed = 0
    members = list(ClusterMember.objects.filter(plan_line__in=lines))
    for row, proposal in zip(lines, propose_lines([row.line for row in lines], children, today=today), strict=True):
        held = {member.child_id: member for member in members if member.plan_line_id == row.pk}
        new = [child for child in children if child not in held]
        ClusterMember.objects.bulk_create(_member(row, proposal, child) for child in new)
        changed += len(new) + (_renew(held, proposal) if is_draft else 0)
    if changed:
        record("plan.refreshed", about=plan, data={"changed": changed})
    return changed


def activate_plan(*, plan: GroupPlan) -> None:
    """Begin to carry a plan out. Raises TextMissing while a cluster with children has no goal, and PlanRefused."""
    _lock_in(plan, GroupPlan.Status.DRAFT, _("Dit plan loopt al of is al afgesloten."))
    _demand(plan, "goal")
    plan.status = GroupPlan.Status.ACTIVE
    plan.save(update_fields=["status"])
    record("plan.activated", about=plan)


def evaluate_plan(*, plan: GroupPlan, now: datetime) -> None:
    """Close a plan. Raises TextMissing while a cluster with children has no evaluation, and PlanRefused."""
    _lock_in(plan, GroupPlan.Status.ACTIVE, _("Alleen een plan dat loopt, kunt u afsluiten."))
    _demand(plan, "evaluation")
    plan.status, plan.evaluated_at = GroupPlan.Status.EVALUATED, now
    plan.save(update_fields=["status", "evaluated_at"])
    record("plan.evaluated", about=plan)


def reopen_plan(*, plan: GroupPlan) -> None:
    """Take a closed plan up again. Raises PlanRefused."""
    _lock_in(plan, GroupPlan.Status.EVALUATED, _("Dit plan is niet afgesloten."))
    plan.status, plan.evaluated_at = GroupPlan.Status.ACTIVE, None
    plan.save(update_fields=["status", "evaluated_at"])
    record("plan.reopened", about=plan)


def delete_plan(*, plan: GroupPlan) -> None:
    """Throw a draft away; a plan that was carried out stays. Raises PlanRefused."""
    _lock_in(plan, GroupPlan.Status.DRAFT, _("Alleen een concept kunt u weggooien."))
    record("plan.deleted", about=plan)
    plan.delete()


def lock_open(plan: GroupPlan) -> None:
    """Lock a plan for a change of what is in it; raises PlanRefused when it is closed or gone."""
    if _locked(plan).status == GroupPlan.Status.EVALUATED:
        raise PlanRefused(_("Dit plan is afgesloten. Heropen het eerst als u er iets in wilt veranderen."))


def _lock_in(plan: GroupPlan, status: str, otherwise: str) -> None:
    if _locked(plan).status != status:
        raise PlanRefused(otherwise)


def _locked(plan: GroupPlan) -> GroupPlan:
    """Lock the plan's row and bring ``plan`` up to date with it."""
    found = GroupPlan.objects.select_for_update().filter(pk=plan.pk).first()
    if found is None:
        raise PlanRefused(_("Dit plan is weggegooid."))
    plan.status, plan.evaluated_at = found.status, found.evaluated_at
    return found


def _check(lines: Sequence[Line], begins_on: date, ends_on: date) -> None:
    if not 1 <= len({line.pk for line in lines}) <= MAX_LINES:
        raise PlanRefused(_("Kies één tot %(most)s ontwikkelingslijnen.") % {"most": MAX_LINES})
    if ends_on < begins_on:
        raise PlanRefused(_("De laatste dag ligt voor de eerste."))
    if ends_on - begins_on > LONGEST:
        raise PlanRefused(_("Een plan duurt ten hoogste een jaar. Kies een eerdere laatste dag."))


def _write_lines(plan: GroupPlan, proposals: Iterable[LineProposal], *, by: User, now: datetime) -> None:
    rows = [(PlanLine(id=uuid7(), plan=plan, line=proposal.line), proposal) for proposal in proposals]
    PlanLine.objects.bulk_create(row for row, _proposal in rows)
    PlanCluster.objects.bulk_create(
        _cluster(row, level, proposal.goals[level], by=by, now=now) for row, proposal in rows for level in CLUSTERS
    )
    ClusterMember.objects.bulk_create(
        _member(row, proposal, child) for row, proposal in rows for child in proposal.levels
    )


def _cluster(row: PlanLine, level: Level, goal: str, *, by: User, now: datetime) -> PlanCluster:
    made = PlanCluster(id=uuid7(), plan_line=row, level=level, changed_by=by, changed_at=now)
    made.texts = ClusterText(goal=goal)
    return made


def _member(row: PlanLine, proposal: LineProposal, child: UUID) -> ClusterMember:
    level = proposal.levels[child]
    return ClusterMember(plan_line=row, child_id=child, level=level, proposed=level, result=proposal.results.get(child))


def _renew(held: dict[UUID, ClusterMember], proposal: LineProposal) -> int:
    """Take out who left, and give who was not moved by hand the newest proposal; return how many rows changed."""
    gone = [member.pk for child, member in held.items() if child not in proposal.levels]
    ClusterMember.objects.filter(pk__in=gone).delete()
    changed = []
    for child, member in held.items():
        if child not in proposal.levels:
            continue
        by_hand, level = member.level != member.proposed, proposal.levels[child]
        result = proposal.results.get(child)
        if (member.proposed, member.result_id) == (level, result.pk if result else None):
            continue
        member.proposed, member.result = level, result
        member.level = member.level if by_hand else level
        changed.append(member)
    ClusterMember.objects.bulk_update(changed, ["proposed", "result", "level"])
    return len(gone) + len(changed)


def _demand(plan: GroupPlan, part: str) -> None:
    """Raise TextMissing when a cluster with children lacks a text."""
    inhabited = set(ClusterMember.objects.filter(plan_line__plan=plan).values_list("plan_line_id", "level"))
    missing = [
        (row.pk, f"{row.plan_line.line.name}: {Level(row.level).label}")
        for row in _clusters(plan)
        if (row.plan_line_id, row.level) in inhabited and not getattr(row.texts, part).strip()
    ]
    if not missing:
        return
    if part == "goal":
        lead = ngettext("Dit cluster heeft nog geen doel:", "Deze clusters hebben nog geen doel:", len(missing))
    else:
        lead = ngettext(
            "Dit cluster is nog niet geëvalueerd:", "Deze clusters zijn nog niet geëvalueerd:", len(missing)
        )
    raise TextMissing(lead, missing)


def _clusters(plan: GroupPlan) -> list[PlanCluster]:
    rows = PlanCluster.objects.filter(plan_line__plan=plan).select_related("plan_line__line")
    order = [str(level) for level in CLUSTERS]
    return sorted(rows, key=lambda row: (row.plan_line.line.position, order.index(row.level)))


def _key(row: PlanCluster) -> tuple[str, str]:
    return row.plan_line.line.code, row.level


def _copied(activity: ClusterActivity, cluster: PlanCluster) -> ClusterActivity:
    made = ClusterActivity(cluster=cluster, source=activity.source, adapted=activity.adapted)
    made.content = activity.content
    return made
