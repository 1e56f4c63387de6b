"""Forms about who works on a group."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.web.day_field import day_field


class LastDayForm(forms.Form):
    """Until when somebody works on a group."""

    ends_on = day_field(
        _("Laatste dag"),
        required=False,
        help_text=_("Tot en met deze dag ziet deze collega de kinderen van de groep. Leeg betekent: tot nader order."),
    )


class GroupStaffForm(LastDayForm):
    """Who works on a group, from when until when."""

    user = forms.ChoiceField(
        label=_("Collega"),
        error_messages={
            "required": _("Kies een collega."),
            "invalid_choice": _("Deze keuze kennen we niet. Kies er een uit de lijst."),
        },
    )
    begins_on = day_field(_("Eerste dag"), required=True)

    field_order = ("user", "begins_on", "ends_on")

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """Take who can be chosen, in their order."""
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Kies een collega")), *((str(pk), name) for pk, name in people)]
        self.fields["user"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("begins_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("De laatste dag ligt voor de eerste."))
        return cleaned
