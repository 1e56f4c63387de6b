"""An instrument as its author wrote it: frozen, complete and checked, without database or Django (REG-1).

What ``instrument_files`` reads from YAML and ``publishing`` writes to the database. Two versions are the same when
their specifications are equal, whatever their files' layout and comments.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

_POSITION = "place"


@dataclass(frozen=True, slots=True)
class MilestoneSpec:
    """One milestone or item. ``band`` is 1 and up, or ``item_scoring.NO_BAND``; typical ages are months."""

    code: str
    band: int
    text: str
    example: str
    caution: str
    typical_from: int
    typical_to: int
    evidence: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class LineSpec:
    """A development line; ``vve_domain`` is empty where it has none, ``milestones`` run from the lowest band up."""

    code: str
    name: str
    description: str
    vve_domain: str
    milestones: tuple[MilestoneSpec, ...]


@dataclass(frozen=True, slots=True)
class AreaSpec:
    """An area of development with its lines in order."""

    code: str
    name: str
    lines: tuple[LineSpec, ...]


@dataclass(frozen=True, slots=True)
class ScaleSpec:
    """A five-point scale; ``levels`` holds what one sees at 1, 2, 3, 4 and 5."""

    code: str
    kind: str
    name: str
    question: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstrumentSpec:
    """One version of an instrument. ``band_count`` bands of ``band_months`` months; both 0 without bands."""

    code: str
    version: str
    name: str
    notice: str
    scoring_rule: str
    response_scale: str
    band_months: int
    band_count: int
    areas: tuple[AreaSpec, ...]
    scales: tuple[ScaleSpec, ...]

    @property
    def milestones(self) -> tuple[MilestoneSpec, ...]:
        """All milestones of all lines."""
        return tuple(item for area in self.areas for line in area.lines for item in line.milestones)


def fingerprint(spec: InstrumentSpec) -> bytes:
    """Return the SHA-256 of everything in a specification, the order of its parts included."""
    text = json.dumps(asdict(spec), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()


def differences(before: InstrumentSpec, after: InstrumentSpec) -> list[str]:
    """Return one line for each fact in which two specifications differ; empty when they are equal."""
    old, new = dict(_facts(before)), dict(_facts(after))
    found = [f"{name}: is no longer there" for name in old if name not in new]
    found += [f"{name}: is new" for name in new if name not in old]
    return found + [
        f"{name}: {old[name]!r} is now {new[name]!r}" for name in old if name in new and old[name] != new[name]
    ]


def _facts(spec: InstrumentSpec) -> Iterator[tuple[str, object]]:
    """Give every fact of a specification a name that does not depend on where it stands, its place apart."""
    yield from _own_facts("instrument", spec, leave_out={"areas", "scales"})
    for place, area in enumerate(spec.areas, 1):
        yield f"area {area.code}, {_POSITION}", place
        yield from _own_facts(f"area {area.code}", area, leave_out={"lines"})
        for line_place, line in enumerate(area.lines, 1):
            yield f"line {line.code}, {_POSITION}", (area.code, line_place)
            yield from _own_facts(f"line {line.code}", line, leave_out={"milestones"})
            yield from _milestone_facts(line)
    for place, scale in enumerate(spec.scales, 1):
        yield f"scale {scale.code}, {_POSITION}", place
        yield from _own_facts(f"scale {scale.code}", scale, leave_out=set())


def _milestone_facts(line: LineSpec) -> Iterator[tuple[str, object]]:
    for place, item in enumerate(line.milestones, 1):
        yield f"milestone {item.code}, {_POSITION}", (line.code, place)
        yield from _own_facts(f"milestone {item.code}", item, leave_out=set())


def _own_facts(
    name: str, part: InstrumentSpec | AreaSpec | LineSpec | MilestoneSpec | ScaleSpec, *, leave_out: set[str]
) -> Iterator[tuple[str, object]]:
    for field in fields(part):
        if field.name not in leave_out:
            yield f"{name}, {field.name}", getattr(part, field.name)
