"""What each model and field says of the personal data in it (PRI-1): one declaration, many uses.

The leaflet, the processing register, the access export, erasure and retention all work from this register alone.
Dutch texts are what a school reads in its leaflet; they are translated like every text on a screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Labelled(Enum):
    """An enumeration whose members carry the text a reader sees."""

    label: str | Promise

    def __new__(cls, code: str, label: str | Promise) -> Self:
        """Make the code the member's value: a text still to be translated must not be hashed at import."""
        member = object.__new__(cls)
        member._value_ = code
        member.label = label
        return member


class Subject(Labelled):
    """Whose data they are."""

    CHILD = "child", _("Kinderen")
    USER = "user", _("Medewerkers die met Kijk werken")
    ORGANISATION = "organisation", _("Contactpersonen van de organisatie")
    NONE = "none", _("Geen persoonsgegevens")


class Category(Labelled):
    """What kind of data a field holds."""

    TECHNICAL = "technical", _("Technische gegevens (sleutels, verwijzingen, tijdstippen)")
    REFERENCE = "reference", _("Inhoud van instrumenten (geen persoonsgegevens)")
    ORGANISATION = "organisation", _("Gegevens van organisatie, locatie en groep")
    NAME = "name", _("Naam")
    CONTACT = "contact", _("E-mailadres")
    GENDER = "gender", _("Geslacht")
    BIRTH_DATE = "birth_date", _("Geboortedatum")
    HOME_LANGUAGE = "home_language", _("Thuistaal")
    VVE = "vve", _("VVE-kind, met begin- en einddatum")
    ATTENDANCE = "attendance", _("Dagdelen per week, plaatsing in groepen")
    GESTATION = "gestation", _("Zwangerschapsduur in weken (voor gecorrigeerde leeftijd)")
    OBSERVATION = "observation", _("Observatienotities")
    DEVELOPMENT = "development", _("Registraties van de ontwikkeling en uitkomsten daarvan")
    REMARKS = "remarks", _("Bijzonderheden")
    CREDENTIALS = "credentials", _("Inloggegevens (wachtwoord onleesbaar opgeslagen)")
    ROLES = "roles", _("Rollen en rechten")
    LOGGING = "logging", _("Logboek: wie deed wanneer wat, en vanaf welk netwerkadres")
    SESSION = "session", _("Sessies")


class Purpose(Labelled):
    """Why the data are kept."""

    OBSERVATION = "observation", _(
        "De ontwikkeling van kinderen volgen door te observeren en te registreren, en daar het aanbod op afstemmen"
    )
    MONITORING = "monitoring", _("Overzichten van groepen kinderen maken, zonder namen, om de kwaliteit te verbeteren")
    ACCESS = "access", _("Zorgen dat alleen bevoegde medewerkers bij de gegevens kunnen")
    ACCOUNTABILITY = "accountability", _("Kunnen nagaan en aantonen wie welke gegevens heeft gezien of gewijzigd")
    SECURITY = "security", _("Gegevens versleutelen en herstellen")
    ADMINISTRATION = "administration", _("De licentie en de inrichting van de organisatie beheren")
    CONTENT = "content", _("De inhoud van observatie-instrumenten aanbieden")


class Retention(Labelled):
    """How long they are kept."""

    CHILD_FILE = "child_file", _(
        "Tot twee jaar na de overgang naar de volgende onderwijssoort, of korter als de organisatie dat instelt"
    )
    ACCOUNT = "account", _("Zolang het account bestaat; het auteurschap blijft zolang de geschreven gegevens bestaan")
    AUDIT = "audit", _("Zolang de licentie loopt")
    SESSION = "session", _("Twaalf uur na het inloggen, of eerder bij uitloggen")
    LICENCE = "licence", _("Tot drie maanden na het einde van de licentie")
    PERMANENT = "permanent", _("Onbeperkt: het zijn geen persoonsgegevens")


class Export(Enum):
    """How the data appear in the answer to an access request."""

    FILE = "file"
    NEVER = "never"


class Erasure(Enum):
    """How the data go: rows deleted, key destroyed as well, or nothing to erase."""

    DELETE = "delete"
    SHRED = "shred"
    KEEP = "keep"


@dataclass(frozen=True)
class PersonalData:
    """The declaration of one model: whose data, why, how long, how exported and erased, and each field's category.

    ``default`` is the category of every field not named in ``fields``; without it each field must be named.
    """

    subject: Subject
    purpose: Purpose
    retention: Retention
    export: Export
    erase: Erasure
    default: Category | None = None
    fields: Mapping[str, Category] = field(default_factory=dict)

    def category(self, field_name: str) -> Category | None:
        """Return the category of a field, or None when it has none."""
        return self.fields.get(field_name, self.default)


# Keys, tenant references and moments are technical in every model, so no declaration needs to repeat them.
ALWAYS_TECHNICAL = frozenset({"id", "organisation", "organisation_id", "created_at"})

_third_party: dict[str, PersonalData] = {}


def declare(label: str, declaration: PersonalData) -> None:
    """Declare a model of another package, by its "app.Model" label."""
    _third_party[label] = declaration


def declaration_of(model: type[models.Model]) -> PersonalData | None:
    """Return what a model declares, or None."""
    own = model.__dict__.get("personal_data")
    return own if isinstance(own, PersonalData) else _third_party.get(model._meta.label)


def category_of(model: type[models.Model], field_name: str) -> Category | None:
    """Return the category of one field of a model, or None when it is not declared."""
    declaration = declaration_of(model)
    if declaration is None:
        return None
    declared = declaration.fields.get(field_name)
    if declared is None and field_name in ALWAYS_TECHNICAL:
        return Category.TECHNICAL
    return declared or declaration.default


@dataclass(frozen=True)
class Entry:
    """One line of the register: a data subject, a purpose, and the categories kept for it."""

    subject: Subject
    purpose: Purpose
    retention: Retention
    categories: tuple[Category, ...]


NOT_PERSONAL = frozenset({Category.TECHNICAL, Category.REFERENCE, Category.ORGANISATION})


def entries() -> list[Entry]:
    """Return the register: per data subject, purpose and retention the categories, in the order of the enums."""
    found: dict[tuple[Subject, Purpose, Retention], set[Category]] = {}
    for model in apps.get_models():
        declaration = declaration_of(model)
        if declaration is None or declaration.subject is Subject.NONE:
            continue
        key = (declaration.subject, declaration.purpose, declaration.retention)
        for model_field in model._meta.local_fields:
            category = category_of(model, model_field.name)
            if category is not None and category not in NOT_PERSONAL:
                found.setdefault(key, set()).add(category)
    order = list(Category)
    rows = [Entry(*key, tuple(sorted(kinds, key=order.index))) for key, kinds in found.items()]
    subjects, purposes = list(Subject), list(Purpose)
    return sorted(rows, key=lambda row: (subjects.index(row.subject), purposes.index(row.purpose)))
