"""Forms about notes without a network: what a device sends later, and the switch."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from observations.domain.registering.overview import ChildRow
from observations.forms.notes import NoteForm
from observations.models import Line


class LateNoteForm(NoteForm):
    """A note that waited on a device: the fields of the page's own form, and when it was typed."""

    typed_at = forms.DateTimeField(label=_("Wanneer is het getypt?"), input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])

    def __init__(self, *args: Any, rows: Sequence[ChildRow], lines: Sequence[Line], **kwargs: Any) -> None:
        """Take only the children and lines the form on the page offers."""
        super().__init__(*args, rows=rows, lines=lines, **kwargs)
        gone = _("Een van de kinderen is niet meer in uw groep.")
        self.fields["children"].error_messages["invalid_choice"] = gone


class SwitchOnOfflineForm(forms.Form):
    """What an administrator declares before notes are kept on devices."""

    weighed = forms.BooleanField(
        label=_("Onze apparaten zijn van de organisatie, met een toegangscode en versleutelde opslag"),
        error_messages={"required": _("Zet hier een vinkje als dat zo is. Anders blijft het uit.")},
    )
    told = forms.BooleanField(
        label=_("Wij hebben dit met onze functionaris gegevensbescherming besproken"),
        error_messages={"required": _("Zet hier een vinkje als u dat heeft gedaan. Anders blijft het uit.")},
    )


class SwitchOffOfflineForm(forms.Form):
    """A box to tick before it is switched off."""

    understood = forms.BooleanField(
        label=_("Ik begrijp dat notities die nog op een apparaat wachten, dan verloren gaan"),
        error_messages={"required": _("Zet hier een vinkje als u het wilt uitzetten.")},
    )
