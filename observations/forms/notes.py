"""The form of a note."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import MAX_TEXT
from observations.domain.registering.overview import ChildRow
from observations.forms.texts import without_nul
from observations.models import Line

# Two groups of toddlers: about as many chips as one overlooks.
_CHILDREN_AT_A_GLANCE = 32


@dataclass(frozen=True)
class Chip:
    """One thing to tick, as large as a finger. ``more`` completes the label for who cannot see the group it is in."""

    value: str
    label: str
    more: str
    chosen: bool


@dataclass(frozen=True)
class ChipGroup:
    """Chips under one heading: the children of a group, the lines of an area."""

    label: str
    chips: tuple[Chip, ...]

    @property
    def chosen(self) -> bool:
        """Say whether any of its chips is chosen."""
        return any(chip.chosen for chip in self.chips)


class NoteForm(forms.Form):
    """A note about one or more children, with the lines it is about."""

    children = forms.MultipleChoiceField(
        label=_("Over wie gaat het?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één kind.")},
    )
    text = forms.CharField(
        label=_("Wat zag u?"),
        help_text=_("Schrijf op wat het kind deed of zei. Noem geen namen van andere kinderen."),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf eerst wat u zag.")},
    )
    context = forms.CharField(
        label=_("Waar was dat?"),
        help_text=_("Bijvoorbeeld: buiten, in de kring, bij het eten."),
        required=False,
        max_length=120,
    )
    lines = forms.MultipleChoiceField(
        label=_("Bij welke ontwikkelingslijn hoort het?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    observed_on = forms.DateField(
        label=_("Wanneer zag u het?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def __init__(
        self,
        *args: Any,
        rows: Sequence[ChildRow],
        lines: Sequence[Line],
        about: UUID | None = None,
        resumed: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer the children of ``rows`` and the ``lines``, which come with their area; ``about`` is chosen already.

        ``resumed`` holds the fields of a draft that is gone on with.
        """
        super().__init__(*args, **kwargs)
        self._rows, self._lines = rows, lines
        self._about = next((row for row in rows if row.pk == about), None)
        self._day = self.initial.get("observed_on")
        if resumed is not None:
            self.initial.update(self._from_draft(resumed))
        elif self._about is not None:
            self.initial["children"] = [str(self._about.pk)]
        self._offer("children", [str(row.pk) for row in rows])
        self._offer("lines", [str(line.pk) for line in lines])

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])

    def clean_context(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["context"])

    @property
    def about(self) -> ChipGroup | None:
        """The child whose page led here, which stands apart from the others."""
        return ChipGroup(self._about.group, self._child_chips([self._about])) if self._about else None

    @property
    def child_groups(self) -> tuple[ChipGroup, ...]:
        """The other children by group, each group in the order of first names: that is how one looks for a child."""
        others = [row for row in self._rows if row is not self._about]
        groups = dict.fromkeys(row.group for row in sorted(others, key=lambda row: row.group.casefold()))
        return tuple(ChipGroup(name, self._child_chips(row for row in others if row.group == name)) for name in groups)

    @property
    def line_groups(self) -> tuple[ChipGroup, ...]:
        """The lines by area."""
        chosen = self["lines"].value() or []
        areas = dict.fromkeys(line.area.name for line in self._lines)
        return tuple(
            ChipGroup(
                area,
                tuple(
                    Chip(str(line.pk), line.name, "", str(line.pk) in chosen)
                    for line in self._lines
                    if line.area.name == area
                ),
            )
            for area in areas
        )

    @property
    def folds_groups(self) -> bool:
        """Say whether there are so many children that one looks for the group first."""
        return len(self.child_groups) > 1 and len(self._rows) > _CHILDREN_AT_A_GLANCE

    @property
    def shows_lines(self) -> bool:
        """Say whether the lines are unfolded: one is chosen, or something is wrong with them."""
        return bool(self["lines"].errors) or any(group.chosen for group in self.line_groups)

    @property
    def shows_place_and_day(self) -> bool:
        """Say whether place and day are unfolded: one was filled in, or something is wrong with them."""
        place, day = self["context"], self["observed_on"]
        changed = str(day.value()) != str(self._day)
        return bool(place.errors or day.errors or place.value() or changed)

    def _child_chips(self, rows: Iterable[ChildRow]) -> tuple[Chip, ...]:
        """Return chips with first names, as one calls a child; where two in a group share one, with the full name."""
        chosen = self["children"].value() or []
        shared = Counter((row.group_id, row.first_name) for row in self._rows)
        chips = []
        for row in sorted(rows, key=lambda row: row.sort_key[::-1]):
            short = row.first_name if shared[row.group_id, row.first_name] == 1 else row.name
            chips.append(Chip(str(row.pk), short, row.name.removeprefix(short), str(row.pk) in chosen))
        return tuple(chips)

    def _from_draft(self, resumed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return what a draft has of the visible fields: lists where one chooses several, and else the one value."""
        several = {name for name, field in self.fields.items() if isinstance(field, forms.MultipleChoiceField)}
        known = {field.name for field in self.visible_fields()} & resumed.keys()
        return {name: list(resumed[name]) if name in several else resumed[name][0] for name in known}

    def _offer(self, name: str, values: Iterable[str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(value, value) for value in values]
