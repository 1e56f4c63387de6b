"""Writing a table as an Excel workbook: one sheet, of texts and nothing else (CHD-3.6).

Every cell is a text of its own (inlineStr), so that nothing in it can be a formula, a link or a number that loses its
zeros: Excel shows "=2+3" as those four signs. The workbook is therefore given as it is, without the apostrophes that a
CSV needs. It is the same, byte for byte, for the same table.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from kijk.web.csv_export import Cell

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Signs that XML cannot hold, and the carriage return, which a reader would make a line feed of.
_UNHOLDABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDEST, _NARROWEST = 40, 10

_PARTS: Final = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Style 1 is bold, for the titles; both are of the format "text" (49).
    "xl/styles.xml": (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
        'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
        '<border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf '
        'numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" '
        'fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" '
        'borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>'
    ),
}


def write_workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as the bytes of a workbook; days are written as 2026-11-22.

    Raises ValueError for a row that is not as long as the header.
    """
    texts = [[_text(cell) for cell in row] for row in rows]
    if any(len(row) != len(header) for row in texts):
        raise ValueError("A row is not as long as the titles.")
    book = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets><sheet name="{_attribute(title[:31])}" '
        'sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**_PARTS, "xl/workbook.xml": book}.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
        with archive.open(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), "w") as sheet:
            for piece in _sheet(header, texts):
                sheet.write(piece.encode())
    return content.getvalue()


def _sheet(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
    for number, title in enumerate(header, start=1):
        longest = max((len(row[number - 1]) for row in rows[:200]), default=0)
        width = min(_WIDEST, max(_NARROWEST, len(title) + 2, longest + 2))
        yield f'<col min="{number}" max="{number}" width="{width}" style="0" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield _row(1, header, style=1)
    for line, row in enumerate(rows, start=2):
        yield _row(line, row, style=0)
    yield "</sheetData></worksheet>"


def _row(line: int, cells: Sequence[str], *, style: int) -> str:
    written = "".join(
        f'<c r="{_letters(number)}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(cell)}</t></is></c>'
        for number, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{line}">{written}</row>'


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return "" if cell is None else str(cell)


def _escaped(text: str) -> str:
    """Return a text as XML, with what XML cannot hold written as Excel writes it (_x000D_)."""
    marked = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_UNHOLDABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", marked))


def _attribute(text: str) -> str:
    return escape(re.sub(r"[\[\]:*?/\\]", " ", text), {'"': "&quot;"})


def _letters(number: int) -> str:
    """Return the letters of a column, from 0: A to Z, AA, AB…"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
