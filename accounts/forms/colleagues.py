"""Forms about colleagues: finding them, their name and address, and their leaving."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.colleagues import Choice, Status
from accounts.domain.invite_lists import LONGEST_ADDRESS, LONGEST_NAME, name_problem
from accounts.domain.leaving import ManualPoint
from accounts.models import PersonName
from accounts.roles import ORGANISATION_ROLES, Role
from licensing.models import Location

_UNKNOWN = gettext_lazy("Deze keuze kennen we niet. Ze telt nu niet mee.")
_EVERYWHERE = "overal"


class ColleagueFilterForm(forms.Form):
    """Which colleagues to list. A choice that is wrong gets a message and is left out; the others hold."""

    naam = forms.CharField(label=gettext_lazy("Naam of e-mailadres"), required=False, max_length=120)
    status = forms.ChoiceField(
        label=gettext_lazy("Account"), required=False, error_messages={"invalid_choice": _UNKNOWN}
    )
    rol = forms.ChoiceField(label=gettext_lazy("Rol"), required=False, error_messages={"invalid_choice": _UNKNOWN})
    locatie = forms.ChoiceField(
        label=gettext_lazy("Rol geldt voor"), required=False, error_messages={"invalid_choice": _UNKNOWN}
    )
    let_op = forms.ChoiceField(
        label=gettext_lazy("Let op"), required=False, error_messages={"invalid_choice": _UNKNOWN}
    )

    def __init__(self, data: QueryDict) -> None:
        """Take what was asked for; one query, for the locations."""
        super().__init__(data)
        locations = list(Location.objects.order_by("name").values_list("pk", "name"))
        self._offer("status", [("", _("Alle")), *Status.choices])
        self._offer("rol", [("", _("Alle rollen")), *((role.value, role.label) for role in ORGANISATION_ROLES)])
        places = [(str(pk), name) for pk, name in locations]
        self._offer("locatie", [("", _("Alles")), (_EVERYWHERE, _("de hele organisatie")), *places])
        hints = [("ongebruikt", _("90 dagen niet gebruikt")), ("zonder", _("zonder tweede stap"))]
        self._offer("let_op", [("", _("Niets bijzonders")), *hints])

    def choice(self) -> Choice:
        """Return what was asked for, without what was wrong; ``errors`` says what that was."""
        self.full_clean()
        cleaned = self.cleaned_data
        place, status, role = cleaned.get("locatie", ""), cleaned.get("status", ""), cleaned.get("rol", "")
        return Choice(
            text=cleaned.get("naam", ""),
            status=Status(status) if status else None,
            role=Role(role) if role else None,
            location_id=UUID(place) if place and place != _EVERYWHERE else None,
            everywhere=place == _EVERYWHERE,
            unused=cleaned.get("let_op") == "ongebruikt",
            without_factor=cleaned.get("let_op") == "zonder",
        )

    @property
    def query(self) -> str:
        """The choices that hold, for leafing on."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)})
        return asked.urlencode()

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # each of them a ChoiceField


class PersonForm(forms.Form):
    """The parts of a name, and an address."""

    first_name = forms.CharField(
        label=gettext_lazy("Voornaam"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Vul een voornaam in.")},
    )
    infix = forms.CharField(
        label=gettext_lazy("Tussenvoegsel"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("Bijvoorbeeld: van der"),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Achternaam"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Vul een achternaam in.")},
    )
    email = forms.CharField(
        label=gettext_lazy("E-mailadres"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Een adres van uw eigen organisatie. Gratis mailadressen kunnen niet."),
        error_messages={"required": gettext_lazy("Vul een e-mailadres in.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be part of a name."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("first_name", "infix", "last_name"):
            problem = name_problem(cleaned.get(name, ""))
            if problem:
                self.add_error(name, problem)
        return cleaned

    @property
    def name(self) -> PersonName:
        """The name that was filled in, rightly."""
        cleaned = self.cleaned_data
        return PersonName(cleaned["first_name"], cleaned["infix"], cleaned["last_name"])


class LeavingForm(forms.Form):
    """What the administrator has seen to, beside what the product does itself."""

    points = forms.MultipleChoiceField(
        label=gettext_lazy("Wat u zelf nagaat"),
        choices=ManualPoint.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Vink aan wat klaar is. Wat u aanvinkt, bewaren we in het logboek."),
        error_messages={"invalid_choice": gettext_lazy("Dit punt staat niet in de lijst.")},
    )

    def ticked(self) -> list[ManualPoint]:
        """Return the points that were ticked."""
        return [ManualPoint(code) for code in self.cleaned_data["points"]]
