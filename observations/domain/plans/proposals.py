"""What a plan begins with: who is in the group, where each child stands, and a goal that fits each cluster (REG-9.1)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from observations.domain.instruments.catalogue import LineContent, MilestoneContent, content_of
from observations.domain.plans.clusters import CLUSTERS, Standing, propose_clusters
from observations.models import Answer, Group, Level, Line, LineResult, Placement

#: An older result says nothing about what a child needs now.
RECENT = timedelta(days=366)
# A goal of more than three milestones is none.
_MILESTONES_A_CHILD = 3
_MILESTONES_A_GOAL = 3


@dataclass(frozen=True)
class LineProposal:
    """A line as it is proposed: the level and the result of each child, and a goal for each cluster ("" for none)."""

    line: Line
    levels: Mapping[UUID, Level]
    results: Mapping[UUID, LineResult]
    goals: Mapping[Level, str]


def children_in_group(group: Group, *, on: date) -> list[UUID]:
    """Return the ids of the children, not archived, whose main group this is on a day."""
    placed = Placement.objects.filter(group=group, is_main=True, begins_on__lte=on, child__archived_on__isnull=True)
    placed = placed.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return list(dict.fromkeys(placed.order_by("begins_on", "pk").values_list("child_id", flat=True)))


def latest_results(
    children: Collection[UUID], codes: Collection[str], *, today: date
) -> dict[str, dict[UUID, LineResult]]:
    """Return per line code each child's latest result of the last year, with its line; one query.

    By code and not by line: a newer version of the instrument has its own rows for the same line.
    """
    found = LineResult.objects.filter(
        child_id__in=children, line__code__in=codes, is_current=True, registered_on__range=(today - RECENT, today)
    )
    by_code: dict[str, dict[UUID, LineResult]] = {code: {} for code in codes}
    for result in found.select_related("line").order_by("registered_on", "id"):
        by_code[result.line.code][result.child_id] = result
    return by_code


def standing_of(result: LineResult | None) -> Standing:
    """Return where a result puts a child."""
    if result is None or result.developmental_age is None or result.difference is None:
        return Standing()
    return Standing(Fraction(result.developmental_age), Fraction(result.difference))


def propose_lines(lines: Iterable[Line], children: Collection[UUID], *, today: date) -> list[LineProposal]:
    """Return what is proposed for each line; two queries, whatever the number of lines and children."""
    wanted = list(lines)
    results = latest_results(children, [line.code for line in wanted], today=today)
    answers = _answers(result for by_child in results.values() for result in by_child.values())
    return [_propose(line, children, results[line.code], answers) for line in wanted]


def next_milestones(line: LineContent, answers: Mapping[UUID, int]) -> list[MilestoneContent]:
    """Return what a child is about to learn on a line: at most three milestones, the lowest band first.

    Those that were seen and are not secure, within a band what is emerging before what is not there yet; when there
    are none, what comes after the highest band with an answer.
    """
    open_values = (Answer.Value.EMERGING, Answer.Value.NOT_YET)
    ranked = sorted(
        (item for item in line.milestones if answers.get(item.id) in open_values),
        key=lambda item: (item.band, answers[item.id] != Answer.Value.EMERGING, item.position),
    )
    if not ranked:
        highest = max((item.band for item in line.milestones if item.id in answers), default=None)
        ranked = [item for item in line.milestones if highest is not None and item.band > highest]
    return ranked[:_MILESTONES_A_CHILD]


def goal_of(milestones_by_child: Iterable[Iterable[MilestoneContent]]) -> str:
    """Return a goal in words: what most children of a cluster are about to learn; "" when nothing is known of them."""
    counted: Counter[str] = Counter()
    known: dict[str, MilestoneContent] = {}
    for milestones in milestones_by_child:
        for item in milestones:
            counted[item.code] += 1
            known[item.code] = item
    order = sorted(known.values(), key=lambda item: (-counted[item.code], item.band, item.position))
    chosen = sorted(order[:_MILESTONES_A_GOAL], key=lambda item: (item.band, item.position))
    if not chosen:
        return ""
    return "\n".join([_("Aan het eind van de periode zien we dat elk kind:"), *(f"– {item.text}" for item in chosen)])


def _propose(
    line: Line,
    children: Collection[UUID],
    results: Mapping[UUID, LineResult],
    answers: Mapping[UUID, Mapping[UUID, int]],
) -> LineProposal:
    levels = propose_clusters({child: standing_of(results.get(child)) for child in children})
    goals = {
        level: goal_of(
            _next_of(results[child], answers.get(results[child].registration_id, {}))
            for child in children
            if levels[child] == level and child in results
        )
        for level in CLUSTERS
    }
    return LineProposal(line, levels, results, goals)


def _next_of(result: LineResult, answers: Mapping[UUID, int]) -> list[MilestoneContent]:
    line = content_of(result.line.version_id).lines[result.line.code]
    return next_milestones(line, answers)


def _answers(results: Iterable[LineResult]) -> dict[UUID, dict[UUID, int]]:
    """Return the answers to the milestones of these results' lines, by registration; one query."""
    found = list(results)
    milestones = {
        item.id
        for version, code in {(result.line.version_id, result.line.code) for result in found}
        for item in content_of(version).lines[code].milestones
    }
    rows = Answer.objects.filter(registration_id__in={result.registration_id for result in found})
    by_registration: dict[UUID, dict[UUID, int]] = {}
    given = rows.filter(milestone_id__in=milestones).values_list("registration_id", "milestone_id", "value")
    for registration_id, milestone_id, value in given:
        by_registration.setdefault(registration_id, {})[milestone_id] = value
    return by_registration
