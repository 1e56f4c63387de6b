"""What each model and field says of the personal data in it (PRI-1): one declaration, many uses.

The leaflet, the processing register, the access export, erasure and retention all work from this register alone.
Dutch texts are what a school reads in its leaflet; they are translated like every text on a screen.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from dataclasses import fields as dataclass_fields
from enum import Enum
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Labelled(Enum):
    """An enumeration whose members carry the text a reader sees, and where that is too short, what it means."""

    label: str | Promise
    detail: str | Promise

    def __new__(cls, code: str, label: str | Promise, detail: str | Promise = "") -> Self:
        """Make the code the member's value: a text still to be translated must not be hashed at import."""
        member = object.__new__(cls)
        member._value_ = code
        member.label = label
        member.detail = detail
        return member


class Subject(Labelled):
    """Whose data they are."""

    CHILD = "child", _("Kinderen")
    USER = "user", _("Medewerkers die met Kijk werken")
    ORGANISATION = "organisation", _("Contactpersonen van de organisatie")
    NONE = "none", _("Geen persoonsgegevens")


class Category(Labelled):
    """What kind of data a field holds; the order is that of the leaflet's tables."""

    REFERENCE = "reference", _("Inhoud van instrumenten (geen persoonsgegevens)")
    ORGANISATION = "organisation", _("Gegevens van organisatie, locatie en groep")
    NAME = "name", _("Naam"), _("voornaam, tussenvoegsel en achternaam")
    CONTACT = "contact", _("E-mailadres"), _("om mee in te loggen")
    BIRTH_DATE = "birth_date", _("Geboortedatum"), _("om de leeftijd te weten waarbij een ontwikkeling hoort")
    GENDER = "gender", _("Geslacht"), _("hoeft niet te worden ingevuld")
    HOME_LANGUAGE = "home_language", _("Thuistaal"), _("hoeft niet te worden ingevuld")
    VVE = "vve", _("VVE-kind"), _("of een kind voor- en vroegschoolse educatie krijgt, met begin- en einddatum")
    ATTENDANCE = "attendance", _("Plaatsing"), _("in welke groepen, van wanneer tot wanneer, hoeveel dagdelen per week")
    GESTATION = (
        "gestation",
        _("Zwangerschapsduur"),
        _("in weken; alleen om na een vroeggeboorte de leeftijd te corrigeren"),
    )
    MENTOR = "mentor", _("Mentor"), _("welke medewerker de mentor van het kind is")
    OBSERVATION = (
        "observation",
        _("Observatienotities"),
        _("wat een medewerker het kind zag doen, met datum, situatie en ontwikkelingslijnen"),
    )
    DEVELOPMENT = (
        "development",
        _("Registraties van de ontwikkeling"),
        _(
            "antwoorden per mijlpaal, welbevinden, betrokkenheid en andere kenmerken, conclusie, "
            "en de uitkomst per ontwikkelingslijn"
        ),
    )
    REPORT = (
        "report",
        _("Verslagen"),
        _("wat voor een verslag is geschreven: de conclusie voor ouders, afspraken, voorbeelden en wat ouders zeiden"),
    )
    OFFER = (
        "offer",
        _("Groepsplannen"),
        _("in welk cluster een kind zit, en doel, aanbod, organisatie en evaluatie van dat cluster"),
    )
    BSO = (
        "bso",
        _("BSO-metingen"),
        _(
            "welbevinden, betrokkenheid en sociaal gedrag volgens de medewerker, wat het kind daar zelf over invult, "
            "conclusie en afspraken"
        ),
    )
    SIGNAL = (
        "signal",
        _("Signalen"),
        _("wat bij een kind opviel, wat erover is besproken en wat is afgesproken"),
    )
    REMARKS = "remarks", _("Bijzonderheden"), _("wat verder van belang is; hoeft niet te worden ingevuld")
    SPECIAL = (
        "special",
        _("Bijzondere opmerkingen"),
        _("over gezondheid en thuissituatie: bijzondere persoonsgegevens (AVG artikel 9)"),
    )
    DRAFT = (
        "draft",
        _("Concepten"),
        _("wat een medewerker typte en nog niet bewaarde; alleen wie het typte, kan het zien"),
    )
    JOB = (
        "job",
        _("Bestanden van taken"),
        _(
            "wat een medewerker laat inlezen of laat maken, zoals een lijst of een rapport; alleen wie het deed, ziet het"
        ),
    )
    CREDENTIALS = "credentials", _("Wachtwoord"), _("onleesbaar opgeslagen: niemand kan het zien")
    SECOND_FACTOR = (
        "second_factor",
        _("Tweede stap"),
        _("waarmee iemand bij het inloggen bewijst wie hij is: een app met codes, herstelcodes, toegangssleutels"),
    )
    ROLES = "roles", _("Rollen en groepen"), _("welke rol iemand heeft, waar, en van wanneer tot wanneer")
    AUTHORSHIP = (
        "authorship",
        _("Auteurschap"),
        _("wie een notitie of registratie schreef of afsloot, en van welk kind iemand mentor is"),
    )
    LOGGING = "logging", _("Logboek"), _("wie deed wanneer wat, en vanaf welk netwerkadres")
    SESSION = "session", _("Sessies"), _("dat iemand is ingelogd, en tot wanneer")
    MAIL = "mail", _("Mails over het account"), _("welke mail wanneer is verstuurd; tot dan ook adres en tekst")
    TECHNICAL = (
        "technical",
        _("Technische gegevens"),
        _("kenmerken, verwijzingen, instellingen, sleutels en tijdstippen"),
    )


class Purpose(Labelled):
    """Why the data are kept."""

    OBSERVATION = (
        "observation",
        _("Volgen"),
        _("De ontwikkeling van kinderen volgen door te observeren en te registreren, en daar het aanbod op afstemmen."),
    )
    MONITORING = (
        "monitoring",
        _("Overzichten"),
        _("Overzichten van groepen kinderen maken, zonder namen, om de kwaliteit te verbeteren."),
    )
    ACCESS = (
        "access",
        _("Toegang"),
        _("Zorgen dat alleen bevoegde medewerkers bij de gegevens kunnen."),
    )
    ACCOUNTABILITY = (
        "accountability",
        _("Verantwoording"),
        _("Kunnen nagaan en aantonen wie welke gegevens heeft gezien, geschreven of gewijzigd."),
    )
    SECURITY = "security", _("Beveiliging"), _("Gegevens versleutelen, herstellen en onleesbaar maken.")
    ADMINISTRATION = "administration", _("Beheer"), _("De licentie en de inrichting van de organisatie beheren.")
    CONTENT = "content", _("Instrumenten"), _("De inhoud van observatie-instrumenten aanbieden.")


class Retention(Labelled):
    """How long they are kept."""

    CHILD_FILE = (
        "child_file",
        _("2 jaar na overstap"),
        _(
            "Ten hoogste tot twee jaar nadat het kind is overgestapt naar de volgende onderwijssoort, of korter als "
            "de organisatie dat bepaalt."
        ),
    )
    ACCOUNT = (
        "account",
        _("Zolang het account bestaat"),
        _("Zolang het account van de medewerker bestaat. Wie iets schreef, blijft bij het geschrevene staan."),
    )
    AUDIT = (
        "audit",
        _("Zolang de licentie loopt"),
        _("Zolang de licentie van de organisatie loopt, en ten hoogste drie maanden daarna."),
    )
    DRAFT = (
        "draft",
        _("7 dagen"),
        _(
            "Tot de tekst is bewaard of weggegooid, en anders tot zeven dagen nadat er voor het laatst aan is getypt. "
            "Wat ouder is, wordt elk uur gewist."
        ),
    )
    JOB = (
        "job",
        _("7 dagen"),
        _(
            "Tot zeven dagen nadat de taak is gestart, of korter als de medewerker hem weggooit. Daarna wordt het vanzelf gewist."
        ),
    )
    SESSION = (
        "session",
        _("12 uur"),
        _(
            "Tot het uitloggen, en anders tot twaalf uur nadat de sessie is begonnen of vernieuwd. Wat verlopen is, "
            "wordt elk uur gewist."
        ),
    )
    ATTEMPTS = (
        "attempts",
        _("1 uur"),
        _("Ten hoogste een uur nadat iemand te vaak een verkeerd wachtwoord gaf; daarna wordt het vanzelf gewist."),
    )
    SESSION_HISTORY = (
        "session_history",
        _("90 dagen"),
        _("Tot 90 dagen nadat de sessie is geëindigd of de link is verlopen; daarna wordt het vanzelf gewist."),
    )
    MAIL = (
        "mail",
        _("30 dagen"),
        _(
            "De inhoud bewaren we tot de mail is verstuurd of niet meer nodig is. Dat er een mail was, bewaren we 30 dagen. Daarna wordt "
            "het vanzelf gewist."
        ),
    )
    LICENCE = (
        "licence",
        _("3 maanden na licentie"),
        _("Ten hoogste drie maanden na het einde van de licentie van de organisatie."),
    )
    PERMANENT = "permanent", _("Onbeperkt"), _("Onbeperkt: het zijn geen persoonsgegevens.")


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

    ``default`` is the category of every field not named in ``fields``; without it each field must be named. A sealed
    structure may be named part by part ("file.remarks"), and then each of its parts must be. ``module`` is the code
    of the product module without which no rows are made; ``field_modules`` names it for single fields.
    """

    subject: Subject
    purpose: Purpose
    retention: Retention
    export: Export
    erase: Erasure
    default: Category | None = None
    fields: Mapping[str, Category] = field(default_factory=dict)
    module: str = ""
    field_modules: Mapping[str, str] = field(default_factory=dict)

    def category(self, name: str) -> Category | None:
        """Return the category of a field, or of a part of it, or None when it has none."""
        return self.fields.get(name, self.default)

    def module_of(self, name: str) -> str:
        """Return the module a field, or a part of it, belongs to; "" for what every organisation has."""
        return self.field_modules.get(name, self.module)


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
    """Return the category of one field of a model, or of a part of it, or None when it is not declared."""
    declaration = declaration_of(model)
    if declaration is None:
        return None
    declared = declaration.fields.get(field_name)
    if declared is None and field_name in ALWAYS_TECHNICAL:
        return Category.TECHNICAL
    return declared or declaration.default


def parts_of(model_field: "models.Field[Any, Any]") -> tuple[str, ...]:
    """Return the parts of a sealed structure as "field.part"; nothing for a field that holds one value."""
    structure = getattr(model_field, "structure", None)
    if not is_dataclass(structure):
        return ()
    return tuple(f"{model_field.name}.{part.name}" for part in dataclass_fields(structure))


def names_to_declare(model: type[models.Model]) -> list[str]:
    """Return what a model must declare: its fields, and in place of a field its parts once one of them is named."""
    declaration = declaration_of(model)
    named = declaration.fields if declaration else {}
    found: list[str] = []
    for model_field in model._meta.local_fields:
        parts = parts_of(model_field)
        found.extend(parts if any(part in named for part in parts) else [model_field.name])
    return found


@dataclass(frozen=True)
class Item:
    """One thing that is kept: a field of a model, or a part of it, and what its declaration says of it."""

    model: str
    name: str
    subject: Subject
    purpose: Purpose
    retention: Retention
    category: Category
    module: str
    sealed: bool


def items() -> Iterator[Item]:
    """Yield everything that is kept, of whomever. Raises ValueError when something is not declared."""
    for model in apps.get_models(include_auto_created=True):
        declaration = declaration_of(model)
        if declaration is None:
            raise ValueError(f"{model._meta.label} does not declare its personal data.")
        for name in names_to_declare(model):
            model_field = model._meta.get_field(name.partition(".")[0])
            category = category_of(model, name)
            if category is None:
                raise ValueError(f"{model._meta.label}.{name} declares no category.")
            yield Item(
                model=model._meta.label,
                name=name,
                subject=declaration.subject,
                purpose=declaration.purpose,
                retention=declaration.retention,
                category=category,
                module=declaration.module_of(name),
                sealed=getattr(model_field, "sealed", False),
            )
            if declaration.subject is not Subject.USER and _names_user(model_field):
                yield _authorship(model, name, declaration)


def _names_user(model_field: Any) -> bool:
    related = model_field.related_model
    return bool(model_field.is_relation and related and related._meta.label == settings.AUTH_USER_MODEL)


def _authorship(model: type[models.Model], name: str, declaration: PersonalData) -> Item:
    """Return what a reference to a user says of that user, in a row that is about somebody else."""
    return Item(
        model=model._meta.label,
        name=name,
        subject=Subject.USER,
        purpose=Purpose.ACCOUNTABILITY,
        retention=declaration.retention,
        category=Category.AUTHORSHIP,
        module=declaration.module_of(name),
        sealed=False,
    )


@dataclass(frozen=True)
class Entry:
    """One line of the register: a data subject, a purpose, and the categories kept for it."""

    subject: Subject
    purpose: Purpose
    retention: Retention
    categories: tuple[Category, ...]


# A technical field of a row about a person (its key, when it was made) is about that person too.
NOT_PERSONAL = frozenset({Category.REFERENCE, Category.ORGANISATION})


def personal_items(modules: Collection[str] | None = None) -> Iterator[Item]:
    """Yield what is kept of people, where ``modules`` are on (None: all of them)."""
    for item in items():
        if item.subject is Subject.NONE or item.category in NOT_PERSONAL:
            continue
        if modules is None or not item.module or item.module in modules:
            yield item


def entries(modules: Collection[str] | None = None) -> list[Entry]:
    """Return the register: per data subject, purpose and retention the categories, in the order of the enums.

    ``modules`` are the codes of the modules that are on; None stands for all of them.
    """
    found: dict[tuple[Subject, Purpose, Retention], set[Category]] = {}
    for item in personal_items(modules):
        found.setdefault((item.subject, item.purpose, item.retention), set()).add(item.category)
    order = list(Category)
    rows = [Entry(*key, tuple(sorted(kinds, key=order.index))) for key, kinds in found.items()]
    subjects, purposes, terms = list(Subject), list(Purpose), list(Retention)
    return sorted(
        rows,
        key=lambda row: (subjects.index(row.subject), purposes.index(row.purpose), terms.index(row.retention)),
    )
