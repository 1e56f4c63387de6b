"""Forms for what is written for a report: for parents, of the talk with them, and for the next school (REG-8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from observations.domain.notes.writing import NoteView
from observations.domain.reports.limits import BOUNDS, MOST_EXAMPLES, mistakes_in, named_in
from observations.domain.reports.preparing import Preparation
from observations.forms.texts import without_nul
from observations.models import ReportPreparation

NAMES_FIELD = "names_are_fine"


def _text(name: str, label: Any, help_text: Any, *, rows: int, required: bool = False, message: Any = "") -> Any:
    """Return a text field whose bounds are checked and told, and never cut off what is pasted."""
    widget = forms.Textarea(attrs={"rows": rows, "data-most": BOUNDS[name].characters})
    errors = {"required": message} if message else {}
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget, error_messages=errors)


class _ReportForm(forms.Form):
    """What these forms share: bounds, no names of other children, and which version was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    bounded: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, names: Collection[str] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._names = names
        self.names_found: list[str] = []
        self.fields[NAMES_FIELD] = forms.BooleanField(
            required=False, label=_("Dit is hier niet de naam van een ander kind. Laat het zo staan.")
        )

    def clean(self) -> dict[str, Any]:
        """Check each text for its place, and all of them for the names of other children."""
        cleaned = super().clean() or self.cleaned_data
        for name in self.bounded:
            self._check(name, name, cleaned)
        self._check_names(cleaned)
        return cleaned

    def _check(self, field: str, kind: str, cleaned: dict[str, Any]) -> None:
        if field not in cleaned:
            return
        # As browsers send line ends, and as people count them.
        cleaned[field] = without_nul(cleaned[field].replace("\r\n", "\n").strip())
        for mistake in mistakes_in(kind, cleaned[field]):
            self.add_error(field, mistake)

    def texts(self, cleaned: dict[str, Any]) -> list[str]:
        """Return the texts that parents will read."""
        return [cleaned.get(name, "") for name in self.bounded]

    def _check_names(self, cleaned: dict[str, Any]) -> None:
        self.names_found = named_in(self.texts(cleaned), self._names)
        if self.names_found and not cleaned.get(NAMES_FIELD):
            found = ", ".join(self.names_found)
            message = ngettext(
                "In uw tekst staat de naam van een ander kind: %(names)s. Haal die naam weg.",
                "In uw tekst staan namen van andere kinderen: %(names)s. Haal die namen weg.",
                len(self.names_found),
            )
            self.add_error(None, message % {"names": found})

    @property
    def asks_about_names(self) -> bool:
        """Say whether to show the box that lets a word stand which is no name here."""
        return bool(self.names_found)


@dataclass(frozen=True, repr=False)
class NoteChoice:
    """A note that may be an example, with its two fields: chosen or not, and other words for it."""

    note: NoteView
    chosen: BoundField
    words: BoundField
    too_long: bool
    names: tuple[str, ...]


class ParentsReportForm(_ReportForm):
    """What is written for parents before the talk, and which notes they will read."""

    likes = _text(
        "likes", gettext_lazy("Wat vindt dit kind leuk?"),
        gettext_lazy("Een of twee zinnen. Bijvoorbeeld: bouwen met grote blokken en voorlezen."), rows=2,
    )  # fmt: skip
    conclusion = _text(
        "conclusion", gettext_lazy("In het kort, voor de ouders"),
        gettext_lazy("Schrijf wat ouders over hun kind willen weten, in gewone woorden. Zonder leeftijden en zonder andere kinderen."),
        rows=6,
    )  # fmt: skip
    agreements = _text(
        "agreements", gettext_lazy("Wat we samen afspreken"),
        gettext_lazy("Elke afspraak op een regel. Laat dit leeg als u het in het gesprek invult."), rows=3,
    )  # fmt: skip
    bounded = ("likes", "conclusion", "agreements")

    def __init__(self, *arguments: Any, notes: Sequence[NoteView], names: Collection[str] = (), **named: Any) -> None:
        super().__init__(*arguments, names=names, **named)
        self._notes = notes
        for note in notes:
            self.fields[chosen_name(note.pk)] = forms.BooleanField(required=False, label=_("Neem op in het verslag"))
            self.fields[words_name(note.pk)] = _text("example", _("Andere woorden voor ouders"), "", rows=2)

    def clean(self) -> dict[str, Any]:
        """Check the chosen notes too: not too many, and each in words that fit."""
        cleaned = self.cleaned_data
        chosen = [note for note in self._notes if cleaned.get(chosen_name(note.pk))]
        if len(chosen) > MOST_EXAMPLES:
            self.add_error(
                None,
                _("U koos %(now)s notities. Er passen er %(most)s in het verslag. Haal er een paar weg.")
                % {"now": len(chosen), "most": MOST_EXAMPLES},
            )
        for note in chosen:
            self._check_example(note, cleaned)
        return super().clean()

    def _check_example(self, note: NoteView, cleaned: dict[str, Any]) -> None:
        field = words_name(note.pk)
        own = cleaned.get(field, "").strip()
        self._check(field, "example", cleaned)
        if own or field in self.errors:
            return
        for mistake in mistakes_in("example", note.text):
            self.add_error(field, _("%(mistake)s Schrijf hieronder wat ouders mogen lezen.") % {"mistake": mistake})

    def texts(self, cleaned: dict[str, Any]) -> list[str]:
        """Return the texts that parents will read, the chosen notes among them."""
        return [*super().texts(cleaned), *self.examples(cleaned).values()]

    def examples(self, cleaned: dict[str, Any]) -> dict[UUID, str]:
        """Return the chosen notes by id, in the words parents will read."""
        return {
            note.pk: cleaned.get(words_name(note.pk), "").strip() or note.text
            for note in self._notes
            if cleaned.get(chosen_name(note.pk))
        }

    def note_choices(self) -> list[NoteChoice]:
        """Return the notes with their fields, for the page."""
        return [
            NoteChoice(
                note=note,
                chosen=self[chosen_name(note.pk)],
                words=self[words_name(note.pk)],
                too_long=bool(mistakes_in("example", note.text)),
                names=tuple(named_in([note.text], self._names)),
            )
            for note in self._notes
        ]


class ParentsWordsForm(_ReportForm):
    """What parents said at the talk, and what was agreed."""

    talk_on = forms.DateField(
        label=gettext_lazy("Wanneer was het gesprek?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Vul in wanneer het gesprek was."),
            "invalid": gettext_lazy("Vul een datum in, bijvoorbeeld 3-11-2026."),
        },
    )
    speaker = forms.ChoiceField(
        label=gettext_lazy("Wie vertelde dit?"),
        help_text=gettext_lazy("Geen namen: die hoeven we niet te bewaren."),
        choices=ReportPreparation.Speaker.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Kies wie dit vertelde.")),
    )
    words = _text(
        "words", gettext_lazy("Wat vertelden de ouders?"),
        gettext_lazy("Zo veel mogelijk in hun eigen woorden."), rows=5, required=True,
        message=gettext_lazy("Schrijf op wat de ouders vertelden."),
    )  # fmt: skip
    agreements = _text(
        "agreements", gettext_lazy("Wat we samen afspreken"), gettext_lazy("Elke afspraak op een regel."), rows=3
    )
    bounded = ("words", "agreements")

    def __init__(self, *arguments: Any, today: date, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._today = today

    def clean_talk_on(self) -> date:
        """Refuse a talk that is still to come."""
        found: date = self.cleaned_data["talk_on"]
        if found > self._today:
            raise forms.ValidationError(_("Deze datum is nog niet geweest."))
        return found


class TransferReportForm(_ReportForm):
    """What the next school must know, in words."""

    strengths = _text(
        "strengths", gettext_lazy("Sterke kanten"),
        gettext_lazy("Wat kan dit kind goed, en waar geniet het van?"), rows=5,
    )  # fmt: skip
    attention = _text(
        "attention", gettext_lazy("Wat heeft dit kind nodig?"),
        gettext_lazy("Wat helpt, en waar moet de volgende school aan denken? Beschrijf wat u ziet."), rows=5,
    )  # fmt: skip
    bounded = ("strengths", "attention")


class GroupReportsForm(forms.Form):
    """Making the reports for parents of a whole group."""

    only_ready = forms.BooleanField(
        required=False,
        label=gettext_lazy("Alleen van kinderen bij wie de tekst voor ouders klaar is"),
    )


def chosen_name(note_id: UUID) -> str:
    """Return the name of the field that chooses a note."""
    return f"kies_{note_id}"


def words_name(note_id: UUID) -> str:
    """Return the name of the field with other words for a note."""
    return f"woorden_{note_id}"


def initial_of(prepared: Preparation, notes: Sequence[NoteView]) -> dict[str, Any]:
    """Return what the form for parents shows of what was written before."""
    texts = prepared.texts
    initial: dict[str, Any] = {
        "likes": texts.likes,
        "conclusion": texts.conclusion,
        "agreements": texts.agreements,
        "revision": prepared.revision,
    }
    own = {note.pk: note.text for note in notes}
    for example in prepared.examples:
        initial[chosen_name(example.note_id)] = True
        initial[words_name(example.note_id)] = "" if example.text == own.get(example.note_id) else example.text
    return initial
