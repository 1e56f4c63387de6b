"""Forms about where a child is: its main group, its visits, the archive; and about groups themselves (CHD-2, CHD-5)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.web.day_field import day_field
from licensing.models import Location
from observations.domain.children.groups import year_in_words
from observations.forms.texts import without_nul
from observations.models import Child, Group, HalfDay

_UNKNOWN_CHOICE = _("Deze keuze kennen we niet. Kies er een uit de lijst.")


class GroupField(forms.ChoiceField):
    """A group to choose, by location; gives the Group. Its groups are given to the form that has it."""

    def __init__(self, *, label: Any, required: bool = True, help_text: Any = "") -> None:
        """Take what a field takes; ``offer`` gives it the groups."""
        messages = {"required": _("Kies een groep."), "invalid_choice": _UNKNOWN_CHOICE}
        super().__init__(label=label, required=required, help_text=help_text, error_messages=messages)
        self.by_id: dict[str, Group] = {}

    def offer(self, groups: Iterable[Group], *, empty: str) -> None:
        """Let a form offer groups, under their locations; ``empty`` are the words for no choice yet."""
        found = list(groups)
        self.by_id = {str(group.pk): group for group in found}
        self.choices = [("", empty), *group_choices(found)]

    def clean(self, value: Any) -> Any:
        """Return the chosen group, or None."""
        return self.by_id.get(super().clean(value) or "")


def group_choices(groups: Sequence[Group], prefix: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return groups under their locations, each in the school year it is of where a name comes back in another one."""
    places: dict[str, list[tuple[str, str]]] = {}
    names = [(group.location_id, group.name) for group in groups]
    for group in sorted(groups, key=lambda found: (found.location.name, -found.school_year, found.name)):
        again = names.count((group.location_id, group.name)) > 1
        label = f"{group.name} ({year_in_words(group.school_year)})" if again else group.name
        places.setdefault(group.location.name, []).append((f"{prefix}{group.pk}", label))
    return list(places.items())


class MoveForm(forms.Form):
    """Another main group from a day on."""

    group = GroupField(label=_("Nieuwe groep"))
    begins_on = day_field(_("Vanaf"), help_text=_("De plaatsing van nu eindigt de dag ervoor."))

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        """Take the groups that can be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["group"].offer(groups, empty=gettext("Kies een groep"))  # type: ignore[attr-defined]


class ReturnForm(MoveForm):
    """The group in which a child comes back from the archive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say it in words for a child that comes back."""
        super().__init__(*args, **kwargs)
        self.fields["group"].label = gettext("Groep")
        self.fields["begins_on"].help_text = ""


class PlacementForm(forms.Form):
    """A placement as it should have been."""

    group = GroupField(label=_("Groep"))
    begins_on = day_field(_("Eerste dag"))
    ends_on = day_field(_("Laatste dag"), required=False, help_text=_("Leeg betekent: tot nader order."))

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        """Take the groups that can be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["group"].offer(groups, empty=gettext("Kies een groep"))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("begins_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("De laatste dag ligt voor de eerste."))
        return cleaned


class VisitForm(PlacementForm):
    """A visit to another group on fixed half-days. ``cleaned_data["half_days"]`` is their sum."""

    half_days = forms.TypedMultipleChoiceField(
        label=_("Op welke dagdelen?"),
        choices=HalfDay.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies een of meer dagdelen."), "invalid_choice": _UNKNOWN_CHOICE},
    )

    field_order = ("group", "half_days", "begins_on", "ends_on")

    def clean_half_days(self) -> int:
        """Return the chosen half-days as one number."""
        return sum(set(self.cleaned_data["half_days"]))


class ArchiveForm(forms.Form):
    """When a child leaves, and where it goes."""

    on = day_field(_("Laatste dag"), help_text=_("De plaatsing eindigt na deze dag."))
    next_education = forms.ChoiceField(
        label=_("Waar gaat het kind naartoe?"),
        choices=Child.NextEducation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waar het kind naartoe gaat."), "invalid_choice": _UNKNOWN_CHOICE},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Take the day of today."""
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> date:
        """Refuse a day to come: from this day on nobody writes about the child any more."""
        on: date = self.cleaned_data["on"]
        if on > self._today:
            raise forms.ValidationError(gettext("Deze dag moet nog komen. Archiveer het kind als het weg is."))
        return on


class GroupForm(forms.Form):
    """A group: its name, location, school year and kind."""

    name = forms.CharField(label=_("Naam"), max_length=80, error_messages={"required": _("Geef de groep een naam.")})
    location = forms.ChoiceField(
        label=_("Locatie"), error_messages={"required": _("Kies een locatie."), "invalid_choice": _UNKNOWN_CHOICE}
    )
    school_year = forms.TypedChoiceField(
        label=_("Schooljaar"),
        coerce=int,
        error_messages={"required": _("Kies een schooljaar."), "invalid_choice": _UNKNOWN_CHOICE},
    )
    kind = forms.ChoiceField(
        label=_("Soort groep"),
        choices=Group.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat voor groep het is."), "invalid_choice": _UNKNOWN_CHOICE},
    )

    def __init__(self, *args: Any, locations: Iterable[Location], years: Iterable[int], **kwargs: Any) -> None:
        """Take the locations and the school years that can be chosen."""
        super().__init__(*args, **kwargs)
        self._locations = {str(location.pk): location for location in locations}
        choices = [(pk, location.name) for pk, location in self._locations.items()]
        empty = [("", gettext("Kies een locatie"))] if len(choices) > 1 else []
        self.fields["location"].choices = [*empty, *choices]  # type: ignore[attr-defined]
        self.fields["school_year"].choices = [(year, year_in_words(year)) for year in years]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["name"])

    def clean_location(self) -> Location:
        """Return the chosen location."""
        return self._locations[self.cleaned_data["location"]]
