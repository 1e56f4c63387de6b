"""From the bytes of a file to what it says: which format it is, and its reader (CHD-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext as _

from kijk.web.csv_export import CsvRefused, read_csv
from observations.domain.imports.content import MOST_BYTES, MOST_ROWS, ImportRefused, ReadFile
from observations.domain.imports.edexml import read_edexml
from observations.domain.imports.tables import Table, TableWish, read_table
from observations.domain.imports.workbooks import MOST_COLUMNS, read_workbook, rows_as_table
from observations.models import ImportSource

Format = ImportSource.Format

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_OTHERS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF")


@dataclass(frozen=True)
class ReadWish:
    """How to read a table where that can be chosen: what it is about, its columns (see TableWish), and its sheet."""

    about: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    decided: frozenset[str] | None = None

    @property
    def of_table(self) -> TableWish:
        """The part that is about a table, whatever file it is in."""
        return TableWish(self.about, self.mapping, self.decided)


def format_of(content: bytes) -> str:
    """Return the format of a file by what it begins with, whatever it is called.

    Raises ImportRefused for what is none of the three, empty, or too large.
    """
    if not content.strip():
        raise ImportRefused(_("Het bestand is leeg."))
    if len(content) > MOST_BYTES:
        raise ImportRefused(_("Het bestand is te groot: het mag ten hoogste 25 MB zijn."))
    if content.startswith(_OLD_EXCEL):
        raise ImportRefused(
            _(
                "Dit is een oud of een met een wachtwoord beveiligd Excel-bestand. Sla het op als .xlsx zonder wachtwoord."
            )
        )
    if content.startswith(_OTHERS):
        raise ImportRefused(_("Dit bestand is geen EDEXML, CSV of Excel. Kies een ander bestand."))
    if content.startswith(_ZIP):
        return str(Format.XLSX)
    return str(Format.EDEXML if _without_mark(content[:400]).lstrip().startswith(b"<") else Format.CSV)


def read_file(content: bytes, wish: ReadWish) -> ReadFile:
    """Return what a file says; raises ImportRefused with what is the matter and what to do."""
    found = format_of(content)
    if found == Format.EDEXML:
        return read_edexml(content)
    if found == Format.XLSX:
        sheets, sheet, rows = read_workbook(content, sheet=wish.sheet)
        titles, below = rows_as_table(rows)
        read = read_table(Table(titles, below), wish.of_table, format_code=found)
        return replace(read, sheets=sheets, sheet=sheet)
    return read_table(_csv_table(content), wish.of_table, format_code=found)


def _csv_table(content: bytes) -> Table:
    try:
        rows = read_csv(content, largest=MOST_BYTES, most_rows=MOST_ROWS + 1, most_columns=MOST_COLUMNS)
    except CsvRefused as refusal:
        raise ImportRefused(str(refusal)) from None
    numbered = [(line, row) for line, row in enumerate(rows, start=1) if row]
    titles, below = rows_as_table(numbered)
    return Table(titles, below)


def _without_mark(begin: bytes) -> bytes:
    """Return the first bytes without a byte order mark; of UTF-16, every other byte."""
    for mark in _MARKS:
        begin = begin.removeprefix(mark)
    return begin.replace(b"\x00", b"") if b"\x00" in begin[:4] else begin
