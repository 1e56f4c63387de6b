"""What a closed registration shows: each line's outcome with the milestones it rests on (REG-5, REG-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from observations.domain.instruments.catalogue import InstrumentContent, LineContent, MilestoneContent, content_of
from observations.domain.registering.seen import LineSeen, seen_of_line
from observations.models import Answer, LineResult, Registration


@dataclass(frozen=True)
class AnsweredMilestone:
    """A milestone and the answer it was given, in words."""

    text: str
    band: str
    answer: str


@dataclass(frozen=True)
class LineOutcome:
    """A line's stored result with the milestones that were asked, those without an answer too."""

    name: str
    result: LineResult
    milestones: tuple[AnsweredMilestone, ...]
    seen: LineSeen


def line_outcomes(registration: Registration) -> tuple[LineOutcome, ...]:
    """Return the lines of a closed registration, which comes with its child, in their order; two queries."""
    content = content_of(registration.version_id)
    results = {result.line_id: result for result in registration.results.all()}
    answers = dict(registration.answers.values_list("milestone_id", "value"))
    return tuple(
        _outcome(content, registration, line, results[line.id], answers)
        for line in content.lines.values()
        if line.id in results
    )


def _outcome(
    content: InstrumentContent,
    registration: Registration,
    line: LineContent,
    result: LineResult,
    answers: Mapping[UUID, int],
) -> LineOutcome:
    seen = seen_of_line(registration, line, result, answers)
    told = tuple(AnsweredMilestone(item.text, _band_label(content, item), _told(item, answers)) for item in seen.asked)
    return LineOutcome(line.name, result, told, seen)


def _told(item: MilestoneContent, answers: Mapping[UUID, int]) -> str:
    return str(Answer.Value(answers[item.id]).label) if item.id in answers else _("Niet ingevuld")


def _band_label(content: InstrumentContent, item: MilestoneContent) -> str:
    band = content.bands.get(item.band)
    return band.label if band else ""
