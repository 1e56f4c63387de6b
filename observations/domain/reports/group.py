"""The report of a group for its team: children by lines, how each line is spread, and what the group works on (REG-8.3).

No text about a single child is in it: beside the overview everything is counted.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q

from kijk.encryption.keyring import keyring
from kijk.pdf.characters import on_paper
from kijk.web.charts import Counts, DistributionLine
from licensing.domain import current_organisation
from observations.domain.instruments.catalogue import InstrumentContent, content_of
from observations.domain.reports.sources import reportable
from observations.models import Answer, Group, LineResult, Placement, Registration, RegistrationPeriod

MOST_STEPS: Final = 2
_NEEDS: Final = frozenset({LineResult.Outcome.ATTENTION, LineResult.Outcome.CONCERN})


@dataclass(frozen=True, repr=False)
class GroupChild:
    """A child in a group's list: its closed registration, or None while there is none."""

    pk: UUID
    name: str
    registration: Registration | None


@dataclass(frozen=True, repr=False)
class OverviewRow:
    """A child with its outcome on each line: codes, "" where the line was not registered."""

    name: str
    registered_on: date | None
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class LineNeed:
    """What the group needs on a line: how many children attention or more, how many more challenge.

    ``seen`` children have an outcome; ``steps`` are the milestones that most children are learning now, with how many.
    """

    name: str
    seen: int
    attention: int
    ahead: int
    unseen: int
    steps: tuple[tuple[str, int], ...]


@dataclass(frozen=True, repr=False)
class GroupReport:
    """The report, ready to be drawn. ``registered`` of ``children`` have a registration in it."""

    organisation: str
    location: str
    group: str
    period: str
    made_on: date
    children: int
    registered: int
    lines: tuple[str, ...]
    rows: tuple[OverviewRow, ...]
    spread: tuple[DistributionLine, ...]
    needs: tuple[LineNeed, ...]


def children_of_group(group: Group, *, today: date, period: RegistrationPeriod | None = None) -> list[GroupChild]:
    """Return the children in a group in the Dutch order of their names, each with its last closed registration.

    With a ``period``, of that period only. Three queries and the keys, however many children.
    """
    placed = Placement.objects.filter(group=group, is_main=True, begins_on__lte=today, child__archived_on__isnull=True)
    rows = placed.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).select_related("child")
    children = {row.child_id: row.child for row in rows}
    keyring().load_subjects(children.keys())
    of_period = {} if period is None else {"period": period}
    last: dict[UUID, Registration] = {}
    for registration in reportable(child__in=children.keys(), **of_period):
        last.setdefault(registration.child_id, registration)
    ordered = sorted(children.values(), key=lambda child: child.file.sort_key)
    return [GroupChild(child.pk, str(child.file), last.get(child.pk)) for child in ordered]


def last_period_of(group: Group) -> RegistrationPeriod | None:
    """Return the last period in which a registration of this group was closed, or None."""
    closed = Registration.objects.filter(group=group, status=Registration.Status.CLOSED, period__isnull=False)
    last = closed.select_related("period").order_by("-period__begins_on").first()
    return last.period if last else None


def group_report(group: Group, *, today: date) -> GroupReport | None:
    """Return the report of a group's last period with closed registrations; None while nobody in it was registered.

    Where the group has none in a period (a new school year, registrations by age), each child's last one counts.
    ``group`` comes with its location.
    """
    period = last_period_of(group)
    children = children_of_group(group, today=today, period=period)
    registrations = [child.registration for child in children if child.registration is not None]
    if not registrations:
        return None
    # One instrument: the one most children were registered with, where a version changed within the period.
    version_id = Counter(found.version_id for found in registrations).most_common(1)[0][0]
    content = content_of(version_id)
    outcomes = _outcomes(registrations)
    rows = tuple(_row(child, content, outcomes) for child in children)
    return GroupReport(
        organisation=on_paper(current_organisation().name),
        location=on_paper(group.location.name),
        group=on_paper(group.name),
        period=on_paper(period.name) if period else "",
        made_on=today,
        children=len(children),
        registered=len(registrations),
        lines=tuple(line.name for line in content.lines.values()),
        rows=rows,
        spread=tuple(_spread(content, rows)),
        needs=tuple(_needs(content, rows, registrations)),
    )


def _outcomes(registrations: Sequence[Registration]) -> Mapping[UUID, Mapping[str, str]]:
    found: defaultdict[UUID, dict[str, str]] = defaultdict(dict)
    rows = LineResult.objects.filter(registration__in=registrations)
    for registration_id, code, outcome in rows.values_list("registration_id", "line__code", "outcome"):
        found[registration_id][code] = outcome
    return found


def _row(child: GroupChild, content: InstrumentContent, outcomes: Mapping[UUID, Mapping[str, str]]) -> OverviewRow:
    registration = child.registration
    own = outcomes[registration.pk] if registration else {}
    on = registration.registered_on if registration else None
    return OverviewRow(on_paper(child.name), on, tuple(own.get(code, "") for code in content.lines))


def _spread(content: InstrumentContent, rows: Sequence[OverviewRow]) -> list[DistributionLine]:
    return [
        DistributionLine(line.name, Counts(Counter(row.outcomes[place] for row in rows)))
        for place, line in enumerate(content.lines.values())
    ]


def _needs(
    content: InstrumentContent, rows: Sequence[OverviewRow], registrations: Sequence[Registration]
) -> list[LineNeed]:
    """Return the lines, those on which most children need attention first."""
    learning = Counter(
        Answer.objects.filter(registration__in=registrations, value=Answer.Value.EMERGING).values_list(
            "milestone__code", flat=True
        )
    )
    needs = []
    for place, line in enumerate(content.lines.values()):
        counted = Counter(row.outcomes[place] for row in rows)
        ranked = sorted(
            (item for item in line.milestones if learning[item.code] > 1), key=lambda item: -learning[item.code]
        )
        unseen = counted[LineResult.Outcome.INSUFFICIENT]
        needs.append(
            LineNeed(
                name=line.name,
                seen=sum(counted.values()) - counted[""] - unseen,
                attention=sum(counted[outcome] for outcome in _NEEDS),
                ahead=counted[LineResult.Outcome.AHEAD],
                unseen=unseen,
                steps=tuple((item.text, learning[item.code]) for item in ranked[:MOST_STEPS]),
            )
        )
    return sorted(needs, key=lambda need: -need.attention)
