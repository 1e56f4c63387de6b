"""The report of a group in out-of-school care for its own team: children by scales, and what stands out (BSO-2.2).

Internal: it names children. No text that was written about a child is in it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kijk.pdf.characters import on_paper
from licensing.domain import current_organisation
from observations.domain.bso.group import children_of
from observations.domain.bso.measured import reportable
from observations.domain.bso.measuring import LOW_SCALES
from observations.domain.bso.reading import (
    STAFF_INSTRUMENT,
    Answers,
    answers_by_registration,
    points_by_registration,
    points_in_words,
    summaries_of,
)
from observations.domain.instruments.catalogue import InstrumentContent, ScaleContent, content_of, published_version
from observations.domain.scoring.frequencies import DIFFERENCE_FROM, Frequency, nearest, steps_apart
from observations.domain.signals.at_registration import low_scale
from observations.domain.signals.choices import RuleChoices, chosen_rules
from observations.models import BsoAnswer, BsoFollowUp, BsoRegistration, Child, Group

#: Doubled points that a scale went down since the time before, from which it stands out.
DROP_FROM: Final = 2

_Points = Mapping[UUID, Mapping[str, int]]


@dataclass(frozen=True)
class PointTold:
    """A child on a scale: its point and the one before in words ("" for none), and whether it stands out."""

    now: str
    before: str
    stands_out: bool


@dataclass(frozen=True)
class AspectTold:
    """An aspect in words ("" where nothing is known), and whether it stands out: seen almost never."""

    words: str
    stands_out: bool


@dataclass(frozen=True)
class AgreementsOpen:
    """Agreements that are not done: how many, by when the first one is due, who does that one, and how many are late."""

    count: int = 0
    first_on: date | None = None
    responsible: str = ""
    late: int = 0


@dataclass(frozen=True, repr=False)
class GroupReportRow:
    """A child of the group; without a measurement (``measured_on`` None) only its name and agreements."""

    name: str
    measured_on: date | None
    points: tuple[PointTold, ...]
    aspects: tuple[AspectTold, ...]
    stands_out: tuple[str, ...]
    agreements: AgreementsOpen
    #: On how many statements the child's own view clearly differs.
    differing: int = 0


@dataclass(frozen=True, repr=False)
class BsoGroupReport:
    """The report, ready to be drawn. ``summary`` counts in words what stands out."""

    organisation: str
    location: str
    group: str
    made_on: date
    made_by: str
    scales: tuple[str, ...]
    aspects: tuple[str, ...]
    rows: tuple[GroupReportRow, ...]
    summary: tuple[str, ...]

    @property
    def measured(self) -> int:
        """How many children have a measurement."""
        return sum(row.measured_on is not None for row in self.rows)

    @property
    def columns(self) -> int:
        """How many columns say something of a measurement."""
        return len(self.scales) + len(self.aspects) + 2


def group_report(group: Group, *, today: date, made_by: str) -> BsoGroupReport | None:
    """Return the report of a group; each child with its last closed measurement. None while nobody has one.

    ``group`` comes with its location. In a fixed number of queries, however many children.
    Raises InstrumentNotPublishedError where the instrument was never loaded.
    """
    children = children_of(group, on=today)
    measured = _measured(children)
    if not measured:
        return None
    content = content_of(published_version(STAFF_INSTRUMENT).pk)
    agreements = _agreements(children, today)
    read = _Read([row for pair in measured.values() for row in pair], chosen_rules())
    rows = [_row(child, measured.get(child.pk, []), content, read, agreements) for child in children]
    return BsoGroupReport(
        organisation=on_paper(current_organisation().name),
        location=on_paper(group.location.name),
        group=on_paper(group.name),
        made_on=today,
        made_by=on_paper(made_by),
        scales=tuple(scale.name for scale in content.scales),
        aspects=tuple(line.name for line in content.lines.values()),
        rows=tuple(rows),
        summary=tuple(_summary(rows, content)),
    )


class _Read:
    """The answers and points of all measurements of a report, read at once."""

    def __init__(self, measured: Sequence[BsoRegistration], choices: RuleChoices) -> None:
        ids = [row.pk for row in measured]
        self.staff = answers_by_registration(ids, BsoAnswer.View.STAFF)
        self.child = answers_by_registration(ids, BsoAnswer.View.CHILD)
        self.points: _Points = points_by_registration(ids)
        self.choices = choices


def _measured(children: Sequence[Child]) -> dict[UUID, list[BsoRegistration]]:
    """Return by child its last measurement, and the one before where there is one; one query."""
    found: dict[UUID, list[BsoRegistration]] = {}
    for row in reportable(child__in=[child.pk for child in children]):
        pair = found.setdefault(row.child_id, [])
        if len(pair) < 2:
            pair.append(row)
    return found


def _agreements(children: Sequence[Child], today: date) -> Mapping[UUID, AgreementsOpen]:
    rows = BsoFollowUp.objects.filter(child__in=[child.pk for child in children], done_on__isnull=True)
    by_child: defaultdict[UUID, list[BsoFollowUp]] = defaultdict(list)
    for row in rows.defer("content").select_related("responsible").order_by("due_on", "written_at"):
        by_child[row.child_id].append(row)
    return {
        child_id: AgreementsOpen(
            count=len(found),
            first_on=found[0].due_on,
            responsible=on_paper(found[0].responsible.get_full_name()),
            late=sum(row.due_on < today for row in found),
        )
        for child_id, found in by_child.items()
    }


def _row(
    child: Child,
    pair: Sequence[BsoRegistration],
    content: InstrumentContent,
    read: _Read,
    agreements: Mapping[UUID, AgreementsOpen],
) -> GroupReportRow:
    name, open_ones = on_paper(str(child.file)), agreements.get(child.pk, AgreementsOpen())
    if not pair:
        return GroupReportRow(name, None, (), (), (), open_ones)
    now = pair[0]
    points, stands_out = [], []
    for scale in content.scales:
        point, said = _point(scale, pair, read)
        points.append(point)
        stands_out += said
    own = {aspect.code: aspect for aspect in summaries_of(content_of(now.version_id), read.staff.get(now.pk, {}))}
    aspects = []
    for line in content.lines.values():
        mean, words = (own[line.code].mean, own[line.code].words) if line.code in own else (None, "")
        aspects.append(AspectTold(words, mean is not None and nearest(mean) == Frequency.ALMOST_NEVER))
    differing = _differing(read.staff.get(now.pk, {}), read.child.get(now.pk, {}))
    if differing:
        stands_out.append(
            ngettext("kind ziet %(n)s uitspraak anders", "kind ziet %(n)s uitspraken anders", differing)
            % {"n": differing}
        )
    return GroupReportRow(name, now.observed_on, tuple(points), tuple(aspects), tuple(stands_out), open_ones, differing)


def _point(scale: ScaleContent, pair: Sequence[BsoRegistration], read: _Read) -> tuple[PointTold, list[str]]:
    """Return a child's point on a scale, and what stands out in it: low by the organisation's rule, or gone down."""
    given = [read.points.get(row.pk, {}).get(scale.code) for row in pair]
    now, before = given[0], given[1] if len(given) > 1 else None
    said = []
    if now is not None:
        if _is_low(scale, given, read.choices):
            said.append(_("%(scale)s laag") % {"scale": scale.name.lower()})
        if before is not None and before - now >= DROP_FROM:
            was = points_in_words(before)
            said.append(_("%(scale)s was %(point)s") % {"scale": scale.name.lower(), "point": was})
    return PointTold(points_in_words(now), points_in_words(before), bool(said)), said


def _is_low(scale: ScaleContent, given: Sequence[int | None], choices: RuleChoices) -> bool:
    """Say whether a scale is low by the organisation's own rule; ``given`` are its points, the latest first."""
    rule = LOW_SCALES.get(scale.kind)
    if rule is None or not choices.is_on(rule):
        return False
    known = [Fraction(doubled, 2) for doubled in reversed(given) if doubled is not None]
    return any(low_scale(rule, known, choices))


def _differing(staff: Answers, child: Answers) -> int:
    steps = (steps_apart(staff.get(code), child.get(code)) for code in staff)
    return sum(apart is not None and apart >= DIFFERENCE_FROM for apart in steps)


def _summary(rows: Sequence[GroupReportRow], content: InstrumentContent) -> list[str]:
    told = []
    for place, scale in enumerate(content.scales):
        told.append((scale.name, sum(bool(row.points) and row.points[place].stands_out for row in rows)))
    for place, line in enumerate(content.lines.values()):
        told.append((line.name, sum(bool(row.aspects) and row.aspects[place].stands_out for row in rows)))
    told.append((_("Ziet het zelf anders"), sum(row.differing > 0 for row in rows)))
    said = [
        ngettext("%(what)s: %(n)s kind", "%(what)s: %(n)s kinderen", count) % {"what": what, "n": count}
        for what, count in told
        if count
    ]
    late = sum(row.agreements.late for row in rows)
    if late:
        said.append(
            ngettext("%(n)s afspraak had al gedaan moeten zijn", "%(n)s afspraken hadden al gedaan moeten zijn", late)
            % {"n": late}
        )
    return said
