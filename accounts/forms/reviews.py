"""The form of a page of an access review."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessReviewEntry

PREFIX = "oordeel-"


class DecisionsForm(forms.Form):
    """A choice for each account on the page; what is left open stays as it was."""

    def __init__(self, entries: Iterable[AccessReviewEntry], data: object = None) -> None:
        """Take the entries of the page; their decisions so far are what the form begins with."""
        super().__init__(data)  # type: ignore[arg-type]
        for entry in entries:
            self.fields[f"{PREFIX}{entry.pk}"] = forms.ChoiceField(
                label=_("Klopt dit nog?"),
                choices=AccessReviewEntry.Decision.choices,
                required=False,
                initial=entry.decision,
                widget=forms.RadioSelect,
            )

    def decisions(self) -> dict[UUID, str]:
        """Return what was chosen, by the entry's id."""
        return {UUID(name.removeprefix(PREFIX)): value for name, value in self.cleaned_data.items() if value}
