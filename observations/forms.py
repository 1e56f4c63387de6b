"""Forms of observations. They validate what was sent; what happens then is the domain's."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from observations.domain.notes import MAX_TEXT
from observations.domain.overview import ChildRow

_NO_NUL = _("In de tekst staat een teken dat we niet kunnen bewaren.")


def without_nul(text: str) -> str:
    """Return the text; raises ValidationError for NUL, which PostgreSQL cannot keep."""
    if "\x00" in text:
        raise forms.ValidationError(_NO_NUL)
    return text


class NoteForm(forms.Form):
    """A note about one or more children, with the lines it is about."""

    children = forms.MultipleChoiceField(
        label=_("Over wie gaat het?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één kind.")},
    )
    text = forms.CharField(
        label=_("Wat zag u?"),
        help_text=_("Schrijf op wat het kind deed of zei. Noem geen namen van andere kinderen."),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Schrijf eerst wat u zag.")},
    )
    context = forms.CharField(
        label=_("Waar was dat bij?"),
        help_text=_("Bijvoorbeeld: buiten spelen, in de kring."),
        required=False,
        max_length=120,
    )
    lines = forms.MultipleChoiceField(
        label=_("Bij welke ontwikkelingslijn hoort het?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    observed_on = forms.DateField(
        label=_("Wanneer zag u het?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def __init__(self, *args: Any, rows: Sequence[ChildRow], lines: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["children"]
        line_chooser = self.fields["lines"]
        if isinstance(chooser, forms.MultipleChoiceField) and isinstance(line_chooser, forms.MultipleChoiceField):
            chooser.choices = [(str(row.pk), row.name) for row in rows]
            line_chooser.choices = list(lines)

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])

    def clean_context(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["context"])
