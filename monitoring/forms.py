"""The form above a cross-section: which children, which measurement. Works as a plain GET form."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kijk.web.dutch import format_age
from monitoring.domain.measured import GroupChoice
from monitoring.domain.offer import Offer
from monitoring.domain.selection import AgeWindow, By, Selection, window_in_months
from observations.domain.instruments.catalogue import content_of
from observations.models import Child

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: The value of the choice for all registrations, whatever their period.
ALL_PERIODS = "alle"
OLDEST_DAYS = 6000

_UNKNOWN = gettext_lazy("Deze keuze kennen we niet. U ziet nu de cijfers zonder deze keuze.")
_NO_NUMBER = gettext_lazy("Vul een heel aantal dagen in, van 0 tot en met 6000. Deze leeftijd telt nu niet mee.")
_INVERTED = gettext_lazy("De hoogste leeftijd ligt onder de laagste. De leeftijd telt nu niet mee.")

_BY_WORDS = {"lijn": By.LINE, "item": By.ITEM}
_YES_NO = {"ja": True, "nee": False}


def _choice(label: "_StrPromise") -> Any:
    # The message does not repeat the value: it came from the address and can be anything.
    return forms.ChoiceField(label=label, required=False, error_messages={"invalid_choice": _UNKNOWN})


def _days(label: "_StrPromise") -> Any:
    messages = dict.fromkeys(("invalid", "min_value", "max_value"), _NO_NUMBER)
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=OLDEST_DAYS, error_messages=messages)


class CrossSectionForm(forms.Form):
    """What was asked for, and what it came to: a wrong choice is reported and then left out.

    After ``selection()`` the form shows the choices that hold, also where nothing or something else was asked for.
    """

    instrument = _choice(gettext_lazy("Instrument"))
    weergave = _choice(gettext_lazy("Weergave"))
    meting = _choice(gettext_lazy("Meting"))
    locatie = _choice(gettext_lazy("Locatie"))
    groep = _choice(gettext_lazy("Groep"))
    leeftijd_vanaf = _choice(gettext_lazy("Leeftijd vanaf"))
    leeftijd_tot = _choice(gettext_lazy("Leeftijd tot"))
    dagen_vanaf = _days(gettext_lazy("Leeftijd vanaf (dagen)"))
    dagen_tot = _days(gettext_lazy("Leeftijd tot en met (dagen)"))
    vve = _choice(gettext_lazy("VVE"))
    geslacht = _choice(gettext_lazy("Geslacht"))
    thuistaal = _choice(gettext_lazy("Thuistaal"))

    #: The fields that always stand above the figures; the others unfold.
    MAIN = ("instrument", "weergave", "meting", "locatie", "groep")

    def __init__(self, data: QueryDict, offer: Offer) -> None:
        """Take what was asked for, and what can be chosen."""
        super().__init__(data.copy())
        self.offer = offer
        in_months = offer.chosen.has_bands
        for name in ("dagen_vanaf", "dagen_tot") if in_months else ("leeftijd_vanaf", "leeftijd_tot"):
            del self.fields[name]
        for name, choices in self._choices().items():
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined] # each of these is a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Hold choices against each other: a group belongs to its location, an age window runs upwards."""
        cleaned: dict[str, Any] = super().clean() or {}
        group = self._group(cleaned.get("groep", ""))
        if group and cleaned.get("locatie") and str(group.location_id) != cleaned["locatie"]:
            self.add_error("groep", _("Deze groep hoort niet bij deze locatie. U ziet nu alle groepen van de locatie."))
        try:
            self._age(cleaned)
        except ValueError:
            self.add_error("leeftijd_tot" if self.offer.chosen.has_bands else "dagen_tot", _INVERTED)
            self._forget("leeftijd_vanaf", "dagen_vanaf")
        return cleaned

    def selection(self) -> Selection:
        """Return the population asked for, without what was wrong; ``errors`` says what that was."""
        self.full_clean()
        cleaned = self.cleaned_data
        self._show(self._effective(cleaned))
        return Selection(
            instrument=self.offer.chosen.code,
            by=self._by(cleaned),
            period_id=self._period_id(cleaned),
            age=self._age(cleaned),
            location_id=_uuid(cleaned.get("locatie")),
            group_id=_uuid(cleaned.get("groep")),
            vve=_YES_NO.get(cleaned.get("vve", "")),
            gender=cleaned.get("geslacht", ""),
            home_language=cleaned.get("thuistaal", ""),
            within=self.offer.within,
        )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """The choices that always stand above the figures."""
        return [self[name] for name in self.MAIN]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """The choices that unfold."""
        return [field for field in self if field.name not in self.MAIN]

    @property
    def unfolded(self) -> bool:
        """Whether one of the choices that unfold was made, or made wrongly."""
        return any(field.value() or field.errors for field in self.more_fields)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """What was wrong, in words, for where the fields themselves do not show."""
        return tuple(f"{self[name].label}: {error}" for name, errors in self.errors.items() for error in errors)

    @property
    def query(self) -> str:
        """The choices that hold, for the address of the PDF."""
        return self.data.urlencode() if isinstance(self.data, QueryDict) else ""

    def _choices(self) -> dict[str, list[Any]]:
        offer = self.offer
        return {
            "instrument": [(each.code, each.name) for each in offer.instruments],
            "weergave": self._views(),
            "meting": [
                *((str(each.pk), each.name) for each in offer.chosen.periods),
                (ALL_PERIODS, _("Alle registraties")),
            ],
            "locatie": [("", _("Alle locaties")), *((str(pk), name) for pk, name in offer.locations)],
            "groep": [("", _("Alle groepen")), *_by_location(offer.groups)],
            "leeftijd_vanaf": [("", _("Alle leeftijden")), *self._ages(0)],
            "leeftijd_tot": [("", _("Alle leeftijden")), *self._ages(1)],
            "vve": [("", _("Alle kinderen")), ("ja", _("Alleen VVE-kinderen")), ("nee", _("Geen VVE-kinderen"))],
            "geslacht": [("", _("Alle kinderen")), *Child.Gender.choices],
            "thuistaal": [("", _("Alle talen")), *((name, name) for name in offer.home_languages)],
        }

    def _views(self) -> list[tuple[str, str]]:
        per_item = _("Per mijlpaal") if self.offer.chosen.has_bands else _("Per item")
        return [("lijn", _("Per ontwikkelingslijn")), ("item", per_item)]

    def _ages(self, end: int) -> list[tuple[str, str]]:
        bands = content_of(self.offer.chosen.versions[0]).bands.values()
        ages = ((band.from_months, band.until_months)[end] for band in bands)
        return [(str(months), format_age(months)) for months in ages]

    def _by(self, cleaned: Mapping[str, Any]) -> By:
        default = By.LINE if self.offer.chosen.has_bands else By.ITEM
        return _BY_WORDS.get(cleaned.get("weergave", ""), default)

    def _period_id(self, cleaned: Mapping[str, Any]) -> UUID | None:
        wanted = cleaned.get("meting", "")
        if wanted == ALL_PERIODS:
            return None
        if wanted:
            return UUID(wanted)
        newest = self.offer.chosen.newest_period
        return newest.pk if newest else None

    def _group(self, pk: str) -> GroupChoice | None:
        return next((group for group in self.offer.groups if str(group.pk) == pk), None)

    def _age(self, cleaned: Mapping[str, Any]) -> AgeWindow | None:
        if self.offer.chosen.has_bands:
            return window_in_months(_number(cleaned.get("leeftijd_vanaf")), _number(cleaned.get("leeftijd_tot")))
        first, last = cleaned.get("dagen_vanaf"), cleaned.get("dagen_tot")
        return None if first is None and last is None else AgeWindow(first or 0, last)

    def _forget(self, *names: str) -> None:
        for name in names:
            self.cleaned_data.pop(name, None)

    def _effective(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        period = self._period_id(cleaned)
        words = {by: word for word, by in _BY_WORDS.items()}
        shown = {name: "" if value is None else str(value) for name, value in cleaned.items()}
        return shown | {
            "instrument": self.offer.chosen.code,
            "weergave": words[self._by(cleaned)],
            "meting": ALL_PERIODS if period is None else str(period),
        }

    def _show(self, values: Mapping[str, str]) -> None:
        """Let the fields, and the address of the PDF, have these values; errors stay as they are."""
        data = QueryDict(mutable=True)
        data.update({name: value for name, value in values.items() if value and name in self.fields})
        self.data = data


def _by_location(groups: tuple[GroupChoice, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for group in groups:
        name = f"{group.name} ({group.school_year}/{group.school_year + 1})"
        found.setdefault(group.location, []).append((str(group.pk), name))
    return list(found.items())


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _number(value: str | None) -> int | None:
    return int(value) if value else None
