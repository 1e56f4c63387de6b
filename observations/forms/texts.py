"""What each text that is kept must pass."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

_NO_NUL = _("In de tekst staat een teken dat we niet kunnen bewaren.")
_NO_NAME_SIGN = _("In de naam staat een teken dat niet bij een naam hoort.")


def without_nul(text: str) -> str:
    """Return the text; raises ValidationError for NUL, which PostgreSQL cannot keep."""
    if "\x00" in text:
        raise forms.ValidationError(_NO_NUL)
    return text


def plain_name(text: str) -> str:
    """Return a part of a name; raises ValidationError for signs that do not show, as an import refuses them too.

    One that turns the direction of writing would turn the rest of every line with the name in it.
    """
    if any(unicodedata.category(sign)[0] == "C" for sign in text):
        raise forms.ValidationError(_NO_NAME_SIGN)
    return text
