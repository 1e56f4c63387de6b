"""What a child can and is learning, and what is new since the last registration: against itself only. Pure.

Nothing here knows an age or another child: a report for parents cannot show what its figures do not hold (REG-8.1).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from observations.domain.instruments.catalogue import AreaContent, InstrumentContent, LineContent, MilestoneContent
from observations.models import Answer

Values = Mapping[str, int]

_LEARNING, _CAN = Answer.Value.EMERGING, Answer.Value.SECURE
# From, to: what counts as growth. What was not asked before is not claimed to be new.
_STEPS_FORWARD = {
    (Answer.Value.NOT_YET, _LEARNING),
    (Answer.Value.NOT_YET, _CAN),
    (_LEARNING, _CAN),
}


@dataclass(frozen=True)
class GrowthStep:
    """A milestone that was further than the time before; ``before`` and ``now`` are ``Answer.Value``."""

    text: str
    area: str
    before: int
    now: int


@dataclass(frozen=True)
class AreaSteps:
    """What a child can, and is learning, in one area; ``seen`` says whether anything of the area was observed."""

    code: str
    name: str
    can: tuple[str, ...]
    learns: tuple[str, ...]
    seen: bool


def growth_of(content: InstrumentContent, before: Values, now: Values, *, most: int) -> tuple[GrowthStep, ...]:
    """Return the milestones that went forward, at most ``most``: from all areas in turn, the hardest of each first."""
    found = _in_turn(
        sorted(_grown(area, before, now), key=lambda item: (-now[item.code], -item.band, item.position))
        for area in content.areas
    )
    names = {line.code: area.name for area in content.areas for line in area.lines}
    chosen = sorted(islice(found, most), key=lambda item: (-now[item.code], list(names).index(item.line_code)))
    return tuple(GrowthStep(item.text, names[item.line_code], before[item.code], now[item.code]) for item in chosen)


def areas_of(
    content: InstrumentContent, now: Values, *, told: Iterable[str] = (), most: int = 2
) -> tuple[AreaSteps, ...]:
    """Return each area with at most ``most`` milestones that are secure, and as many that are emerging.

    From all lines of the area in turn, the hardest secure ones and the easiest emerging ones. What was ``told``
    elsewhere (texts) comes last, so that a report says as much as it can.
    """
    elsewhere = frozenset(told)
    return tuple(_area(area, now, elsewhere, most) for area in content.areas)


def steps_of(line: LineContent, now: Values, *, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a child can on a line, the hardest first, and what it is learning, the easiest first."""
    can = sorted(_with_value(line, now, _CAN), key=lambda item: (-item.band, item.position))
    learns = sorted(_with_value(line, now, _LEARNING), key=lambda item: (item.band, item.position))
    return tuple(item.text for item in can[:most]), tuple(item.text for item in learns[:most])


def _area(area: AreaContent, now: Values, elsewhere: frozenset[str], most: int) -> AreaSteps:
    def chosen(value: int, hardest_first: int) -> tuple[str, ...]:
        lines = [
            sorted(
                _with_value(line, now, value),
                key=lambda item: (item.text in elsewhere, -hardest_first * item.band, item.position),
            )
            for line in area.lines
        ]
        ordered = sorted(_in_turn(lines), key=lambda item: item.text in elsewhere)
        return tuple(item.text for item in ordered[:most])

    seen = any(
        now.get(item.code, Answer.Value.NOT_OBSERVED) != Answer.Value.NOT_OBSERVED
        for line in area.lines
        for item in line.milestones
    )
    return AreaSteps(area.code, area.name, chosen(_CAN, 1), chosen(_LEARNING, -1), seen)


def _with_value(line: LineContent, now: Values, value: int) -> Iterator[MilestoneContent]:
    return (item for item in line.milestones if now.get(item.code) == value)


def _grown(area: AreaContent, before: Values, now: Values) -> Iterator[MilestoneContent]:
    for line in area.lines:
        for item in line.milestones:
            if (before.get(item.code), now.get(item.code)) in _STEPS_FORWARD:
                yield item


def _in_turn(rows: Iterable[Iterable[MilestoneContent]]) -> Iterator[MilestoneContent]:
    """Yield the first of each row, then the second of each, until all are empty."""
    waiting = [iter(row) for row in rows]
    while waiting:
        still = []
        for row in waiting:
            item = next(row, None)
            if item is not None:
                still.append(row)
                yield item
        waiting = still
