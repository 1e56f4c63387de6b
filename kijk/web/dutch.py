"""Dates, ages and percentages as the Dutch field writes them, in the language of the page."""

from datetime import date, datetime
from fractions import Fraction
from math import floor

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext


def format_date(value: date | datetime) -> str:
    """Return a date in full: "3 november 2026". A moment is first put in the current time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return date_format(value, "j F Y")


def format_month(value: date) -> str:
    """Return the month of a date: "november 2026"."""
    return date_format(value, "F Y")


def format_moment(value: datetime) -> str:
    """Return a date and time: "3 november 2026, 14:05"."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{date_format(local, 'j F Y')}, {local:%H:%M}"


def format_age(months: float | Fraction) -> str:
    """Return an age in whole months as the field writes it: 38 months is "3;2".

    Parts of a month are cut off, as people do with ages. Raises ValueError for a negative age.
    """
    whole = _whole_months(months)
    return f"{whole // 12};{whole % 12}"


def format_age_in_words(months: float | Fraction) -> str:
    """Return an age in words: 38 months is "3 jaar en 2 maanden", 5 months "5 maanden", 24 months "2 jaar".

    Raises ValueError for a negative age.
    """
    whole = _whole_months(months)
    years, rest = divmod(whole, 12)
    in_years = ngettext("%(count)d jaar", "%(count)d jaar", years) % {"count": years}
    in_months = ngettext("%(count)d maand", "%(count)d maanden", rest) % {"count": rest}
    if years and rest:
        return gettext("%(years)s en %(months)s") % {"years": in_years, "months": in_months}
    return in_years if years else in_months


def format_difference(months: float | Fraction) -> str:
    """Return a difference between development and age in words: "4 maanden voor", "1 maand achter", "gelijk".

    Whole months, the rest left out: 5.6 months is 5, for "6 maanden voor" is where another outcome begins.
    """
    whole = floor(months if months >= 0 else -months)
    if whole == 0:
        return gettext("gelijk aan de leeftijd")
    amount = ngettext("%(count)d maand", "%(count)d maanden", whole) % {"count": whole}
    template = gettext("%(amount)s voor") if months > 0 else gettext("%(amount)s achter")
    return template % {"amount": amount}


def format_share(part: float, whole: float) -> str:
    """Return a share as a percentage without decimals: 11 of 17 is "65%". Of nothing there is no share: "–"."""
    if whole == 0:
        return "–"
    return f"{round_half_up(Fraction(part) / Fraction(whole) * 100)}%"


def format_percentage(share: float | Fraction) -> str:
    """Return a number between 0 and 1 as a percentage without decimals: 0.647 is "65%"."""
    return f"{round_half_up(Fraction(share) * 100)}%"


def round_half_up(value: float | Fraction) -> int:
    """Return the nearest whole number of a value of zero or more, a half going up (Python's round() goes to even)."""
    return int(Fraction(value) + Fraction(1, 2))


def _whole_months(months: float | Fraction) -> int:
    if months < 0:
        raise ValueError("an age cannot be negative")
    return int(months)
