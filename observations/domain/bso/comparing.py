"""The view of staff and the child's own view of the same statements, side by side (BSO-2)."""

from dataclasses import dataclass
from uuid import UUID

from observations.domain.bso.reading import (
    CHILD_INSTRUMENT,
    Answers,
    AspectSummary,
    answers_of,
    label_of,
    summary_of,
)
from observations.domain.instruments.catalogue import InstrumentContent, LineContent, MilestoneContent, content_of
from observations.domain.scoring.frequencies import DIFFERENCE_FROM, steps_apart
from observations.models import BsoAnswer, BsoRegistration, Milestone


@dataclass(frozen=True)
class StatementPair:
    """A statement with both views in words, empty where there is none. ``steps`` apart; None where one is not known.

    ``child_text`` is the statement as the child read it. ``higher``: who sees it more often, "staff", "child" or "".
    """

    text: str
    child_text: str
    staff: str
    child: str
    steps: int | None
    higher: str

    @property
    def differs(self) -> bool:
        """Say whether the views lie so far apart that it is worth a conversation: two steps or more."""
        return self.steps is not None and self.steps >= DIFFERENCE_FROM

    @property
    def unknown(self) -> bool:
        """Say whether both answered, and at least one of them with "weet ik niet"."""
        return bool(self.staff and self.child) and self.steps is None


@dataclass(frozen=True)
class AspectPair:
    """An aspect with the mean of both views in words, and its statements."""

    name: str
    staff: AspectSummary
    child: AspectSummary | None
    statements: tuple[StatementPair, ...]


@dataclass(frozen=True)
class Comparison:
    """Both views of one measurement. ``has_child``: the child gave at least one answer."""

    aspects: tuple[AspectPair, ...]
    has_child: bool

    @property
    def differing(self) -> tuple[StatementPair, ...]:
        """The statements on which the views differ by two steps or more."""
        return tuple(pair for aspect in self.aspects for pair in aspect.statements if pair.differs)


def comparison_of(registration: BsoRegistration) -> Comparison:
    """Return both views of a measurement side by side; three queries."""
    staff = answers_of(registration.pk, BsoAnswer.View.STAFF)
    child = answers_of(registration.pk, BsoAnswer.View.CHILD)
    version_id = _child_version(registration)
    return compare(content_of(registration.version_id), staff, content_of(version_id) if version_id else None, child)


def compare(
    content: InstrumentContent, staff: Answers, child_content: InstrumentContent | None, child: Answers
) -> Comparison:
    """Return two views side by side. Pure. Statements belong together by their code, whatever their versions."""
    child_lines = dict(child_content.lines) if child_content else {}
    child_items = child_content.milestones_by_code() if child_content else {}
    aspects = tuple(
        _aspect(line, staff, child_lines.get(line.code), child_items, child) for line in content.lines.values()
    )
    return Comparison(aspects, has_child=bool(child))


def _aspect(
    line: LineContent,
    staff: Answers,
    child_line: LineContent | None,
    child_items: dict[str, MilestoneContent],
    child: Answers,
) -> AspectPair:
    return AspectPair(
        name=line.name,
        staff=summary_of(line, staff),
        child=summary_of(child_line, child) if child_line else None,
        statements=tuple(_pair(item, staff, child_items.get(item.code), child) for item in line.milestones),
    )


def _pair(
    item: MilestoneContent, staff: Answers, counterpart: MilestoneContent | None, child: Answers
) -> StatementPair:
    mine, own = staff.get(item.code), child.get(item.code)
    steps = steps_apart(mine, own)
    higher = "" if mine is None or own is None or mine == own else "staff" if mine > own else "child"
    return StatementPair(
        text=item.text,
        child_text=counterpart.text if counterpart else "",
        staff=label_of(mine) if item.code in staff else "",
        child=label_of(own) if item.code in child else "",
        steps=steps,
        higher=higher,
    )


def _child_version(registration: BsoRegistration) -> UUID | None:
    """Return the version of the child's instrument that was answered, or None where it was not."""
    answered = BsoAnswer.objects.filter(registration=registration, view=BsoAnswer.View.CHILD).values("milestone")
    rows = Milestone.objects.filter(pk__in=answered, line__version__instrument__code=CHILD_INSTRUMENT)
    found: UUID | None = rows.values_list("line__version", flat=True).first()
    return found
