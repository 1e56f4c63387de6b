"""The overview of a group on one A3: as large as the number of children leaves room for (REG-7.8)."""

import io
from datetime import date
from fractions import Fraction
from uuid import UUID

import pypdf
import pytest
from django.utils import translation

from observations.domain.overviews.group import Cell, ChildLine, GroupOverview, LineColumn, OverviewChoice
from observations.models import Group
from observations.overview_pdf import overview_pdf, size_for
from tests.observations.conftest import Nursery

LINES = (
    "Zelfbeeld", "Relatie met volwassenen", "Relatie met andere kinderen", "Zelfredzaamheid", "Taakgerichtheid", "Spel",
    "Grote motoriek", "Kleine motoriek", "Tekenen", "Visuele waarneming", "Auditieve waarneming", "Mondelinge taal",
    "Geletterdheid", "Lichaam en ruimte", "Tijd", "Gecijferdheid", "Ordenen en denken",
)  # fmt: skip
# The longest words a cell can hold, with a number and without.
AHEAD = ("ahead", "+13", "Voor op leeftijd, 13 maanden voor")
CONCERN = ("concern", "−13", "Zorg, 13 maanden achter")
UNSEEN = ("insufficient", "", "Onvoldoende gezien")


def cell(told: tuple[str, str, str], previous: Cell | None = None) -> Cell:
    code, short, words = told
    return Cell("spel", code, code, short, words, previous)


def sheet(group: Group, children: int, told: tuple[str, str, str], *, with_previous: bool = False) -> pypdf.PdfReader:
    """Return the overview of a group in which every cell is filled and every name is long."""
    shown = cell(told, cell(told) if with_previous else None)
    rows = tuple(
        ChildLine(
            UUID(int=number), "Maximiliaan van den Heuvel-Bakker", ("", ""), Fraction(38), number % 3 == 0,
            date(2026, 11, 20), 2, 0, (shown,) * len(LINES),
        )
        for number in range(children)
    )  # fmt: skip
    columns = tuple(LineColumn(name, name, "", {"concern": 3}) for name in LINES)
    choice = OverviewChoice(with_previous=with_previous)
    with translation.override("nl"):
        made = overview_pdf(
            group,
            GroupOverview(rows, columns, children, ()),
            choice,
            organisation="Kinderopvang Zonnebloem",
            today=date(2026, 11, 23),
        )
    return pypdf.PdfReader(io.BytesIO(made))


def letters_of(reader: pypdf.PdfReader, words: str) -> float:
    """Return the size of the letters in which some words stand, in points."""
    found: list[float] = []

    def visit(text: str, current: list[float], of_text: list[float], _font: object, size: float) -> None:
        if words in text:
            found.append(abs(size * of_text[3] * current[3]))

    reader.pages[0].extract_text(visitor_text=visit)
    return round(found[0], 1)


@pytest.mark.requirement("REG-7.8")
@pytest.mark.parametrize("told", [AHEAD, UNSEEN], ids=["number", "words"])
@pytest.mark.parametrize("children", [10, 15, 20, 30])
def test_largest_group_of_each_size_is_one_sheet(
    in_nursery: Nursery, children: int, told: tuple[str, str, str]
) -> None:
    pages = sheet(in_nursery.group, children, told).pages
    assert len(pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [420, 297]


@pytest.mark.requirement("REG-7.8")
@pytest.mark.parametrize("children", [9, 12, 30])
def test_with_the_previous_outcome_it_is_one_sheet_too(in_nursery: Nursery, children: int) -> None:
    assert len(sheet(in_nursery.group, children, CONCERN, with_previous=True).pages) == 1


@pytest.mark.requirement("REG-7.8")
def test_few_children_are_printed_larger_than_many(in_nursery: Nursery) -> None:
    sizes = [letters_of(sheet(in_nursery.group, children, CONCERN), "Zorg") for children in (8, 14, 30)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[1] >= 7.5
    assert min(sizes) >= 6.5


@pytest.mark.requirement("REG-7.8")
@pytest.mark.parametrize(("children", "words"), [(14, "Zorg, 13 maanden achter"), (30, "−13 Zorg")])
def test_cell_says_number_and_outcome_in_words(in_nursery: Nursery, children: int, words: str) -> None:
    assert words in " ".join(sheet(in_nursery.group, children, CONCERN).pages[0].extract_text().split())


def test_previous_outcome_takes_room() -> None:
    assert [size_for(10), size_for(10, with_previous=True), size_for(31)] == ["large", "small", "bare"]
