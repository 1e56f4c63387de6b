"""What single cells of a file mean: names, days, numbers. A refusal says what is wrong in words for its row."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

LONGEST_NAME: Final = 100
LONGEST_REMARKS: Final = 2000
_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ T].*)?", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?", re.ASCII)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_IN_WORDS: Final = re.compile(r"(\d{1,2}) ([a-z]{3,9})\.? (\d{4})", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2}|T.*)?", re.ASCII)
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "apr": 4, "mei": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "okt": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
_NINE_DIGITS: Final = re.compile(r"(?<!\d)\d{9}(?!\d)", re.ASCII)
# The day that Excel counts from, its belief in a 29 February 1900 included.
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_MOST_HALF_DAYS: Final = 14
_GESTATION: Final = range(20, 46)


class CellRefused(Exception):
    """The row cannot be read; the message says why, in the user's language."""


def check_name(text: str) -> str:
    """Return a part of a name with single spaces; raises CellRefused for what cannot be one."""
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise CellRefused(_("Een naam heeft ten hoogste %(count)d tekens.") % {"count": LONGEST_NAME})
    if any(unicodedata.category(sign)[0] == "C" for sign in name):
        raise CellRefused(_("In de naam staat een teken dat niet bij een naam hoort."))
    return name


def check_remarks(text: str) -> str:
    """Return remarks; raises CellRefused for those that are too long, or hold what may be a citizen service number."""
    if len(text) > LONGEST_REMARKS:
        raise CellRefused(_("De bijzonderheden zijn langer dan %(count)d tekens.") % {"count": LONGEST_REMARKS})
    if any(unicodedata.category(sign)[0] == "C" and sign not in "\r\n\t" for sign in text):
        raise CellRefused(_("In de bijzonderheden staat een teken dat we niet kunnen bewaren."))
    if any(is_citizen_number(found) for found in _NINE_DIGITS.findall(text)):
        raise CellRefused(_("In de bijzonderheden staat een getal dat een BSN kan zijn. Haal het weg."))
    return text


def is_citizen_number(text: str) -> bool:
    """Say whether nine digits pass the eleven-test of a citizen service number."""
    if not re.fullmatch(r"\d{9}", text, re.ASCII) or text == "0" * 9:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=True)) % 11 == 0


def read_iso_day(text: str) -> date:
    """Return a day as XML writes it; a zone behind it does not count. Raises CellRefused."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise _no_day(text)
    return _day(text, int(found[1]), int(found[2]), int(found[3]))


def read_day(text: str) -> date:
    """Return a day as people and spreadsheets write it: 3-11-2022, 2022-11-03, 3 nov 2022, 44868. Raises CellRefused.

    A year of two digits is one of this century.
    """
    given = " ".join(text.lower().split())
    if found := _DAY_FIRST.fullmatch(given):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return _day(text, year, int(found[2]), int(found[1]))
    if found := _YEAR_FIRST.fullmatch(given) or _COMPACT.fullmatch(given):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(given):
        return serial_day(float(given))
    found = _IN_WORDS.fullmatch(given)
    if found is None or found[2][:3] not in _MONTHS:
        raise _no_day(text)
    return _day(text, int(found[3]), _MONTHS[found[2][:3]], int(found[1]))


def serial_day(serial: float, *, from_1904: bool = False) -> date:
    """Return the day that a spreadsheet counts as ``serial``; raises CellRefused for one far from now."""
    try:
        day = (date(1904, 1, 1) if from_1904 else _EXCEL_EPOCH) + timedelta(days=int(serial))
    except (OverflowError, ValueError):
        raise _no_day(f"{serial:.10g}") from None
    if not _FIRST <= day <= _LAST:
        raise _no_day(f"{serial:.10g}")
    return day


def read_half_days(text: str) -> int:
    """Return half-days a week, 0 to 14; raises CellRefused."""
    number = _whole(text)
    if number is None or not 0 <= number <= _MOST_HALF_DAYS:
        raise CellRefused(_("Dagdelen per week is een getal van 0 tot en met 14, niet “%(text)s”.") % _quoted(text))
    return number


def read_gestation(text: str) -> int:
    """Return weeks of gestation; raises CellRefused."""
    number = _whole(text)
    if number is None or number not in _GESTATION:
        raise CellRefused(
            _("De zwangerschapsduur is een getal van 20 tot en met 45 weken, niet “%(text)s”.") % _quoted(text)
        )
    return number


def _whole(text: str) -> int | None:
    # At most three digits before it is converted: a cell may hold a million of them.
    found = re.fullmatch(r"(\d{1,3})(?:[.,]0+)?", text.strip(), re.ASCII)
    return int(found[1]) if found else None


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise _no_day(text) from None
    if not _FIRST <= found <= _LAST:
        raise _no_day(text)
    return found


def _no_day(text: str) -> CellRefused:
    return CellRefused(_("“%(text)s” is geen datum zoals 3-11-2022.") % _quoted(text))


def _quoted(text: str) -> dict[str, str]:
    return {"text": text[:30]}
