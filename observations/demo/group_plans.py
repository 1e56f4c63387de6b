"""Group plans of the demonstration: one that is evaluated, one that is carried out, and the draft after it (REG-9).

Made with the product's own functions, from the registrations that were loaded: so their effect is real, as far as
anything of the demonstration is.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from licensing.domain import current_organisation
from licensing.modules import Module
from observations.demo.periods import school_year_of
from observations.demo.plans import OrganisationPlan, RoomPlan
from observations.demo.structure import Structure
from observations.domain.plans.activities import add_activity, find_activities
from observations.domain.plans.plans import (
    activate_plan,
    copy_plan,
    create_plan,
    evaluate_plan,
    lines_to_choose,
)
from observations.domain.plans.proposals import children_in_group, latest_results
from observations.domain.plans.texts import save_texts
from observations.models import ClusterText, Group, GroupPlan, Level, Line, LineResult, PlanCluster

#: A smaller group shows nothing of clusters.
_ENOUGH = 4
_LINES = 2
_ACTIVITIES = 2
_ATTENTION = {LineResult.Outcome.ATTENTION, LineResult.Outcome.CONCERN}
_GOAL = "We zien deze kinderen elke dag even apart en weten daarna beter wat ze nodig hebben."
_OFFERS = {
    Level.SUPPORT: "Eerst voordoen met echte voorwerpen, dan samen, dan alleen. Veel herhalen.",
    Level.BASIS: "Het gewone aanbod van het thema, met elke dag een moment in de kleine kring.",
    Level.CHALLENGE: "Open vragen en een opdracht die het kind zelf verder bedenkt. Laat het uitleggen aan een ander.",
}
_ORGANISATION = {
    Level.SUPPORT: "Dinsdag en donderdag om half tien, tien minuten, in een groepje van drie in de leeshoek.",
    Level.BASIS: "Elke ochtend tijdens het speelwerken; we wisselen elkaar per week af.",
    Level.CHALLENGE: "Woensdag en vrijdag na het fruit, aan de hoge tafel.",
}
_EVALUATION = {
    Level.SUPPORT: "De vaste tijd hielp: de kinderen vroegen er zelf om. Volgende keer houden we het groepje nog kleiner.",
    Level.BASIS: "Ging zoals gepland. De kleine kring lukte niet elke dag.",
    Level.CHALLENGE: "De kinderen bedachten zelf een vervolg. Meer materiaal klaarzetten.",
}


def write_group_plans(plan: OrganisationPlan, structure: Structure) -> int:
    """Write the plans of the organisation's first group that is large enough; return how many. Its scope is open.

    Where no group has enough registered children (a BSO, a very small scale) there are none.
    """
    if not current_organisation().has_module(Module.REGISTRATION):
        return 0
    year = school_year_of(plan.today)
    for room in plan.rooms:
        group = structure.groups.get((room.number, year))
        if room.kind == Group.Kind.BSO or group is None:
            continue
        by, began = structure.staff[room.staff[0]], _began(plan.today)
        lines = _lines(group, on=began)
        if lines:
            return _evaluated(room, structure, year - 1, by) + _present(group, lines, began, plan.today, by)
    return 0


def _began(today: date) -> date:
    """Return when the plan that is carried out began: twelve weeks ago, so that it has an effect in most seasons."""
    return today - timedelta(weeks=12)


def _evaluated(room: RoomPlan, structure: Structure, year: int, by: User) -> int:
    """Write a plan of the school year before, evaluated; none where its group is too small."""
    group, first = structure.groups.get((room.number, year)), date(year, 11, 20)
    lines = _lines(group, on=first) if group else []
    if group is None or not lines:
        return 0
    plan = _carried_out(group, lines, first, date(year + 1, 5, 15), by)
    _write(plan, by, first, evaluated=True)
    evaluate_plan(plan=plan, now=_moment(date(year + 1, 5, 20)))
    return 1


def _present(group: Group, lines: list[Line], began: date, today: date, by: User) -> int:
    """Write the plan that is carried out, and the draft of the one after it."""
    plan = _carried_out(group, lines, began, began + timedelta(weeks=26), by)
    following = plan.ends_on + timedelta(days=1)
    copy_plan(
        plan=plan,
        begins_on=following,
        ends_on=following + timedelta(weeks=26),
        by=by,
        now=_moment(today),
        today=today,
    )
    return 2


def _carried_out(group: Group, lines: list[Line], first: date, last: date, by: User) -> GroupPlan:
    plan = create_plan(group=group, lines=lines, begins_on=first, ends_on=last, by=by, now=_moment(first), today=first)
    _write(plan, by, first)
    activate_plan(plan=plan)
    return plan


def _lines(group: Group, *, on: date) -> list[Line]:
    """Return the lines that most children ask attention on; none where too few were registered by that day."""
    children, lines = children_in_group(group, on=on), lines_to_choose()
    results = latest_results(children, [line.code for line in lines], today=on)
    seen = max(
        (sum(result.difference is not None for result in found.values()) for found in results.values()), default=0
    )
    if seen < _ENOUGH:
        return []
    asking = Counter(
        {code: sum(one.outcome in _ATTENTION for one in found.values()) for code, found in results.items()}
    )
    return sorted(lines, key=lambda line: (-asking[line.code], line.position))[:_LINES]


def _write(plan: GroupPlan, by: User, on: date, *, evaluated: bool = False) -> None:
    clusters = PlanCluster.objects.filter(plan_line__plan=plan).select_related("plan_line__line")
    for cluster in clusters.order_by("plan_line__line__position", "level"):
        level, held = Level(cluster.level), cluster.texts
        texts = ClusterText(
            goal=held.goal or _GOAL,
            offer=_OFFERS[level],
            organisation=_ORGANISATION[level],
            evaluation=_EVALUATION[level] if evaluated else "",
        )
        save_texts(plan=plan, cluster_id=cluster.pk, texts=texts, version=cluster.version, by=by, now=_moment(on))
        for card in find_activities(lines=[cluster.plan_line.line.code], age=(30, 48))[:_ACTIVITIES]:
            add_activity(plan=plan, cluster=cluster, key=card.key)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(15, 30), tzinfo=timezone.get_current_timezone())
