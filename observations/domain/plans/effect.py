"""What became of the children of a plan: their next registration beside the one it began from (REG-9.3).

Children chosen for a low start rise on average anyway, as a measurement is never exact. So the growth of the whole
group stands beside that of each cluster, and the page says so (DOMAIN, Monitoring).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from statistics import median
from uuid import UUID

from django.utils.translation import ngettext

from observations.domain.plans.clusters import CLUSTERS
from observations.domain.plans.page import names_of
from observations.domain.scoring.bands import DEFAULT_THRESHOLDS, age_in_months, growth_per_six_months
from observations.models import ClusterMember, GroupPlan, Level, LineResult, PlanLine

#: The classes from low to high, to say who moved up. Without one of them a child did not move.
_RANKS: Mapping[str, int] = {
    LineResult.Outcome.CONCERN: 0,
    LineResult.Outcome.ATTENTION: 1,
    LineResult.Outcome.ON_COURSE: 2,
    LineResult.Outcome.AHEAD: 3,
}


class Move(StrEnum):
    """Where a child went from one class to another."""

    UP = "up"
    SAME = "same"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ChildEffect:
    """A child at the beginning of a plan and at its next registration.

    Differences in months with the age; growth in months per six months, where 6 is the pace of the calendar, None
    when the two lie less than four months apart. ``child_id`` is None for a child in the archive.
    """

    child_id: UUID | None
    name: str
    before: str
    before_difference: Fraction | None
    before_on: date | None
    after: str
    after_difference: Fraction | None
    after_on: date | None
    growth: Fraction | None
    move: Move

    @property
    def growth_text(self) -> str:
        """The growth in words; "" where there is none."""
        return "" if self.growth is None else growth_in_words(self.growth)


@dataclass(frozen=True)
class ClusterEffect:
    """The children of a cluster and what became of them together. ``median_growth`` is of those with a growth."""

    level: str
    label: str
    children: tuple[ChildEffect, ...]
    moves: Mapping[Move, int]
    with_growth: int
    median_growth: Fraction | None

    @property
    def growth_text(self) -> str:
        """The growth of the middle child in words; "" where there is none."""
        return "" if self.median_growth is None else growth_in_words(self.median_growth)

    @property
    def up(self) -> int:
        """How many are in a higher class now."""
        return self.moves.get(Move.UP, 0)

    @property
    def same(self) -> int:
        """How many are in the class they were in."""
        return self.moves.get(Move.SAME, 0)

    @property
    def down(self) -> int:
        """How many are in a lower class now."""
        return self.moves.get(Move.DOWN, 0)

    @property
    def registered_again(self) -> int:
        """How many have a next registration with an outcome, beside one at the beginning."""
        return self.up + self.same + self.down


@dataclass(frozen=True)
class LineEffect:
    """What became of the children on one line: by cluster, and of all together."""

    name: str
    clusters: tuple[ClusterEffect, ...]
    everybody: ClusterEffect

    @property
    def has_any(self) -> bool:
        """Say whether any child was registered again."""
        return any(child.after_on is not None for child in self.everybody.children)


def effect_of(plan: GroupPlan) -> list[LineEffect]:
    """Return what became of a plan, by line; three queries and the keys, whatever the number of children."""
    lines = list(PlanLine.objects.filter(plan=plan).select_related("line").order_by("line__position"))
    members = list(ClusterMember.objects.filter(plan_line__plan=plan).select_related("child", "result"))
    names = names_of({row.child_id: row.child for row in members}.values())
    later = _later_results(plan, [row.line.code for row in lines], {row.child_id for row in members})
    members.sort(key=lambda row: (names[row.child_id][1], row.child_id))
    by_line: dict[UUID, list[tuple[str, ChildEffect]]] = defaultdict(list)
    codes = {row.pk: row.line.code for row in lines}
    for row in members:
        after = next_result(row.result, later.get((row.child_id, codes[row.plan_line_id]), []))
        by_line[row.plan_line_id].append((row.level, _child(row, names[row.child_id][0], after)))
    return [_line(row.line.name, by_line[row.pk]) for row in lines]


def next_result(before: LineResult | None, later: Sequence[LineResult]) -> LineResult | None:
    """Return the result to hold beside the first: the first that lies at least four months on, else the last there is.

    ``later`` holds the results since the plan began, oldest first. An extra registration soon after the beginning is
    thereby no effect as long as a half-yearly one follows.
    """
    found = [result for result in later if before is None or result.registered_on > before.registered_on]
    if before is None:
        return found[0] if found else None
    apart = DEFAULT_THRESHOLDS.growth_months_apart
    far = (result for result in found if _months_between(before, result) >= apart)
    return next(far, found[-1] if found else None)


def move_between(before: str, after: str) -> Move:
    """Return where a child went from one class to another."""
    if before not in _RANKS or after not in _RANKS:
        return Move.UNKNOWN
    step = _RANKS[after] - _RANKS[before]
    return Move.SAME if step == 0 else Move.UP if step > 0 else Move.DOWN


def growth_in_words(growth: Fraction) -> str:
    """Return months per half year in words, rounded to whole months: "5 maanden", "−1 maand"."""
    whole = int(abs(growth) + Fraction(1, 2))
    amount = ngettext("%(count)d maand", "%(count)d maanden", whole) % {"count": whole}
    return f"−{amount}" if growth < 0 and whole else amount


def _later_results(plan: GroupPlan, codes: list[str], children: set[UUID]) -> dict[tuple[UUID, str], list[LineResult]]:
    rows = LineResult.objects.filter(
        child_id__in=children, line__code__in=codes, is_current=True, registered_on__gt=plan.begins_on
    )
    found: dict[tuple[UUID, str], list[LineResult]] = defaultdict(list)
    for result in rows.select_related("line").order_by("registered_on", "id"):
        found[result.child_id, result.line.code].append(result)
    return found


def _child(row: ClusterMember, name: str, after: LineResult | None) -> ChildEffect:
    before = row.result
    growth = None
    if before is not None and after is not None:
        growth = growth_per_six_months(
            _months(before.developmental_age),
            _months(after.developmental_age),
            months_between=_months_between(before, after),
        )
    return ChildEffect(
        child_id=None if row.child.archived_on else row.child_id,
        name=name,
        before=before.outcome if before else "",
        before_difference=_months(before.difference) if before else None,
        before_on=before.registered_on if before else None,
        after=after.outcome if after else "",
        after_difference=_months(after.difference) if after else None,
        after_on=after.registered_on if after else None,
        growth=growth,
        move=move_between(before.outcome if before else "", after.outcome if after else ""),
    )


def _line(name: str, found: list[tuple[str, ChildEffect]]) -> LineEffect:
    clusters = tuple(
        _cluster(level, [child for own, child in found if own == level]) for level in (*CLUSTERS, Level.UNSEEN)
    )
    return LineEffect(name, clusters, _cluster(None, [child for _level, child in found]))


def _cluster(level: Level | None, children: Iterable[ChildEffect]) -> ClusterEffect:
    held = tuple(children)
    growths = [child.growth for child in held if child.growth is not None]
    return ClusterEffect(
        level=level or "",
        label=str(level.label) if level else "",
        children=held,
        moves=Counter(child.move for child in held),
        with_growth=len(growths),
        median_growth=median(growths) if growths else None,
    )


def _months_between(before: LineResult, after: LineResult) -> Fraction:
    return age_in_months(before.registered_on, after.registered_on)


def _months(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))
