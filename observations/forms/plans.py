"""Forms of group plans."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kijk.web.day_field import day_field
from observations.domain.plans.activities import MAX_TEXT as MAX_ACTIVITY
from observations.domain.plans.activities import MAX_TITLE
from observations.domain.plans.library import OLDEST
from observations.domain.plans.plans import LONGEST, MAX_LINES
from observations.domain.plans.texts import MAX_TEXT, PARTS
from observations.forms.texts import without_nul
from observations.models import ClusterText, Group, Line

_AGES = range(0, OLDEST + 1, 6)
_UNKNOWN = _("Deze keuze kennen we niet. Kies er een uit de lijst.")


def age_label(months: int) -> str:
    """Return an age in half years as a person says it: "2½ jaar", "6 maanden"."""
    if months < 12:
        return ngettext("%(count)d maand", "%(count)d maanden", months) % {"count": months}
    years = f"{months // 12}½" if months % 12 else str(months // 12)
    return gettext("%(years)s jaar") % {"years": years}


class PlanDaysForm(forms.Form):
    """From when until when a plan is carried out."""

    begins_on = day_field(_("Eerste dag"))
    ends_on = day_field(
        _("Laatste dag"), help_text=_("Kies een dag rond de volgende registratie. Dan ziet u wat het plan opleverde.")
    )

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("begins_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("De laatste dag ligt voor de eerste."))
        elif first and last and last - first > LONGEST:
            self.add_error("ends_on", gettext("Een plan duurt ten hoogste een jaar. Kies een eerdere laatste dag."))
        return cleaned


class PlanForm(PlanDaysForm):
    """A new plan: its days, and one to four development lines."""

    lines = forms.MultipleChoiceField(
        label=_("Ontwikkelingslijnen"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één ontwikkelingslijn."), "invalid_choice": _UNKNOWN},
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        """Offer these lines, which come with their areas."""
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = [(line.code, line.name) for line in lines]  # type: ignore[attr-defined]

    def clean_lines(self) -> list[str]:
        """Refuse more lines than one can work on."""
        chosen: list[str] = self.cleaned_data["lines"]
        if len(chosen) > MAX_LINES:
            message = gettext("Kies er ten hoogste %(most)s: een plan voor alles is een plan voor niets.")
            raise forms.ValidationError(message % {"most": MAX_LINES})
        return chosen


def _text(label: Any, help_text: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ClusterTextsForm(forms.Form):
    """What is written about a cluster; ``version`` is the one it was written from."""

    goal = _text(_("Doel"), _("Wat u aan het eind bij deze kinderen wilt zien."))
    offer = _text(_("Aanbod"), _("Wat u extra of anders doet, naast de activiteiten die u kiest."))
    organisation = _text(_("Organisatie"), _("Wanneer, waar, met wie en hoe vaak."), 3)
    evaluation = _text(_("Evaluatie"), _("Wat het opleverde, en wat u de volgende keer anders doet."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        """Refuse what the database cannot keep."""
        cleaned: dict[str, Any] = super().clean() or {}
        for part in PARTS:
            try:
                without_nul(cleaned.get(part, ""))
            except forms.ValidationError as error:
                self.add_error(part, error)
        return cleaned

    @property
    def texts(self) -> ClusterText:
        """What was filled in."""
        return ClusterText(**{part: self.cleaned_data[part] for part in PARTS})


class AdaptActivityForm(forms.Form):
    """An activity as it is done with the children of one cluster."""

    title = forms.CharField(
        label=_("Naam"), max_length=MAX_TITLE, error_messages={"required": _("Geef de activiteit een naam.")}
    )
    description = forms.CharField(
        label=_("Wat doet u?"),
        max_length=MAX_ACTIVITY,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Schrijf op wat u doet.")},
    )

    def clean_title(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["title"])

    def clean_description(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["description"])


class ActivityForm(AdaptActivityForm):
    """An activity of the organisation's own, for everybody's plans."""

    lines = forms.MultipleChoiceField(
        label=_("Bij welke ontwikkelingslijnen hoort het?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één ontwikkelingslijn."), "invalid_choice": _UNKNOWN},
    )
    from_months = forms.TypedChoiceField(label=_("Vanaf"), coerce=int, error_messages={"invalid_choice": _UNKNOWN})
    until_months = forms.TypedChoiceField(label=_("Tot"), coerce=int, error_messages={"invalid_choice": _UNKNOWN})
    kinds = forms.MultipleChoiceField(
        label=_("Voor welk soort groep?"),
        help_text=_("Kiest u niets, dan is de activiteit voor alle groepen."),
        required=False,
        choices=Group.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, initial=1)

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        """Offer these lines."""
        super().__init__(*args, **kwargs)
        ages = [(months, age_label(months)) for months in _AGES]
        self.fields["lines"].choices = [(line.code, line.name) for line in lines]  # type: ignore[attr-defined]
        self.fields["from_months"].choices = ages[:-1]  # type: ignore[attr-defined]
        self.fields["until_months"].choices = ages[1:]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hold the ages against each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("from_months"), cleaned.get("until_months")
        if first is not None and last is not None and last <= first:
            self.add_error("until_months", gettext("De hoogste leeftijd moet boven de laagste liggen."))
        return cleaned


class ActivitySearchForm(forms.Form):
    """What somebody looks for in the library."""

    lijn = forms.ChoiceField(label=_("Ontwikkelingslijn"), required=False)
    leeftijd = forms.TypedChoiceField(label=_("Leeftijd"), required=False, coerce=int, empty_value=None)
    woorden = forms.CharField(label=_("Woorden"), required=False, max_length=60)

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        """Offer these lines, and the ages by half years."""
        super().__init__(*args, **kwargs)
        every = [("", gettext("alle"))]
        self.fields["lijn"].choices = [*every, *((line.code, line.name) for line in lines)]  # type: ignore[attr-defined]
        ages = [(str(months), gettext("vanaf %(age)s") % {"age": age_label(months)}) for months in _AGES[:-1]]
        self.fields["leeftijd"].choices = [*every, *ages]  # type: ignore[attr-defined]
