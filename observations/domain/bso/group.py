"""A BSO group on one screen: all children by well-being, involvement and social behaviour (BSO-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from kijk.encryption.keyring import keyring
from observations.domain.bso.reading import (
    STAFF_INSTRUMENT,
    AspectSummary,
    answers_by_registration,
    points_by_registration,
    points_in_words,
    summaries_of,
)
from observations.domain.instruments.catalogue import InstrumentContent, ScaleContent, content_of, published_version
from observations.models import BsoAnswer, BsoRegistration, Child, Group, Placement

#: A measurement that was closed so lately is the present one: a new one is offered after that.
CURRENT = timedelta(days=90)


@dataclass(frozen=True)
class ScaleCell:
    """One child on one scale: the doubled point now (None: none yet) and in words, and the point of the time before."""

    scale: ScaleContent
    registration_id: UUID
    half_points: int | None
    points: str
    previous: str

    @property
    def field(self) -> str:
        """The name of its field in the group's form."""
        return f"s-{self.registration_id}.{self.scale.id}"

    @property
    def seen_field(self) -> str:
        """The name of the field that says which point its sender saw."""
        return f"was-{self.registration_id}.{self.scale.id}"


@dataclass(frozen=True)
class BsoRow:
    """A child of the group. ``registration`` is the open measurement, or the one closed lately; None: none yet."""

    child: Child
    name: str
    registration: BsoRegistration | None
    cells: tuple[ScaleCell, ...] = ()
    aspects: tuple[AspectSummary, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether the measurement is being filled in."""
        return self.registration is not None and self.registration.status == BsoRegistration.Status.OPEN

    @property
    def answered(self) -> int:
        """How many statements about social behaviour have an answer."""
        return sum(aspect.answered for aspect in self.aspects)

    @property
    def total(self) -> int:
        """How many statements there are."""
        return sum(aspect.total for aspect in self.aspects)

    @property
    def done(self) -> bool:
        """Say whether everything is filled in, or closed."""
        if self.registration is None:
            return False
        filled = self.answered == self.total and all(cell.half_points is not None for cell in self.cells)
        return filled or not self.is_open


@dataclass(frozen=True)
class BsoGroupPage:
    """All children of a BSO group, in the Dutch order of their names."""

    scales: tuple[ScaleContent, ...]
    rows: tuple[BsoRow, ...]

    @property
    def to_begin(self) -> tuple[Child, ...]:
        """The children who have no measurement now."""
        return tuple(row.child for row in self.rows if row.registration is None)

    @property
    def done(self) -> int:
        """How many children are done."""
        return sum(row.done for row in self.rows)


def bso_group_page_of(group: Group, *, today: date) -> BsoGroupPage:
    """Return the group's screen: seven queries, however many children.

    Raises InstrumentNotPublishedError where the instrument was never loaded.
    """
    content = content_of(published_version(STAFF_INSTRUMENT).pk)
    children = children_of(group, on=today)
    by_child = _measurements([child.pk for child in children])
    now = {child.pk: _present(by_child.get(child.pk, []), today) for child in children}
    before = {child.pk: _before(by_child.get(child.pk, []), now[child.pk]) for child in children}
    ids = [row.pk for found in (now, before) for row in found.values() if row is not None]
    answers = answers_by_registration(ids, BsoAnswer.View.STAFF)
    points = points_by_registration(ids)
    rows = [_row(child, now[child.pk], before[child.pk], content, answers=answers, points=points) for child in children]
    return BsoGroupPage(content.scales, tuple(rows))


def children_of(group: Group, *, on: date) -> list[Child]:
    """Return the children whose main group this is on a day, in the Dutch order; two queries, one for the keys."""
    placed = Placement.objects.filter(group=group, is_main=True, begins_on__lte=on, child__archived_on__isnull=True)
    placed = placed.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).select_related("child")
    children = list({row.child_id: row.child for row in placed}.values())
    keyring().load_subjects([child.pk for child in children])
    return sorted(children, key=lambda child: (child.file.sort_key, child.pk))


def _measurements(child_ids: list[UUID]) -> Mapping[UUID, list[BsoRegistration]]:
    found: dict[UUID, list[BsoRegistration]] = {}
    rows = BsoRegistration.objects.filter(child__in=child_ids, superseded=False)
    for row in rows.order_by("observed_on", "pk"):
        found.setdefault(row.child_id, []).append(row)
    return found


def _present(found: list[BsoRegistration], today: date) -> BsoRegistration | None:
    opened = [row for row in found if row.status == BsoRegistration.Status.OPEN]
    lately = [row for row in found if row.observed_on > today - CURRENT]
    return opened[-1] if opened else lately[-1] if lately else None


def _before(found: list[BsoRegistration], now: BsoRegistration | None) -> BsoRegistration | None:
    closed = [row for row in found if row.status == BsoRegistration.Status.CLOSED]
    # Not of the same day: the version that was opened again still counts while the new one is filled in.
    earlier = [row for row in closed if now is None or row.observed_on < now.observed_on]
    return earlier[-1] if earlier else None


def _row(
    child: Child,
    now: BsoRegistration | None,
    before: BsoRegistration | None,
    content: InstrumentContent,
    *,
    answers: Mapping[UUID, dict[str, int | None]],
    points: Mapping[UUID, dict[str, int]],
) -> BsoRow:
    if now is None:
        return BsoRow(child, str(child.file), None)
    # The version the measurement was made in: a newer one may ask other things.
    own = content_of(now.version_id) if now.version_id != content.version_id else content
    mine, old = points.get(now.pk, {}), points.get(before.pk, {}) if before else {}
    cells = tuple(
        ScaleCell(
            scale=scale,
            registration_id=now.pk,
            half_points=mine.get(scale.code),
            points=points_in_words(mine.get(scale.code)),
            previous=points_in_words(old.get(scale.code)),
        )
        for scale in own.scales
    )
    return BsoRow(child, str(child.file), now, cells, summaries_of(own, answers.get(now.pk, {})))
