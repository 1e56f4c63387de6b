"""The contents of a data table, apart from how it looks (templates/components/table.html)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_FIGURE: Final = re.compile(r"(< ?)?\d+%?|–|")


@dataclass(frozen=True)
class Cell:
    """What one cell says; numeric cells stand on the right, so that figures line up."""

    text: str
    numeric: bool = False


@dataclass(frozen=True)
class DataTable:
    """A table with a caption. The first cell of each row is its heading.

    `identifier` is unique on the page and fit for an HTML id; `note` stands below the table (definitions, source).
    """

    identifier: str
    caption: str
    headings: tuple[Cell, ...]
    body: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse rows that are longer or shorter than the headings: such a table is unreadable by a screen reader."""
        if any(len(row) != len(self.headings) for row in self.body):
            raise ValueError(f"table {self.identifier}: each row needs {len(self.headings)} cells")


def make_table(
    identifier: str, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str | int]], *, note: str = ""
) -> DataTable:
    """Return a table of texts and whole numbers; a column is numeric when all of it reads as figures.

    Figures are whole numbers, percentages, suppressed numbers ("< 5"), a dash and nothing. Raises ValueError when a
    row has another length than the headings.
    """
    numeric = [
        bool(rows) and all(_FIGURE.fullmatch(str(row[i])) for row in rows if i < len(row)) for i in range(len(headings))
    ]
    return DataTable(
        identifier=identifier,
        caption=caption,
        headings=tuple(Cell(text, numeric[i]) for i, text in enumerate(headings)),
        body=tuple(
            tuple(Cell(str(value), i < len(numeric) and numeric[i]) for i, value in enumerate(row)) for row in rows
        ),
        note=note,
    )
