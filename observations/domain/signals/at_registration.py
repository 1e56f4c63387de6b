"""What a registration that is being closed gives: the rules of ``detection``, over what is in the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from observations.domain.instruments.catalogue import InstrumentContent, LineContent, content_of
from observations.domain.scoring.bands import age_in_months
from observations.domain.signals import detection
from observations.domain.signals.choices import RuleChoices, chosen_rules
from observations.domain.signals.detection import Sight
from observations.models import Answer, LineResult, Registration, Scale, ScaleScore

# The areas whose lines count as "within language", by code.
LANGUAGE_AREAS = frozenset({"taal", "communicatie"})

# A regression is looked for against the registrations of the last two years; older ones tell of another child.
_EARLIER_REGISTRATIONS = 6


@dataclass(frozen=True)
class Found:
    """A rule that applies, on a line or (None) on the child as a whole, with the facts it went by.

    ``is_told``: another signal of the same registration names the line already, so that this one needs none of its
    own; one that is open goes on with the new facts.
    """

    rule: str
    facts: Mapping[str, Any]
    line_id: UUID | None = None
    is_told: bool = False


@dataclass(frozen=True)
class _Sights:
    """What a registration's lines came to, and what they came to before, by line code."""

    content: InstrumentContent
    now: Mapping[str, Sight]
    earlier: Mapping[str, list[Sight]]
    results: Mapping[str, LineResult]
    months_between: Mapping[date, Fraction]


def findings_of(registration: Registration, *, results: Collection[LineResult]) -> list[Found]:
    """Return what the rules that are on notice in a registration; ``registration`` comes with its child.

    At most six queries, whatever is found. Registrations with another version of an instrument are not compared: their
    lines and milestones are others.
    """
    choices = chosen_rules()
    content = content_of(registration.version_id)
    earlier = _earlier(registration)
    sights = _sights(registration, content, results, earlier)
    several = list(_several(sights, choices))
    return [
        *_line_classes(sights, choices, told=_told(several, choices)),
        *several,
        *_several_ahead(sights, choices),
        *_stagnation(sights, choices),
        *_regression(registration, sights, earlier, choices),
        *_scales(registration, earlier, choices),
        *_too_little_seen(sights, choices),
    ]


def child_rules_looked_at(registration: Registration, *, results: Collection[LineResult]) -> frozenset[str]:
    """Return the rules about the child as a whole that a registration could have given: it looked at all they need.

    A registration of a few lines says nothing about the others, and one without a score says nothing of that scale.
    """
    lines = content_of(registration.version_id).lines.values()
    registered = {result.line_id for result in results}
    seen = {result.line_id for result in results if result.developmental_age is not None}
    every = {line.id for line in lines}
    kinds = set(registration.scale_scores.values_list("scale__kind", flat=True))
    looked = {rule for rule, kind in _SCALE_RULES.items() if kind in kinds}
    looked |= {"several_lines", "several_ahead"} if seen >= every else set()
    return frozenset(looked | ({"too_little_seen"} if registered >= every else set()))


def is_language(content: InstrumentContent, line: LineContent) -> bool:
    """Say whether a line lies within language."""
    return any(area.code in LANGUAGE_AREAS and area.id == line.area_id for area in content.areas)


def _earlier(registration: Registration) -> list[Registration]:
    """Return the child's closed registrations before this one with the same version, the latest last."""
    rows = Registration.objects.filter(
        child_id=registration.child_id,
        version_id=registration.version_id,
        status=Registration.Status.CLOSED,
        superseded=False,
        registered_on__lt=registration.registered_on,
    )
    return list(reversed(rows.order_by("-registered_on", "-revision")[:_EARLIER_REGISTRATIONS]))


def _sights(
    registration: Registration,
    content: InstrumentContent,
    results: Collection[LineResult],
    earlier: list[Registration],
) -> _Sights:
    codes = {line.id: line for line in content.lines.values()}
    by_line: defaultdict[str, list[Sight]] = defaultdict(list)
    if earlier:
        rows = LineResult.objects.filter(registration__in=earlier).order_by("registered_on", "pk")
        for result in rows:
            by_line[codes[result.line_id].code].append(_sight(content, codes[result.line_id], result))
    born_on, on = registration.child.birth_date, registration.registered_on
    age = age_in_months(born_on, on)
    found = {codes[result.line_id].code: result for result in results}
    return _Sights(
        content=content,
        now={code: _sight(content, content.lines[code], result) for code, result in found.items()},
        earlier=by_line,
        results=found,
        months_between={day.registered_on: age - age_in_months(born_on, day.registered_on) for day in earlier},
    )


def _sight(content: InstrumentContent, line: LineContent, result: LineResult) -> Sight:
    return Sight(
        line=line.code,
        registered_on=result.registered_on,
        difference=_fraction(result.difference),
        dev_age=_fraction(result.developmental_age),
        at_least=result.at_least,
        insufficient=result.outcome == LineResult.Outcome.INSUFFICIENT,
        is_language=is_language(content, line),
    )


def _told(several: Iterable[Found], choices: RuleChoices) -> frozenset[str]:
    """Return the lines that the signal about several lines names to the same people as one about a line would."""
    audiences = {choices.by_code[rule].audience for rule in ("several_lines", "line_attention")}
    return frozenset(line for found in several for line in found.facts["behind"] if len(audiences) == 1)


def _line_classes(sights: _Sights, choices: RuleChoices, *, told: Collection[str]) -> Iterator[Found]:
    limits = {
        name: choices.value(rule, "months") if choices.is_on(rule) else None
        for name, rule in (("concern", "line_concern"), ("attention", "line_attention"))
    }
    for code, sight in sights.now.items():
        rule = detection.line_class(sight.difference, **limits)
        if rule is not None:
            result = sights.results[code]
            facts = {
                "difference": _number(sight.difference),
                "dev_age": _number(sight.dev_age),
                "at_least": result.at_least,
                "coverage": _number(Fraction(result.coverage)),
                "months": choices.value(rule, "months"),
            }
            yield Found(rule, facts, result.line_id, is_told=rule == "line_attention" and code in told)


def _several(sights: _Sights, choices: RuleChoices) -> Iterator[Found]:
    if not choices.is_on("several_lines"):
        return
    limits = {name: choices.value("several_lines", name) for name in ("lines", "language_lines")}
    attention = choices.value("line_attention", "months")
    behind = detection.several_behind(list(sights.now.values()), attention=attention, **limits)
    if behind:
        language = [code for code in behind if sights.now[code].is_language]
        yield Found("several_lines", {"behind": list(behind), "language": language, "months": attention, **limits})


def _several_ahead(sights: _Sights, choices: RuleChoices) -> Iterator[Found]:
    if not choices.is_on("several_ahead"):
        return
    least, months = choices.value("several_ahead", "lines"), choices.value("several_ahead", "months")
    lines = detection.several_ahead(_in_order(sights), ahead=months, lines=least)
    if lines:
        apart = [_number(sights.now[code].difference) for code in lines]
        yield Found("several_ahead", {"ahead": list(lines), "apart": apart, "months": months, "lines": least})


def _stagnation(sights: _Sights, choices: RuleChoices) -> Iterator[Found]:
    if not choices.is_on("stagnation"):
        return
    least, apart = choices.value("stagnation", "growth"), choices.value("stagnation", "apart")
    for code, sight in sights.now.items():
        growth = detection.growth_of(
            sights.earlier.get(code, ()), sight, apart=apart, months_between=sights.months_between
        )
        if growth is not None and detection.is_stagnation(growth, least=least):
            facts = {
                "growth": _number(growth.per_half_year),
                "earlier": _number(growth.earlier.dev_age),
                "earlier_on": growth.earlier.registered_on.isoformat(),
                "later": _number(growth.later.dev_age),
                "between": _number(growth.months),
                "least": least,
            }
            yield Found("stagnation", facts, sights.results[code].line_id)


def _regression(
    registration: Registration, sights: _Sights, earlier: list[Registration], choices: RuleChoices
) -> Iterator[Found]:
    if not choices.is_on("regression") or not earlier:
        return
    now = _answers_by_line(registration, sights.content)
    before = _last_observed(earlier)
    least = choices.value("regression", "milestones")
    for code, answers in now.items():
        lost = detection.lost_milestones(before, answers)
        if len(lost) >= least and code in sights.results:
            yield Found("regression", {"lost": list(lost), "milestones": least}, sights.results[code].line_id)


def _answers_by_line(registration: Registration, content: InstrumentContent) -> Mapping[str, Mapping[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for milestone_id, value in registration.answers.order_by("milestone__position").values_list(
        "milestone_id", "value"
    ):
        found[content.milestones[milestone_id].line_code][str(milestone_id)] = value
    return found


def _last_observed(earlier: list[Registration]) -> Mapping[str, int]:
    rows = Answer.objects.filter(registration__in=earlier).exclude(value=Answer.Value.NOT_OBSERVED)
    ordered = rows.order_by("registration__registered_on", "registration__revision")
    # The latest answer, written last, stays.
    return {str(milestone_id): value for milestone_id, value in ordered.values_list("milestone_id", "value")}


_SCALE_RULES = {"low_well_being": Scale.Kind.WELL_BEING, "low_involvement": Scale.Kind.INVOLVEMENT}


def _scales(registration: Registration, earlier: list[Registration], choices: RuleChoices) -> Iterator[Found]:
    rows = ScaleScore.objects.filter(
        registration__in=[*earlier, registration], scale__kind__in=_SCALE_RULES.values()
    ).order_by("registration__registered_on", "registration__revision")
    scores: defaultdict[str, list[tuple[UUID, Fraction]]] = defaultdict(list)
    for kind, registration_id, half_points in rows.values_list("scale__kind", "registration_id", "half_points"):
        scores[kind].append((registration_id, Fraction(half_points, 2)))
    for rule, kind in _SCALE_RULES.items():
        found = scores[kind]
        # A scale that was not scored now says nothing now.
        if not choices.is_on(rule) or not found or found[-1][0] != registration.pk:
            continue
        yield from low_scale(rule, [points for _, points in found], choices)


def low_scale(rule: str, points: list[Fraction], choices: RuleChoices) -> Iterator[Found]:
    """Yield the signal of a five-point scale that is low; ``points`` over time, the latest last (also for the BSO)."""
    limits = {name: choices.value(rule, name) for name in ("low", "average")}
    if detection.is_low(points, **limits):
        yield Found(rule, {"points": [_number(value) for value in points[-2:]], **limits})


def _too_little_seen(sights: _Sights, choices: RuleChoices) -> Iterator[Found]:
    if not choices.is_on("too_little_seen"):
        return
    least = choices.value("too_little_seen", "lines")
    lines = detection.too_little_seen(_in_order(sights), lines=least)
    if lines:
        yield Found("too_little_seen", {"unseen": list(lines), "lines": least})


def _in_order(sights: _Sights) -> Iterable[Sight]:
    return (sights.now[code] for code in sights.content.lines if code in sights.now)


def _fraction(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def _number(value: Fraction | None) -> float | None:
    """Return a number as it is kept among the facts: two decimals."""
    return None if value is None else round(float(value), 2)
