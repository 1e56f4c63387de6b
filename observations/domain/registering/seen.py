"""How much of a line was seen at a closed registration, and why it was too little: told the same everywhere (REG-5.3).

The stored coverage is the rule's own: it is of the three bands the number rests on, and of nothing that was left open.
People ask something else, how many of the milestones on the screen were seen, so that is what is counted here. No
result is made again: the rule of then is only asked which age bands it lacked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from observations.domain.instruments.catalogue import (
    InstrumentContent,
    LineContent,
    MilestoneContent,
    content_of,
)
from observations.domain.registering.results import line_answers, scoring_age
from observations.domain.scoring.bands import LineScore, Outcome, Score
from observations.domain.scoring.rules import LineAnswers, rule_with_version
from observations.models import Answer, LineResult, Registration

#: ``Answer.Value`` by milestone id.
Values = Mapping[UUID, int]


@dataclass(frozen=True)
class LineSeen:
    """The milestones a line asked, how many were observed, and in words why that was too little ("" where it was not)."""

    asked: tuple[MilestoneContent, ...]
    observed: int
    reason: str

    @property
    def in_words(self) -> str:
        """The number seen of the number asked."""
        return _("%(seen)d van %(asked)d") % {"seen": self.observed, "asked": len(self.asked)}


def seen_of_line(registration: Registration, line: LineContent, result: LineResult, answers: Values) -> LineSeen:
    """Return how much of a line was seen at a closed registration, which comes with its child; no queries.

    Asked is what the screen showed: the bands around the age, and every one that an answer opened.
    """
    content = content_of(registration.version_id)
    # As it was then: the organisation may count from the due date since, or no longer.
    age = scoring_age(registration.child, registration.registered_on, corrects_age=result.corrected_age)
    given = {band: [_score(answers.get(item.id)) for item in items] for band, items in line.bands.items()}
    shown = content.rule.bands_to_show(given, age_months=age)
    asked = tuple(item for band in shown for item in line.bands.get(band, ()))
    observed = sum(answers.get(item.id, Answer.Value.NOT_OBSERVED) != Answer.Value.NOT_OBSERVED for item in asked)
    if result.outcome != LineResult.Outcome.INSUFFICIENT:
        return LineSeen(asked, observed, "")
    if not observed:
        return LineSeen(asked, observed, _("geen mijlpaal gezien"))
    filled = line_answers(line, answers)
    score = _score_then(result, filled, age)
    return LineSeen(
        asked, observed, _lacked(content, score, filled, shown) if score else _("te weinig mijlpalen gezien")
    )


def _score(value: int | None) -> Score | None:
    return None if value is None else Score(value)


def _score_then(result: LineResult, filled: LineAnswers, age: Fraction) -> LineScore | None:
    """Return what the rule of then lacked, or None where it is not kept or a changed birth date says otherwise now."""
    code, _space, version = result.rule_version.partition(" ")
    try:
        score = rule_with_version(code, version).score(filled, age_months=age)
    except KeyError:
        return None
    return score if score.outcome is Outcome.INSUFFICIENT else None


def _lacked(content: InstrumentContent, score: LineScore, filled: LineAnswers, shown: Sequence[int]) -> str:
    """Return in words which bands must be seen first; ``filled`` are those with an answer, ``shown`` those asked."""
    if score.ask_band is not None and score.ask_band in shown:
        return _("jongere fase niet ingevuld (%(bands)s)") % {"bands": _labels(content, [score.ask_band])}
    lacking = score.too_little_seen or (min(filled),)
    seen, left = [band for band in lacking if band in filled], [band for band in lacking if band not in filled]
    if seen:
        return _("te weinig gezien in %(bands)s") % {"bands": _labels(content, [*seen, *left])}
    return _("oudere fase niet ingevuld (%(bands)s)") % {"bands": _labels(content, left)}


def _labels(content: InstrumentContent, bands: Sequence[int]) -> str:
    *others, last = [content.bands[band].label for band in bands]
    return _("%(first)s en %(last)s") % {"first": ", ".join(others), "last": last} if others else last
