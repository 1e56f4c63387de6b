"""Small-cell protection, attacked: nothing printed gives a hidden small figure away.

The attackers share no code with the product: one lists every table that fits the printed
figures, the other solves the printed totals as linear equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.suppression import (
    HIDDEN_MARK,
    Figure,
    ProtectedDistribution,
    ProtectedTable,
    figures_to_hide,
    printed,
    protect_distribution,
    protect_table,
    range_of,
)

Rows = list[list[int]]
counts = st.one_of(st.integers(0, 4), st.integers(0, 12), st.integers(0, 80))


@st.composite
def tables(draw: st.DrawFn, *, rows: int, width: int, most: int) -> Rows:
    size = draw(st.integers(1, rows)), draw(st.integers(1, width))
    line = st.lists(st.integers(0, most), min_size=size[1], max_size=size[1])
    return draw(st.lists(line, min_size=size[0], max_size=size[0]))


# ------------------------------------------------------------------------------------- the attackers


def rows_that_fit(shown: Sequence[int | None], total: int | None, cap: int) -> list[tuple[int, ...]]:
    """Every row of counts that agrees with what is printed of it; ``cap`` where nothing bounds a count."""
    if not shown:
        return [()] if total in (None, 0) else []
    first, *rest = shown
    values = range((cap if total is None else total) + 1) if first is None else (first,)
    return [
        (value, *others)
        for value in values
        for others in rows_that_fit(rest, None if total is None else total - value, cap)
    ]


def tables_that_fit(table: ProtectedTable, cap: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every table of counts that agrees with everything printed; none when they are too many to list."""
    choices = [rows_that_fit(*row, cap) for row in zip(table.rows, table.row_totals, strict=True)]
    if prod(map(len, choices)) > 30_000:
        return
    for rows in product(*choices):
        if table.total is not None and sum(map(sum, rows)) != table.total:
            continue
        sums = [sum(column) for column in zip(*rows, strict=True)]
        if all(total is None or total == found for total, found in zip(table.column_totals or sums, sums, strict=True)):
            yield rows


def rank(equations: Sequence[Sequence[int]]) -> int:
    """Rank of a matrix, by elimination in fractions."""
    left = [[Fraction(value) for value in row] for row in equations]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for i, row in enumerate(left):
            if i != found and row[column]:
                factor = row[column] / pivot[column]
                left[i] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        found += 1
    return found


# ----------------------------------------------------------------------------------------- by example


@pytest.mark.requirement("MON-5.1")
@pytest.mark.parametrize(
    ("assessed", "others", "not_registered", "expected"),
    [
        # Nothing small: everything in print.
        ([12, 40, 9, 5], [7], 6, ProtectedDistribution((12, 40, 9, 5), (7,), 6, 66, 79)),
        # Nobody is not registered: that tells about the work only.
        ([12, 40, 9, 5], [7], 0, ProtectedDistribution((12, 40, 9, 5), (7,), 0, 66, 73)),
        # One small cell: the smallest other one goes too, for the total gives it otherwise.
        ([12, 40, 9, 2], [7], 6, ProtectedDistribution((12, 40, None, None), (7,), 6, 63, 76)),
        # Two small ones that make a small sum are as bad as one.
        ([12, 40, 1, 2], [7], 6, ProtectedDistribution((None, 40, None, None), (7,), 6, 55, 68)),
        # Two small ones that make five are enough for each other.
        ([12, 40, 3, 2], [7], 6, ProtectedDistribution((12, 40, None, None), (7,), 6, 57, 70)),
        # Nobody too little seen: one of the two cells beside "assessed" hides it.
        ([12, 40], [0], 6, ProtectedDistribution((12, 40), (None,), None, 52, 58)),
        # A few not registered: population less assessed would say so, and the cells would say assessed.
        ([12, 40], [], 2, ProtectedDistribution((None, 40), (), None, None, 54)),
        ([12, 40], [6], 2, ProtectedDistribution((12, 40), (None,), None, 52, 60)),
        # All in one cell says everything about everybody: only how many there are is left.
        ([30, 0, 0], [], 0, ProtectedDistribution((None, None, None), (), 0, 30, 30)),
        # Fewer than five in all: nothing.
        ([1, 2], [1], 0, ProtectedDistribution((None, None), (None,), 0, None, None)),
        ([0], [], 0, ProtectedDistribution((None,), (), 0, None, None)),
    ],
)
def test_protect_distribution_by_example(
    assessed: list[int], others: list[int], not_registered: int, expected: ProtectedDistribution
) -> None:
    assert protect_distribution(assessed, others, not_registered=not_registered) == expected


def test_lines_of_one_population_do_not_give_each_other_away() -> None:
    """The population is printed with every line, unless it is small: then with none."""
    lines = [protect_distribution([12, 30, 8], not_registered=nr) for nr in (0, 2, 10)]
    assert [line.population for line in lines] == [50, 52, 60]
    assert [line.not_registered for line in lines] == [0, None, 10]
    assert [protect_distribution([a, 4 - a]).population for a in range(5)] == [None] * 5


def test_protect_table_hides_a_square_where_all_totals_are_printed() -> None:
    table = protect_table([[20, 3, 30], [15, 16, 17], [18, 19, 20]], column_totals=True)
    assert table == ProtectedTable(
        rows=((None, None, 30), (None, None, 17), (18, 19, 20)),
        row_totals=(53, 48, 57),
        column_totals=(53, 38, 67),
        total=158,
    )


def test_protect_table_without_column_totals_protects_within_the_row() -> None:
    table = protect_table([[20, 3, 30], [15, 16, 17]], column_totals=False)
    assert table == ProtectedTable(
        rows=((None, None, 30), (15, 16, 17)), row_totals=(53, 48), column_totals=None, total=None
    )


def test_protect_table_hides_a_total_that_is_small_itself() -> None:
    table = protect_table([[20, 13], [2, 1]], column_totals=True)
    assert table.row_totals == (None, None)
    assert table.rows == ((None, None), (None, None))
    assert (table.column_totals, table.total) == ((22, 14), 36)


def test_k_is_a_setting() -> None:
    assert protect_distribution([4, 5, 6], k=4) == ProtectedDistribution((4, 5, 6), (), 0, 15, 15)
    assert protect_distribution([9, 10, 11], k=10) == ProtectedDistribution((None, None, 11), (), 0, 30, 30)


def test_printed_has_one_mark_for_all_that_is_hidden() -> None:
    assert [printed(count) for count in (None, 0, 12)] == [HIDDEN_MARK, "0", "12"]


def test_range_of_tells_what_a_reader_can_work_out() -> None:
    figures = [
        Figure("n", "in", "row", 10),
        *(Figure(name, "row", "in", count) for name, count in {"a": 2, "b": 3, "c": 5}.items()),
    ]
    assert range_of(figures, ["a"], "a") == (2, 2)
    assert range_of(figures, ["a", "b"], "a") == (0, 5)
    assert range_of(figures, ["a", "b", "n"], "a") == (0, None)
    assert range_of(figures, ["a"], "c") == (5, 5)


def test_range_of_adds_ways_up_and_stops_at_nought() -> None:
    """Two ways round, each for two: the three can become nought, not less, and seven."""
    ways = [
        Figure((kind, way), tail, head, count)
        for way in ("one", "two")
        for kind, tail, head, count in (("there", "in", way, 2), ("back", "out", way, 2), ("home", way, "in", 4))
    ]
    figures = [Figure("small", "in", "out", 3), Figure("rest", "in", "out", 1), *ways]
    hidden = ["small", *(figure.name for figure in ways if figure.count == 2)]
    assert range_of(figures, hidden, "small") == (0, 7)


def test_figures_to_hide_gives_up_a_total_last_and_never_what_is_known() -> None:
    """A total of nine, two cells of eight, or a supply of fifteen would hide the two equally well."""
    small = Figure("small", "in", "out", 2)
    cells = [Figure("first", "out", "middle", 8), Figure("second", "middle", "in", 8)]
    total = Figure("total", "out", "in", 9, is_total=True)
    supply = Figure("supply", "in", "out", 15)
    known = replace(supply, known_anyway=True)
    assert figures_to_hide([small, *cells, total, supply], k=5) == {"small", "supply"}
    assert figures_to_hide([small, *cells, total, known], k=5) == {"small", "first", "second"}
    assert figures_to_hide([small, *cells, replace(total, is_total=False), known], k=5) == {"small", "total"}


# -------------------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize("k", [1, 0, -5])
def test_k_under_two_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        protect_distribution([3, 9], k=k)


def test_counts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        protect_distribution([3, -1, 9])
    with pytest.raises(ValueError, match="negative"):
        protect_distribution([3, 9], not_registered=-1)
    with pytest.raises(ValueError, match="at least one row"):
        protect_table([], column_totals=False)
    with pytest.raises(ValueError, match="at least one row"):
        protect_table([[], []], column_totals=True)
    with pytest.raises(ValueError, match="same length"):
        protect_table([[1, 2], [3]], column_totals=True)
    with pytest.raises(ValueError, match="not the sum"):
        figures_to_hide([Figure("n", "in", "row", 9), Figure("a", "row", "in", 8)], k=5)
    with pytest.raises(ValueError, match="no circle"):
        figures_to_hide([Figure("a", "here", "there", 0)], k=5)


# --------------------------------------------------------------------------------------- properties


def test_the_attackers_find_what_only_the_small_cells_would_have_hidden() -> None:
    naive = ProtectedTable(rows=((20, None, 30), (15, 16, 17)), row_totals=(53, 48), column_totals=None, total=None)
    assert list(tables_that_fit(naive, cap=9)) == [((20, 3, 30), (15, 16, 17))]
    crossed = ProtectedTable(((None, None), (None, 9)), (8, 11), (9, 10), 19)
    assert {fitting[0][0] for fitting in tables_that_fit(crossed, cap=9)} == {7}
    assert rank([[1, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 0]]) == 3
    assert rank([[1, 1, 0], [0, 0, 1]]) < rank([[1, 1, 0], [0, 0, 1], [1, 0, 0]])


@pytest.mark.requirement("MON-5.1")
@settings(deadline=None)
@given(tables(rows=2, width=3, most=7), st.booleans(), st.integers(2, 4))
def test_listing_every_table_that_fits_leaves_each_small_cell_open(rows: Rows, totals: bool, k: int) -> None:
    table = protect_table(rows, k=k, column_totals=totals)
    possible: dict[tuple[int, int], set[int]] = {}
    for fitting in tables_that_fit(table, cap=7 + k):
        for i, row in enumerate(fitting):
            for j, value in enumerate(row):
                possible.setdefault((i, j), set()).add(value)
    for (i, j), values in possible.items():
        assert rows[i][j] in values
        if rows[i][j] < k:
            assert max(values) - min(values) >= k
            assert max(values) >= k


@pytest.mark.requirement("MON-5.1")
@settings(deadline=None)
@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=3),
    st.lists(st.integers(0, 8), max_size=1),
    st.integers(0, 8),
    st.integers(2, 5),
)
def test_listing_every_distribution_that_fits_leaves_each_small_cell_open(
    assessed: list[int], others: list[int], not_registered: int, k: int
) -> None:
    result = protect_distribution(assessed, others, not_registered=not_registered, k=k)
    shown = [*result.assessed, *result.others, result.not_registered]
    possible: list[set[int]] = [set() for _ in shown]
    whole: set[int] = set()
    for fitting in rows_that_fit(shown, result.population, cap=8 + k):
        part = sum(fitting[: len(assessed)])
        if result.assessed_total in (None, part):
            whole.add(part)
            for values, value in zip(possible, fitting, strict=True):
                values.add(value)
    for count, values in zip([*assessed, *others, sum(assessed)], [*possible[:-1], whole], strict=True):
        assert count in values
        assert count >= k or max(values) - min(values) >= k
    if 0 < not_registered < k:
        assert max(possible[-1]) - min(possible[-1]) >= k


@pytest.mark.requirement("MON-5.1")
@settings(deadline=None)
@given(st.lists(st.lists(counts, min_size=6, max_size=6), min_size=1, max_size=9), st.booleans())
def test_solving_the_printed_totals_gives_no_small_cell(rows: Rows, totals: bool) -> None:
    table = protect_table(rows, column_totals=totals)
    unknown = [(i, j) for i, row in enumerate(table.rows) for j, cell in enumerate(row) if cell is None]
    equations = [[int(i == at) for i, _ in unknown] for at, total in enumerate(table.row_totals) if total is not None]
    equations += [[int(j == at) for _, j in unknown] for at, n in enumerate(table.column_totals or ()) if n is not None]
    equations += [[1] * len(unknown)] if table.total is not None else []
    known = rank(equations)
    for place, (i, j) in enumerate(unknown):
        if rows[i][j] < 5:
            single = [int(place == other) for other in range(len(unknown))]
            assert rank([*equations, single]) > known


@settings(deadline=None)
@given(tables(rows=5, width=6, most=30), st.booleans())
def test_what_is_printed_is_true_and_never_small(rows: Rows, totals: bool) -> None:
    table = protect_table(rows, column_totals=totals)
    sums = [sum(column) for column in zip(*rows, strict=True)]
    pairs = [(c, s) for row, shown in zip(rows, table.rows, strict=True) for c, s in zip(row, shown, strict=True)]
    pairs += zip(map(sum, rows), table.row_totals, strict=True)
    pairs += zip(sums, table.column_totals or [None] * len(sums), strict=True)
    assert all(shown is None or (shown == count and shown >= 5) for count, shown in pairs)
    assert table == protect_table(rows, column_totals=totals)
    if min(count for count, _ in pairs) >= 5:
        assert all(shown is not None for _, shown in pairs[: len(rows) * len(rows[0])])


@settings(deadline=None)
@given(tables(rows=3, width=4, most=9), st.booleans())
def test_range_of_is_what_the_listing_finds(rows: Rows, totals: bool) -> None:
    """The product's own account of what can be worked out, in one row, against the listing."""
    result = protect_distribution(rows[0], k=5 if totals else 3)
    hidden = [i for i, cell in enumerate(result.assessed) if cell is None]
    figures = [
        Figure("n", "all", "row", sum(rows[0])),
        *(Figure(i, "row", "all", count) for i, count in enumerate(rows[0])),
    ]
    if result.population is None:
        assert all(range_of(figures, [*hidden, "n"], i)[1] is None for i in hidden)
        return
    found = list(zip(*rows_that_fit(result.assessed, result.population, 0), strict=True))
    for i in hidden:
        assert range_of(figures, hidden, i) == (min(found[i]), max(found[i]))
