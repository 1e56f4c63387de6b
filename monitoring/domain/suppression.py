"""Small-cell protection: which figures of a table to hide so that no small one can be worked out.

For viewers who may not open the children behind a figure (requirement MON-5: inside an
organisation no cell under five). Two steps, as everywhere in official statistics: hide each
count under ``k`` (primary), then hide more until the rest, with its totals, does not give the
hidden ones away (complementary).

Printed tables and their totals are described as a network: every figure is an amount that runs
from one node to another, and what enters a node leaves it ("row total = sum of the row"). What
a reader can work out of a hidden figure is then exactly how far it can be raised and lowered
while every printed figure stays as it is and none becomes negative, which is a maximum flow.
A figure under ``k`` is protected when that range is at least ``k`` wide; so it always reaches
``k``, and the reader cannot tell the figure from one that might have been printed.

Nought counts as under ``k``: "no child is behind" in one cell tells about every child in the
table, and so does a row of which all children are in one cell. Only of children *not
registered* is nought printed: it tells about the work, not about a child. Hidden figures are
all printed as the same mark, so that none can be told to be the small one. Shares and intervals
may only be computed from counts that are printed.

This protects one table. It does not stop somebody who may choose populations freely from taking
the difference of two selections; see docs/decisions/0008-small-cells.md.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Inside an organisation, for those without access to children.
INSIDE_K = 5
#: What stands in the place of a hidden figure, whatever the reason it is hidden for.
HIDDEN_MARK = "–"

_UNBOUNDED = 10**12
_PRICE_OF_A_TOTAL = 10**9

Name = Hashable
#: A printed count, or None for a hidden one.
Shown = int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One count as an amount that runs from node ``tail`` to node ``head``."""

    name: Name
    tail: Name
    head: Name
    count: int
    #: False for a sum that exists but is not in print, such as a column total nobody asked for.
    in_print: bool = True
    #: A total is given up last: it tells the reader more than any of its parts.
    is_total: bool = False
    #: False where nought tells nothing about anybody.
    protect_nought: bool = True
    #: True where the same count stands elsewhere on the page: hiding it here protects nothing.
    known_anyway: bool = False

    def is_small(self, k: int) -> bool:
        """Whether this figure may not be printed for its own sake."""
        return self.in_print and self.count < k and (self.count > 0 or self.protect_nought)


@dataclass(frozen=True, slots=True)
class ProtectedDistribution:
    """A distribution as it may be printed."""

    assessed: tuple[Shown, ...]
    others: tuple[Shown, ...]
    not_registered: Shown
    assessed_total: Shown
    population: Shown


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A table as it may be printed; ``column_totals`` and ``total`` are None where not asked for."""

    rows: tuple[tuple[Shown, ...], ...]
    row_totals: tuple[Shown, ...]
    column_totals: tuple[Shown, ...] | None
    total: Shown


def printed(count: Shown) -> str:
    """A count for a table on paper or screen."""
    return HIDDEN_MARK if count is None else str(count)


def protect_distribution(
    assessed: Sequence[int], others: Sequence[int] = (), *, not_registered: int = 0, k: int = INSIDE_K
) -> ProtectedDistribution:
    """One population over its outcomes, with the number assessed and the number in all.

    ``assessed`` are the cells that together make "n assessed" (ahead … concern, or passed and
    failed); ``others`` are further outcomes, each printed by itself (insufficiently observed);
    ``not_registered`` is the rest of the population, of which nought may be printed. The lines
    of a cross-section share one population, so that is only ever hidden when it is small itself.
    Raises ValueError for a negative count or a ``k`` under 2.
    """
    population = sum(assessed) + sum(others) + not_registered
    figures = [
        Figure("population", "all", "population", population, is_total=True, known_anyway=True),
        Figure("not registered", "population", "all", not_registered, protect_nought=False),
        Figure("assessed", "population", "assessed", sum(assessed), is_total=True),
        *(Figure(("assessed", i), "assessed", "all", count) for i, count in enumerate(assessed)),
        *(Figure(("others", i), "population", "all", count) for i, count in enumerate(others)),
    ]
    shown = _shown(figures, k)
    return ProtectedDistribution(
        assessed=tuple(shown["assessed", i] for i in range(len(assessed))),
        others=tuple(shown["others", i] for i in range(len(others))),
        not_registered=shown["not registered"],
        assessed_total=shown["assessed"],
        population=shown["population"],
    )


def protect_table(rows: Sequence[Sequence[int]], *, k: int = INSIDE_K, column_totals: bool) -> ProtectedTable:
    """A table of counts with its row totals, and its column totals and grand total where printed.

    Raises ValueError for no cells, rows of different lengths, a negative count or a ``k`` under 2.
    """
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of a table have the same length")
    width = len(rows[0]) if rows else 0
    if not width:
        raise ValueError("a table has at least one row and one column")
    shown = _shown(_figures_of_table(rows, width, column_totals=column_totals), k)
    return ProtectedTable(
        rows=tuple(tuple(shown["cell", i, j] for j in range(width)) for i in range(len(rows))),
        row_totals=tuple(shown["row", i] for i in range(len(rows))),
        column_totals=tuple(shown["column", j] for j in range(width)) if column_totals else None,
        total=shown["total"] if column_totals else None,
    )


def figures_to_hide(figures: Sequence[Figure], *, k: int) -> frozenset[Name]:
    """The names of the printed figures to hide: those under ``k``, and what protects them.

    Of the possible complements the one that costs the fewest totals is taken, and of those the
    one with the fewest children. Raises ValueError for a negative count, a ``k``
    under 2, a node that loses or gains something, or a figure that cannot be protected because
    it is on no circle.
    """
    _check(figures, k)
    open_figures = {figure.name for figure in figures if not figure.in_print}
    small = [figure for figure in figures if figure.is_small(k)]
    hidden = {figure.name for figure in small}
    # More hidden figures only ever widen a range, so each needs to be looked at once.
    for figure in sorted(small, key=lambda each: each.count):
        while True:
            unknown = hidden | open_figures
            raised = _Residual(figures, unknown, without=figure)
            up = raised.push(figure.head, figure.tail, limit=k)
            down = _Residual(figures, unknown, without=figure).push(figure.tail, figure.head, limit=figure.count)
            if up + down >= k:
                break
            hidden |= _cheapest_complement(figures, unknown, figure, raised)
    return frozenset(hidden)


def range_of(figures: Sequence[Figure], hidden: Iterable[Name], name: Name) -> tuple[int, int | None]:
    """The lowest and highest value (None: no limit) a reader can give a hidden figure."""
    figure = next(each for each in figures if each.name == name)
    unknown = set(hidden) | {each.name for each in figures if not each.in_print}
    if name not in unknown:
        return figure.count, figure.count
    down = _Residual(figures, unknown, without=figure).push(figure.tail, figure.head, limit=figure.count)
    up = _Residual(figures, unknown, without=figure).push(figure.head, figure.tail, limit=_UNBOUNDED)
    return figure.count - down, None if up >= _UNBOUNDED else figure.count + up


class _Residual:
    """How far unknown figures can still be raised (without limit) and lowered (to nought)."""

    def __init__(self, figures: Sequence[Figure], unknown: Iterable[Name], *, without: Figure) -> None:
        self.room: dict[Name, dict[Name, int]] = {}
        names = set(unknown)
        for figure in figures:
            self.room.setdefault(figure.tail, {})
            self.room.setdefault(figure.head, {})
            if figure.name in names and figure is not without:
                self._add(figure.tail, figure.head, _UNBOUNDED)
                self._add(figure.head, figure.tail, figure.count)

    def _add(self, start: Name, end: Name, amount: int) -> None:
        self.room[start][end] = self.room[start].get(end, 0) + amount

    def push(self, start: Name, end: Name, *, limit: int) -> int:
        """Send as much as possible, up to ``limit``, from start to end; returns how much went."""
        sent = 0
        while sent < limit:
            path = self._shortest_path(start, end)
            if path is None:
                break
            amount = min(limit - sent, *(self.room[a][b] for a, b in path))
            for a, b in path:
                self._add(a, b, -amount)
                self._add(b, a, amount)
            sent += amount
        return sent

    def _shortest_path(self, start: Name, end: Name) -> list[tuple[Name, Name]] | None:
        came_from: dict[Name, Name] = {start: start}
        waiting = deque([start])
        while waiting and end not in came_from:
            here = waiting.popleft()
            for there, room in self.room[here].items():
                if room > 0 and there not in came_from:
                    came_from[there] = here
                    waiting.append(there)
        return _walk_back(came_from, start, end)


def _cheapest_complement(
    figures: Sequence[Figure], unknown: set[Name], target: Figure, residual: _Residual
) -> set[Name]:
    """The printed figures on the cheapest way by which ``target`` could be raised further."""
    steps: dict[Name, list[tuple[int, Name, Name | None]]] = {
        start: [(0, end, None) for end, room in ends.items() if room > 0] for start, ends in residual.room.items()
    }
    for figure in figures:
        if figure.name not in unknown and not figure.known_anyway:
            price = figure.count + (_PRICE_OF_A_TOTAL if figure.is_total else 0)
            steps[figure.tail].append((price, figure.head, figure.name))
            if figure.count:
                steps[figure.head].append((price, figure.tail, figure.name))
    used = _cheapest_path(steps, target.head, target.tail)
    if not used:
        raise ValueError(f"{target.name!r} is on no circle of figures and cannot be protected")
    return used


def _cheapest_path(steps: Mapping[Name, Sequence[tuple[int, Name, Name | None]]], start: Name, end: Name) -> set[Name]:
    """Names of the figures paid for on the cheapest path (Dijkstra); empty when there is none."""
    paid: dict[Name, tuple[int, frozenset[Name]]] = {start: (0, frozenset())}
    # The second number keeps the order of arrival: names of different kinds cannot be compared.
    waiting: list[tuple[int, int, Name]] = [(0, 0, start)]
    arrivals = 0
    while waiting:
        price, _, here = heapq.heappop(waiting)
        if here == end:
            return set(paid[end][1])
        if price > paid[here][0]:
            continue
        for step, there, name in steps[here]:
            if there not in paid or price + step < paid[there][0]:
                names = paid[here][1] if name is None else paid[here][1] | {name}
                paid[there] = (price + step, names)
                arrivals += 1
                heapq.heappush(waiting, (price + step, arrivals, there))
    return set()


def _walk_back(came_from: Mapping[Name, Name], start: Name, end: Name) -> list[tuple[Name, Name]] | None:
    if end not in came_from:
        return None
    path, here = [], end
    while here != start:
        path.append((came_from[here], here))
        here = came_from[here]
    return path


def _figures_of_table(rows: Sequence[Sequence[int]], width: int, *, column_totals: bool) -> list[Figure]:
    """Children run from "all" through a row, a cell and a column to "everybody" and back."""
    sums = [sum(row[j] for row in rows) for j in range(width)]
    return [
        Figure("total", "everybody", "all", sum(sums), in_print=column_totals, is_total=True),
        *(Figure(("row", i), "all", ("row", i), sum(row), is_total=True) for i, row in enumerate(rows)),
        *(
            Figure(("cell", i, j), ("row", i), ("column", j), count)
            for i, row in enumerate(rows)
            for j, count in enumerate(row)
        ),
        *(
            Figure(("column", j), ("column", j), "everybody", count, in_print=column_totals, is_total=True)
            for j, count in enumerate(sums)
        ),
    ]


def _shown(figures: Sequence[Figure], k: int) -> dict[Name, Shown]:
    hidden = figures_to_hide(figures, k=k)
    return {figure.name: figure.count if figure.in_print and figure.name not in hidden else None for figure in figures}


def _check(figures: Sequence[Figure], k: int) -> None:
    if k < 2:
        raise ValueError("k is at least 2: under that there is no small cell to protect")
    if any(figure.count < 0 for figure in figures):
        raise ValueError("a count cannot be negative")
    balance: dict[Name, int] = {}
    for figure in figures:
        balance[figure.tail] = balance.get(figure.tail, 0) - figure.count
        balance[figure.head] = balance.get(figure.head, 0) + figure.count
    if any(balance.values()):
        raise ValueError("a total is not the sum of its parts")
