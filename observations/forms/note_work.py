"""Forms about a note that is there: changing, adding, deleting, tagging; and the filters of a timeline."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from kijk.web.day_field import day_field
from observations.domain.notes.changing import DeleteReason
from observations.domain.notes.timeline import Filters
from observations.domain.notes.writing import MAX_CONTEXT, MAX_TEXT
from observations.forms.notes import ChipGroup, line_chips
from observations.forms.texts import without_nul
from observations.models import Line, NoteMilestone

ONE, ALL = "one", "all"
MAX_SEARCH = 100


class NoteChangeForm(forms.Form):
    """A note as its author changes it. ``revision`` is the one that was read."""

    # As on the screen.
    field_order = ("text", "lines", "context", "observed_on", "scope")

    text = forms.CharField(
        label=_("Wat zag u?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Schrijf eerst wat u zag.")},
    )
    context = forms.CharField(label=_("Waar was dat?"), required=False, max_length=MAX_CONTEXT)
    observed_on = day_field(_("Wanneer zag u het?"))
    lines = forms.MultipleChoiceField(
        label=_("Bij welke ontwikkelingslijn hoort het?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    scope = forms.ChoiceField(
        label=_("Voor wie wijzigt u dit?"), widget=forms.RadioSelect, required=False, choices=[(ONE, ""), (ALL, "")]
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, lines: Sequence[Line], others: int, child_name: str, **kwargs: Any) -> None:
        """Offer the ``lines``, which come with their area; ``others``: at how many other children it stands."""
        super().__init__(*args, **kwargs)
        self._lines = lines
        _offer(self, "lines", [(str(line.pk), line.name) for line in lines])
        if others:
            _offer(self, "scope", scope_choices(child_name, others))
            self.initial.setdefault("scope", ONE)
        else:
            del self.fields["scope"]

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])

    def clean_context(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["context"])

    @property
    def line_groups(self) -> tuple[ChipGroup, ...]:
        """The lines by area."""
        return line_chips(self._lines, self["lines"].value() or [])

    @property
    def shows_lines(self) -> bool:
        """Say whether the lines are unfolded."""
        return bool(self["lines"].errors) or any(group.chosen for group in self.line_groups)

    def chosen_lines(self) -> list[Line]:
        """Return the lines that were ticked; of a form that is valid."""
        return [line for line in self._lines if str(line.pk) in self.cleaned_data["lines"]]

    def everywhere(self) -> bool:
        """Say whether it holds for all children of the entry; of a form that is valid."""
        return self.cleaned_data.get("scope") == ALL


class AddendumForm(forms.Form):
    """An addition to a note."""

    text = forms.CharField(
        label=_("Uw aanvulling"),
        help_text=_("De notitie zelf blijft zoals zij is. Bij de aanvulling staan uw naam en de datum."),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf eerst de aanvulling.")},
    )
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])


class DeleteNoteForm(forms.Form):
    """Whether a note must go: for which children, and where it is somebody else's, why."""

    scope = forms.ChoiceField(label=_("Welke notitie verwijdert u?"), widget=forms.RadioSelect, initial=ONE)
    reason = forms.ChoiceField(
        label=_("Waarom moet de notitie weg?"),
        choices=DeleteReason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Kies waarom de notitie weg moet.")),
    )

    def __init__(self, *args: Any, own: bool, others: int, child_name: str, **kwargs: Any) -> None:
        """Ask only what there is to choose: ``others`` notes of the same entry, for its author (``own``)."""
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["reason"]
        if own and others:
            _offer(self, "scope", scope_choices(child_name, others))
        else:
            del self.fields["scope"]


class TagForm(forms.Form):
    """A line, or a milestone and how far the child shows it, put on a note with one tap."""

    line = forms.UUIDField(required=False)
    milestone = forms.UUIDField(required=False)
    shows = forms.ChoiceField(choices=NoteMilestone.Shows.choices, required=False)
    # Where it was tapped: on the form for the next note, or on the note's own page.
    terug = forms.ChoiceField(choices=[("nieuw", ""), ("notitie", "")], required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a tap that says nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("line") and not (cleaned.get("milestone") and cleaned.get("shows")):
            raise forms.ValidationError(_("Kies een ontwikkelingslijn of een mijlpaal."))
        return cleaned


class TimelineForm(forms.Form):
    """What a timeline shows: filters, and words to look for."""

    zoek = forms.CharField(
        label=_("Zoek in de tekst"),
        required=False,
        max_length=MAX_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    lijn = forms.ChoiceField(label=_("Ontwikkelingslijn"), required=False)
    schrijver = forms.ChoiceField(label=_("Schrijver"), required=False)
    van = day_field(_("Vanaf"), required=False)
    tot = day_field(_("Tot en met"), required=False)

    def __init__(self, *args: Any, lines: Sequence[Line], authors: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        """Offer these lines and authors."""
        super().__init__(*args, **kwargs)
        _offer(self, "lijn", [("", _("alle lijnen")), *((line.code, line.name) for line in lines)])
        _offer(self, "schrijver", [("", _("iedereen")), *((str(pk), name) for pk, name in authors)])

    def clean_zoek(self) -> str:
        """Refuse what no text has."""
        return without_nul(self.cleaned_data["zoek"])

    def filters(self) -> Filters:
        """Return what was asked for; a field that is not right leaves nothing out."""
        asked: Mapping[str, Any] = getattr(self, "cleaned_data", {})
        author = asked.get("schrijver")
        return Filters(
            line=asked.get("lijn", ""),
            author=UUID(author) if author else None,
            since=asked.get("van"),
            until=asked.get("tot"),
            search=asked.get("zoek", ""),
        )


def scope_choices(child_name: str, others: int) -> list[tuple[str, str]]:
    """Return the choice between this child and all children one note was written about."""
    everybody = ngettext(
        "voor %(name)s en het andere kind over wie u dit schreef",
        "voor %(name)s en de %(count)s andere kinderen over wie u dit schreef",
        others,
    )
    names = {"name": child_name, "count": others}
    return [(ONE, gettext("alleen voor %(name)s") % names), (ALL, everybody % names)]


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)
