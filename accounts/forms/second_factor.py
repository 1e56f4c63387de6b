"""Forms of the second step: at signing in, at setting it up, and when somebody is asked again who they are (ACC-8)."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.passkeys import MAX_NAME
from accounts.domain.recovery import normalise
from accounts.domain.second_factor import Factors
from accounts.domain.totp import DIGITS

_CODE = re.compile(f"[0-9]{{{DIGITS}}}")
_BETWEEN = re.compile(r"[\s.\-]+")


class TotpField(forms.CharField):
    """Six digits, however they were typed. What can be no code is refused here, and costs no attempt."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Code uit uw authenticator-app"), max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the digits alone; raises ValidationError."""
        code = _BETWEEN.sub("", super().clean(value))
        if code and not _CODE.fullmatch(code):
            raise forms.ValidationError(_("Een code bestaat uit 6 cijfers."))
        return code


class RecoveryField(forms.CharField):
    """A recovery code, with or without what stands between its groups. What can be none costs no attempt."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Zo ziet een herstelcode eruit: K4QX-9T2W-DMH7.")
        super().__init__(label=_("Herstelcode"), help_text=help_text, max_length=60, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the code as it was typed; raises ValidationError for what can be none."""
        code: str = super().clean(value)
        if code and not normalise(code):
            raise forms.ValidationError(_("Dit is geen herstelcode. Een code heeft drie groepjes van 4 tekens."))
        return code


class AnswerField(forms.CharField):
    """What a device answered about a passkey: filled in by static/js/passkeys.js, empty otherwise."""

    widget = forms.HiddenInput(attrs={"data-passkey-answer": True})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20_000, required=False, **kwargs)


class CodeForm(forms.Form):
    """A code of the authenticator app."""

    code = TotpField()


class SecondStepForm(CodeForm):
    """The code at signing in, where it is all there is to fill in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class RecoveryForm(forms.Form):
    """A recovery code."""

    code = RecoveryField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class PasskeyNameForm(forms.Form):
    """What a passkey is called."""

    name = forms.CharField(
        label=_("Naam van de toegangssleutel"),
        help_text=_("Zo herkent u later op welk apparaat hij staat. Bijvoorbeeld: mijn telefoon."),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PasskeyForm(PasskeyNameForm):
    """A new passkey: only on a device of one's own, for whoever opens a shared one is that person from then on."""

    own_device = forms.BooleanField(
        label=_("Dit is mijn eigen apparaat"),
        error_messages={
            "required": _("Maak alleen een toegangssleutel op een apparaat van uzelf, en vink dit dan aan.")
        },
    )


class StepUpForm(forms.Form):
    """Who somebody is, once more: a factor where they have one, else the password.

    Its fields are prefixed, because those of the form that is held up stand beside them.
    """

    prefix = "stepup"

    def __init__(self, *args: Any, factors: Factors, **kwargs: Any) -> None:
        """Ask for what the person has."""
        super().__init__(*args, **kwargs)
        if factors.totp:
            self.fields["code"] = TotpField(required=False)
        if factors.any and factors.recovery_left:
            self.fields["recovery"] = RecoveryField(required=False)
        if not factors.any:
            widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
            self.fields["password"] = forms.CharField(
                label=_("Wachtwoord"), max_length=128, strip=False, required=False, widget=widget
            )
        if factors.passkeys:
            self.fields["credential"] = AnswerField()
        first = next(iter(self.visible_fields()), None)
        if first is not None:
            first.field.widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Take the one that was filled in; raises ValidationError when none was."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if not given and not self.errors:
            raise forms.ValidationError(_("Vul eerst in waarmee u bevestigt wie u bent."))
        return given
