"""Small numbers in a cross-section: what is printed gives no count under five away (MON-5)."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.cross_section import (
    CLASSES,
    INSUFFICIENT,
    NO_CLASS,
    NOT_REGISTERED,
    ItemFigures,
    ItemMeasurement,
    LineFigures,
    LineMeasurement,
)
from monitoring.domain.protection import (
    MONITORING_MINIMUM,
    ShownItem,
    ShownLine,
    show_items,
    show_lines,
    show_population,
)

CODES = (*CLASSES, INSUFFICIENT, NO_CLASS, NOT_REGISTERED)
ABOUT_US = (INSUFFICIENT, NO_CLASS, NOT_REGISTERED)


def line(*counts: int) -> LineFigures:
    """Make a line of counts: ahead, on course, attention, concern, insufficient, no class, not registered."""
    return LineFigures("taal", "Taal", sum(counts[:4]), dict(zip(CODES, counts, strict=True)))


def measurement(*lines: LineFigures, population: int | None = None) -> LineMeasurement:
    size = sum(lines[0].counts.values()) if population is None else population
    return LineMeasurement(None, size, size, lines, ("1.0",), ("rule 1.0",))


def shown(*counts: int, protect: bool = True) -> ShownLine:
    return show_lines(measurement(line(*counts)), protect=protect)[0]


def printed(found: ShownLine) -> list[int | None]:
    return [*found.counts.values(), found.assessed]


def test_everything_is_shown_to_who_may_open_the_files() -> None:
    found = shown(1, 40, 2, 0, 1, 0, 3, protect=False)
    assert printed(found) == [1, 40, 2, 0, 1, 0, 3, 43]
    assert not found.is_protected


@pytest.mark.requirement("MON-5.1")
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param((8, 40, 7, 6, 5, 0, 9), [8, 40, 7, 6, 5, 0, 9, 61], id="nothing small"),
        pytest.param((3, 48, 7, 2, 0, 0, 0), [None, 48, 7, None, 0, 0, 0, 60], id="two small that hide each other"),
        pytest.param((6, 48, 7, 2, 0, 0, 0), [None, 48, 7, None, 0, 0, 0, 63], id="one small takes the next smallest"),
        pytest.param((6, 48, 0, 7, 0, 0, 0), [None, 48, None, 7, 0, 0, 0, 61], id="nought of a class is small"),
        pytest.param((0, 0, 0, 0, 0, 0, 20), [0, 0, 0, 0, 0, 0, 20, 0], id="nobody registered is no secret"),
        pytest.param((1, 1, 1, 0, 0, 0, 9), [None] * 8, id="three registered among nine who were not"),
        pytest.param((2, 1, 0, 1, 0, 0, 0), [None] * 8, id="a population under five"),
    ],
)
def test_line_is_shown_as_far_as_it_gives_nothing_away(counts: tuple[int, ...], expected: list[int | None]) -> None:
    found = shown(*counts)
    assert printed(found) == expected
    assert found.is_protected is (None in expected)


@pytest.mark.requirement("MON-5.1")
def test_not_registered_hides_with_the_number_assessed() -> None:
    found = shown(8, 40, 7, 6, 0, 0, 2)
    assert found.counts[NOT_REGISTERED] is None
    assert found.assessed is None


def test_population_is_shown_from_five() -> None:
    sizes = [show_population(measurement(line(n, 0, 0, 0, 0, 0, 0)), protect=True) for n in (0, 4, 5)]
    assert sizes == [None, None, 5]
    assert show_population(measurement(line(4, 0, 0, 0, 0, 0, 0)), protect=False) == 4
    assert MONITORING_MINIMUM == 5


def possible(found: ShownLine, population: int, code: str) -> tuple[int, int]:
    """Work out, by hand, the least and the most a hidden count can be for who reads one row."""
    classes = [each for each in CLASSES if found.counts[each] is None]
    others = [each for each in ABOUT_US if found.counts[each] is None]
    rest = population - sum(count or 0 for count in found.counts.values())
    if found.assessed is None and classes:
        together, total = [*classes, *others], rest
    else:
        in_classes = sum(found.counts[each] or 0 for each in CLASSES)
        of_classes = 0 if found.assessed is None else found.assessed - in_classes
        together, total = (classes, of_classes) if code in CLASSES else (others, rest - of_classes)
    return (0, total) if len(together) > 1 else (total, total)


COUNTS = st.lists(st.integers(0, 12) | st.integers(0, 80), min_size=7, max_size=7)


@pytest.mark.requirement("MON-5.1")
@given(COUNTS)
def test_reader_of_a_row_cannot_narrow_a_small_count_down(counts: list[int]) -> None:
    population, found = sum(counts), shown(*counts)
    if population < MONITORING_MINIMUM:
        assert printed(found) == [None] * 8
        return
    for code, count in zip(CODES, counts, strict=True):
        small = 0 < count < MONITORING_MINIMUM or (count == 0 and code in CLASSES and sum(counts[:4]) > 0)
        if found.counts[code] is None:
            least, most = possible(found, population, code)
            assert least <= count <= most
            assert not small or most - least >= MONITORING_MINIMUM
        else:
            assert not small
            assert found.counts[code] == count


@given(COUNTS)
def test_what_is_shown_is_true(counts: list[int]) -> None:
    found = shown(*counts)
    true: Mapping[str, int] = dict(zip(CODES, counts, strict=True))
    assert all(count in {None, true[code]} for code, count in found.counts.items())
    assert found.assessed in {None, sum(counts[:4])}


# --------------------------------------------------------------------------------------- means and items


@pytest.mark.parametrize(
    ("assessed", "share", "expected"),
    [
        (4, Fraction(1, 2), (None, None)),
        (0, None, (None, None)),
        (5, Fraction(1, 2), (5, Fraction(1, 2))),
        (5, Fraction(0), (5, None)),
        (9, Fraction(1), (9, None)),
    ],
)
def test_mean_share_is_hidden_when_it_tells_of_each_child(
    assessed: int, share: Fraction | None, expected: tuple[int | None, Fraction | None]
) -> None:
    figures = LineFigures("praten", "Praten", assessed, {}, share)
    found = show_lines(measurement(figures, population=20), protect=True)[0]
    assert (found.assessed, found.share_passed) == expected
    assert found.is_protected is (None in expected)
    open_to_all = show_lines(measurement(figures, population=20), protect=False)[0]
    assert (open_to_all.assessed, open_to_all.share_passed) == (assessed, share)


def item(assessed: int, passed: int, *, protect: bool = True) -> ShownItem:
    figures = ItemFigures("p1", "Praat.", "Praten", assessed, passed)
    return show_items(ItemMeasurement(None, 50, (figures,)), protect=protect)[0]


@pytest.mark.requirement("MON-5.1")
@pytest.mark.parametrize(
    ("assessed", "passed", "expected"),
    [
        (0, 0, (None, None)),
        (4, 2, (None, None)),
        (20, 3, (20, None)),
        (20, 17, (20, None)),
        (20, 20, (20, None)),
        (20, 0, (20, None)),
        (20, 5, (20, 5)),
        (20, 15, (20, 15)),
    ],
)
def test_item_hides_few_assessed_and_few_passed_or_failed(
    assessed: int, passed: int, expected: tuple[int | None, int | None]
) -> None:
    found = item(assessed, passed)
    assert (found.assessed, found.passed) == expected
    assert found.share == (Fraction(passed, assessed) if None not in expected else None)
    assert found.is_protected is (None in expected)


def test_item_is_whole_for_who_may_open_the_files() -> None:
    found = item(4, 1, protect=False)
    assert (found.assessed, found.passed, found.share, found.is_protected) == (4, 1, Fraction(1, 4), False)
    assert item(0, 0, protect=False).share is None
