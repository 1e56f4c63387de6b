"""Forms about roles: giving one, and when it ends (ACC-9)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import ORGANISATION_ROLES, UNDIVIDED_ROLES, Role
from kijk.web.day_field import day_field
from licensing.domain import current_organisation
from licensing.models import Location
from licensing.modules import Module

_UNKNOWN = gettext_lazy("Deze keuze kennen we niet. Kies er een uit de lijst.")


class RoleForm(forms.Form):
    """A role to give: which, where, for which part of the product, from when until when."""

    role = forms.ChoiceField(
        label=gettext_lazy("Rol"),
        error_messages={"required": gettext_lazy("Kies een rol."), "invalid_choice": _UNKNOWN},
    )
    location = forms.ChoiceField(
        label=gettext_lazy("Waar"),
        required=False,
        help_text=gettext_lazy(
            "Een beheerder of functionaris gegevensbescherming werkt altijd voor de hele organisatie."
        ),
        error_messages={"invalid_choice": _UNKNOWN},
    )
    module = forms.ChoiceField(
        label=gettext_lazy("Onderdeel"),
        required=False,
        help_text=gettext_lazy("Kies een onderdeel als de rol alleen daarvoor geldt."),
        error_messages={"invalid_choice": _UNKNOWN},
    )
    begins_on = day_field(gettext_lazy("Eerste dag"))
    ends_on = day_field(
        gettext_lazy("Laatste dag"),
        required=False,
        help_text=gettext_lazy("Voor een invaller of duopartner. Leeg betekent: tot nader order."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the choices of the organisation in scope: two queries."""
        super().__init__(*args, **kwargs)
        self._locations = {str(location.pk): location for location in Location.objects.order_by("name")}
        on = current_organisation().modules
        roles = [("", _("Kies een rol")), *((role.value, role.label) for role in ORGANISATION_ROLES)]
        places = [("", _("De hele organisatie")), *((pk, place.name) for pk, place in self._locations.items())]
        parts = [("", _("Alle onderdelen")), *((module.value, module.label) for module in Module if module.value in on)]
        for name, choices in {"role": roles, "location": places, "module": parts}.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined] # each of them a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Hold the choices against each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("begins_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("De laatste dag ligt voor de eerste."))
        divided = [name for name in ("location", "module") if cleaned.get(name)]
        if cleaned.get("role") in UNDIVIDED_ROLES:
            message = _("Deze rol geldt altijd voor de hele organisatie en voor alle onderdelen.")
            for name in divided:
                self.add_error(name, message)
        return cleaned

    def role_data(self) -> dict[str, Any]:
        """Return what ``give_role`` takes, of a form that is right."""
        cleaned = self.cleaned_data
        return {
            "role": Role(cleaned["role"]),
            "location": self._locations.get(cleaned["location"]),
            "module": cleaned["module"],
            "begins_on": cleaned["begins_on"],
            "ends_on": cleaned["ends_on"],
        }


class RoleEndForm(forms.Form):
    """When a role ends: on a day, or not for now."""

    ends_on = day_field(
        gettext_lazy("Laatste dag"),
        required=False,
        help_text=gettext_lazy("Tot en met deze dag geldt de rol. Leeg betekent: tot nader order."),
    )


class ConfirmForm(forms.Form):
    """A box to tick before somebody does what they cannot undo themselves."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("Ja, ik geef mijn eigen rol als beheerder op"),
        required=False,
    )
