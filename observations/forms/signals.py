"""Forms about signals: filtering the board, discussing, closing, and setting a rule."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from observations.domain.signals.board import BoardChoice, SignalCard
from observations.domain.signals.discussing import MAX_TEXT, OUTCOMES
from observations.domain.signals.rules import RULES, Audience, RuleChoice
from observations.forms.texts import without_nul
from observations.models import Group, Signal

_ALL = ("", _("alle"))


class BoardFilterForm(forms.Form):
    """Which signals to show: of a group or a location, and of a kind. What is not known filters nothing."""

    locatie = forms.ChoiceField(label=_("Locatie"), required=False)
    groep = forms.ChoiceField(label=_("Groep"), required=False)
    soort = forms.ChoiceField(label=_("Soort signaal"), required=False)

    def __init__(self, data: QueryDict, *, groups: Sequence[Group]) -> None:
        super().__init__(data)
        locations = {str(group.location_id): group.location.name for group in groups}
        self._choices("locatie", sorted(locations.items(), key=lambda item: item[1]))
        several = len(locations) > 1
        self._choices(
            "groep",
            [(str(group.pk), f"{group.name}, {group.location.name}" if several else group.name) for group in groups],
        )
        self._choices("soort", [(code, rule.label) for code, rule in RULES.items()])
        if not several:
            del self.fields["locatie"]

    def choice(self, status: str) -> BoardChoice:
        """Return what is asked for, on a part of the board."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return BoardChoice(
            status=status, group_id=_id(data, "groep"), location_id=_id(data, "locatie"), rule=data.get("soort") or ""
        )

    @property
    def query(self) -> str:
        """The filters as they stand in an address, without page and part."""
        chosen = QueryDict(mutable=True)
        for name in self.fields:
            if value := getattr(self, "cleaned_data", {}).get(name):
                chosen[name] = value
        return chosen.urlencode()

    def _choices(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class says
        field.choices = [_ALL, *choices]


class DiscussForm(forms.Form):
    """Taking a signal into discussion, or writing down what was said about it."""

    text = forms.CharField(
        label=_("Wat is er besproken?"),
        help_text=_("Kort en feitelijk. Noem geen namen van anderen."),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf eerst wat er is besproken.")},
    )
    also = forms.MultipleChoiceField(
        label=_("Bespreek meteen ook"), required=False, widget=forms.CheckboxSelectMultiple
    )
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    # What the form that takes a signal up says of itself: sent twice, it is still that form.
    neem = forms.ChoiceField(choices=[("1", "1")], initial="1", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, others: Sequence[SignalCard], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A signal can be taken up without a word; what is added to a discussion is words.
        self.fields["text"].required = not is_new
        if not is_new:
            del self.fields["neem"]
        _offer(self, others if is_new else ())

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])


class CloseSignalForm(forms.Form):
    """How a signal ends: an outcome, what was agreed, and a few words."""

    outcome = forms.ChoiceField(
        label=_("Hoe loopt dit af?"),
        choices=[(outcome.value, outcome.label) for outcome in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Kies hoe dit afloopt.")),
    )
    agreements = forms.MultipleChoiceField(
        label=_("Wat is er afgesproken?"),
        choices=Signal.Agreement.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Kies uit de afspraken in de lijst.")},
    )
    text = forms.CharField(
        label=_("In uw eigen woorden"),
        help_text=_("Bijvoorbeeld wie wat doet, en wanneer u er weer naar kijkt."),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    also = forms.MultipleChoiceField(label=_("Sluit hiermee ook"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, others: Sequence[SignalCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, others)

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])


class AfterClosingForm(forms.Form):
    """What somebody was writing about a signal when it was closed."""

    text = forms.CharField(
        label=_("Uw tekst"),
        help_text=_(
            "Nog niet bewaard. Zet de tekst bij dit signaal, of kopieer hem. De uitkomst verandert er niet door."
        ),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Schrijf eerst wat er is besproken.")},
    )
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])


class RuleForm(forms.Form):
    """One rule: on or off, who sees it, and its numbers."""

    is_on = forms.BooleanField(label=_("Dit signaal staat aan"), required=False)
    audience = forms.ChoiceField(
        label=_("Wie ziet het?"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Kies wie dit signaal ziet.")),
    )

    def __init__(self, data: QueryDict | None, *, choice: RuleChoice) -> None:
        super().__init__(data, initial={"is_on": choice.is_on, "audience": choice.audience, **choice.values})
        self.rule = choice.rule
        if not choice.rule.may_switch_off:
            del self.fields["is_on"]
        for threshold in choice.rule.thresholds:
            words = _("Van %(low)s tot en met %(high)s. Standaard: %(default)s.") % {
                "low": threshold.low,
                "high": threshold.high,
                "default": threshold.default,
            }
            self.fields[threshold.code] = forms.IntegerField(
                label=_("%(label)s (in %(unit)s)") % {"label": threshold.label, "unit": threshold.unit},
                help_text=words,
                min_value=threshold.low,
                max_value=threshold.high,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
            )

    @property
    def thresholds(self) -> dict[str, int]:
        """The numbers that were filled in, by code."""
        return {threshold.code: self.cleaned_data[threshold.code] for threshold in self.rule.thresholds}

    @property
    def wants_on(self) -> bool:
        """Say whether the rule is to give signals; one that cannot be switched off always does."""
        return self.cleaned_data["is_on"] if "is_on" in self.fields else True


def _id(data: dict[str, Any], name: str) -> UUID | None:
    return UUID(data[name]) if data.get(name) else None


def _offer(form: forms.Form, others: Sequence[SignalCard]) -> None:
    """Offer the child's other open signals; without any the question is not asked."""
    if not others:
        del form.fields["also"]
        return
    field = form.fields["also"]
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker what the class says
    field.choices = [(str(other.pk), ": ".join(part for part in (other.label, other.line) if part)) for other in others]
    field.error_messages["invalid_choice"] = _("Een van deze signalen is intussen al afgesloten. Kies opnieuw.")
