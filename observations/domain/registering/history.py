"""Bringing in registrations that are closed from the start: an import of old measurements, demonstration data.

The results are computed by the same function that closing a registration on the screen uses.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from kijk.encryption.keyring import keyring
from kijk.tenancy.ids import uuid7
from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.registrations import corrects_age
from observations.domain.registering.results import results_of
from observations.models import (
    Child,
    Group,
    InstrumentVersion,
    LineResult,
    Registration,
    RegistrationPeriod,
    RegistrationText,
    ScaleScore,
)

# Registrations written together: enough to make a statement's own cost vanish, few enough to keep memory flat.
_TOGETHER = 1000

_INSERT_ANSWERS = """
INSERT INTO "observations_answer"
    (organisation_id, carried_over, id, registration_id, milestone_id, value, answered_on, author_id)
SELECT %s, false, given.*
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[], %s::date[], %s::uuid[]) AS given
"""


@dataclass(frozen=True, repr=False)
class HistoricRegistration:
    """A registration as it was closed.

    ``answers`` holds ``Answer.Value`` by milestone id, ``scale_scores`` doubled points (2 to 10) by scale id.
    ``author_id`` is who answered and closed it; None where nobody of the organisation did.
    """

    child: Child
    version: InstrumentVersion
    group: Group
    registered_on: date
    closed_at: datetime
    answers: Mapping[UUID, int]
    period: RegistrationPeriod | None = None
    scale_scores: Mapping[UUID, int] = field(default_factory=dict)
    author_id: UUID | None = None
    conclusion: str = ""


@dataclass(frozen=True)
class LoadedCounts:
    """How many rows came in."""

    registrations: int = 0
    answers: int = 0
    scale_scores: int = 0
    results: int = 0


def load_history(registrations: Iterable[HistoricRegistration]) -> LoadedCounts:
    """Write closed registrations with answers, scale scores and line results; the caller records the event.

    Takes them in batches, so that a long history may come from a generator. Either all of it is written or nothing.
    Raises ValueError for an answer to a milestone of another version or a date before the birth, IntegrityError
    where the child has a registration with that version on that day.
    """
    by_due_date = corrects_age()
    waiting = iter(registrations)
    total = LoadedCounts()
    with _history_may_be_written():
        while batch := list(islice(waiting, _TOGETHER)):
            added = _load(batch, by_due_date=by_due_date)
            total = LoadedCounts(
                registrations=total.registrations + added.registrations,
                answers=total.answers + added.answers,
                scale_scores=total.scale_scores + added.scale_scores,
                results=total.results + added.results,
            )
    return total


@contextmanager
def _history_may_be_written() -> Iterator[None]:
    """Open the database's door for details of closed registrations (observations.sql), and close it after.

    In a savepoint of its own, so that an exception takes the setting back with everything else.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kijk.loading_history', 'on', true)")
        yield
        cursor.execute("SELECT set_config('kijk.loading_history', '', true)")


def _load(batch: list[HistoricRegistration], *, by_due_date: bool) -> LoadedCounts:
    # One query for the keys of all children whose conclusion is sealed, instead of one a child.
    keyring().load_subjects({given.child.pk for given in batch if given.conclusion})
    pairs = [(_registration(given), given) for given in batch]
    Registration.objects.bulk_create([row for row, _ in pairs])
    answers = _write_answers(pairs)
    scores = ScaleScore.objects.bulk_create(
        ScaleScore(registration_id=row.pk, scale_id=scale_id, half_points=half_points)
        for row, given in pairs
        for scale_id, half_points in given.scale_scores.items()
    )
    results = LineResult.objects.bulk_create(
        result
        for row, given in pairs
        for result in results_of(
            row, content=content_of(given.version.pk), answers=given.answers, corrects_age=by_due_date
        )
    )
    return LoadedCounts(len(pairs), answers, len(scores), len(results))


def _registration(given: HistoricRegistration) -> Registration:
    row = Registration(
        id=uuid7(),
        child=given.child,
        version=given.version,
        period=given.period,
        group=given.group,
        registered_on=given.registered_on,
        status=Registration.Status.CLOSED,
        started_by_id=given.author_id,
        closed_by_id=given.author_id,
        closed_at=given.closed_at,
    )
    if given.conclusion:
        row.texts = RegistrationText(conclusion=given.conclusion)
    return row


def _write_answers(pairs: list[tuple[Registration, HistoricRegistration]]) -> int:
    """Write the answers of a batch in one statement and return how many there are.

    Without a model instance an answer: a history has ten to two hundred answers a registration, and this is the
    one table in which Django's cost for each row is felt (measured: a quarter of the time of a whole import).
    """
    rows = [
        (uuid7(), row.pk, milestone_id, value, row.registered_on, given.author_id)
        for row, given in pairs
        for milestone_id, value in given.answers.items()
    ]
    if not rows:
        return 0
    organisation_id = pairs[0][0].organisation_id
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ANSWERS, [organisation_id, *map(list, zip(*rows, strict=True))])
    return len(rows)
