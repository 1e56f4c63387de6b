"""Why a signal is there: the rule, the numbers it went by with what they rest on, the milestones, and where to look."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kijk.web.dutch import format_age_in_words, format_date, format_difference
from observations.domain.instruments.catalogue import InstrumentContent, content_of, published_version
from observations.domain.periods.pinning import DEVELOPMENT_INSTRUMENT
from observations.domain.registering.seen import seen_of_line
from observations.domain.signals.rules import SignalRule, known_rule
from observations.domain.signals.words import day_of, lines_named, months_in_words, points_in_words, summary_of
from observations.models import Answer, Line, LineResult, Registration, Signal, SignalNote

Facts = Mapping[str, Any]
Answers = Mapping[UUID, int]


@dataclass(frozen=True)
class Reason:
    """One number a rule went by: what it is, and how much."""

    label: str
    value: str


@dataclass(frozen=True)
class NamedLine:
    """A line a signal names; ``detail`` says how far apart it is from the age, where the rule kept that."""

    name: str
    detail: str = ""


@dataclass(frozen=True)
class SeenMilestone:
    """A milestone the outcome rests on, with its answer; ``before`` is the earlier answer where that is the point."""

    text: str
    band: str
    answer: str
    before: str = ""


@dataclass(frozen=True, repr=False)
class DiscussionNote:
    """A note on the discussion of a signal."""

    text: str
    author: str
    written_at: datetime


@dataclass(frozen=True, repr=False)
class Explanation:
    """A signal with everything that explains it."""

    rule: SignalRule
    summary: str
    reasons: tuple[Reason, ...]
    lines: tuple[NamedLine, ...]
    milestones: tuple[SeenMilestone, ...]
    registration: Registration | None
    notes: tuple[DiscussionNote, ...]
    closing: str
    agreements: tuple[str, ...]

    @property
    def rule_now(self) -> str:
        """The code of the rule by which such a signal comes now."""
        return self.rule.replaced_by or self.rule.code


def explanation_of(signal: Signal) -> Explanation:
    """Return why a signal is there and what was done with it; at most five queries and the instrument's content.

    ``signal`` comes with its child, line and registration.
    """
    registration = signal.registration
    content = content_of(registration.version_id) if registration else _present_content()
    answers = _answers(signal) if registration and _line_of(content, signal.line) else {}
    return Explanation(
        rule=known_rule(signal.rule),
        summary=summary_of(signal.rule, signal.facts),
        reasons=tuple(_reasons(signal, _seen_of(signal, registration, content, answers))),
        lines=tuple(_named_lines(content, signal.facts)),
        milestones=tuple(_milestones(signal, content, answers)) if registration else (),
        registration=registration,
        notes=tuple(_notes(signal)),
        closing=signal.texts.closing if signal.texts else "",
        agreements=tuple(str(Signal.Agreement(code).label) for code in signal.agreements),
    )


def _present_content() -> InstrumentContent:
    return content_of(published_version(DEVELOPMENT_INSTRUMENT).pk)


def _named_lines(content: InstrumentContent, facts: Facts) -> Iterator[NamedLine]:
    codes = lines_named(facts)
    for code, apart in zip(codes, facts.get("apart", [None] * len(codes)), strict=True):
        if code in content.lines:
            yield NamedLine(content.lines[code].name, "" if apart is None else format_difference(apart))


def _notes(signal: Signal) -> Iterator[DiscussionNote]:
    rows = SignalNote.objects.filter(signal=signal).select_related("author").order_by("written_at", "pk")
    for note in rows:
        yield DiscussionNote(note.content.text, note.author.get_full_name(), note.written_at)


def _answers(signal: Signal) -> Answers:
    """Return ``Answer.Value`` by milestone id, of the signal's line; one query."""
    rows = Answer.objects.filter(registration=signal.registration_id, milestone__line=signal.line_id)
    return dict(rows.values_list("milestone_id", "value"))


def _seen_of(signal: Signal, registration: Registration | None, content: InstrumentContent, answers: Answers) -> str:
    """Return how much was seen, as the registration's own page tells it; "" where a signal is not about a line's class."""
    line = _line_of(content, signal.line)
    if registration is None or line is None or "coverage" not in signal.facts:
        return ""
    result = LineResult.objects.filter(registration=registration, line=signal.line_id).first()
    if result is None:
        return ""
    registration.child = signal.child
    return seen_of_line(registration, content.lines[line], result, answers).in_words


def _milestones(signal: Signal, content: InstrumentContent, answers: Answers) -> Iterable[SeenMilestone]:
    """Return the milestones of the signal's line that were observed; of a regression those that were lost."""
    line = _line_of(content, signal.line)
    if line is None:
        return []
    lost = set(signal.facts.get("lost", ()))
    shown = [
        item
        for item in content.lines[line].milestones
        if (
            str(item.id) in lost
            if lost
            else answers.get(item.id, Answer.Value.NOT_OBSERVED) != Answer.Value.NOT_OBSERVED
        )
    ]
    before = str(Answer.Value.SECURE.label) if lost else ""
    return [
        SeenMilestone(item.text, _band(content, item.band), str(Answer.Value(answers[item.id]).label), before)
        for item in shown
        if item.id in answers
    ]


def _line_of(content: InstrumentContent, line: Line | None) -> str | None:
    return line.code if line is not None and line.code in content.lines else None


def _band(content: InstrumentContent, number: int) -> str:
    band = content.bands.get(number)
    return band.label if band else ""


def _reasons(signal: Signal, seen: str) -> Iterator[Reason]:
    words = _REASONS.get(signal.rule)
    if signal.registration is not None:
        yield Reason(_("Registratie"), format_date(signal.registration.registered_on))
    if words is not None:
        for label, value in words(signal.facts):
            yield Reason(label, value)
    if seen:
        yield Reason(_("Mijlpalen gezien"), seen)


_Pairs = Sequence[tuple[str, str]]


def _of_class(facts: Facts) -> _Pairs:
    reach = format_age_in_words(facts["dev_age"])
    least = _("minstens %(age)s") % {"age": reach} if facts["at_least"] else reach
    return [
        (_("De ontwikkeling op deze lijn reikt tot"), least),
        (_("Verschil met de leeftijd"), months_in_words(abs(facts["difference"]))),
        (_("Signaal vanaf een verschil van"), months_in_words(facts["months"])),
    ]


def _of_several(facts: Facts) -> _Pairs:
    return [
        (_("Lijnen met aandacht of zorg"), str(len(facts["behind"]))),
        (_("Waarvan binnen taal"), str(len(facts["language"]))),
        (_("Signaal vanaf"), _("%(lines)d lijnen, of %(language)d binnen taal") % {
            "lines": facts["lines"], "language": facts["language_lines"],
        }),
        (_("Een lijn telt mee vanaf een verschil van"), months_in_words(facts["months"])),
    ]  # fmt: skip


def _of_ahead(facts: Facts) -> _Pairs:
    return [
        (_("Lijnen waarop het kind voor is"), str(len(facts["ahead"]))),
        (_("Signaal vanaf"), ngettext("%(count)d lijn", "%(count)d lijnen", facts["lines"]) % {"count": facts["lines"]}),
        (_("Een lijn telt mee vanaf een verschil van"), months_in_words(facts["months"])),
    ]  # fmt: skip


def _of_stagnation(facts: Facts) -> _Pairs:
    return [
        (_("Vorige registratie"), format_date(day_of(facts["earlier_on"]))),
        (_("Toen reikte de ontwikkeling tot"), format_age_in_words(facts["earlier"])),
        (_("Nu"), format_age_in_words(facts["later"])),
        (_("Tijd ertussen"), months_in_words(facts["between"])),
        (_("Groei per half jaar"), months_in_words(facts["growth"])),
        (_("Signaal bij minder dan"), months_in_words(facts["least"])),
    ]


def _of_regression(facts: Facts) -> _Pairs:
    return [
        (_("Mijlpalen die eerder beheerst waren, en nu niet"), str(len(facts["lost"]))),
        (_("Signaal vanaf"), str(facts["milestones"])),
    ]


def _of_scale(facts: Facts) -> _Pairs:
    points = [points_in_words(value) for value in facts["points"]]
    found = [(_("Score nu"), _("%(points)s van 5") % {"points": points[-1]})]
    if len(points) > 1:
        found.append((_("Score daarvoor"), _("%(points)s van 5") % {"points": points[-2]}))
    limit = _("%(low)d of lager, of de laatste twee gemiddeld onder %(average)d") % {
        "low": facts["low"],
        "average": facts["average"],
    }
    return [*found, (_("Signaal bij"), limit)]


def _of_overdue(facts: Facts) -> _Pairs:
    return [(_("Had af moeten zijn op"), format_date(day_of(facts["due_until"])))]


def _of_unseen(facts: Facts) -> _Pairs:
    return [
        (_("Lijnen waarop te weinig is gezien"), str(len(facts["unseen"]))),
        (_("Signaal vanaf"), str(facts["lines"])),
    ]


def _of_unnoted(facts: Facts) -> _Pairs:
    return [
        (_("Lijnen zonder notitie"), str(len(facts["unnoted"]))),
        (_("Signaal na"), _("%(weeks)d weken, vanaf %(lines)d lijnen") % {"weeks": facts["weeks"], "lines": facts["lines"]}),
    ]  # fmt: skip


_REASONS: Mapping[str, Callable[[Facts], _Pairs]] = {
    "line_concern": _of_class,
    "line_attention": _of_class,
    "several_ahead": _of_ahead,
    "line_ahead": _of_class,
    "several_lines": _of_several,
    "stagnation": _of_stagnation,
    "regression": _of_regression,
    "low_well_being": _of_scale,
    "low_involvement": _of_scale,
    "registration_overdue": _of_overdue,
    "too_little_seen": _of_unseen,
    "not_noted": _of_unnoted,
}
