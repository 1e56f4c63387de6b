"""Forms of Bazalt's staff."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.staff.domain import Identified


class FindAdministratorForm(forms.Form):
    """Which administrator asks for help."""

    email = forms.EmailField(
        label=_("E-mailadres van de beheerder"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class HelpForm(forms.Form):
    """How the secretariat made sure who asks."""

    identified = forms.ChoiceField(
        label=_("Hoe heeft u vastgesteld wie dit vraagt?"), choices=Identified.choices, widget=forms.RadioSelect
    )


class SuspendNetworksForm(HelpForm):
    """For how long the organisation's list of addresses is not applied."""

    hours = forms.TypedChoiceField(
        label=_("Hoelang geldt de adreslijst niet?"),
        choices=[(1, _("1 uur")), (4, _("4 uur")), (24, _("24 uur"))],
        coerce=int,
        widget=forms.RadioSelect,
    )
