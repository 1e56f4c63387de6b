"""Forms for planning registrations (REG-2)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dates import MONTHS
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.web.day_field import day_field
from observations.domain.periods.ages import age_of_words
from observations.domain.periods.due import DEVELOPMENT_KINDS
from observations.domain.periods.planning import PeriodDays
from observations.models import ExtraRegistration, Group

_KINDS = [(kind.value, kind.label) for kind in Group.Kind if kind in DEVELOPMENT_KINDS]
_UNKNOWN = {"invalid_choice": _("Deze keuze kennen we niet. Kies er een uit de lijst.")}
# From August, when the school year begins.
_MONTHS = [(str(month), capfirst(MONTHS[month])) for month in (*range(8, 13), *range(1, 8))]


def _name_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Naam"),
        max_length=60,
        help_text=help_text,
        error_messages={
            "required": _("Vul een naam in."),
            "max_length": _("Deze naam is te lang: maximaal %(limit_value)s tekens."),
        },
    )


def _weeks_field(label: Any, most: int, help_text: Any = "", *, required: bool = True) -> forms.IntegerField:
    message = format_lazy(_("Vul een heel getal in van 1 tot en met {most}."), most=most)
    return forms.IntegerField(
        label=label,
        required=required,
        help_text=help_text,
        validators=[MinValueValidator(1, message=message), MaxValueValidator(most, message=message)],
        error_messages={"required": message, "invalid": message},
        widget=forms.NumberInput(attrs={"min": 1, "max": most, "inputmode": "numeric"}),
    )


class PeriodForm(forms.Form):
    """A registration period."""

    name = _name_field(_("Zoals u de periode noemt, bijvoorbeeld: Najaar 2026."))
    begins_on = day_field(_("Eerste dag"))
    ends_on = day_field(_("Laatste dag"), help_text=_("Daarna kunt u nog afmaken wat is blijven liggen."))
    kinds = forms.MultipleChoiceField(
        label=_("Voor welke groepen"),
        required=False,
        choices=_KINDS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Niets aangevinkt betekent: voor alle groepen."),
        error_messages={**_UNKNOWN, "invalid_list": _UNKNOWN["invalid_choice"]},
    )

    def days(self) -> PeriodDays:
        """Return what was filled in."""
        cleaned = self.cleaned_data
        return PeriodDays(cleaned["name"], cleaned["begins_on"], cleaned["ends_on"], tuple(cleaned["kinds"]))


class ProposalForm(forms.Form):
    """What the periods of a school year are proposed from."""

    school_year = forms.TypedChoiceField(label=_("Schooljaar"), coerce=int, error_messages=_UNKNOWN)
    months = forms.TypedMultipleChoiceField(
        label=_("Maanden waarin een periode begint"),
        coerce=int,
        choices=_MONTHS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            **_UNKNOWN,
            "invalid_list": _UNKNOWN["invalid_choice"],
            "required": _("Kies minstens één maand."),
        },
    )
    weeks = _weeks_field(_("Weken per periode"), 26)

    def __init__(self, *args: Any, school_year: int, **kwargs: Any) -> None:
        """Take the school year that is running; it and the next two can be chosen."""
        super().__init__(*args, **kwargs)
        years = range(school_year, school_year + 3)
        self.fields["school_year"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (str(year), f"{year}/{year + 1}") for year in years
        ]


class PlannedAgeForm(forms.Form):
    """An age at which children are registered."""

    age = forms.CharField(
        label=_("Leeftijd"),
        max_length=8,
        help_text=_("Jaren en maanden, bijvoorbeeld 2;3 voor twee jaar en drie maanden."),
        error_messages={
            "required": _("Vul een leeftijd in, bijvoorbeeld 2;3."),
            "max_length": _("Vul een leeftijd in, bijvoorbeeld 2;3."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Voor welke groepen"),
        required=False,
        choices=[("", _("alle groepen")), *_KINDS],
        error_messages=_UNKNOWN,
    )
    window_weeks = _weeks_field(
        _("Weken ervoor en erna"), 12, _("Zo lang voor en na de dag waarop een kind zo oud is, kan het gebeuren.")
    )

    def clean_age(self) -> int:
        """Return the age in months."""
        try:
            months = age_of_words(self.cleaned_data["age"])
        except ValueError:
            months = 0
        if not 1 <= months <= 84:
            raise forms.ValidationError(gettext("Vul een leeftijd in van 0;1 tot en met 7;0, bijvoorbeeld 2;3."))
        return months


class ExtraForm(forms.Form):
    """An extra registration of chosen lines."""

    name = _name_field(_("Bijvoorbeeld: Nulmeting taal. Zet hier geen naam van een kind in."))
    lines = forms.MultipleChoiceField(
        label=_("Ontwikkelingslijnen"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            **_UNKNOWN,
            "invalid_list": _UNKNOWN["invalid_choice"],
            "required": _("Kies minstens één ontwikkelingslijn."),
        },
    )
    audience = forms.ChoiceField(
        label=_("Voor wie"),
        widget=forms.RadioSelect,
        error_messages={**_UNKNOWN, "required": _("Kies voor wie deze registratie is.")},
    )
    group = forms.ChoiceField(label=_("Groep"), required=False, error_messages=_UNKNOWN)
    begins_on = day_field(_("Eerste dag"))
    ends_on = day_field(_("Laatste dag"), required=False, help_text=_("Niet nodig voor nieuwe VVE-kinderen."))
    weeks = _weeks_field(
        _("Binnen hoeveel weken na de start"), 26, _("Alleen nodig voor nieuwe VVE-kinderen."), required=False
    )

    def __init__(
        self,
        *args: Any,
        lines: Iterable[tuple[str, str]],
        groups: Iterable[tuple[UUID, str]],
        child_name: str = "",
        **kwargs: Any,
    ) -> None:
        """Take the lines and groups that can be chosen, and the child's name when it is planned for one."""
        super().__init__(*args, **kwargs)
        audience = ExtraRegistration.Audience
        self.fields["lines"].choices = list(lines)  # type: ignore[attr-defined] # a ChoiceField
        offered = [(audience.CHILD.value, child_name)] if child_name else []
        offered += [(each.value, str(each.label)) for each in audience if each != audience.CHILD]
        self.fields["audience"].choices = offered  # type: ignore[attr-defined]
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Kies een groep")),
            *((str(pk), name) for pk, name in groups),
        ]
