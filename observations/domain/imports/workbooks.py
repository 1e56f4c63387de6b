"""Reading Excel workbooks: a zip of XML, looked at by size and shape before anything is unpacked (CHD-3).

What a table needs of one: shared texts, which styles are days, and one sheet. Formulas are not worked out; their last
value counts. Everything comes out as text: a day as 2026-11-22, a whole number without a comma.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from django.utils.translation import gettext as _

from observations.domain.imports.cells import CellRefused, serial_day
from observations.domain.imports.content import MOST_ROWS, ImportRefused
from observations.domain.imports.guarded_xml import XmlReader, read_xml

MOST_ENTRIES: Final = 200
MOST_ENTRY_BYTES: Final = 80 * 1024 * 1024
MOST_TOTAL_BYTES: Final = 150 * 1024 * 1024
# How many times larger a part may become; text of people compresses some ten times, a bomb a thousand times.
MOST_GROWTH: Final = 200
_GROWTH_COUNTS_FROM: Final = 1024 * 1024
MOST_COLUMNS: Final = 100
_MOST_TEXTS: Final = 1_000_000
_CHUNK: Final = 65_536
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAY_FORMATS: Final = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])
# What stands in quotes, in brackets or behind a backslash is no part of the form of a day.
_LITERAL: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
# How Excel writes a sign that XML cannot hold, and the underscore of a text that looks like one.
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)

Row = tuple[int, list[str]]
_R = TypeVar("_R", bound="_Part")


def read_workbook(content: bytes, *, sheet: str = "") -> tuple[tuple[str, ...], str, list[Row]]:
    """Return the names of the sheets, the one that was read (the first where ``sheet`` is none), and its rows.

    A row is its number and its texts. Raises ImportRefused for what is no workbook, is beyond the limits or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_shape(archive)
            return _Workbook(archive).read(sheet)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError):
        raise ImportRefused(
            _("Dit Excel-bestand is beschadigd of beveiligd. Open het in Excel en sla het opnieuw op als .xlsx.")
        ) from None


def _check_shape(archive: zipfile.ZipFile) -> None:
    """Refuse a zip by what it says of itself; reading holds each part to what it said."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names or len(names) != len(entries):
        raise ImportRefused(_("Dit is geen Excel-bestand (.xlsx). Sla de lijst op als .xlsx of als CSV."))
    too_large = len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_TOTAL_BYTES
    for entry in entries:
        grown = entry.file_size > _GROWTH_COUNTS_FROM and entry.file_size > MOST_GROWTH * max(1, entry.compress_size)
        too_large = too_large or grown or entry.file_size > MOST_ENTRY_BYTES
        if entry.flag_bits & 0x1 or entry.compress_type not in _METHODS:
            raise zipfile.BadZipFile
    if too_large:
        raise ImportRefused(_("Dit Excel-bestand is uitgepakt te groot. Haal bladen en opmaak weg, of gebruik CSV."))


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def read(self, wanted: str) -> tuple[tuple[str, ...], str, list[Row]]:
        book = self._parse("xl/workbook.xml", _Book())
        if not book.sheets:
            raise ImportRefused(_("In dit Excel-bestand staat geen blad."))
        targets = self._parse("xl/_rels/workbook.xml.rels", _Relations()).targets
        chosen = wanted if wanted in book.sheets else next(iter(book.sheets))
        part = _part_of(targets.get(book.sheets[chosen], ""))
        if part not in self.archive.namelist():
            raise zipfile.BadZipFile
        texts = self._optional("xl/sharedStrings.xml", _Texts()).texts
        days = self._optional("xl/styles.xml", _Styles()).days()
        rows = self._parse(part, _Sheet(texts, days, from_1904=book.from_1904)).rows
        return tuple(book.sheets), chosen, rows

    def _optional(self, part: str, reader: _R) -> _R:
        return self._parse(part, reader) if part in self.archive.namelist() else reader

    def _parse(self, part: str, reader: _R) -> _R:
        read_xml(self._chunks(part), reader)
        return reader

    def _chunks(self, part: str) -> Iterator[bytes]:
        left = MOST_ENTRY_BYTES
        with self.archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise zipfile.BadZipFile
                yield chunk


class _Part(XmlReader):
    """A part of a workbook whose elements matter by name and by what they stand in."""

    def __init__(self) -> None:
        self.path: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> bool:
        self.path.append(name)
        return self.begin(name, attributes)

    def end(self, name: str, text: str) -> None:
        self.path.pop()
        self.finish(name, text)

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Begin an element; return whether its text is wanted."""
        return False

    def finish(self, name: str, text: str) -> None:
        """End an element."""


class _Book(_Part):
    """The sheets by name, with the id of their part; hidden ones too, after the others."""

    def __init__(self) -> None:
        super().__init__()
        self.visible: dict[str, str] = {}
        self.hidden: dict[str, str] = {}
        self.from_1904 = False

    @property
    def sheets(self) -> dict[str, str]:
        return self.visible | self.hidden

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "sheet" and len(self.sheets) < MOST_ENTRIES:
            kind = self.visible if attributes.get("state", "visible") == "visible" else self.hidden
            kind[attributes.get("name", "")[:60]] = attributes.get("id", "")
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}
        return False


class _Relations(_Part):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")
        return False


class _Texts(_Part):
    """The shared texts; the reading aid beside East Asian text (rPh) is no part of them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.pieces: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "si":
            self.pieces = []
        return name == "t" and "rPh" not in self.path

    def finish(self, name: str, text: str) -> None:
        if name == "t" and "rPh" not in self.path:
            self.pieces.append(text)
        elif name == "si":
            self.texts.append("".join(self.pieces))
            if len(self.texts) > _MOST_TEXTS:
                raise zipfile.BadZipFile


class _Styles(_Part):
    """Which cell styles show a number as a day."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[str, str] = {}
        self.cells: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "numFmt":
            self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in self.path:
            self.cells.append(attributes.get("numFmtId", "0"))
        return False

    def days(self) -> frozenset[int]:
        return frozenset(place for place, number in enumerate(self.cells) if self._is_day(number))

    def _is_day(self, number: str) -> bool:
        if number in self.formats:
            shape = _LITERAL.sub("", self.formats[number]).lower()
            return "y" in shape or "j" in shape or "d" in shape
        return number.isdecimal() and int(number[:6]) in _DAY_FORMATS


class _Sheet(_Part):
    def __init__(self, texts: list[str], days: frozenset[int], *, from_1904: bool) -> None:
        super().__init__()
        self.texts, self.days, self.from_1904 = texts, days, from_1904
        self.rows: list[Row] = []
        self.line = 0
        self.cells: list[str] = []
        self.place, self.kind, self.style = 0, "", ""
        self.value, self.pieces = "", [""]

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "row":
            given = attributes.get("r", "")
            # A row's number is its own: one that goes back, or says none, follows the one before.
            self.line = max(self.line + 1, int(given[:8]) if given.isdecimal() else 0)
            self.cells = []
        elif name == "c":
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.place = _place_of(attributes.get("r", ""), len(self.cells))
            self.value, self.pieces = "", []
        return (name == "v" and self.path[-2:-1] == ["c"]) or (
            name == "t" and "is" in self.path and "rPh" not in self.path
        )

    def finish(self, name: str, text: str) -> None:
        if name == "v":
            self.value = text
        elif name == "t" and "is" in self.path:
            self.pieces.append(text)
        elif name == "c":
            self._put(self._text())
        elif name == "row":
            self._end_row()

    def _put(self, text: str) -> None:
        if not text or self.place >= MOST_COLUMNS:
            return
        self.cells += [""] * (self.place + 1 - len(self.cells))
        self.cells[self.place] = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).strip()

    def _end_row(self) -> None:
        if any(self.cells):
            self.rows.append((self.line, self.cells))
        if len(self.rows) > MOST_ROWS + 1:
            raise ImportRefused(_("In dit bestand staan meer dan 20.000 regels. Verdeel het over meer bestanden."))

    def _text(self) -> str:
        if self.kind == "s":
            number = int(self.value[:9]) if self.value.isdecimal() else -1
            return self.texts[number] if 0 <= number < len(self.texts) else ""
        if self.kind == "inlineStr":
            return "".join(self.pieces)
        if self.kind == "b":
            return "ja" if self.value == "1" else "nee"
        if self.kind == "e":
            return ""
        return self._number() if self.kind == "n" else self.value

    def _number(self) -> str:
        try:
            number = float(self.value[:40])
        except ValueError:
            return self.value
        if self.style.isdecimal() and int(self.style[:6]) in self.days:
            try:
                return serial_day(number, from_1904=self.from_1904).isoformat()
            except CellRefused:
                return self.value
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else self.value


def _place_of(reference: str, following: int) -> int:
    """Return the number of a cell's column, from 0; cells may leave out where they are."""
    found = _CELL.fullmatch(reference)
    if found is None:
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _part_of(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def rows_as_table(rows: Iterable[Row]) -> tuple[tuple[str, ...], tuple[tuple[int, list[str]], ...]]:
    """Return the titles, which are the first row with more than one text or the first of all, and the rows below."""
    listed = list(rows)
    start = next((place for place, (_line, cells) in enumerate(listed) if sum(map(bool, cells)) > 1), 0)
    if not listed:
        return (), ()
    return tuple(listed[start][1]), tuple(listed[start + 1 :])
