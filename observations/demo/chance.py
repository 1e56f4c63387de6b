"""Chance that can be repeated: the same parts give the same stream, on every machine and in every order."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

_Choice = TypeVar("_Choice")


def stream(*parts: object) -> Random:
    """Return a stream of its own for what the parts name (a seed, an organisation, a child, a purpose).

    Whoever draws more from one stream changes no other: adding a note to one child leaves the next child as it was.
    """
    return Random("|".join(str(part) for part in parts))  # noqa: S311 invented data, no secret


def pick(chance: Random, weights: Mapping[_Choice, float]) -> _Choice:
    """Return one of the keys, each as likely as its weight says."""
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def bounded(value: float, low: float, high: float) -> float:
    """Return the value, or the bound it passes."""
    return max(low, min(high, value))
