"""Tables as files: given so that Dutch Excel opens them, and read as people have them.

Excel and its kin work out a cell that begins with = + - @, tab or carriage return, wherever its text came from: a
formula can send the rest of the table away. Such a cell gets an apostrophe in front, which makes it text. The same
inside a cell, behind what another setting takes for the end of one (comma, semicolon, tab, line break): the file may
be opened with the wrong separator. Reading takes one apostrophe off at the same places, so that what was given can be
handed back unharmed.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

Cell = str | int | date | None

LARGEST = 1_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 50

_BOM = "\ufeff"
_SEPARATORS = ";\t,"
# The last four are their full-width forms, which a Japanese or Chinese Excel takes for the same.
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_BEFORE = r'(\A|[;,\t\r\n]"*)'
_FORMULA_BEGINS = re.compile(rf"{_BEFORE}('*)(?=[{_FORMULA}])")
_FORMULA_DEFUSED = re.compile(rf"{_BEFORE}'('*)(?=[{_FORMULA}])")
_BLANK_BEGINS = re.compile(r"\A(?='*[\t\r])")
_BLANK_DEFUSED = re.compile(r"\A'(?='*[\t\r])")
# Control characters, and halves of pairs that are no text by themselves.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?\r?\n?", re.IGNORECASE)
_TOO_LONG = "field larger than field limit"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class CsvRefused(Exception):
    """A file or a pasted list that cannot be read; the message can be shown to who gave it."""


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return a table as a file to keep: UTF-8 with its mark, semicolons and CRLF, as Dutch Excel expects.

    Days are written as 2026-11-22, moments as 2026-11-22 14:32 in the time of the Netherlands.
    Raises ValueError for a row that is not as long as the header.
    """
    table = io.StringIO(newline="")
    # Everything in quotes: then a separator of another setting is part of a cell as long as it can be.
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_defuse(title) for title in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"A row has {len(row)} cells under {len(header)} titles.")
        writer.writerow([_write_cell(cell) for cell in row])
    return HttpResponse(
        (_BOM + table.getvalue()).encode(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{_safe_name(filename)}"',
            "Cache-Control": "no-store",
        },
    )


def read_csv(
    given: str | bytes, *, largest: int = LARGEST, most_rows: int = MOST_ROWS, most_columns: int = MOST_COLUMNS
) -> list[list[str]]:
    """Return the rows of a table that was uploaded or pasted, with its cells stripped.

    The separator is that of the first line: semicolon, tab or comma. An empty line is an empty row, so that a row's
    place is its line's number, but at the end there are none. Bytes are UTF-8, UTF-16 or what Windows writes in
    Western Europe. ``largest`` is in bytes. Raises CsvRefused with a sentence for the user.
    """
    size = len(given) if isinstance(given, bytes) else len(given.encode("utf-8", "surrogatepass"))
    if size > largest:
        megabytes = largest // 1_000_000
        raise CsvRefused(
            _("Dit is meer dan %(count)d MB. Verdeel de lijst over meer bestanden.") % {"count": megabytes}
        )
    text = (given if isinstance(given, str) else _decode(given)).removeprefix(_BOM)
    if _UNWANTED.search(text):
        raise _no_text()
    rows = _read_rows(text, _separator_of(text), most_rows, most_columns)
    if _SEPARATOR_LINE.match(text):
        rows[0] = []
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _write_cell(cell: Cell) -> str:
    # A number below zero is a number: only text can be somebody else's formula.
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return _defuse(cell or "")


def _defuse(text: str) -> str:
    """Return a text with an apostrophe more wherever a formula could begin; ``_undo`` takes exactly these away."""
    return _BLANK_BEGINS.sub("'", _FORMULA_BEGINS.sub(r"\1'\2", text))


def _undo(text: str) -> str:
    return _FORMULA_DEFUSED.sub(r"\1\2", _BLANK_DEFUSED.sub("", text))


def _safe_name(filename: str) -> str:
    """Return a name that every system takes, and that ends the header nowhere but at its end."""
    plain = unicodedata.normalize("NFKD", filename.removesuffix(".csv")).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:80]
    return f"{stem or 'kijk'}.csv"


def _decode(data: bytes) -> str:
    if data.startswith(_WORKBOOKS):
        raise CsvRefused(_("Dit is een Excel-bestand. Kies in Excel “Opslaan als” en dan “CSV”, en stuur dat bestand."))
    for encoding in _encodings_of(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _no_text()


def _encodings_of(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    # Text of Western Europe in UTF-16 has a zero in each pair; other text has none anywhere.
    if data[1:2] == b"\x00":
        return ("utf-16-le",)
    if data[:1] == b"\x00":
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _separator_of(text: str) -> str:
    """Return the separator that the first line with anything on it names, or else uses most."""
    named = _SEPARATOR_LINE.match(text)
    if named is not None:
        return named[1] if named[1] in _SEPARATORS else ";"
    line = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", line)
    # The first of those that are used as often: "Wit, Sanne;sanne@voorbeeld.nl" is two cells.
    return max(_SEPARATORS, key=unquoted.count)


def _read_rows(text: str, separator: str, most_rows: int, most_columns: int) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [_undo(cell).strip() for cell in row]
            rows.append(cells if any(cells) else [])
            if len(rows) > most_rows:
                most = number_format(most_rows, use_l10n=True, force_grouping=True)
                raise CsvRefused(
                    _("Dit zijn meer dan %(count)s regels. Verdeel de lijst over meer bestanden.") % {"count": most}
                )
            if len(cells) > most_columns:
                raise CsvRefused(_("Regel %(line)d heeft te veel kolommen.") % {"line": len(rows)})
    except csv.Error as error:
        raise _unreadable(error, line=len(rows) + 1) from error
    return rows


def _unreadable(error: csv.Error, *, line: int) -> CsvRefused:
    """Return why a line cannot be read. The module has no other way than words to say that a field is too long."""
    if _TOO_LONG not in str(error):
        words = _("Regel %(line)d kan niet worden gelezen: er klopt iets niet met de aanhalingstekens.")
        return CsvRefused(words % {"line": line})
    most = number_format(csv.field_size_limit(), use_l10n=True, force_grouping=True)
    words = _(
        "Regel %(line)d kan niet worden gelezen: er staat een veld in van meer dan %(count)s tekens. Maak het korter. "
        "Opent er een aanhalingsteken dat nergens sluit? Haal dat dan weg."
    )
    return CsvRefused(words % {"line": line, "count": most})


def _no_text() -> CsvRefused:
    return CsvRefused(_("Dit bestand bevat geen gewone tekst. Sla de lijst op als CSV en probeer het opnieuw."))
