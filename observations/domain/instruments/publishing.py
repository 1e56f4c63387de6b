"""Publishing a version of an instrument: it is written whole, and from then on never changes (REG-1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kijk.audit.domain import record
from kijk.tenancy.context import PLATFORM, tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.instruments.catalogue import InstrumentContent, LineContent, content_of
from observations.domain.instruments.spec import (
    AreaSpec,
    InstrumentSpec,
    LineSpec,
    MilestoneSpec,
    ScaleSpec,
    differences,
    fingerprint,
)
from observations.models import Area, Band, Instrument, InstrumentVersion, Line, Milestone, Scale, ScaleLevel


class PublishedVersionDiffersError(Exception):
    """The version is published with other content; ``differences`` names each fact that differs."""

    def __init__(self, found: list[str]) -> None:
        self.differences = tuple(found)
        super().__init__("This version is published already, with other content. Give the new content a new version.")


@dataclass(frozen=True)
class Publication:
    """What publishing came to; ``is_new`` is False when the same content was published before."""

    version_id: UUID
    is_new: bool


def publish_instrument(*, spec: InstrumentSpec, now: datetime) -> Publication:
    """Publish a version of an instrument for all organisations, or find it published with the same content.

    Opens the platform's scope itself, since content belongs to no organisation: no organisation's scope may be open.
    Raises PublishedVersionDiffersError.
    """
    with tenant_scope(PLATFORM):
        instrument, _ = Instrument.objects.get_or_create(code=spec.code)
        # Two commands at once: the second waits here and then finds the first one's version.
        Instrument.objects.select_for_update().get(pk=instrument.pk)
        published = InstrumentVersion.objects.filter(instrument=instrument, version=spec.version).first()
        if published is not None:
            found = differences(spec_of(content_of(published.pk)), spec)
            if found:
                raise PublishedVersionDiffersError(found)
            return Publication(published.pk, is_new=False)
        version = _write(instrument, spec, now)
        data = {"code": spec.code, "version": spec.version, "content": bytes(version.content_hash).hex()}
        record("instrument.published", about=version, data=data)
        return Publication(version.pk, is_new=True)


def _write(instrument: Instrument, spec: InstrumentSpec, now: datetime) -> InstrumentVersion:
    """Write the version, its rows in one statement a table, and then the moment that fixes them."""
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        version=spec.version,
        name=spec.name,
        notice=spec.notice,
        scoring_rule=spec.scoring_rule,
        response_scale=spec.response_scale,
        content_hash=fingerprint(spec),
    )
    _write_lines(version, spec)
    _write_scales(version, spec)
    version.published_at = now
    version.save(update_fields=["published_at"])
    return version


def _write_lines(version: InstrumentVersion, spec: InstrumentSpec) -> None:
    bands = {
        number: Band(
            version=version,
            number=number,
            from_months=spec.band_months * (number - 1),
            until_months=spec.band_months * number,
        )
        for number in range(1, spec.band_count + 1)
    }
    areas = [
        Area(id=uuid7(), version=version, code=area.code, name=area.name, position=position)
        for position, area in enumerate(spec.areas, 1)
    ]
    pairs = [(row, line) for row, area in zip(areas, spec.areas, strict=True) for line in area.lines]
    lines = [_line(version, area, line, position) for position, (area, line) in enumerate(pairs, 1)]
    Band.objects.bulk_create(bands.values())
    Area.objects.bulk_create(areas)
    Line.objects.bulk_create(lines)
    specs = [line for _, line in pairs]
    Milestone.objects.bulk_create(
        milestone for row, line in zip(lines, specs, strict=True) for milestone in _milestones(row, line, bands)
    )


def _line(version: InstrumentVersion, area: Area, line: LineSpec, position: int) -> Line:
    return Line(
        id=uuid7(),
        version=version,
        area=area,
        code=line.code,
        name=line.name,
        description=line.description,
        vve_domain=line.vve_domain,
        position=position,
    )


def _milestones(row: Line, line: LineSpec, bands: dict[int, Band]) -> Iterator[Milestone]:
    for position, item in enumerate(line.milestones, 1):
        yield Milestone(
            line=row,
            band=bands.get(item.band),
            code=item.code,
            text=item.text,
            example=item.example,
            caution=item.caution,
            typical_from=item.typical_from,
            typical_to=item.typical_to,
            evidence=list(item.evidence),
            confidence=item.confidence,
            position=position,
        )


def _write_scales(version: InstrumentVersion, spec: InstrumentSpec) -> None:
    scales = [
        Scale(
            version=version,
            code=scale.code,
            kind=scale.kind,
            name=scale.name,
            question=scale.question,
            position=position,
        )
        for position, scale in enumerate(spec.scales, 1)
    ]
    Scale.objects.bulk_create(scales)
    ScaleLevel.objects.bulk_create(
        ScaleLevel(scale=row, value=value, text=text)
        for row, scale in zip(scales, spec.scales, strict=True)
        for value, text in enumerate(scale.levels, 1)
    )


def spec_of(content: InstrumentContent) -> InstrumentSpec:
    """Return published content in the form an author's files have once read."""
    bands = tuple(content.bands.values())
    return InstrumentSpec(
        code=content.code,
        version=content.version,
        name=content.name,
        notice=content.notice,
        scoring_rule=content.scoring_rule,
        response_scale=content.response_scale,
        band_months=bands[0].until_months - bands[0].from_months if bands else 0,
        band_count=len(bands),
        areas=tuple(
            AreaSpec(area.code, area.name, tuple(_line_spec(line) for line in area.lines)) for area in content.areas
        ),
        scales=tuple(
            ScaleSpec(scale.code, scale.kind, scale.name, scale.question, tuple(scale.levels.values()))
            for scale in content.scales
        ),
    )


def _line_spec(line: LineContent) -> LineSpec:
    milestones = tuple(
        MilestoneSpec(
            code=item.code,
            band=item.band,
            text=item.text,
            example=item.example,
            caution=item.caution,
            typical_from=item.typical_from,
            typical_to=item.typical_to,
            evidence=item.evidence,
            confidence=item.confidence,
        )
        for item in line.milestones
    )
    return LineSpec(line.code, line.name, line.description, line.vve_domain, milestones)
