"""Forms in which people choose a password, or say they forgot it (ACC-4, ACC-5, ACC-11).

What somebody chose as a new password comes back after a mistake elsewhere or in it, in a page that nobody keeps:
whoever types on a tablet should not type a good one twice. The present password never stands in a page.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.invite_lists import name_problem
from accounts.models import PersonName

# Far more than a password can have, and on purpose: a field that stops at 128 would silently cut what is pasted.
_MOST_TYPED = 1000


def new_password_field(label: Any) -> forms.CharField:
    """Return a field for a new password: taken as typed, blanks and all. Its rules are in the domain."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}, render_value=True)
    return forms.CharField(label=label, max_length=_MOST_TYPED, strip=False, widget=widget)


class PasswordChangeForm(forms.Form):
    """The present password and a new one."""

    current = forms.CharField(
        label=_("Uw wachtwoord van nu"),
        max_length=_MOST_TYPED,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = new_password_field(_("Nieuw wachtwoord"))


class PasswordForgottenForm(forms.Form):
    """The address somebody signs in with. Whether there is such an account is not told."""

    email = forms.EmailField(
        label=_("E-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class PasswordResetForm(forms.Form):
    """A new password, by the link in a mail."""

    password = new_password_field(_("Nieuw wachtwoord"))


class InvitationForm(forms.Form):
    """The name as its owner writes it, and a first password. The address is not theirs to change."""

    first_name = forms.CharField(
        label=_("Voornaam"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    infix = forms.CharField(
        label=_("Tussenvoegsel"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "additional-name"}),
    )
    last_name = forms.CharField(
        label=_("Achternaam"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = new_password_field(_("Wachtwoord"))

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be part of a name."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("first_name", "infix", "last_name"):
            problem = name_problem(cleaned.get(name, ""))
            if problem:
                self.add_error(name, problem)
        return cleaned

    def name(self) -> PersonName:
        """Return the name as it was filled in; only after ``is_valid``."""
        data = self.cleaned_data
        return PersonName(data["first_name"], data["infix"], data["last_name"])
