"""Forms to import and export children, groups and colleagues (CHD-3)."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.models import Location
from observations.domain.imports.columns import BY_SUBJECT, is_forbidden
from observations.domain.imports.content import MOST_BYTES
from observations.domain.imports.planned import NEW, NO_GROUP, SKIP, USE
from observations.domain.imports.previews import SourceLine
from observations.models import Group

NEW_SOURCE: Final = "new"
_UNKNOWN_CHOICE: Final = gettext_lazy("Deze keuze kennen we niet. Kies er een uit de lijst.")


class UploadForm(forms.Form):
    """A file, where it comes from, and for which school year."""

    source = forms.ChoiceField(
        label=gettext_lazy("Bron"),
        help_text=gettext_lazy(
            "De administratie waar het bestand uit komt. Dan herkennen we kinderen de volgende keer."
        ),
        error_messages={"required": gettext_lazy("Kies een bron."), "invalid_choice": _UNKNOWN_CHOICE},
    )
    name = forms.CharField(
        label=gettext_lazy("Naam van de nieuwe bron"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Bijvoorbeeld “ParnasSys De Regenboog”. Alleen bij een nieuwe bron."),
        error_messages={"required": gettext_lazy("Geef de nieuwe bron een naam.")},
    )
    location = forms.ChoiceField(
        label=gettext_lazy("Locatie van de nieuwe bron"),
        required=False,
        help_text=gettext_lazy("Hier komen de groepen, tenzij het bestand zelf een locatie noemt."),
        error_messages={
            "required": gettext_lazy("Kies de locatie van de nieuwe bron."),
            "invalid_choice": _UNKNOWN_CHOICE,
        },
    )
    school_year = forms.TypedChoiceField(
        label=gettext_lazy("Schooljaar"),
        coerce=int,
        help_text=gettext_lazy("Voor CSV en Excel. In EDEXML staat het schooljaar al."),
        error_messages={"required": gettext_lazy("Kies een schooljaar."), "invalid_choice": _UNKNOWN_CHOICE},
    )
    file = forms.FileField(
        label=gettext_lazy("Bestand"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.txt,.xlsx"}),
        help_text=gettext_lazy("EDEXML (.xml), CSV of Excel (.xlsx), ten hoogste 25 MB."),
        error_messages={
            "required": gettext_lazy("Kies een bestand."),
            "missing": gettext_lazy("Kies een bestand."),
            "invalid": gettext_lazy("Dit bestand kunnen we niet lezen. Kies een ander."),
            "max_length": gettext_lazy("De naam van dit bestand is te lang. Geef het een kortere naam."),
        },
    )

    def __init__(
        self,
        *args: Any,
        sources: Sequence[SourceLine],
        locations: Iterable[Location],
        today: date,
        too_large: bool = False,
        **kwargs: Any,
    ) -> None:
        """Take what can be chosen; ``too_large``: a file was sent, and not taken."""
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        known = [(str(source.pk), f"{source.name} ({source.format}, {source.location})") for source in sources]
        places = [(str(place.pk), place.name) for place in locations]
        year = today.year if today.month >= 8 else today.year - 1
        years = [(found, f"{found}-{found + 1}") for found in (year - 1, year, year + 1)]
        self._choices("source", [*known, (NEW_SOURCE, _("Een nieuwe bron"))])
        self._choices("location", [("", _("Kies een locatie")), *places] if len(places) > 1 else places)
        self._choices("school_year", years)
        self.fields["school_year"].initial = year
        self.fields["source"].initial = known[0][0] if known else NEW_SOURCE
        if not known:
            self.fields["name"].required = self.fields["location"].required = True

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def clean_name(self) -> str:
        """Refuse signs that cannot be seen."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if any(unicodedata.category(sign)[0] == "C" for sign in name):
            raise forms.ValidationError(_("In de naam staat een teken dat er niet in hoort."))
        return name

    def clean(self) -> dict[str, Any]:
        """Ask for a name and a location where the source is new, and say when the file was too large."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.too_large:
            self.errors.pop("file", None)
            self.add_error("file", _("Dit bestand is groter dan %(count)d MB.") % {"count": MOST_BYTES // 1024**2})
        if cleaned.get("source") == NEW_SOURCE:
            if not cleaned.get("name") and "name" not in self.errors:
                self.add_error("name", _("Geef de nieuwe bron een naam."))
            if not cleaned.get("location") and "location" not in self.errors:
                self.add_error("location", _("Kies de locatie van de nieuwe bron."))
        return cleaned


class GroupsForm(forms.Form):
    """What becomes of each group of a file: a new group of some kind, a group there is, or nothing."""

    def __init__(self, *args: Any, groups: Sequence[Mapping[str, Any]], known: Sequence[Group], **kwargs: Any) -> None:
        """Take the groups of the preview's report, and those of the organisation in that school year."""
        super().__init__(*args, **kwargs)
        self.refs = [str(group["ref"]) for group in groups]
        existing = [(f"{USE}{group.pk}", f"{group.name} ({group.location.name})") for group in known]
        for number, group in enumerate(groups):
            self.fields[f"group-{number}"] = forms.ChoiceField(
                label=group["name"],
                choices=_group_choices(group, existing),
                initial=group["choice"],
                help_text=_group_hint(group),
                error_messages={
                    "required": _("Kies wat er met deze groep gebeurt."),
                    "invalid_choice": _UNKNOWN_CHOICE,
                },
            )

    def chosen(self) -> dict[str, str]:
        """Return the choice of each group, by its ref."""
        return {ref: self.cleaned_data[f"group-{number}"] for number, ref in enumerate(self.refs)}


def _group_choices(group: Mapping[str, Any], existing: Sequence[tuple[str, str]]) -> list[Any]:
    choices: list[Any] = [(SKIP, _("Niet inlezen"))]
    if not group["placeable"]:
        return choices
    if group["ref"] != NO_GROUP:
        choices += [(f"{NEW}{kind.value}", _("Nieuwe groep: %(kind)s") % {"kind": kind.label}) for kind in Group.Kind]
    if existing:
        choices.append((_("Een groep die er al is"), list(existing)))
    return choices


def _group_hint(group: Mapping[str, Any]) -> str:
    parts = [group["location"], _("%(count)d kinderen") % {"count": group["children"]}]
    if group["year"]:
        parts.append(_("jaargroep %(year)s") % {"year": group["year"]})
    return ", ".join(part for part in parts if part)


class ColumnsForm(forms.Form):
    """Which column of a table holds what."""

    about = forms.ChoiceField(
        label=gettext_lazy("Waar gaat het bestand over?"),
        choices=[("children", gettext_lazy("kinderen")), ("staff", gettext_lazy("medewerkers"))],
        error_messages={"required": _UNKNOWN_CHOICE, "invalid_choice": _UNKNOWN_CHOICE},
    )

    def __init__(
        self, *args: Any, report: Mapping[str, Any], about: str, mapping: Mapping[str, str], **kwargs: Any
    ) -> None:
        """Take the preview's report, what the table is about now, and which column holds what now."""
        super().__init__(*args, **kwargs)
        self.subject = about
        self.fields["about"].initial = about
        titles = [title for title in dict.fromkeys(report["columns"]) if not is_forbidden(title)]
        if len(report["sheets"]) > 1:
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Blad"),
                choices=[(name, name) for name in report["sheets"]],
                error_messages={"required": _UNKNOWN_CHOICE, "invalid_choice": _UNKNOWN_CHOICE},
            )
        for column in BY_SUBJECT[about]:
            self.fields[f"column-{column.code}"] = forms.ChoiceField(
                label=format_html('<span lang="nl">{}</span>', column.title),
                required=column.required,
                choices=[("", _("Staat niet in het bestand")), *((title, title) for title in titles)],
                initial=mapping.get(column.code, ""),
                # The titles are of the file, in whatever language it was made.
                widget=forms.Select(attrs={"translate": "no"}),
                help_text=column.hint,
                error_messages={
                    "required": _("Kies de kolom met %(what)s.") % {"what": column.title.lower()},
                    "invalid_choice": _UNKNOWN_CHOICE,
                },
            )

    def clean(self) -> dict[str, Any]:
        """Hold the columns against each other: none is used twice."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("about", self.subject) != self.subject:
            # About others: these columns are asked no more.
            for name in [name for name in self.errors if name.startswith("column-")]:
                del self.errors[name]
            return cleaned
        used: dict[str, str] = {}
        for column in BY_SUBJECT[self.subject]:
            name = f"column-{column.code}"
            title = cleaned.get(name, "")
            if title and title in used:
                self.add_error(name, _("Deze kolom is ook gekozen bij %(what)s.") % {"what": used[title]})
            used.setdefault(title, column.title)
        return cleaned

    def chosen(self) -> dict[str, str]:
        """Return which title stands for which column; nothing where the table turns out to be about others."""
        if self.cleaned_data["about"] != self.subject:
            return {}
        pairs = {column.code: self.cleaned_data[f"column-{column.code}"] for column in BY_SUBJECT[self.subject]}
        return {code: title for code, title in pairs.items() if title}


class ExportForm(forms.Form):
    """What to take along, and as what."""

    about = forms.ChoiceField(
        label=gettext_lazy("Wat wilt u uitvoeren?"),
        choices=[
            ("children", gettext_lazy("Kinderen")),
            ("groups", gettext_lazy("Groepen")),
            ("staff", gettext_lazy("Medewerkers en hun groepen")),
        ],
        widget=forms.RadioSelect,
        initial="children",
        error_messages={"required": gettext_lazy("Kies wat u wilt uitvoeren."), "invalid_choice": _UNKNOWN_CHOICE},
    )
    location = forms.ChoiceField(
        label=gettext_lazy("Locatie"), required=False, error_messages={"invalid_choice": _UNKNOWN_CHOICE}
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Soort bestand"),
        choices=[("xlsx", gettext_lazy("Excel (.xlsx)")), ("csv", gettext_lazy("CSV"))],
        widget=forms.RadioSelect,
        initial="xlsx",
        error_messages={"required": gettext_lazy("Kies een soort bestand."), "invalid_choice": _UNKNOWN_CHOICE},
    )

    def __init__(self, *args: Any, locations: Iterable[Location], **kwargs: Any) -> None:
        """Take the locations that can be chosen."""
        super().__init__(*args, **kwargs)
        places = [(str(place.pk), place.name) for place in locations]
        self.fields["location"].choices = [("", _("Alle locaties")), *places]  # type: ignore[attr-defined]

    @property
    def location_id(self) -> UUID | None:
        """The chosen location, or None for all."""
        chosen = self.cleaned_data["location"]
        return UUID(chosen) if chosen else None
