"""The yearly walk along all accounts: does everybody still need what they may (Normenkader IBP, ROSA, ACC-9).

A review takes down who had which roles when it began; each account is judged by a person, and the whole is signed.
Changing roles and closing accounts happens on the colleague's own page and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.colleagues import Colleague, RoleLine, Status, list_colleagues
from accounts.models import AccessReview, AccessReviewEntry, User
from kijk.audit.domain import record

YEARLY = timedelta(days=365)


class ReviewRefused(Exception):
    """The step is not possible now; the message can be shown."""


@dataclass(frozen=True)
class ReviewLine:
    """An account in a review: as it is now, and what was decided about it."""

    entry: AccessReviewEntry
    colleague: Colleague


def open_review() -> AccessReview | None:
    """Return the review under way, or None. One query."""
    return AccessReview.objects.filter(signed_at=None).select_related("begun_by").first()


def signed_reviews() -> list[AccessReview]:
    """Return the reviews that were signed, the last one first. One query."""
    signed = AccessReview.objects.filter(signed_at__isnull=False).select_related("begun_by", "signed_by")
    return list(signed.order_by("-signed_at"))


def is_due(reviews: list[AccessReview], now: datetime) -> bool:
    """Say whether the last signed review was more than a year ago, or never. Takes the list, last one first."""
    return not reviews or (reviews[0].signed_at or now) < now - YEARLY


def begin_review(*, by: User, now: datetime) -> AccessReview:
    """Begin a review of all accounts that are not closed. Raises ReviewRefused while another is under way."""
    try:
        with transaction.atomic():
            review = AccessReview.objects.create(begun_by=by, begun_at=now)
    except IntegrityError as error:
        raise ReviewRefused(_("Er loopt al een controle. Maak die eerst af.")) from error
    colleagues = [found for found in list_colleagues(now=now) if found.status is not Status.CLOSED]
    AccessReviewEntry.objects.bulk_create(
        AccessReviewEntry(review=review, user_id=found.pk, roles=[_taken_down(role) for role in found.current_roles])
        for found in colleagues
    )
    record("access_review.begun", about=review, data={"accounts": len(colleagues)})
    return review


def review_lines(review: AccessReview, *, now: datetime) -> list[ReviewLine]:
    """Return the review's accounts in the order of their names. Six queries."""
    entries = {entry.user_id: entry for entry in AccessReviewEntry.objects.filter(review=review)}
    return [ReviewLine(entries[found.pk], found) for found in list_colleagues(now=now) if found.pk in entries]


def decide(*, review: AccessReview, decisions: Mapping[UUID, str], by: User, now: datetime) -> int:
    """Write down what was found of accounts, by the id of their entries, and return how many are new or different.

    Raises ReviewRefused when the review was signed meanwhile. Ids of another review are passed over.
    """
    _refuse_signed(review)
    changed = []
    for entry in AccessReviewEntry.objects.filter(review=review, pk__in=list(decisions)):
        wanted = AccessReviewEntry.Decision(decisions[entry.pk])
        if entry.decision != wanted:
            entry.decision, entry.decided_by, entry.decided_at = wanted, by, now
            changed.append(entry)
    AccessReviewEntry.objects.bulk_update(changed, ["decision", "decided_by", "decided_at"])
    if changed:
        record("access_review.decided", about=review, data={"accounts": len(changed)})
    return len(changed)


def sign_review(*, review: AccessReview, by: User, now: datetime) -> None:
    """Sign a review off; after that nothing in it changes. Raises ReviewRefused while an account is not judged."""
    _refuse_signed(review)
    entries = AccessReviewEntry.objects.filter(review=review)
    left = entries.filter(decision="").count()
    if left:
        said = ngettext(
            "Over %(count)s account is nog niets ingevuld.", "Over %(count)s accounts is nog niets ingevuld.", left
        )
        raise ReviewRefused(said % {"count": left})
    review.signed_by, review.signed_at = by, now
    review.save(update_fields=["signed_by", "signed_at"])
    record("access_review.signed", about=review, data={"accounts": entries.count()})


def _refuse_signed(review: AccessReview) -> None:
    """Raise ReviewRefused for a signed review; holds its row until the end, so that no two sign and decide at once."""
    if AccessReview.objects.select_for_update().get(pk=review.pk).signed_at is not None:
        raise ReviewRefused(_("Deze controle is al afgetekend. Begin een nieuwe als er iets is veranderd."))


def _taken_down(role: RoleLine) -> dict[str, str | None]:
    return {
        "role": role.role.value,
        "location": str(role.location_id) if role.location_id else None,
        "module": role.module or None,
        "begins_on": role.begins_on.isoformat(),
        "ends_on": role.ends_on.isoformat() if role.ends_on else None,
    }
