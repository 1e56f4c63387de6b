"""The choices above the trail. A choice that is wrong gets a message and is then left out; the others hold."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.trail import Outsider, Person, TrailSelection
from kijk.audit.words import EventGroup

_UNKNOWN = gettext_lazy("Deze keuze kennen we niet. U ziet nu de gebeurtenissen zonder deze keuze.")
_NO_DATE = gettext_lazy("Vul een datum in, zoals 3-11-2026. Deze datum telt nu niet mee.")
_INVERTED = gettext_lazy("De laatste dag ligt voor de eerste. De dagen tellen nu niet mee.")
_NOBODY = gettext_lazy("We vonden geen medewerker met deze naam. U ziet nu gebeurtenissen over iedereen.")
_TOO_LONG = gettext_lazy("Deze naam is te lang. U ziet nu gebeurtenissen over iedereen.")
_LARGEST_NUMBER = 2**63 - 1


def _day(label: Any) -> Any:
    limits = [
        MinValueValidator(date(2000, 1, 1), message=_NO_DATE),
        MaxValueValidator(date(2199, 12, 31), message=_NO_DATE),
    ]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, widget=widget, validators=limits, error_messages={"invalid": _NO_DATE}
    )


class TrailForm(forms.Form):
    """Who, what kind, from when until when, and about whom."""

    wie = forms.ChoiceField(
        label=gettext_lazy("Wie deed het"), required=False, error_messages={"invalid_choice": _UNKNOWN}
    )
    soort = forms.ChoiceField(
        label=gettext_lazy("Soort gebeurtenis"), required=False, error_messages={"invalid_choice": _UNKNOWN}
    )
    van = _day(gettext_lazy("Eerste dag"))
    tot = _day(gettext_lazy("Laatste dag"))
    over = forms.CharField(
        label=gettext_lazy("Over welke medewerker"),
        required=False,
        max_length=120,
        error_messages={"max_length": _TOO_LONG},
    )

    def __init__(self, data: QueryDict, people: Mapping[UUID, Person]) -> None:
        """Take what was asked for, and the organisation's users."""
        super().__init__(data.copy())
        self._people = people
        self.fields["wie"].choices = self._actors()  # type: ignore[attr-defined] # a ChoiceField
        self.fields["soort"].choices = [("", _("Alles")), *EventGroup.choices]  # type: ignore[attr-defined]

    def clean_over(self) -> frozenset[UUID]:
        """Return the users whose name, address or number this is; raises ValidationError when there is none."""
        asked = _plain(self.cleaned_data["over"])
        if not asked:
            return frozenset()
        found = [person for person in self._people.values() if _matches(person, asked)]
        if not found:
            raise forms.ValidationError(_NOBODY)
        return frozenset(person.pk for person in found)

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("van"), cleaned.get("tot")
        if first and last and last < first:
            self.add_error("tot", _INVERTED)
            del cleaned["van"]
        return cleaned

    def selection(self) -> TrailSelection:
        """Return what was asked for, without what was wrong; ``errors`` says what that was."""
        self.full_clean()
        self._show_days()
        cleaned = self.cleaned_data
        group = cleaned.get("soort")
        return TrailSelection(
            actor=_actor(cleaned.get("wie", "")),
            group=EventGroup(group) if group else None,
            begins_on=cleaned.get("van"),
            ends_on=cleaned.get("tot"),
            about=cleaned.get("over", frozenset()),
        )

    @property
    def query(self) -> str:
        """The choices that hold, for leafing on and for the file."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.data[name] for name in self.fields if self.cleaned_data.get(name)})
        return asked.urlencode()

    def _actors(self) -> list[Any]:
        names = Counter(person.name for person in self._people.values())
        people = [
            (str(person.pk), f"{person} · {person.email}" if names[person.name] > 1 else str(person))
            for person in self._people.values()
        ]
        return [("", _("Iedereen")), *Outsider.choices, (_("Medewerkers"), people)]

    def _show_days(self) -> None:
        """Let a day stand in the form as the browser's own field for days wants it, however it was written."""
        for name in ("van", "tot"):
            if isinstance(self.cleaned_data.get(name), date):
                self.data[name] = self.cleaned_data[name].isoformat()  # type: ignore[index] # a copy that may change


class PositionForm(forms.Form):
    """Where in the trail somebody is leafing: before or after the event with a number."""

    voor = forms.IntegerField(required=False, min_value=0, max_value=_LARGEST_NUMBER)
    na = forms.IntegerField(required=False, min_value=0, max_value=_LARGEST_NUMBER)


def _actor(value: str) -> UUID | Outsider | None:
    if not value:
        return None
    return Outsider(value) if value in Outsider.values else UUID(value)


def _matches(person: Person, asked: str) -> bool:
    return asked in _plain(person.name) or asked in person.email or asked == str(person.pk)


def _plain(text: str) -> str:
    """Return a text as people type it to find somebody: small letters, no accents, single spaces."""
    letters = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
