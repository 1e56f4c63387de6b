"""What a measurement's form chose and the closed measurement does not have: in words, to be given back (BSO-1.3)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from kijk.encryption.keyring import keyring
from observations.domain.bso.reading import answers_of, label_of, points_by_registration, points_in_words
from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.unsaved import Unsaved
from observations.models import BsoAnswer, BsoRegistration, Group

_POINTS = range(2, 11)


def unsaved_of(
    registration: BsoRegistration, answers: Mapping[UUID, int | None], points: Mapping[UUID, int]
) -> tuple[Unsaved, ...]:
    """Return the points and answers that are not kept, in the order of the form; two queries.

    What is not of this instrument is left out.
    """
    return (*_points(registration, points), *_answers(registration, answers))


def late_points(group: Group, sent: Sequence[tuple[UUID, UUID, int]]) -> list[str] | None:
    """Return in words which points of a group's form came after their measurement was closed and are not kept.

    ``sent`` are measurement, scale and doubled points. None where one is no measurement of the group.
    """
    ids = {row_id for row_id, _scale, _points in sent}
    rows = BsoRegistration.objects.filter(group=group, pk__in=ids).select_related("child")
    found = {row.pk: row for row in rows}
    if ids - found.keys():
        return None
    keyring().load_subjects({row.child_id for row in found.values()})
    told = []
    for row_id, scale_id, half_points in sent:
        row = found[row_id]
        told += [f"{row.child.file}, {each.text}: {each.chosen}" for each in _points(row, {scale_id: half_points})]
    return told


def _points(registration: BsoRegistration, points: Mapping[UUID, int]) -> Iterator[Unsaved]:
    kept = points_by_registration([registration.pk])[registration.pk]
    for scale in content_of(registration.version_id).scales:
        chosen, before = points.get(scale.id), kept.get(scale.code)
        if chosen in _POINTS and chosen != before:
            yield Unsaved("", scale.name, points_in_words(chosen), points_in_words(before))


def _answers(registration: BsoRegistration, answers: Mapping[UUID, int | None]) -> Iterator[Unsaved]:
    kept = answers_of(registration.pk, BsoAnswer.View.STAFF)
    for line in content_of(registration.version_id).lines.values():
        for item in line.milestones:
            if item.id not in answers or (item.code in kept and kept[item.code] == answers[item.id]):
                continue
            before = label_of(kept[item.code]) if item.code in kept else ""
            yield Unsaved(line.name, item.text, label_of(answers[item.id]), before)
