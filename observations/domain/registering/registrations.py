"""A registration from its beginning to its closing, and opening it again (REG-2, REG-3, REG-5, REG-6).

Answering is in ``answering``; its functions are offered here too, as this is where others look for them.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.children.records import main_placement
from observations.domain.instruments.catalogue import content_of, published_version
from observations.domain.periods.due import latest_period
from observations.domain.periods.pinning import DEVELOPMENT_INSTRUMENT, open_periods, pin_period
from observations.domain.reasons import fault_of
from observations.domain.registering.answering import (
    MAX_TEXT,
    confirm_line,
    confirm_locked,
    save_answer,
    save_conclusion,
    save_scale,
)
from observations.domain.registering.carrying import carry_over, previous_of_line, previous_registrations
from observations.domain.registering.reading import (
    Answers,
    age_at,
    answers_of,
    bands_shown,
    corrects_age,
    has_scales,
    lines_of,
    lock_open,
)
from observations.domain.registering.refusals import ConclusionChanged, NotConfirmed, RegistrationRefused
from observations.domain.registering.results import results_of
from observations.domain.scoring.rules import ScoringRule, rule_with_version
from observations.domain.signals.raising import signals_after_closing
from observations.models import (
    Answer,
    Child,
    ExtraRegistration,
    Group,
    InstrumentVersion,
    LineResult,
    Registration,
    RegistrationPeriod,
    RegistrationText,
    ScaleScore,
)

__all__ = [
    "DEVELOPMENT_INSTRUMENT",
    "MAX_TEXT",
    "Answers",
    "ConclusionChanged",
    "NotConfirmed",
    "RegistrationRefused",
    "age_at",
    "answers_of",
    "bands_shown",
    "close_registration",
    "confirm_line",
    "corrects_age",
    "has_scales",
    "lines_of",
    "previous_of_line",
    "previous_registrations",
    "reopen_registration",
    "save_answer",
    "save_conclusion",
    "save_scale",
    "start_registration",
    "start_registrations",
]


def start_registration(
    *, child: Child, today: date, by: User, extra: ExtraRegistration | None = None, group: Group | None = None
) -> Registration:
    """Begin a registration of a child, or return the one that is open (REG-3); with ``extra`` that one's lines only.

    Answers of the previous registration in the bands around the child's age come along, marked as taken over:
    somebody must confirm them before they count. ``group`` is the child's main group where that is known already.
    Raises RegistrationRefused for a child without a group, and for one that had this registration.
    """
    opened = _begun(child, extra, today)
    if opened is not None:
        return opened
    if group is None:
        placement = main_placement(child, today)
        if placement is None:
            raise RegistrationRefused(_("Dit kind is nu niet in een groep geplaatst."))
        group = placement.group
    period = None if extra else period_for(group, today)
    registration = Registration.objects.create(
        child=child,
        version=version_for(period, today),
        period=period,
        extra=extra,
        group=group,
        registered_on=today,
        started_by=by,
    )
    content, age = content_of(registration.version_id), age_at(registration)
    shown = content.rule.bands_to_show({}, age_months=age)
    lines = lines_of(registration)
    carry_over(registration, {line.code: shown for line in lines}, lines, set())
    record("registration.started", about=registration, data={"child": str(child.pk)})
    return registration


def start_registrations(*, children: Iterable[Child], group: Group, today: date, by: User) -> int:
    """Begin the registrations of children of a group who have none open; return how many began (REG-4.2).

    Who was registered today already is passed over.
    """
    begun = 0
    for child in children:
        try:
            registration = start_registration(child=child, today=today, by=by, group=group)
        except RegistrationRefused:
            continue
        begun += registration.registered_on == today
    return begun


def period_for(group: Group, today: date) -> RegistrationPeriod | None:
    """Return the period that a registration of a child in this group belongs to today, or None."""
    period = latest_period(today)
    return period if period is not None and (not period.kinds or group.kind in period.kinds) else None


def version_for(period: RegistrationPeriod | None, today: date) -> InstrumentVersion:
    """Return the instrument version to register with: inside a period the one it began with (REG-2.4)."""
    pinned = period or open_periods(today).first()
    version = pin_period(pinned).version if pinned is not None else None
    return version or published_version(DEVELOPMENT_INSTRUMENT)


def close_registration(
    *, registration: Registration, now: datetime, by: User, confirm_carried_over: bool = False
) -> list[LineResult]:
    """Close a registration: it never changes again, and each registered line leaves its result (REG-6).

    The one way a registration closes. Raises NotConfirmed while answers taken over wait, unless
    ``confirm_carried_over`` says that they hold; RegistrationRefused when nothing was answered.
    """
    locked = lock_open(registration)
    waiting = locked.answers.filter(carried_over=True)
    if confirm_carried_over:
        confirm_locked(locked, list(waiting.values_list("milestone_id", flat=True)), now.date(), by)
    elif count := waiting.count():
        raise NotConfirmed(count)
    answers = dict(locked.answers.values_list("milestone_id", "value"))
    if not answers:
        raise RegistrationRefused(_("Er is nog niets ingevuld."))
    content = content_of(locked.version_id)
    rule = _rule_of(locked)
    results = results_of(locked, content=content, answers=answers, corrects_age=corrects_age(), rule=rule)
    LineResult.objects.bulk_create(results)
    locked.status = Registration.Status.CLOSED
    locked.closed_at, locked.closed_by = now, by
    locked.save(update_fields=["status", "closed_at", "closed_by"])
    _supersede(locked.replaces_id)
    record("registration.closed", about=locked, data={"lines": len(results), "answers": len(answers)})
    signals_after_closing(registration=locked, results=results, now=now)
    return results


def reopen_registration(*, registration: Registration, reason: str, by: User) -> Registration:
    """Open a closed registration again, as a new revision with its answers; the closed one stays (REG-6).

    Until the revision is closed the old results stand. Raises RegistrationRefused without a reason or with one that
    is too long, and when the registration is open, was replaced already, or the child has another one open.
    """
    text = reason.strip()
    if fault := fault_of(text, missing=_("Schrijf op waarom deze registratie weer open moet.")):
        raise RegistrationRefused(fault)
    rows = Registration.objects.select_for_update(of=("self",)).select_related("child", "group", "extra")
    old = rows.get(pk=registration.pk)
    if old.status != Registration.Status.CLOSED or old.superseded:
        raise RegistrationRefused(_("Deze registratie is niet afgesloten, of er is al een nieuwere versie van."))
    if open_beside(old) is not None:
        raise RegistrationRefused(_("Er staat voor dit kind al een registratie open. Sluit die eerst af."))
    new = _revision_of(old, text, by)
    record("registration.reopened", about=new, data={"replaces": str(old.pk), "revision": new.revision})
    return new


def open_beside(registration: Registration) -> Registration | None:
    """Return the child's registration of the same kind that is open, or None; one query."""
    return Registration.objects.filter(
        child=registration.child_id,
        version=registration.version_id,
        extra=registration.extra_id,
        status=Registration.Status.OPEN,
    ).first()


def _begun(child: Child, extra: ExtraRegistration | None, today: date) -> Registration | None:
    """Return the registration that is open for this child; raises RegistrationRefused when it was made already."""
    rows = Registration.objects.filter(
        child=child, extra=extra, version__instrument__code=DEVELOPMENT_INSTRUMENT
    ).select_related("extra", "version")
    if extra is None:
        rows = rows.filter(status=Registration.Status.OPEN) | rows.filter(registered_on=today)
    found = list(rows.order_by("-revision"))
    opened = [registration for registration in found if registration.status == Registration.Status.OPEN]
    if opened:
        return opened[0]
    if found and extra is not None:
        raise RegistrationRefused(_("Deze extra registratie is voor dit kind al gedaan."))
    if found:
        raise RegistrationRefused(_("Dit kind is vandaag al geregistreerd."))
    return None


def _rule_of(registration: Registration) -> ScoringRule:
    """Return the rule to compute with: of the registration's period the one it began with (REG-2.4)."""
    rule = content_of(registration.version_id).rule
    period: RegistrationPeriod | None = registration.period
    if period is None or not period.rule_version or period.version_id != registration.version_id:
        return rule
    return rule_with_version(rule.code, period.rule_version)


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
        extra=old.extra,
        group=old.group,
        registered_on=old.registered_on,
        started_by=by,
        concluded_by_id=old.concluded_by_id,
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
            ScaleScore(
                registration=new, scale_id=score.scale_id, half_points=score.half_points, author_id=score.author_id
            )
            for score in old.scale_scores.all()
        ]
    )
    return new
