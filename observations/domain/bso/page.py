"""What the screens of one measurement in out-of-school care show: frozen, in a fixed number of queries (BSO-1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from observations.domain.bso.measured import reportable
from observations.domain.bso.reading import (
    ANSWER_VALUES,
    Answers,
    AspectSummary,
    answers_by_registration,
    code_of,
    label_of,
    points_by_registration,
    points_in_words,
    summary_of,
)
from observations.domain.instruments.catalogue import LineContent, MilestoneContent, content_of
from observations.domain.registering.page import ScaleView
from observations.models import BsoAnswer, BsoRegistration


@dataclass(frozen=True)
class Choice:
    """One of the answers that are offered: its name in a form, its words, and the key that gives it."""

    value: str
    label: str
    key: str


# The order of the fingers: 1 to 4 from seldom to always, 0 for not known.
CHOICE_KEYS = {"almost_never": "1", "sometimes": "2", "often": "3", "almost_always": "4", "unknown": "0"}


def choices() -> tuple[Choice, ...]:
    """Return the answers in the order they are offered, in the reader's language."""
    return tuple(Choice(code, label_of(value), CHOICE_KEYS[code]) for code, value in ANSWER_VALUES.items())


@dataclass(frozen=True)
class StatementView:
    """A statement with the answer of staff now and the time before; names of answers, empty where there is none."""

    content: MilestoneContent
    answer: str
    seen: str
    previous_label: str

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"m-{self.content.id}"

    @property
    def seen_field(self) -> str:
        """The name of the field that says which answer its sender saw."""
        return f"was-{self.content.id}"

    @property
    def label(self) -> str:
        """The answer in words, or nothing."""
        return label_of(ANSWER_VALUES[self.answer]) if self.answer else ""


@dataclass(frozen=True)
class AspectView:
    """An aspect with its statements."""

    line: LineContent
    statements: tuple[StatementView, ...]
    summary: AspectSummary


@dataclass(frozen=True)
class PointView:
    """A scale with the point of the time before beside it, in words; empty where there is none."""

    scale: ScaleView
    previous: str


@dataclass(frozen=True)
class MeasurementPage:
    """One measurement as staff fill it in or read it. ``previous_on``: the day of the one before, closed."""

    notice: str
    scales: tuple[PointView, ...]
    aspects: tuple[AspectView, ...]
    previous_on: date | None

    @property
    def total(self) -> int:
        """How many answers and points there are to give."""
        return len(self.scales) + sum(len(aspect.statements) for aspect in self.aspects)

    @property
    def answered(self) -> int:
        """How many of them are given."""
        given = sum(bool(each.answer) for aspect in self.aspects for each in aspect.statements)
        return given + sum(point.scale.half_points is not None for point in self.scales)


def previous_of(registration: BsoRegistration) -> BsoRegistration | None:
    """Return the closed measurement of the same child before this one, or None; one query."""
    rows = reportable(child=registration.child_id, observed_on__lt=registration.observed_on)
    return rows.first()


def measurement_page_of(registration: BsoRegistration) -> MeasurementPage:
    """Return a measurement with the one before it; three queries."""
    previous = previous_of(registration)
    ids = [registration.pk] + ([previous.pk] if previous else [])
    answers = answers_by_registration(ids, BsoAnswer.View.STAFF)
    points = points_by_registration(ids)
    earlier: UUID | None = previous.pk if previous else None
    content = content_of(registration.version_id)
    mine, theirs = answers[registration.pk], answers[earlier] if earlier else {}
    own_points, old_points = points[registration.pk], points[earlier] if earlier else {}
    return MeasurementPage(
        notice=content.notice,
        scales=tuple(
            PointView(
                ScaleView(scale, own_points.get(scale.code), own_points.get(scale.code)),
                points_in_words(old_points.get(scale.code)),
            )
            for scale in content.scales
        ),
        aspects=tuple(_aspect(line, mine, theirs) for line in content.lines.values()),
        previous_on=previous.observed_on if previous else None,
    )


def with_given(
    page: MeasurementPage, answers: Mapping[UUID, int | None], points: Mapping[UUID, int]
) -> MeasurementPage:
    """Return the page with what a form that comes back has chosen, in place of what is kept."""
    return replace(
        page,
        scales=tuple(
            replace(
                point,
                scale=replace(point.scale, half_points=points.get(point.scale.content.id, point.scale.half_points)),
            )
            for point in page.scales
        ),
        aspects=tuple(
            replace(aspect, statements=tuple(_given(statement, answers) for statement in aspect.statements))
            for aspect in page.aspects
        ),
    )


def _given(statement: StatementView, answers: Mapping[UUID, int | None]) -> StatementView:
    key = statement.content.id
    return replace(statement, answer=code_of(answers[key])) if key in answers else statement


def _aspect(line: LineContent, answers: Answers, previous: Answers) -> AspectView:
    return AspectView(
        line=line,
        statements=tuple(_statement(item, answers, previous) for item in line.milestones),
        summary=summary_of(line, answers),
    )


def _statement(item: MilestoneContent, answers: Answers, previous: Answers) -> StatementView:
    answer = code_of(answers[item.code]) if item.code in answers else ""
    before = label_of(previous[item.code]) if item.code in previous else ""
    return StatementView(item, answer, answer, before)
