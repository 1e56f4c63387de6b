"""The forms of a child's file, and the search in the list of children (CHD-1, CHD-6, BSO-3)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.web.day_field import day_field
from observations.domain.children.listing import WITHOUT_GROUP, ListFilter
from observations.domain.children.records import ChildData
from observations.forms.placements import GroupField, group_choices
from observations.forms.texts import plain_name, without_nul
from observations.models import Child, ChildFile, Group

MAX_NAME: Final = 60
MAX_REMARKS: Final = 1000
MAX_QUERY: Final = 100
# Out-of-school care and primary school end at 12; a child that repeated a year is 13.
OLDEST_YEARS: Final = 13

# What is proposed while typing; anything else may be typed. In Dutch, as they are kept.
LANGUAGES: Final = (
    "Albanees", "Amhaars", "Arabisch", "Armeens", "Bosnisch", "Bulgaars", "Chinees (Kantonees)",
    "Chinees (Mandarijn)", "Dari", "Duits", "Engels", "Farsi", "Frans", "Fries", "Grieks", "Hindi", "Hongaars",
    "Indonesisch", "Italiaans", "Japans", "Koerdisch", "Kroatisch", "Limburgs", "Litouws", "Marokkaans-Arabisch",
    "Nederlands", "Nederlands en een andere taal", "Nederlandse Gebarentaal", "Nedersaksisch", "Oekraïens",
    "Papiaments", "Pasjtoe", "Pools", "Portugees", "Roemeens", "Russisch", "Sarnami", "Servisch", "Somalisch",
    "Spaans", "Sranantongo", "Swahili", "Tamazight (Berbers)", "Tamil", "Thais", "Tigrinya", "Tsjechisch", "Turks",
    "Urdu", "Vietnamees",
)  # fmt: skip

_NO_HALF_DAYS = _("Vul een heel getal in, van 1 tot en met 14.")
_NO_WEEKS = _("Vul een heel getal in, van 20 tot en met 45.")
_NAMES = ("first_name", "infix", "last_name")
_BSO_FIELDS = ("home_language", "vve_from", "vve_until")


class ChildForm(forms.Form):
    """All that is kept of a child, and nothing more (CHD-1)."""

    first_name = forms.CharField(
        label=_("Voornaam"), max_length=MAX_NAME, error_messages={"required": _("Vul de voornaam in.")}
    )
    infix = forms.CharField(
        label=_("Tussenvoegsel"), help_text=_("Zoals van, de of van der."), max_length=20, required=False
    )
    last_name = forms.CharField(
        label=_("Achternaam"), max_length=MAX_NAME, error_messages={"required": _("Vul de achternaam in.")}
    )
    birth_date = day_field(_("Geboortedatum"))
    gender = forms.ChoiceField(
        label=_("Geslacht"), choices=Child.Gender.choices, widget=forms.RadioSelect, initial=Child.Gender.UNSPECIFIED
    )
    home_language = forms.CharField(
        label=_("Thuistaal"),
        help_text=_("Kies uit de lijst of typ een andere taal."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "talen", "autocomplete": "off"}),
    )
    half_days_per_week = forms.IntegerField(
        label=_("Dagdelen per week"),
        required=False,
        min_value=1,
        max_value=14,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_HALF_DAYS),
    )
    vve_from = day_field(_("VVE-kind vanaf"), required=False, help_text=_("Leeg laten als het kind geen VVE krijgt."))
    vve_until = day_field(_("VVE-kind tot en met"), required=False, help_text=_("Leeg betekent: tot nader order."))
    gestation_weeks = forms.IntegerField(
        label=_("Zwangerschapsduur in weken"),
        help_text=_("Alleen bij een vroeggeboorte. Tot 2 jaar rekenen we dan met de gecorrigeerde leeftijd."),
        required=False,
        min_value=20,
        max_value=45,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_WEEKS),
    )
    mentor = forms.ChoiceField(
        label=_("Mentor"),
        help_text=_("Een collega die op de groep van het kind werkt."),
        required=False,
        error_messages={"invalid_choice": _("Deze keuze kennen we niet. Kies er een uit de lijst.")},
    )
    remarks = forms.CharField(
        label=_("Bijzonderheden"),
        help_text=_("Alleen wat collega's voor het werk moeten weten. Niets over gezondheid of de thuissituatie."),
        required=False,
        max_length=MAX_REMARKS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        corrects_age: bool,
        in_bso: bool = False,
        mentors: Sequence[tuple[UUID, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Leave out what is not kept: weeks of gestation, home language and VVE, a mentor before there is a group."""
        super().__init__(*args, **kwargs)
        self._today = today
        if not corrects_age:
            del self.fields["gestation_weeks"]
        if mentors is None:
            del self.fields["mentor"]
        else:
            choices = [("", gettext("Nog geen mentor")), *((str(pk), name) for pk, name in mentors)]
            self.fields["mentor"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
        if in_bso:
            for name in _BSO_FIELDS:
                del self.fields[name]

    def clean_birth_date(self) -> date:
        """Refuse a day to come, and a child too old for any group."""
        born: date = self.cleaned_data["birth_date"]
        if born > self._today:
            raise forms.ValidationError(gettext("Deze geboortedatum ligt in de toekomst."))
        if born < self._today.replace(year=self._today.year - OLDEST_YEARS - 1, day=min(self._today.day, 28)):
            raise forms.ValidationError(
                gettext("Met deze geboortedatum is het kind ouder dan 13 jaar. Klopt het jaar?")
            )
        return born

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other, and refuse what the database cannot keep."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in (*_NAMES, "home_language", "remarks"):
            try:
                cleaned[name] = (plain_name if name in _NAMES else without_nul)(cleaned.get(name, ""))
            except forms.ValidationError as fault:
                self.add_error(name, fault)
        self._check_vve(cleaned)
        return cleaned

    def _check_vve(self, cleaned: dict[str, Any]) -> None:
        first, last, born = cleaned.get("vve_from"), cleaned.get("vve_until"), cleaned.get("birth_date")
        if last and not first and "vve_from" not in self.errors:
            self.add_error("vve_from", gettext("Vul ook in vanaf wanneer het kind VVE krijgt."))
        if first and last and last < first:
            self.add_error("vve_until", gettext("Deze dag ligt voor het begin van de VVE."))
        if first and born and first < born:
            self.add_error("vve_from", gettext("Deze dag ligt voor de geboorte van het kind."))

    def child_data(self, before: ChildData | None = None) -> ChildData:
        """Return what was filled in; what the form does not show stays as it was ``before``."""
        cleaned = self.cleaned_data

        def kept(name: str, otherwise: Any) -> Any:
            if name in self.fields:
                return cleaned[name]
            return getattr(before, name) if before is not None else otherwise

        mentor_id = before.mentor_id if before is not None else None
        if "mentor" in self.fields:
            mentor_id = UUID(cleaned["mentor"]) if cleaned["mentor"] else None
        return ChildData(
            file=ChildFile(cleaned["first_name"], cleaned["infix"], cleaned["last_name"], cleaned["remarks"]),
            birth_date=cleaned["birth_date"],
            gender=cleaned["gender"],
            home_language=kept("home_language", ""),
            vve_from=kept("vve_from", None),
            vve_until=kept("vve_until", None),
            half_days_per_week=cleaned["half_days_per_week"],
            gestation_weeks=kept("gestation_weeks", None),
            mentor_id=mentor_id,
        )


class NewChildForm(ChildForm):
    """A child that comes, with its first group."""

    group = GroupField(label=_("Groep"))
    placed_on = day_field(_("In deze groep vanaf"))

    field_order = ("first_name", "infix", "last_name", "birth_date", "group", "placed_on")

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        """Take the groups that can be chosen."""
        super().__init__(*args, **kwargs)
        offered = list(groups)
        field = self.fields["group"]
        field.offer(offered, empty=gettext("Kies een groep"))  # type: ignore[attr-defined]
        # With these, the page hides what is not kept of a child in out-of-school care.
        field.widget.attrs["data-bso-groups"] = " ".join(str(g.pk) for g in offered if g.kind == Group.Kind.BSO)

    def clean(self) -> dict[str, Any]:
        """Hold the first day against the birth, and refuse what is not kept in out-of-school care (BSO-3)."""
        cleaned = super().clean()
        born, placed_on, group = (cleaned.get(name) for name in ("birth_date", "placed_on", "group"))
        if born and placed_on and placed_on < born:
            self.add_error("placed_on", gettext("Deze dag ligt voor de geboorte van het kind."))
        if group is not None and group.kind == Group.Kind.BSO:
            for name in _BSO_FIELDS:
                if cleaned.get(name):
                    self.add_error(name, gettext("Op de BSO houden we dit niet bij. Maak dit vak leeg."))
        return cleaned


class ChildFilterForm(forms.Form):
    """Which children the list shows."""

    naam = forms.CharField(
        label=_("Zoek op naam"),
        help_text=_("De eerste letters van de voornaam of de achternaam."),
        required=False,
        max_length=MAX_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    groep = forms.ChoiceField(
        label=_("Groep of locatie"),
        required=False,
        error_messages={"invalid_choice": _("Deze groep kennen we niet. Kies er een uit de lijst.")},
    )

    def __init__(self, *args: Any, groups: Sequence[Group], everybody: bool, **kwargs: Any) -> None:
        """Take the groups of the user's reach; ``everybody``: children without a group are in it too."""
        super().__init__(*args, **kwargs)
        self._groups = {str(group.pk): group for group in groups}
        if len(groups) < 2 and not everybody:
            del self.fields["groep"]
            return
        places = {str(group.location_id): group.location.name for group in groups}
        choices: list[Any] = [("", gettext("Alle groepen"))]
        if len(places) > 1:
            choices.append((gettext("Locaties"), [(f"l-{pk}", name) for pk, name in sorted(places.items(), key=_name)]))
        choices += group_choices(groups)
        if everybody:
            choices.append((WITHOUT_GROUP, gettext("Zonder groep")))
        self.fields["groep"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def wanted(self) -> ListFilter:
        """Return what is asked; what is no choice counts as none."""
        self.is_valid()
        cleaned = self.cleaned_data
        query, chosen = cleaned.get("naam", ""), cleaned.get("groep", "")
        if chosen == WITHOUT_GROUP:
            return ListFilter(query, nowhere=True)
        if chosen.startswith("l-"):
            return ListFilter(query, location_id=UUID(chosen.removeprefix("l-")))
        return ListFilter(query, group_id=UUID(chosen) if chosen else None)


class ArchiveFilterForm(forms.Form):
    """Which children of the archive are shown."""

    naam = forms.CharField(
        label=_("Zoek op naam"),
        help_text=_("De eerste letters van de voornaam of de achternaam."),
        required=False,
        max_length=MAX_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def query(self) -> str:
        """Return what is searched."""
        self.is_valid()
        return str(self.cleaned_data.get("naam", ""))


def _name(place: tuple[str, str]) -> str:
    return place[1]
