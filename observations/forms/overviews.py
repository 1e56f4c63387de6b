"""Forms about overviews: choosing which children of a group, and of which location."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kijk.web.outcomes import OUTCOMES
from observations.domain.overviews.group import BY_NAME, OverviewChoice
from observations.domain.overviews.to_do import LocationProgress

# "" cannot stand for "not registered" in a choice that is not required.
_NOT_REGISTERED = "geen"
_OUTCOME = {outcome.code or _NOT_REGISTERED: outcome.code for outcome in OUTCOMES}


class OverviewFilterForm(forms.Form):
    """Which children of a group: with an outcome on any line, VVE children; and the previous registration beside it."""

    uitkomst = forms.ChoiceField(
        label=_("Uitkomst op een lijn"),
        required=False,
        choices=[("", _("alle")), *((outcome.code or _NOT_REGISTERED, outcome.label) for outcome in OUTCOMES)],
    )
    vve = forms.BooleanField(label=_("Alleen VVE-kinderen"), required=False)
    vorige = forms.BooleanField(label=_("Vorige registratie ernaast"), required=False)
    op = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    om = forms.BooleanField(required=False, widget=forms.HiddenInput)
    alles = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def choice(self) -> OverviewChoice:
        """Return what is asked for; what is not known is left out."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return OverviewChoice(
            order=data.get("op") or BY_NAME,
            descending=bool(data.get("om")),
            outcome=_OUTCOME.get(data.get("uitkomst") or "-"),
            vve_only=bool(data.get("vve")),
            with_previous=bool(data.get("vorige")),
            unfolded=bool(data.get("alles")),
        )

    def query(self, **changed: str) -> str:
        """Return the address's parameters with some changed; "" takes one away."""
        chosen = QueryDict(mutable=True)
        data = getattr(self, "cleaned_data", {})
        for name in self.fields:
            kept = data.get(name)
            value = changed.get(name, ("on" if kept else "") if isinstance(kept, bool) else kept)
            if value:
                chosen[name] = value
        return chosen.urlencode()


class LocationForm(forms.Form):
    """Which location to look at."""

    locatie = forms.ChoiceField(label=_("Locatie"), required=False)

    def __init__(self, data: QueryDict, *, locations: Sequence[LocationProgress]) -> None:
        super().__init__(data)
        field = self.fields["locatie"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class says
        field.choices = [(str(location.pk), location.name) for location in locations]

    def location_id(self) -> UUID | None:
        """Return the location that was chosen, or None."""
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {}).get("locatie")
        return UUID(chosen) if chosen else None
