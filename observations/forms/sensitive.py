"""Forms about especially sensitive remarks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from observations.domain.notes.sensitive import MAX_TEXT as MAX_REMARK
from observations.forms.texts import without_nul
from observations.models import SensitiveRemark


class RemarkForm(forms.Form):
    """A sensitive remark about one child."""

    kind = forms.ChoiceField(
        label=_("Waar gaat het over?"),
        choices=SensitiveRemark.Kind.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Kies waar de opmerking over gaat.")),
    )
    text = forms.CharField(
        label=_("Wat moeten uw collega's weten?"),
        help_text=_("Kort en feitelijk. Noem geen namen van anderen."),
        max_length=MAX_REMARK,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf eerst de opmerking.")},
    )
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])


class SwitchOnRemarksForm(forms.Form):
    """What an administrator declares before sensitive remarks are switched on."""

    weighed = forms.BooleanField(
        label=_("Wij hebben gegevens over gezondheid of thuissituatie nodig voor de begeleiding"),
        error_messages={"required": _("Zet hier een vinkje als dat zo is. Anders blijft het uit.")},
    )
    told = forms.BooleanField(
        label=_("Wij vertellen het aan de ouders en geven hun de nieuwe bijsluiter"),
        error_messages={"required": _("Zet hier een vinkje als u dat doet. Anders blijft het uit.")},
    )


class SwitchOffRemarksForm(forms.Form):
    """A box to tick before sensitive remarks are switched off."""

    understood = forms.BooleanField(
        label=_("Ik begrijp dat niemand de opmerkingen daarna nog kan lezen"),
        error_messages={"required": _("Zet hier een vinkje als u ze wilt uitzetten.")},
    )
