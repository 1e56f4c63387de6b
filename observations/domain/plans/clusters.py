"""Which children have the same need on a line: one pure function, property-tested (REG-9.1).

A cluster is a proposal to who knows the children, never a verdict. The rule, with its numbers as settings:

1. A child without a number (too little seen, not registered, above seven) is in no cluster: "onvoldoende gezien".
2. From ``attention_to`` months behind a child gets extra support, from ``ahead_from`` months ahead a challenge: always.
3. A cluster of one or two children out of many is no group to work with. While either outer cluster holds less than
   ``smallest_share`` of the children with a number, the nearest of the others join it, by difference and then by the
   band reached, as long as they are at least ``near`` months to that side. Who are equal stay together.
4. All others get the basic offer.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from observations.domain.scoring.bands import BAND_MONTHS, DEFAULT_THRESHOLDS
from observations.models import Level

_Key = TypeVar("_Key", bound=Hashable)
# The difference and the band reached: what two children must share to be equal here.
_Place = tuple[Fraction, int]
_Test = Callable[[Fraction], bool]

#: The clusters in the order of a plan: from who needs most help to who can go on alone.
CLUSTERS = (Level.SUPPORT, Level.BASIS, Level.CHALLENGE)


@dataclass(frozen=True)
class Standing:
    """A child's place on a line: developmental age and its difference with the age, in months; None without number."""

    developmental_age: Fraction | None = None
    difference: Fraction | None = None

    @property
    def band(self) -> int | None:
        """The number of the band reached, 0 below the first; None without a number."""
        return None if self.developmental_age is None else int(self.developmental_age // BAND_MONTHS)


@dataclass(frozen=True)
class ClusterRule:
    """The settings. Raises ValueError when they contradict each other."""

    attention_to: Fraction = DEFAULT_THRESHOLDS.attention_to
    ahead_from: Fraction = DEFAULT_THRESHOLDS.ahead_from
    near: Fraction = Fraction(3)
    smallest_share: Fraction = Fraction(1, 5)

    def __post_init__(self) -> None:
        if not self.attention_to < -self.near < 0 < self.near < self.ahead_from:
            raise ValueError("near must lie within the limits on both sides")
        if not 0 <= self.smallest_share <= Fraction(1, 3):
            raise ValueError("three clusters cannot each hold more than a third")


DEFAULT_RULE = ClusterRule()


def propose_clusters(standings: Mapping[_Key, Standing], *, rule: ClusterRule = DEFAULT_RULE) -> dict[_Key, Level]:
    """Return the proposed level of each child on one line, in the order they were given (REG-9.1)."""
    numbers = {key: _place(found) for key, found in standings.items()}
    placed = {key: place for key, place in numbers.items() if place is not None}
    wanted = int(len(placed) * rule.smallest_share)
    support = {place for place in placed.values() if place[0] <= rule.attention_to}
    challenge = {place for place in placed.values() if place[0] >= rule.ahead_from}
    others = set(placed.values()) - support - challenge
    support |= _joining(sorted(others), support, placed.values(), wanted, lambda months: months <= -rule.near)
    challenge |= _joining(
        sorted(others, reverse=True), challenge, placed.values(), wanted, lambda months: months >= rule.near
    )
    return {key: _level(place, support, challenge) for key, place in numbers.items()}


def _place(standing: Standing) -> _Place | None:
    if standing.difference is None or standing.band is None:
        return None
    return standing.difference, standing.band


def _joining(
    nearest_first: Iterable[_Place], held: set[_Place], all_places: Iterable[_Place], wanted: int, is_near: _Test
) -> set[_Place]:
    """Return the places whose children join an outer cluster until it holds as many as wanted."""
    places = list(all_places)
    size = sum(place in held for place in places)
    joining: set[_Place] = set()
    for place in nearest_first:
        if size >= wanted or not is_near(place[0]):
            break
        joining.add(place)
        size += places.count(place)
    return joining


def _level(place: _Place | None, support: set[_Place], challenge: set[_Place]) -> Level:
    if place is None:
        return Level.UNSEEN
    if place in support:
        return Level.SUPPORT
    return Level.CHALLENGE if place in challenge else Level.BASIS
