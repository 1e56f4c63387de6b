"""The form of a locked screen."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UnlockForm(forms.Form):
    """The password of the person whose screen it is."""

    password = forms.CharField(
        label=_("Wachtwoord"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
