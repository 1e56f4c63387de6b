"""A day in a form: the browser's own field, with limits that keep a typing mistake from becoming the year 20226."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)

_NO_DATE = _("Vul een datum in, zoals 3-11-2026.")


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day of this century or the next."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST, message=_NO_DATE), MaxValueValidator(LAST, message=_NO_DATE)],
        error_messages={"invalid": _NO_DATE, "required": _NO_DATE},
    )
