"""What each text that is kept must pass."""

from django import forms
from django.utils.translation import gettext_lazy as _

_NO_NUL = _("In de tekst staat een teken dat we niet kunnen bewaren.")


def without_nul(text: str) -> str:
    """Return the text; raises ValidationError for NUL, which PostgreSQL cannot keep."""
    if "\x00" in text:
        raise forms.ValidationError(_NO_NUL)
    return text
