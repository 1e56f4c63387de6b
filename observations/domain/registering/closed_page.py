"""What a closed registration shows: each line's outcome with the milestones it rests on (REG-5, REG-6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from observations.domain.instruments.catalogue import InstrumentContent, LineContent, MilestoneContent, content_of
from observations.models import Answer, LineResult, Registration


@dataclass(frozen=True)
class AnsweredMilestone:
    """A milestone and the answer it was given, in words."""

    text: str
    band: str
    answer: str


@dataclass(frozen=True)
class LineOutcome:
    """A line's stored result, with the answers it was computed from."""

    name: str
    result: LineResult
    milestones: tuple[AnsweredMilestone, ...]

    @property
    def observed(self) -> int:
        """How many milestones were observed."""
        unseen = str(Answer.Value.NOT_OBSERVED.label)
        return sum(milestone.answer != unseen for milestone in self.milestones)


def line_outcomes(registration: Registration) -> tuple[LineOutcome, ...]:
    """Return the lines of a closed registration in the order of the instrument; two queries."""
    content = content_of(registration.version_id)
    results = {result.line_id: result for result in registration.results.all()}
    answers = dict(registration.answers.values_list("milestone_id", "value"))
    return tuple(
        LineOutcome(line.name, results[line.id], tuple(_answered(content, line, answers)))
        for line in content.lines.values()
        if line.id in results
    )


def _answered(
    content: InstrumentContent, line: LineContent, answers: Mapping[UUID, int]
) -> Iterable[AnsweredMilestone]:
    for item in line.milestones:
        if item.id in answers:
            label = str(Answer.Value(answers[item.id]).label)
            yield AnsweredMilestone(item.text, _band_label(content, item), label)


def _band_label(content: InstrumentContent, item: MilestoneContent) -> str:
    band = content.bands.get(item.band)
    return band.label if band else ""
