"""Forms about how an organisation's people sign in (ACC-2, ACC-3, ACC-7)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.policy_changes import LONGEST_MINIMUM, SHORTEST_MINIMUM
from accounts.networks import InvalidNetworks, ListedNetwork, parse_networks

_NO_LENGTH = gettext_lazy("Vul een getal in van 8 tot en met 64.")


class PasswordLengthForm(forms.Form):
    """How many characters a password has at least."""

    min_password_length = forms.IntegerField(
        label=gettext_lazy("Minste aantal tekens"),
        help_text=gettext_lazy("Van 8 tot en met 64."),
        min_value=SHORTEST_MINIMUM,
        max_value=LONGEST_MINIMUM,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _NO_LENGTH),
    )


class NetworksField(forms.Field):
    """A list of networks, one a line. All that is wrong with it is told at once, with the numbers of the lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[ListedNetwork]:
        """Return the networks; raises ValidationError, also when there is no list at all: nothing is no empty list."""
        if value is None:
            raise forms.ValidationError(_("De lijst is niet goed aangekomen. Probeer het nog eens."))
        try:
            return parse_networks(value)
        except InvalidNetworks as refusal:
            raise forms.ValidationError(refusal.messages) from refusal


class NetworksForm(forms.Form):
    """From where people may sign in."""

    networks = NetworksField(
        label=gettext_lazy("Toegestane adressen"),
        help_text=gettext_lazy(
            "Eén adres of blok op een regel, met daarachter wat het is. Leeg betekent: inloggen kan overal."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )


class ShutOutForm(forms.Form):
    """A box to tick before somebody shuts themselves out (ACC-7.3)."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("Ik begrijp dat ik vanaf dit adres niet meer kan inloggen"),
        help_text=gettext_lazy(
            "Zodra de lijst geldt, wordt u hier uitgelogd. Inloggen kan dan alleen vanaf een adres in de lijst."
        ),
        required=False,
    )

    @property
    def is_ticked(self) -> bool:
        """Say whether the box was ticked."""
        return self.is_valid() and self.cleaned_data["confirmed"] is True


class DomainForm(forms.Form):
    """An e-mail domain to add. Which can be one, is in the domain of licences."""

    domain = forms.CharField(
        label=gettext_lazy("Domein erbij"),
        help_text=gettext_lazy("Wat in een e-mailadres achter de @ staat, zoals voorbeeld.nl."),
        error_messages={
            "required": gettext_lazy("Vul een domein in."),
            "null_characters_not_allowed": gettext_lazy("In het domein staat een teken dat niet in een domein mag."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_domain(self) -> str:
        """Take "@voorbeeld.nl" as well."""
        domain: str = self.cleaned_data["domain"]
        return domain.removeprefix("@")
