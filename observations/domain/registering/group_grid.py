"""Registering a group: how far it is, and one line for all its children at once (REG-4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Q

from kijk.encryption.keyring import keyring
from observations.domain.instruments.catalogue import InstrumentContent, LineContent, MilestoneContent, content_of
from observations.domain.notes.evidence import NoteEvidence, evidence_for
from observations.domain.registering.page import (
    ANSWER_CODES,
    LineProgress,
    RegistrationPage,
    ScaleView,
    progress_of_line,
)
from observations.domain.registering.reading import Answers, bands_shown, corrects_age
from observations.domain.registering.registrations import period_for, version_for
from observations.domain.registering.results import scoring_age
from observations.models import Answer, Child, Group, Placement, Registration, RegistrationPeriod, ScaleScore

#: Where a child's registration stands: none yet, being filled in, closed, or open in another version.
NONE, OPEN, CLOSED, OTHER = "none", "open", "closed", "other"

# Registrations are half a year apart; each child's own previous one is beside its own questions.
_BEFORE = timedelta(weeks=26)


@dataclass(frozen=True)
class GroupChild:
    """A child of a group with its registration of now; ``child`` and ``registration`` as they are in the database."""

    child: Child
    name: str
    registration: Registration | None
    status: str
    age_months: Fraction

    @property
    def registration_id(self) -> UUID | None:
        """The registration that is open or was closed, None while there is none."""
        return self.registration.pk if self.registration else None


@dataclass(frozen=True)
class GridCell:
    """One child's answer to one milestone. ``shown``: in the bands the child's own screen has.

    ``answer`` is a code, empty when there is none; ``proposal`` what linked notes propose, ``notes`` how many.
    """

    milestone_id: UUID
    answer: str
    label: str
    carried_over: bool
    shown: bool
    notes: int = 0
    proposal: str = ""


@dataclass(frozen=True)
class GridRow:
    """A child's row; without cells where nothing can be answered now. ``waiting``: taken over, not confirmed."""

    child: GroupChild
    cells: tuple[GridCell, ...] = ()
    waiting: int = 0
    answered: int = 0
    shown: int = 0

    @property
    def done(self) -> bool:
        """Say whether every milestone in the child's own bands has an answer."""
        return self.child.status == CLOSED or (bool(self.cells) and self.answered == self.shown)


@dataclass(frozen=True)
class GridBand:
    """An age band above its milestones."""

    number: int
    label: str
    milestones: tuple[MilestoneContent, ...]


@dataclass(frozen=True)
class LineGrid:
    """One line of all children of a group. ``bands`` are those of any of the children, lowest first."""

    line: LineContent
    lines: tuple[LineContent, ...]
    bands: tuple[GridBand, ...]
    rows: tuple[GridRow, ...]
    waiting: Mapping[UUID, int]

    @property
    def milestones(self) -> tuple[MilestoneContent, ...]:
        """The columns, in order."""
        return tuple(item for band in self.bands for item in band.milestones)

    @property
    def following(self) -> LineContent | None:
        """The next line of the instrument."""
        return next(iter(self.lines[self.lines.index(self.line) + 1 :]), None)

    @property
    def preceding(self) -> LineContent | None:
        """The line before this one."""
        position = self.lines.index(self.line)
        return self.lines[position - 1] if position else None

    @property
    def columns(self) -> tuple[tuple[MilestoneContent, int], ...]:
        """The columns with how many answers wait in each to be confirmed."""
        return tuple((item, self.waiting.get(item.id, 0)) for item in self.milestones)

    @property
    def to_begin(self) -> int:
        """How many children have no registration yet."""
        return sum(row.child.status == NONE for row in self.rows)

    @property
    def done(self) -> int:
        """How many children are done on this line."""
        return sum(row.done for row in self.rows)


@dataclass(frozen=True)
class GroupLine:
    """A line with how many children of the group are done on it."""

    code: str
    name: str
    area: str
    done: int
    waiting: int


@dataclass(frozen=True)
class GroupPage:
    """How far the registrations of a group are: by line and by child."""

    period: RegistrationPeriod | None
    lines: tuple[GroupLine, ...]
    children: tuple[tuple[GroupChild, RegistrationPage | None], ...]

    @property
    def to_begin(self) -> int:
        """How many children have no registration yet."""
        return sum(child.status == NONE for child, _page in self.children)

    @property
    def closed(self) -> int:
        """How many children are done."""
        return sum(child.status == CLOSED for child, _page in self.children)

    @property
    def opened(self) -> tuple[tuple[GroupChild, RegistrationPage], ...]:
        """The children whose registration is open, with how far it is."""
        return tuple((child, page) for child, page in self.children if child.status == OPEN and page is not None)


def children_of_group(group: Group, *, today: date) -> list[GroupChild]:
    """Return the children whose main group this is today, in the Dutch order of their names; three queries and keys.

    With each its registration of now: the one that is open, else the one closed in the period that began last.
    """
    placements = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        group=group,
        is_main=True,
        begins_on__lte=today,
        child__archived_on__isnull=True,
    )
    children = {placement.child_id: placement.child for placement in placements.select_related("child")}
    keyring().load_subjects(children)
    period = period_for(group, today)
    version_id = version_for(period, today).pk
    made = _registrations(children, period)
    corrected = corrects_age()
    ordered = sorted(children.values(), key=lambda child: (*child.file.sort_key, str(child.pk)))
    return [_group_child(child, made.get(child.pk), version_id, today, corrected) for child in ordered]


def line_grid_of(group: Group, code: str, *, today: date) -> LineGrid | None:
    """Return one line of a group's children, or None for a code the instrument does not have (REG-4.1).

    The same number of queries for one child as for thirty.
    """
    content = content_of(version_for(period_for(group, today), today).pk)
    line = content.lines.get(code)
    if line is None:
        return None
    children = children_of_group(group, today=today)
    opened = [child for child in children if child.status == OPEN]
    answers = _answers_by_registration(opened, line)
    bands = {child.child.pk: _bands_of(content, line, child, answers) for child in opened}
    # Before anybody has begun, the screen already shows which milestones it is going to be about.
    for child in children:
        if child.status == NONE:
            bands[child.child.pk] = content.rule.bands_to_show({}, age_months=child.age_months)
    numbers = sorted({number for shown in bands.values() for number in shown if number in line.bands})
    columns = tuple(GridBand(number, _label(content, number), line.bands[number]) for number in numbers)
    evidence = _evidence(opened, columns)
    rows = tuple(_row(child, columns, bands.get(child.child.pk, ()), answers, evidence) for child in children)
    return LineGrid(line, tuple(content.lines.values()), columns, rows, _waiting_by_column(rows))


def group_page_of(group: Group, *, today: date) -> GroupPage:
    """Return how far the registrations of a group are; the same number of queries for one child as for thirty."""
    period = period_for(group, today)
    content = content_of(version_for(period, today).pk)
    children = children_of_group(group, today=today)
    opened = [child for child in children if child.status == OPEN]
    answers = _answers_by_registration(opened)
    points = _points_by_registration(opened)
    areas = {area.id: area.name for area in content.areas}
    pages = {
        child.child.pk: _page(content, child, answers[child.registration_id], points[child.registration_id], areas)
        for child in opened
        if child.registration_id is not None
    }
    closed = sum(child.status == CLOSED for child in children)
    lines = tuple(
        _group_line(line, areas[line.area_id], pages.values(), closed, position)
        for position, line in enumerate(content.lines.values())
    )
    return GroupPage(period, lines, tuple((child, pages.get(child.child.pk)) for child in children))


def _registrations(children: Mapping[UUID, Child], period: RegistrationPeriod | None) -> dict[UUID, Registration]:
    now = Q(status=Registration.Status.OPEN)
    if period is not None:
        now |= Q(period=period, superseded=False)
    rows = Registration.objects.filter(now, child_id__in=children.keys(), extra__isnull=True)
    # "closed" sorts before "open": the open one, written last, stays.
    return {row.child_id: row for row in rows.order_by("status", "registered_on", "revision")}


def _group_child(
    child: Child, registration: Registration | None, version_id: UUID, today: date, corrected: bool
) -> GroupChild:
    status = NONE
    if registration is not None:
        status = CLOSED if registration.status == Registration.Status.CLOSED else OPEN
        if status == OPEN and registration.version_id != version_id:
            status = OTHER
    on = registration.registered_on if registration is not None else today
    return GroupChild(child, str(child.file), registration, status, scoring_age(child, on, corrects_age=corrected))


def _answers_by_registration(
    children: Sequence[GroupChild], line: LineContent | None = None
) -> Mapping[UUID | None, dict[UUID, Answer]]:
    rows = Answer.objects.filter(registration__in=[child.registration_id for child in children])
    if line is not None:
        rows = rows.filter(milestone__in=[item.id for item in line.milestones])
    found: defaultdict[UUID | None, dict[UUID, Answer]] = defaultdict(dict)
    for answer in rows:
        found[answer.registration_id][answer.milestone_id] = answer
    return found


def _points_by_registration(children: Sequence[GroupChild]) -> Mapping[UUID | None, dict[UUID, int]]:
    rows = ScaleScore.objects.filter(registration__in=[child.registration_id for child in children])
    found: defaultdict[UUID | None, dict[UUID, int]] = defaultdict(dict)
    for registration_id, scale_id, points in rows.values_list("registration_id", "scale_id", "half_points"):
        found[registration_id][scale_id] = points
    return found


def _bands_of(
    content: InstrumentContent,
    line: LineContent,
    child: GroupChild,
    answers: Mapping[UUID | None, Mapping[UUID, Answer]],
) -> tuple[int, ...]:
    return bands_shown(content, line, answers[child.registration_id], age_months=child.age_months)


def _label(content: InstrumentContent, number: int) -> str:
    band = content.bands.get(number)
    return band.label if band else ""


def _evidence(
    children: Sequence[GroupChild], columns: Iterable[GridBand]
) -> Mapping[UUID, Mapping[UUID, tuple[NoteEvidence, ...]]]:
    """Return the notes linked to these milestones in the half year before and since; one query and that of the keys."""
    days = [child.registration.registered_on for child in children if child.registration]
    if not days:
        return {}
    since = min(days) - _BEFORE
    items = [item.id for band in columns for item in band.milestones]
    return evidence_for(child_ids=[child.child.pk for child in children], milestone_ids=items, since=since)


def _row(
    child: GroupChild,
    columns: Iterable[GridBand],
    shown: Sequence[int],
    answers: Mapping[UUID | None, Mapping[UUID, Answer]],
    evidence: Mapping[UUID, Mapping[UUID, tuple[NoteEvidence, ...]]],
) -> GridRow:
    if child.status != OPEN:
        return GridRow(child)
    own, notes = answers[child.registration_id], evidence.get(child.child.pk, {})
    cells = tuple(
        _cell(item, own.get(item.id), band.number in shown, notes.get(item.id, ()))
        for band in columns
        for item in band.milestones
    )
    return GridRow(
        child,
        cells,
        waiting=sum(cell.carried_over for cell in cells),
        answered=sum(cell.shown and bool(cell.answer) and not cell.carried_over for cell in cells),
        shown=sum(cell.shown for cell in cells),
    )


def _cell(item: MilestoneContent, answer: Answer | None, shown: bool, notes: tuple[NoteEvidence, ...]) -> GridCell:
    if answer is None:
        return GridCell(item.id, "", "", False, shown, len(notes), _proposal(notes))
    value = Answer.Value(answer.value)
    return GridCell(item.id, ANSWER_CODES[value], str(value.label), answer.carried_over, shown, len(notes))


def _proposal(notes: tuple[NoteEvidence, ...]) -> str:
    return "secure" if any(note.shows == "secure" for note in notes) else "emerging" if notes else ""


def _waiting_by_column(rows: Iterable[GridRow]) -> Mapping[UUID, int]:
    found: defaultdict[UUID, int] = defaultdict(int)
    for row in rows:
        for cell in row.cells:
            found[cell.milestone_id] += cell.carried_over
    return found


def _page(
    content: InstrumentContent,
    child: GroupChild,
    answers: Answers,
    points: Mapping[UUID, int],
    areas: Mapping[UUID, str],
) -> RegistrationPage:
    lines = tuple(
        progress_of_line(content, line, answers, age_months=child.age_months, area=areas[line.area_id])
        for line in content.lines.values()
    )
    scales = tuple(ScaleView(scale, points.get(scale.id)) for scale in content.scales)
    texts = child.registration.texts if child.registration else None
    waiting = sum(line.waiting for line in lines)
    return RegistrationPage(lines, scales, waiting, concluded=bool(texts and texts.conclusion))


def _group_line(
    line: LineContent, area: str, pages: Iterable[RegistrationPage], closed: int, position: int
) -> GroupLine:
    progress: list[LineProgress] = [page.lines[position] for page in pages]
    done = closed + sum(each.done for each in progress)
    return GroupLine(line.code, line.name, area, done, sum(each.waiting for each in progress))
