"""Registering a child: starting, answering, closing, opening again (REG-3, REG-5, REG-6)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from licensing.domain import current_organisation
from licensing.modules import Module
from observations.domain.children.records import main_placement
from observations.domain.instruments.catalogue import InstrumentContent, LineContent, content_of, published_version
from observations.domain.registering.overview import current_period
from observations.domain.registering.results import results_of, scoring_age
from observations.domain.scoring.bands import Score
from observations.models import (
    Answer,
    Child,
    LineResult,
    Registration,
    RegistrationText,
    ScaleScore,
)

# The instrument for following development that the product ships.
DEVELOPMENT_INSTRUMENT = "kijk07"

MAX_TEXT = 4000

Answers = Mapping[UUID, Answer]


class RegistrationRefused(Exception):
    """What was asked cannot be done with this registration; the message says why, in the reader's language."""


class NotConfirmed(RegistrationRefused):
    """Answers taken over from the previous registration still wait for somebody to say that they hold."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _("Nog niet bevestigd: %(count)s antwoorden die zijn overgenomen van de vorige registratie.")
            % {"count": count}
        )
        self.count = count


def corrects_age() -> bool:
    """Say whether the organisation counts from the due date for children born too early (REG-5)."""
    return current_organisation().has_module(Module.CORRECTED_AGE)


def start_registration(*, child: Child, today: date, by: User) -> Registration:
    """Begin a registration of a child, or return the one that is open (REG-3).

    Answers of the previous registration in the bands around the child's age come along, marked as taken over:
    somebody must confirm them before they count. Raises RegistrationRefused for a child without a group.
    """
    version = published_version(DEVELOPMENT_INSTRUMENT)
    opened = Registration.objects.filter(child=child, version=version, status=Registration.Status.OPEN).first()
    if opened is not None:
        return opened
    placement = main_placement(child, today)
    if placement is None:
        raise RegistrationRefused(_("Dit kind is nu niet in een groep geplaatst."))
    if Registration.objects.filter(child=child, version=version, registered_on=today).exists():
        raise RegistrationRefused(_("Dit kind is vandaag al geregistreerd."))
    registration = Registration.objects.create(
        child=child,
        version=version,
        period=current_period(today),
        group=placement.group,
        registered_on=today,
        started_by=by,
    )
    content = content_of(version.pk)
    age = age_at(registration)
    for line in content.lines.values():
        carry_over(registration, line, content.rule.bands_to_show({}, age_months=age))
    record("registration.started", about=registration, data={"child": str(child.pk)})
    return registration


def carry_over(registration: Registration, line: LineContent, bands: Iterable[int]) -> None:
    """Take over the previous registration's answers in bands of a line that have none yet."""
    previous = previous_registration(registration)
    if previous is None:
        return
    shown = [item.id for band in bands for item in line.bands.get(band, ())]
    known = set(registration.answers.filter(milestone_id__in=shown).values_list("milestone_id", flat=True))
    before = previous.answers.filter(milestone_id__in=shown).exclude(value=Answer.Value.NOT_OBSERVED)
    Answer.objects.bulk_create(
        [
            Answer(
                registration=registration,
                milestone_id=answer.milestone_id,
                value=answer.value,
                answered_on=answer.answered_on,
                author_id=answer.author_id,
                carried_over=True,
            )
            for answer in before
            if answer.milestone_id not in known
        ],
        ignore_conflicts=True,
    )


def previous_registration(registration: Registration) -> Registration | None:
    """Return the child's last closed registration before this one, with the same version; superseded ones aside."""
    if registration.replaces_id is not None:
        return None
    earlier = Registration.objects.filter(
        child=registration.child_id,
        version=registration.version_id,
        status=Registration.Status.CLOSED,
        superseded=False,
        registered_on__lt=registration.registered_on,
    )
    return earlier.order_by("-registered_on").first()


def save_answer(*, registration: Registration, milestone_id: UUID, value: int, today: date, by: User) -> None:
    """Keep one answer, at once (REG-3). The same milestone again replaces it and confirms what was taken over.

    A band that the rule now asks for opens with the previous registration's answers. Raises RegistrationRefused
    when the registration is closed, the milestone is not its instrument's, or the answer not its scale's.
    """
    locked = _lock_open(registration)
    content = content_of(locked.version_id)
    milestone = content.milestones.get(milestone_id)
    if milestone is None:
        raise RegistrationRefused(_("Deze mijlpaal hoort niet bij deze registratie."))
    if value not in _values(content):
        raise RegistrationRefused(_("Dit antwoord kennen we niet."))
    Answer.objects.bulk_create(
        [Answer(registration=locked, milestone_id=milestone_id, value=value, answered_on=today, author=by)],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "milestone"],
        update_fields=["value", "answered_on", "author", "carried_over"],
    )
    line = content.lines[milestone.line_code]
    carry_over(locked, line, bands_shown(content, line, answers_of(locked), age_months=age_at(locked)))
    record("registration.answered", about=locked, data={"milestone": milestone.code})


def confirm_line(*, registration: Registration, line: LineContent, today: date, by: User) -> int:
    """Say that a line's answers taken over from the previous registration still hold; return how many."""
    return _confirm(_lock_open(registration), [item.id for item in line.milestones], today, by)


def save_scale(*, registration: Registration, scale_id: UUID, half_points: int) -> None:
    """Keep a point on a five-point scale, doubled so that half points are whole numbers: 2 to 10 (REG-3)."""
    locked = _lock_open(registration)
    if scale_id not in {scale.id for scale in content_of(locked.version_id).scales}:
        raise RegistrationRefused(_("Deze schaal hoort niet bij deze registratie."))
    if not 2 <= half_points <= 10:
        raise RegistrationRefused(_("Kies een punt van 1 tot en met 5."))
    ScaleScore.objects.bulk_create(
        [ScaleScore(registration=locked, scale_id=scale_id, half_points=half_points)],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "scale"],
        update_fields=["half_points"],
    )
    record("registration.scale_scored", about=locked)


def save_conclusion(*, registration: Registration, conclusion: str) -> None:
    """Keep the conclusion in words."""
    locked = _lock_open(registration)
    if len(conclusion) > MAX_TEXT:
        raise RegistrationRefused(_("De conclusie is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    reason = locked.texts.reopen_reason if locked.texts else ""
    locked.texts = RegistrationText(conclusion=conclusion.strip(), reopen_reason=reason)
    locked.save(update_fields=["texts"])
    record("registration.concluded", about=locked)


def close_registration(
    *, registration: Registration, now: datetime, by: User, confirm_carried_over: bool = False
) -> list[LineResult]:
    """Close a registration: it never changes again, and each registered line leaves its result (REG-6).

    Raises NotConfirmed while answers taken over wait, unless ``confirm_carried_over`` says that they hold;
    RegistrationRefused when nothing was answered.
    """
    locked = _lock_open(registration)
    waiting = locked.answers.filter(carried_over=True)
    if confirm_carried_over:
        _confirm(locked, list(waiting.values_list("milestone_id", flat=True)), now.date(), by)
    elif count := waiting.count():
        raise NotConfirmed(count)
    answers = dict(locked.answers.values_list("milestone_id", "value"))
    if not answers:
        raise RegistrationRefused(_("Er is nog niets ingevuld."))
    content = content_of(locked.version_id)
    results = results_of(locked, content=content, answers=answers, corrects_age=corrects_age())
    LineResult.objects.bulk_create(results)
    locked.status = Registration.Status.CLOSED
    locked.closed_at, locked.closed_by = now, by
    locked.save(update_fields=["status", "closed_at", "closed_by"])
    _supersede(locked.replaces_id)
    record("registration.closed", about=locked, data={"lines": len(results), "answers": len(answers)})
    return results


def reopen_registration(*, registration: Registration, reason: str, by: User) -> Registration:
    """Open a closed registration again, as a new revision with its answers; the closed one stays (REG-6).

    Until the revision is closed the old results stand. Raises RegistrationRefused without a reason, and when the
    registration is open, was replaced already, or the child has another one open.
    """
    if not reason.strip():
        raise RegistrationRefused(_("Schrijf op waarom deze registratie weer open moet."))
    old = Registration.objects.select_for_update(of=("self",)).select_related("child", "group").get(pk=registration.pk)
    if old.status != Registration.Status.CLOSED or old.superseded:
        raise RegistrationRefused(_("Deze registratie is niet afgesloten, of er is al een nieuwere versie van."))
    opened = Registration.objects.filter(child=old.child_id, version=old.version_id, status=Registration.Status.OPEN)
    if opened.exists():
        raise RegistrationRefused(_("Er staat voor dit kind al een registratie open. Sluit die eerst af."))
    new = _revision_of(old, reason.strip(), by)
    record("registration.reopened", about=new, data={"replaces": str(old.pk), "revision": new.revision})
    return new


def answers_of(registration: Registration) -> dict[UUID, Answer]:
    """Return the registration's answers by milestone id; one query."""
    return {answer.milestone_id: answer for answer in registration.answers.all()}


def age_at(registration: Registration) -> Fraction:
    """Return the child's age in months to score this registration with; ``registration`` comes with its child."""
    return scoring_age(registration.child, registration.registered_on, corrects_age=corrects_age())


def bands_shown(
    content: InstrumentContent, line: LineContent, answers: Answers, *, age_months: Fraction
) -> tuple[int, ...]:
    """Return the bands of a line that the screen shows now, ascending.

    What was taken over and not confirmed yet counts as not answered.
    """
    given = {band: [_confirmed(answers.get(item.id)) for item in items] for band, items in line.bands.items()}
    return content.rule.bands_to_show(given, age_months=age_months)


def _confirmed(answer: Answer | None) -> Score | None:
    return None if answer is None or answer.carried_over else Score(answer.value)


def _confirm(registration: Registration, milestone_ids: list[UUID], today: date, by: User) -> int:
    waiting = registration.answers.filter(carried_over=True, milestone_id__in=milestone_ids)
    count = waiting.update(carried_over=False, answered_on=today, author=by)
    if count:
        record("registration.confirmed", about=registration, data={"answers": count})
    return count


def _lock_open(registration: Registration) -> Registration:
    """Return the registration, locked until the end of the transaction; raises RegistrationRefused when closed.

    Answering and closing take the same lock, so that no answer slips in behind the results.
    """
    rows = Registration.objects.select_for_update(of=("self",)).select_related("child", "group")
    locked = rows.get(pk=registration.pk)
    if locked.status != Registration.Status.OPEN:
        raise RegistrationRefused(_("Deze registratie is afgesloten en verandert niet meer."))
    return locked


def _values(content: InstrumentContent) -> set[int]:
    if content.rule.uses_bands:
        return {int(value) for value in Answer.Value}
    return {int(value) for value in Answer.Value if value is not Answer.Value.EMERGING}


def _supersede(replaced_id: UUID | None) -> None:
    if replaced_id is None:
        return
    Registration.objects.filter(pk=replaced_id).update(superseded=True)
    LineResult.objects.filter(registration=replaced_id).update(is_current=False)


def _revision_of(old: Registration, reason: str, by: User) -> Registration:
    new = Registration(
        child=old.child,
        version_id=old.version_id,
        period_id=old.period_id,
        group=old.group,
        registered_on=old.registered_on,
        started_by=by,
        revision=old.revision + 1,
        replaces=old,
    )
    new.texts = RegistrationText(conclusion=old.texts.conclusion if old.texts else "", reopen_reason=reason)
    new.save(force_insert=True)
    Answer.objects.bulk_create(
        [
            Answer(
                registration=new,
                milestone_id=answer.milestone_id,
                value=answer.value,
                answered_on=answer.answered_on,
                author_id=answer.author_id,
            )
            for answer in old.answers.all()
        ]
    )
    ScaleScore.objects.bulk_create(
        [
            ScaleScore(registration=new, scale_id=score.scale_id, half_points=score.half_points)
            for score in old.scale_scores.all()
        ]
    )
    return new
