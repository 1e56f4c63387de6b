"""The versions of a registration that was opened again, side by side (REG-6.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from observations.domain.instruments.catalogue import content_of
from observations.models import Answer, BsoRegistration, Registration, ScaleScore

_Versioned = TypeVar("_Versioned", Registration, BsoRegistration)


@dataclass(frozen=True)
class Version:
    """One version: its number, who opened and who closed it, when, and why it was opened again."""

    pk: UUID
    number: int
    opened_by: str
    opened_at: datetime
    closed_by: str
    closed_at: datetime | None
    reason: str
    conclusion: str


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in all versions: what it is, and its answer in each, in their order."""

    line: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All versions of a registration, the first one first, and what differs between them."""

    versions: tuple[Version, ...]
    differences: tuple[Difference, ...]
    conclusions_differ: bool


def next_version(registration: Registration) -> Registration | None:
    """Return the version that was made of this one when it was opened again, or None; one query."""
    return Registration.objects.select_related("started_by").filter(replaces=registration).first()


def newest_of(found: Iterable[_Versioned]) -> tuple[_Versioned, ...]:
    """Return those that none of the others replaces, in their order: while a new version is open, it and not the old."""
    rows = tuple(found)
    replaced = {row.replaces_id for row in rows}
    return tuple(row for row in rows if row.pk not in replaced)


def versions_of(registration: Registration) -> Comparison:
    """Return the versions of the registration of one day; three queries and the key."""
    rows = Registration.objects.filter(
        child=registration.child_id,
        version=registration.version_id,
        registered_on=registration.registered_on,
        extra=registration.extra_id,
    ).select_related("started_by", "closed_by")
    found = list(rows.order_by("revision"))
    versions = tuple(map(_version, found))
    return Comparison(
        versions=versions,
        differences=(*_answers(registration, found), *_points(registration, found)),
        conclusions_differ=len({version.conclusion for version in versions}) > 1,
    )


def _version(row: Registration) -> Version:
    texts = row.texts
    return Version(
        pk=row.pk,
        number=row.revision,
        opened_by=row.started_by.get_full_name() if row.started_by else "",
        opened_at=row.created_at,
        closed_by=row.closed_by.get_full_name() if row.closed_by else "",
        closed_at=row.closed_at,
        reason=texts.reopen_reason if texts else "",
        conclusion=texts.conclusion if texts else "",
    )


def _answers(registration: Registration, found: Sequence[Registration]) -> list[Difference]:
    given: dict[UUID, dict[UUID, int]] = {row.pk: {} for row in found}
    rows = Answer.objects.filter(registration__in=found, carried_over=False)
    for registration_id, milestone_id, value in rows.values_list("registration_id", "milestone_id", "value"):
        given[registration_id][milestone_id] = value
    differences = []
    for line in content_of(registration.version_id).lines.values():
        for item in line.milestones:
            values = [given[row.pk].get(item.id) for row in found]
            if len(set(values)) > 1:
                told = tuple("" if value is None else str(Answer.Value(value).label) for value in values)
                differences.append(Difference(line.name, item.text, told))
    return differences


def _points(registration: Registration, found: Sequence[Registration]) -> list[Difference]:
    given: dict[UUID, dict[UUID, int]] = {row.pk: {} for row in found}
    for row_id, scale_id, points in ScaleScore.objects.filter(registration__in=found).values_list(
        "registration_id", "scale_id", "half_points"
    ):
        given[row_id][scale_id] = points
    return [
        Difference("", scale.name, told)
        for scale in content_of(registration.version_id).scales
        for told in [tuple(_written(given[row.pk], scale.id) for row in found)]
        if len(set(told)) > 1
    ]


def _written(points: Mapping[UUID, int], scale_id: UUID) -> str:
    if scale_id not in points:
        return ""
    whole, half = divmod(points[scale_id], 2)
    return f"{whole},5" if half else str(whole)
