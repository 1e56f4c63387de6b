"""The form of a note."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from observations.domain.notes.words import suggest_lines
from observations.domain.notes.writing import MAX_CONTEXT, MAX_TEXT
from observations.domain.registering.overview import ChildRow
from observations.domain.scoring.bands import age_in_months
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
    # Unfolded from the start, where groups are folded: the group one wrote about last.
    comes_first: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether it is unfolded."""
        return self.chosen or self.comes_first

    @property
    def chosen(self) -> bool:
        """Say whether any of its chips is chosen."""
        return any(chip.chosen for chip in self.chips)


def line_chips(lines: Sequence[Line], chosen: Collection[str]) -> tuple[ChipGroup, ...]:
    """Return chips for lines, which come with their area, by area."""
    by_area: dict[str, list[Chip]] = {}
    for line in lines:
        chip = Chip(str(line.pk), line.name, "", str(line.pk) in chosen)
        by_area.setdefault(line.area.name, []).append(chip)
    return tuple(ChipGroup(area, tuple(chips)) for area, chips in by_area.items())


class NoteForm(forms.Form):
    """A note about one or more children, with the lines it is about."""

    # As on the screen, so that a list of what is wrong follows it: writing comes first.
    field_order = ("text", "children", "lines", "context", "observed_on")

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
        max_length=MAX_CONTEXT,
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
        recent: Sequence[UUID] = (),
        resumed: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer the children of ``rows`` and the ``lines``, which come with their area; ``about`` is chosen already.

        ``recent`` are the groups one wrote about, the last one first. ``resumed`` holds the fields of a draft that is
        gone on with.
        """
        super().__init__(*args, **kwargs)
        self._rows, self._lines, self._recent = rows, lines, list(recent)
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
        """The other children by group, each group in the order of first names: that is how one looks for a child.

        The groups one wrote about last come first (OBS-2).
        """
        others = [row for row in self._rows if row is not self._about]
        groups = dict.fromkeys((row.group_id, row.group) for row in others)
        first = self._recent[0] if self._recent else None
        return tuple(
            ChipGroup(name, self._child_chips(row for row in others if row.group_id == group_id), group_id == first)
            for group_id, name in sorted(groups, key=self._group_order)
        )

    @property
    def suggested(self) -> ChipGroup | None:
        """The lines the words of a text that came back suggest, where none is chosen; a script does so while typing."""
        text = self["text"].value() or ""
        if not self.is_bound or self["lines"].value() or not text:
            return None
        by_code = {line.code: line for line in self._lines}
        ages = [self._ages[pk] for pk in self["children"].value() or [] if pk in self._ages]
        found = [by_code[code] for code in suggest_lines(text, ages) if code in by_code]
        return ChipGroup("", tuple(Chip(str(line.pk), line.name, "", False) for line in found)) if found else None

    @property
    def ages(self) -> str:
        """The children's ages in whole months as JSON, for the script that suggests lines."""
        return json.dumps(self._ages, separators=(",", ":"))

    @property
    def line_codes(self) -> str:
        """The lines' ids by code as JSON, for the same script."""
        return json.dumps({line.code: str(line.pk) for line in self._lines}, separators=(",", ":"))

    @property
    def line_groups(self) -> tuple[ChipGroup, ...]:
        """The lines by area."""
        return line_chips(self._lines, self["lines"].value() or [])

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

    @cached_property
    def _ages(self) -> dict[str, int]:
        today = timezone.localdate()
        return {str(row.pk): int(age_in_months(row.birth_date, max(today, row.birth_date))) for row in self._rows}

    def _group_order(self, group: tuple[UUID, str]) -> tuple[int, str]:
        last = self._recent.index(group[0]) if group[0] in self._recent else len(self._recent)
        return last, group[1].casefold()

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
