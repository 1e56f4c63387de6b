"""The published content of instruments, as the rest of the product reads it (REG-1).

Published content never changes, in the database by triggers, so one reading a process is enough: ``content_of``
keeps what it has read. A new version is written by ``observations.domain.instruments.publishing``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from observations.domain.scoring.items import NO_BAND
from observations.domain.scoring.rules import SCORING_RULES, ScoringRule
from observations.models import Area, Band, InstrumentVersion, Line, Milestone, Scale, ScaleLevel

# Versions kept in memory; one takes about two megabytes.
_KEPT_VERSIONS = 32


class InstrumentNotPublishedError(Exception):
    """There is no published version of an instrument, or no published version with an id."""


@dataclass(frozen=True, slots=True)
class BandContent:
    """An age band: number 1 and up, from and until in months, the label as the field writes it (2;6–3;0)."""

    id: UUID
    number: int
    from_months: int
    until_months: int
    label: str


@dataclass(frozen=True, slots=True)
class MilestoneContent:
    """One milestone, or one item of an instrument without bands (``band`` is then ``item_scoring.NO_BAND``).

    ``typical_from`` and ``typical_to`` are months; ``position`` counts from 1 within the line.
    """

    id: UUID
    line_id: UUID
    line_code: str
    band: int
    code: str
    text: str
    example: str
    caution: str
    typical_from: int
    typical_to: int
    evidence: tuple[str, ...]
    confidence: str
    position: int


@dataclass(frozen=True)
class LineContent:
    """A development line with its milestones in order, by band number (``NO_BAND``: without bands)."""

    id: UUID
    area_id: UUID
    code: str
    name: str
    description: str
    vve_domain: str
    position: int
    bands: Mapping[int, tuple[MilestoneContent, ...]]

    @property
    def milestones(self) -> tuple[MilestoneContent, ...]:
        """All milestones, lowest band first."""
        return tuple(milestone for band in self.bands.values() for milestone in band)


@dataclass(frozen=True)
class AreaContent:
    """An area of development with its lines in order."""

    id: UUID
    code: str
    name: str
    lines: tuple[LineContent, ...]


@dataclass(frozen=True)
class ScaleContent:
    """A five-point scale with what one sees at each whole point, 1 to 5."""

    id: UUID
    code: str
    kind: str
    name: str
    question: str
    levels: Mapping[int, str]


@dataclass(frozen=True)
class InstrumentContent:
    """One published version of an instrument, whole. ``bands`` is empty for an instrument without bands."""

    version_id: UUID
    code: str
    version: str
    name: str
    notice: str
    scoring_rule: str
    response_scale: str
    areas: tuple[AreaContent, ...]
    bands: Mapping[int, BandContent]
    scales: tuple[ScaleContent, ...]
    lines: Mapping[str, LineContent]
    milestones: Mapping[UUID, MilestoneContent]

    @property
    def rule(self) -> ScoringRule:
        """The scoring rule the version declares, with its default thresholds."""
        return SCORING_RULES[self.scoring_rule]

    def milestones_by_code(self) -> dict[str, MilestoneContent]:
        """Return the milestones by their code, which is unique within a version."""
        return {milestone.code: milestone for milestone in self.milestones.values()}


def published_version(code: str) -> InstrumentVersion:
    """Return the version of an instrument that was published last; raises InstrumentNotPublishedError."""
    published = InstrumentVersion.objects.filter(instrument__code=code, published_at__isnull=False)
    found = published.select_related("instrument").order_by("-published_at", "-id").first()
    if found is None:
        raise InstrumentNotPublishedError(_("Het instrument “%(code)s” is niet geladen.") % {"code": code})
    return found


@lru_cache(maxsize=_KEPT_VERSIONS)
def content_of(version_id: UUID) -> InstrumentContent:
    """Return the whole content of a published version: seven queries the first time, none after.

    Raises InstrumentNotPublishedError for an id that is none, or of a version not published yet: that one may still
    change, so it must not be kept.
    """
    found = InstrumentVersion.objects.select_related("instrument").filter(pk=version_id, published_at__isnull=False)
    version = found.first()
    if version is None:
        raise InstrumentNotPublishedError(_("Deze versie van het instrument is er niet."))
    bands = _bands(version_id)
    areas = _areas(version_id, bands)
    lines = {line.code: line for area in areas for line in area.lines}
    return InstrumentContent(
        version_id=version_id,
        code=version.instrument.code,
        version=version.version,
        name=version.name,
        notice=version.notice,
        scoring_rule=version.scoring_rule,
        response_scale=version.response_scale,
        areas=areas,
        bands=MappingProxyType({band.number: band for band in bands.values()}),
        scales=_scales(version_id),
        lines=MappingProxyType(lines),
        milestones=MappingProxyType({item.id: item for line in lines.values() for item in line.milestones}),
    )


def _bands(version_id: UUID) -> dict[UUID, BandContent]:
    rows = Band.objects.filter(version=version_id).order_by("number")
    return {row.pk: BandContent(row.pk, row.number, row.from_months, row.until_months, row.label) for row in rows}


def _areas(version_id: UUID, bands: Mapping[UUID, BandContent]) -> tuple[AreaContent, ...]:
    milestones = _by(_milestones(version_id, bands), lambda item: item.line_id)
    rows = Line.objects.filter(version=version_id).order_by("position")
    lines = _by((_line(row, milestones[row.pk]) for row in rows), lambda line: line.area_id)
    areas = Area.objects.filter(version=version_id).order_by("position")
    return tuple(AreaContent(row.pk, row.code, row.name, tuple(lines[row.pk])) for row in areas)


def _line(row: Line, milestones: list[MilestoneContent]) -> LineContent:
    by_band = _by(milestones, lambda item: item.band)
    return LineContent(
        id=row.pk,
        area_id=row.area_id,
        code=row.code,
        name=row.name,
        description=row.description,
        vve_domain=row.vve_domain,
        position=row.position,
        bands=MappingProxyType({band: tuple(by_band[band]) for band in sorted(by_band)}),
    )


def _milestones(version_id: UUID, bands: Mapping[UUID, BandContent]) -> list[MilestoneContent]:
    rows = Milestone.objects.filter(line__version=version_id).select_related("line").order_by("position")
    return [
        MilestoneContent(
            id=row.pk,
            line_id=row.line_id,
            line_code=row.line.code,
            band=NO_BAND if row.band_id is None else bands[row.band_id].number,
            code=row.code,
            text=row.text,
            example=row.example,
            caution=row.caution,
            typical_from=row.typical_from,
            typical_to=row.typical_to,
            evidence=tuple(row.evidence),
            confidence=row.confidence,
            position=row.position,
        )
        for row in rows
    ]


def _scales(version_id: UUID) -> tuple[ScaleContent, ...]:
    levels = _by(ScaleLevel.objects.filter(scale__version=version_id).order_by("value"), lambda row: row.scale_id)
    return tuple(
        ScaleContent(
            id=row.pk,
            code=row.code,
            kind=row.kind,
            name=row.name,
            question=row.question,
            levels=MappingProxyType({level.value: level.text for level in levels[row.pk]}),
        )
        for row in Scale.objects.filter(version=version_id).order_by("position")
    )


_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


def _by(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> defaultdict[_Key, list[_Row]]:
    groups: defaultdict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
