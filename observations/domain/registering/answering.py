"""Keeping what is seen of a child, one answer at a time, also when two people do so at once (REG-3.6, REG-3.9)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.instruments.catalogue import InstrumentContent, LineContent, content_of
from observations.domain.registering.carrying import carry_over
from observations.domain.registering.reading import Answers, age_at, answers_of, bands_shown, lines_of, lock_open
from observations.domain.registering.refusals import ConclusionChanged, RegistrationRefused
from observations.models import Answer, Registration, RegistrationText, ScaleScore

MAX_TEXT = 4000


@dataclass(frozen=True)
class Seen:
    """What stood on the sender's screen when they chose: an answer's value or doubled points, None for nothing."""

    value: int | None


@dataclass(frozen=True)
class Replaced:
    """A colleague's answer that the sender had not seen and has now replaced: their name, and the value it had."""

    author: str
    value: int


@dataclass(frozen=True)
class Kept:
    """What keeping an answer came to: all answers of the registration as they are now, and whose was replaced."""

    registration: Registration
    answers: Answers
    age_months: Fraction
    replaced: Replaced | None = None


def save_answer(
    *, registration: Registration, milestone_id: UUID, value: int, today: date, by: User, seen: Seen | None = None
) -> Kept:
    """Keep one answer, at once (REG-3). The same milestone again replaces it and confirms what was taken over.

    The last writer of an answer wins, but not silently: with ``seen``, an answer that a colleague gave meanwhile is
    named in what is returned. A band that the rule now asks for opens with the previous registration's answers.
    Raises RegistrationRefused when the registration is closed, the milestone is not one of its lines', or the answer
    not its scale's.
    """
    locked = lock_open(registration)
    content = content_of(locked.version_id)
    line = _line_of(locked, content, milestone_id)
    if value not in _values(content):
        raise RegistrationRefused(_("Dit antwoord kennen we niet."))
    answers = answers_of(locked)
    age = age_at(locked)
    shown = set(bands_shown(content, line, answers, age_months=age))
    before = answers.get(milestone_id)
    answer = Answer(registration=locked, milestone_id=milestone_id, value=value, answered_on=today, author=by)
    Answer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "milestone"],
        update_fields=["value", "answered_on", "author", "carried_over"],
    )
    answers[milestone_id] = answer
    opened = set(bands_shown(content, line, answers, age_months=age)) - shown
    if opened:
        added = carry_over(locked, {line.code: sorted(opened)}, [line], set(answers))
        answers |= {each.milestone_id: each for each in added}
    replaced = _replaced(before, value, by, seen)
    # Two in one trail entry: that the answer changed under a colleague is what a reader of the trail looks for.
    data = {"milestone": content.milestones[milestone_id].code}
    record("registration.answered", about=locked, data=data | ({"instead_of": str(replaced[1])} if replaced else {}))
    return Kept(locked, answers, age, replaced[0] if replaced else None)


def confirm_line(*, registration: Registration, line: LineContent, today: date, by: User) -> int:
    """Say that a line's answers taken over from the previous registration still hold; return how many."""
    return confirm_answers(registration=registration, milestone_ids=[i.id for i in line.milestones], today=today, by=by)


def confirm_answers(*, registration: Registration, milestone_ids: Iterable[UUID], today: date, by: User) -> int:
    """Say that answers taken over still hold, of these milestones; return how many waited."""
    return confirm_locked(lock_open(registration), milestone_ids, today, by)


def confirm_locked(registration: Registration, milestone_ids: Iterable[UUID], today: date, by: User) -> int:
    """Confirm answers of a registration that is locked already; return how many waited."""
    waiting = registration.answers.filter(carried_over=True, milestone_id__in=list(milestone_ids))
    count = waiting.update(carried_over=False, answered_on=today, author=by)
    if count:
        record("registration.confirmed", about=registration, data={"answers": count})
    return count


def save_scale(
    *, registration: Registration, scale_id: UUID, half_points: int, by: User, seen: Seen | None = None
) -> Replaced | None:
    """Keep a point on a five-point scale, doubled so that half points are whole numbers: 2 to 10 (REG-3).

    Returns the colleague's point that the sender had not seen and has now replaced, if any. Raises
    RegistrationRefused.
    """
    locked = lock_open(registration)
    if scale_id not in {scale.id for scale in content_of(locked.version_id).scales}:
        raise RegistrationRefused(_("Deze schaal hoort niet bij deze registratie."))
    if not 2 <= half_points <= 10:
        raise RegistrationRefused(_("Kies een punt van 1 tot en met 5."))
    before = ScaleScore.objects.filter(registration=locked, scale=scale_id).first()
    ScaleScore.objects.bulk_create(
        [ScaleScore(registration=locked, scale_id=scale_id, half_points=half_points, author=by)],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "scale"],
        update_fields=["half_points", "author"],
    )
    record("registration.scale_scored", about=locked)
    if before is None or seen is None or before.author_id in {None, by.pk}:
        return None
    if before.half_points in {seen.value, half_points}:
        return None
    return Replaced(before.author.get_full_name(), before.half_points)


def save_conclusion(*, registration: Registration, conclusion: str, by: User, seen: str | None = None) -> str:
    """Keep the conclusion in words, and return its mark.

    ``seen`` is the mark (``mark_of``) of the text the sender began with: where a colleague has written another since,
    nothing is kept and ConclusionChanged has theirs, for a text is not a choice of which the last one can win.
    Raises RegistrationRefused for a text that is too long.
    """
    locked = lock_open(registration)
    if len(conclusion) > MAX_TEXT:
        raise RegistrationRefused(_("De conclusie is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    known, text = locked.texts, conclusion.strip()
    before = known.conclusion if known else ""
    if text == before:
        return mark_of(text)
    if seen is not None and mark_of(before) != seen and locked.concluded_by_id not in {None, by.pk}:
        raise ConclusionChanged(before, locked.concluded_by.get_full_name())
    locked.texts = RegistrationText(conclusion=text, reopen_reason=known.reopen_reason if known else "")
    locked.concluded_by = by
    locked.save(update_fields=["texts", "concluded_by"])
    record("registration.concluded", about=locked)
    return mark_of(text)


def mark_of(text: str) -> str:
    """Return a short mark of a text, by which a form says which text it began with."""
    plain = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _line_of(registration: Registration, content: InstrumentContent, milestone_id: UUID) -> LineContent:
    milestone = content.milestones.get(milestone_id)
    lines = {line.code: line for line in lines_of(registration)}
    if milestone is None or milestone.line_code not in lines:
        raise RegistrationRefused(_("Deze mijlpaal hoort niet bij deze registratie."))
    return lines[milestone.line_code]


def _replaced(before: Answer | None, value: int, by: User, seen: Seen | None) -> tuple[Replaced, UUID] | None:
    if before is None or seen is None or before.carried_over or before.author_id in {None, by.pk}:
        return None
    if before.value in {seen.value, value}:
        return None
    return Replaced(before.author.get_full_name(), before.value), before.author_id


def _values(content: InstrumentContent) -> set[int]:
    if content.rule.uses_bands:
        return {int(value) for value in Answer.Value}
    return {int(value) for value in Answer.Value if value is not Answer.Value.EMERGING}
