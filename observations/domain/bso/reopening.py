"""Opening a closed measurement again, with a reason, and its versions side by side (BSO-1.3)."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.bso.measuring import BsoRefused
from observations.domain.bso.reading import (
    Answers,
    answers_by_registration,
    label_of,
    points_by_registration,
    points_in_words,
)
from observations.domain.instruments.catalogue import content_of
from observations.domain.reasons import fault_of
from observations.domain.registering.versions import Comparison, Difference, Version
from observations.models import BsoAnswer, BsoRegistration, BsoScore, BsoText, Child


def reopen_measurement(*, registration: BsoRegistration, reason: str, by: User) -> BsoRegistration:
    """Open a closed measurement again, as a new version with both views; the closed one stays, and counts till then.

    Raises BsoRefused without a reason or with one that is too long, and when the measurement is open, was replaced
    already, or the child has another one open.
    """
    text = reason.strip()
    if fault := fault_of(text, missing=_("Schrijf op waarom deze meting weer open moet.")):
        raise BsoRefused(fault)
    # Who begins a measurement takes the same lock: a child has one open.
    Child.objects.select_for_update(no_key=True).get(pk=registration.child_id)
    old = BsoRegistration.objects.select_related("child", "group").get(pk=registration.pk)
    if old.status != BsoRegistration.Status.CLOSED or old.superseded:
        raise BsoRefused(_("Deze meting is niet afgesloten, of er is al een nieuwere versie van."))
    if open_beside(old) is not None:
        raise BsoRefused(_("Er staat voor dit kind al een meting open. Sluit die eerst af."))
    new = _version_after(old, text, by)
    record("bso.reopened", about=new, data={"replaces": str(old.pk), "revision": new.revision})
    return new


def open_beside(registration: BsoRegistration) -> BsoRegistration | None:
    """Return the measurement of the same child that is open, or None; one query."""
    return BsoRegistration.objects.filter(child=registration.child_id, status=BsoRegistration.Status.OPEN).first()


def next_version(registration: BsoRegistration) -> BsoRegistration | None:
    """Return the version that was made of this one when it was opened again, or None; one query."""
    return BsoRegistration.objects.select_related("started_by").filter(replaces=registration).first()


def versions_of(registration: BsoRegistration) -> Comparison:
    """Return the versions of the measurement of one day, the first one first; four queries and the key."""
    rows = BsoRegistration.objects.filter(child=registration.child_id, observed_on=registration.observed_on)
    found = list(rows.select_related("started_by", "closed_by").order_by("revision"))
    versions = tuple(map(_version, found))
    return Comparison(
        versions=versions,
        differences=(*_answers(registration, found), *_points(registration, found)),
        conclusions_differ=len({version.conclusion for version in versions}) > 1,
    )


def _version_after(old: BsoRegistration, reason: str, by: User) -> BsoRegistration:
    new = BsoRegistration(
        child=old.child,
        version_id=old.version_id,
        group=old.group,
        period_id=old.period_id,
        observed_on=old.observed_on,
        started_by=by,
        concluded_by_id=old.concluded_by_id,
        revision=old.revision + 1,
        replaces=old,
    )
    new.texts = BsoText(conclusion=old.texts.conclusion if old.texts else "", reopen_reason=reason)
    new.save(force_insert=True)
    BsoAnswer.objects.bulk_create(
        BsoAnswer(
            registration=new,
            view=answer.view,
            milestone_id=answer.milestone_id,
            value=answer.value,
            author_id=answer.author_id,
            answered_at=answer.answered_at,
        )
        for answer in old.answers.all()
    )
    BsoScore.objects.bulk_create(
        BsoScore(registration=new, scale_id=score.scale_id, half_points=score.half_points, author_id=score.author_id)
        for score in old.scores.all()
    )
    return new


def _version(row: BsoRegistration) -> Version:
    texts = row.texts
    return Version(
        pk=row.pk,
        number=row.revision,
        opened_by=row.started_by.get_full_name(),
        opened_at=row.created_at,
        closed_by=row.closed_by.get_full_name() if row.closed_by else "",
        closed_at=row.closed_at,
        reason=texts.reopen_reason if texts else "",
        conclusion=texts.conclusion if texts else "",
    )


def _answers(registration: BsoRegistration, found: Sequence[BsoRegistration]) -> list[Difference]:
    ids = [row.pk for row in found]
    differences = []
    for view in (BsoAnswer.View.STAFF, BsoAnswer.View.CHILD):
        given = answers_by_registration(ids, view)
        for line in content_of(registration.version_id).lines.values():
            for item in line.milestones:
                told = tuple(_told(given.get(pk, {}), item.code) for pk in ids)
                about = line.name if view == BsoAnswer.View.STAFF else _("Het kind zelf")
                differences += [Difference(about, item.text, told)] if len(set(told)) > 1 else []
    return differences


def _points(registration: BsoRegistration, found: Sequence[BsoRegistration]) -> list[Difference]:
    ids: list[UUID] = [row.pk for row in found]
    points = points_by_registration(ids)
    rows = [
        Difference("", scale.name, tuple(points_in_words(points.get(pk, {}).get(scale.code)) for pk in ids))
        for scale in content_of(registration.version_id).scales
    ]
    return [row for row in rows if len(set(row.answers)) > 1]


def _told(answers: Answers, code: str) -> str:
    return label_of(answers[code]) if code in answers else ""
