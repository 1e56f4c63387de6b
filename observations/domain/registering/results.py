"""What closing a registration comes to: one result for each line that was registered (REG-5, REG-6).

One computation for every way a registration closes: on the screen, and when history is loaded.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID

from observations.domain.instruments.catalogue import InstrumentContent, LineContent
from observations.domain.scoring.bands import LineScore, Outcome, Score, age_in_months, scoring_age_months
from observations.domain.scoring.rules import ScoringRule
from observations.models import Child, LineResult, Registration

#: The class as it is stored; blank where the rule gives none (above 84 months, or pass/fail items).
STORED_OUTCOME: Mapping[Outcome, str] = {
    Outcome.AHEAD: LineResult.Outcome.AHEAD,
    Outcome.ON_COURSE: LineResult.Outcome.ON_COURSE,
    Outcome.ATTENTION: LineResult.Outcome.ATTENTION,
    Outcome.CONCERN: LineResult.Outcome.CONCERN,
    Outcome.INSUFFICIENT: LineResult.Outcome.INSUFFICIENT,
    Outcome.NONE: "",
}

_MONTHS_STEP = Decimal("0.01")
_SHARE_STEP = Decimal("0.001")


def results_of(
    registration: Registration,
    *,
    content: InstrumentContent,
    answers: Mapping[UUID, int],
    corrects_age: bool,
    rule: ScoringRule | None = None,
) -> list[LineResult]:
    """Return the unsaved results of a registration that is being closed, in the order of the lines.

    ``registration`` need not be saved, but its ``child`` and ``group`` must be at hand (built with the objects, or
    fetched with ``select_related``), else each costs a query. ``answers`` holds ``Answer.Value`` by milestone id;
    ``corrects_age`` says whether the organisation has ``Module.CORRECTED_AGE``; ``rule`` is the instrument's own unless
    a period fixed another version of it.

    A line without any answer was not registered and gets no row. Raises ValueError for an answer to a milestone of
    another version, and for a registration dated before the child's birth.
    """
    child, on = registration.child, registration.registered_on
    calendar = age_in_months(child.birth_date, on)
    age = scoring_age(child, on, corrects_age=corrects_age)
    used = rule or content.rule
    scores = score_lines(content, answers, age_months=age, rule=used)
    corrected = used.uses_bands and age != calendar
    return [_result(registration, used, line, scores[line.id], corrected) for line in _scored(content, scores)]


def scoring_age(child: Child, on: date, *, corrects_age: bool) -> Fraction:
    """Return the age in months to score a child with on a day, corrected for pre-term birth where that is on.

    Raises ValueError for a day before the birth.
    """
    weeks = child.gestation_weeks if corrects_age else None
    return scoring_age_months(child.birth_date, on, gestation_weeks=weeks)


def score_lines(
    content: InstrumentContent, answers: Mapping[UUID, int], *, age_months: Fraction, rule: ScoringRule
) -> dict[UUID, LineScore]:
    """Return the score of each line that has an answer, by line id. Raises ValueError for a foreign milestone."""
    foreign = answers.keys() - content.milestones.keys()
    if foreign:
        raise ValueError(f"{len(foreign)} answers are to milestones of another version")
    found = {line.id: line_answers(line, answers) for line in content.lines.values()}
    return {key: rule.score(given, age_months=age_months) for key, given in found.items() if given}


def line_answers(line: LineContent, answers: Mapping[UUID, int]) -> dict[int, list[Score]]:
    """Return a line's answers as the scoring rules take them; empty when none of its milestones has an answer.

    Shown were the bands with an answer, and those between them: a milestone there without an answer was not
    observed.
    """
    bands = [band for band, items in line.bands.items() if any(item.id in answers for item in items)]
    if not bands:
        return {}
    low, high = min(bands), max(bands)
    return {
        band: [Score(answers.get(item.id, Score.NOT_OBSERVED)) for item in items]
        for band, items in line.bands.items()
        if low <= band <= high
    }


def _scored(content: InstrumentContent, scores: Mapping[UUID, LineScore]) -> list[LineContent]:
    return [line for line in content.lines.values() if line.id in scores]


def _result(
    registration: Registration, rule: ScoringRule, line: LineContent, score: LineScore, corrected: bool
) -> LineResult:
    child, group, on = registration.child, registration.group, registration.registered_on
    return LineResult(
        organisation_id=registration.organisation_id,
        registration_id=registration.pk,
        child_id=child.pk,
        line_id=line.id,
        period_id=registration.period_id,
        location_id=group.location_id,
        group_id=group.pk,
        registered_on=on,
        age_days=(on - child.birth_date).days,
        vve=is_vve(child, on),
        gender=child.gender,
        home_language=child.home_language,
        developmental_age=_rounded_or_none(score.dev_age, _MONTHS_STEP, ROUND_HALF_UP),
        # Towards zero: a difference of -5.998 must not be stored as -6.00 beside "on course", nor a coverage of
        # 0.5999 as 0.600 beside "insufficiently observed".
        difference=_rounded_or_none(score.difference, _MONTHS_STEP, ROUND_DOWN),
        outcome=STORED_OUTCOME[score.outcome],
        coverage=_rounded(score.coverage, _SHARE_STEP, ROUND_DOWN),
        share_passed=_rounded_or_none(score.share_passed, _SHARE_STEP, ROUND_HALF_UP),
        at_least=score.at_least,
        corrected_age=corrected,
        rule_version=f"{rule.code} {rule.version}",
    )


def is_vve(child: Child, on: date) -> bool:
    """Say whether a child is a VVE child on a day, both ends included."""
    return child.vve_from is not None and child.vve_from <= on <= (child.vve_until or on)


def _rounded_or_none(value: Fraction | None, step: Decimal, rounding: str) -> Decimal | None:
    return None if value is None else _rounded(value, step, rounding)


def _rounded(value: Fraction, step: Decimal, rounding: str) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=rounding)
