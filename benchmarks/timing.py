"""How measurements are taken and told: the shortest of some rounds, the 95th percentile, and ratios."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15


def best(measured: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the shortest of some rounds in milliseconds: the others waited for something else."""
    return min(times(measured, rounds))


def times(measured: Callable[[], object], rounds: int) -> list[float]:
    """Return how long each round took, in milliseconds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        measured()
        found.append((time.perf_counter() - began) * 1000)
    return found


def p95(found: list[float]) -> float:
    """Return the 95th percentile of some times: 19 in 20 took no longer. Raises ValueError for no times."""
    if not found:
        raise ValueError("nothing was measured")
    ordered = sorted(found)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]
