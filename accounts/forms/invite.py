"""Forms to invite colleagues: one, or a list (ACC-11.1)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.invite_lists import InviteLine, read_invite_list
from accounts.forms.colleagues import PersonForm
from accounts.forms.roles import RoleForm
from kijk.web.csv_export import LARGEST, CsvRefused


class InviteForm(PersonForm, RoleForm):
    """Somebody new: who, and with which role."""

    language = forms.ChoiceField(
        label=gettext_lazy("Taal van de uitnodiging"),
        choices=settings.LANGUAGES,
        error_messages={"invalid_choice": gettext_lazy("Deze keuze kennen we niet. Kies er een uit de lijst.")},
    )

    field_order = (
        "first_name", "infix", "last_name", "email", "role", "location", "module", "begins_on", "ends_on", "language",
    )  # fmt: skip


class InviteListForm(forms.Form):
    """A list that is pasted, or a file."""

    text = forms.CharField(
        label=gettext_lazy("Plak hier uw lijst"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Op elke regel één collega: voornaam; tussenvoegsel; achternaam; e-mail; rol; locatie. "
            "U kunt ook plakken uit Excel. Een lege locatie betekent: de hele organisatie."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Of kies een CSV-bestand"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={"invalid": gettext_lazy("Dit bestand kunnen we niet lezen.")},
    )

    def clean(self) -> dict[str, Any]:
        """Read the list: of the file when there is one, or else of the box."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        self.lines: list[InviteLine] = []
        if self.errors:
            return cleaned
        name = "text" if upload is None else "file"
        try:
            self.lines = read_invite_list(cleaned["text"] if upload is None else _contents(upload))
        except CsvRefused as refusal:
            self.add_error(name, str(refusal))
        return cleaned


def _contents(upload: Any) -> bytes:
    if upload.size > LARGEST:
        raise CsvRefused(_("Dit bestand is groter dan 1 MB. Verdeel de lijst over meer bestanden."))
    contents: bytes = upload.read()
    return contents
