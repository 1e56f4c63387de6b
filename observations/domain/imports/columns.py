"""The columns of a table of children or of colleagues: their titles in an export, and what else they may be called.

A title is compared without capitals, accents and signs. What must not be kept (STANDARDS §1.1, point 7) has titles
here too, so that it is counted by name and can never be chosen.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.domain.colleagues import plain

_SIGNS: Final = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True)
class Column:
    """One column: its code, its own title (fixed, as files outlive the language of a screen), other titles, its hint."""

    code: str
    title: str
    others: tuple[str, ...] = ()
    required: bool = False
    hint: Any = ""


CHILDREN: Final = (
    Column("own_id", "Kijk-nummer", hint=_("Alleen in een bestand dat uit Kijk komt.")),
    Column(
        "key",
        "Kindnummer",
        ("kindcode", "kind id", "kindid", "leerlingnummer", "leerlingcode", "stamnummer", "debiteurkind", "relatienummer",
         "klantnummer kind", "id", "nummer", "llnr", "externe sleutel"),
        hint=_("Het nummer van het kind in uw administratie. Daarmee kennen we het de volgende keer terug."),
    ),
    Column("first_name", "Voornaam", ("roepnaam", "voornamen", "voornaam kind", "roepnaam kind"), required=True),
    Column("infix", "Tussenvoegsel", ("tussenvoegsels", "voorvoegsel", "voorvoegsels", "tussenv", "tv")),
    Column("last_name", "Achternaam", ("familienaam", "geslachtsnaam", "achternaam kind", "naam kind")),
    Column(
        "birth_date", "Geboortedatum", ("geb datum", "gebdatum", "geboren", "geboren op", "geboortedag", "gebdat"),
        required=True,
    ),
    Column("gender", "Geslacht", ("m/v", "j/m", "jongen/meisje", "sekse")),
    Column("home_language", "Thuistaal", ("taal thuis", "moedertaal", "taal")),
    Column("vve_from", "VVE vanaf", ("vve begin", "vve startdatum", "vve van", "startdatum vve", "vve ingangsdatum")),
    Column("vve_until", "VVE tot", ("vve tot en met", "vve einde", "vve einddatum", "einddatum vve")),
    Column("half_days", "Dagdelen per week", ("dagdelen", "aantal dagdelen", "dagdelen week")),
    Column("group", "Groep", ("groepsnaam", "klas", "stamgroep", "basisgroep", "naam groep", "groepnaam")),
    Column("group_kind", "Soort groep", ("groepssoort", "soort opvang", "opvangsoort", "opvangvorm", "product")),
    Column("year", "Jaargroep", ("leerjaar", "jaarlaag")),
    Column("location", "Locatie", ("vestiging", "naam locatie", "locatienaam")),
    Column(
        "begins_on", "Geplaatst vanaf",
        ("plaatsing vanaf", "startdatum", "ingangsdatum", "begindatum", "plaatsingsdatum", "instroomdatum", "start opvang"),
    ),
    Column(
        "leaves_on", "Laatste dag",
        ("einddatum", "uitstroomdatum", "einde plaatsing", "einddatum plaatsing", "datum uit zorg", "einde opvang"),
    ),
    Column("remarks", "Bijzonderheden", ("opmerkingen", "opmerking", "bijzonderheid")),
    Column("gestation", "Zwangerschapsduur in weken", ("zwangerschapsduur", "amenorroeduur")),
)  # fmt: skip
STAFF: Final = (
    Column("key", "Personeelsnummer", ("medewerkernummer", "personeelsnr", "medewerkercode", "id", "nummer")),
    Column("first_name", "Voornaam", ("roepnaam", "voornamen"), required=True),
    Column("infix", "Tussenvoegsel", ("tussenvoegsels", "voorvoegsel", "voorvoegsels", "tussenv", "tv")),
    Column("last_name", "Achternaam", ("familienaam", "geslachtsnaam"), required=True),
    Column(
        "email",
        "E-mailadres",
        ("email", "mail", "mailadres", "e-mail", "e-mail werk", "zakelijk e-mailadres"),
        required=True,
    ),
    Column(
        "group",
        "Groep",
        ("groepen", "groepsnaam", "klas", "stamgroep"),
        hint=_("Meer groepen in een cel scheidt u met een komma of puntkomma."),
    ),
    Column("location", "Locatie", ("vestiging", "naam locatie", "locatienaam")),
)
BY_SUBJECT: Final[Mapping[str, Sequence[Column]]] = {"children": CHILDREN, "staff": STAFF}

# By the beginning of the title: "BSN kind" and "postcode ouder 1" are no different.
_FORBIDDEN: Final = (
    "bsn", "burgerservicenummer", "sofi", "onderwijsnummer", "pgn", "persoonsgebondennummer", "rijksregister", "eckid",
    "etniciteit", "nationaliteit", "geboorteland", "land", "gewicht", "leerlinggewicht", "postcode", "adres", "straat",
    "huisnummer", "woonplaats", "foto", "ouder", "moeder", "vader", "verzorger", "telefoon", "mobiel", "iban", "bank",
    "rekening", "religie", "geloof", "huisarts", "verzekering", "medisch", "allergie", "diagnose",
)  # fmt: skip


def folded(title: str) -> str:
    """Return a title as it is compared."""
    return _SIGNS.sub("", plain(title))


def is_forbidden(title: str) -> bool:
    """Say whether a column is one that is never read. "Moedertaal" is a language, not a mother."""
    found = folded(title)
    return found.startswith(_FORBIDDEN) and found not in _ALLOWED


_ALLOWED: Final = frozenset(
    folded(title) for columns in BY_SUBJECT.values() for column in columns for title in (column.title, *column.others)
)


def guess_subject(titles: Iterable[str]) -> str:
    """Return what a table is about: "staff" where there are e-mail addresses and no days of birth."""
    found = {folded(title) for title in titles}
    has_birth = any(folded(title) in found for title in _titles(CHILDREN, "birth_date"))
    has_email = any(folded(title) in found for title in _titles(STAFF, "email"))
    return "staff" if has_email and not has_birth else "children"


def guess_mapping(titles: Sequence[str], subject: str) -> dict[str, str]:
    """Return which title stands for which column, for those that are known; each title is used once."""
    by_folded: dict[str, str] = {}
    for title in titles:
        if title and not is_forbidden(title):
            by_folded.setdefault(folded(title), title)
    found: dict[str, str] = {}
    for column in BY_SUBJECT[subject]:
        for name in (column.title, *column.others):
            known = by_folded.get(folded(name), "")
            if known and known not in found.values():
                found[column.code] = known
                break
    return found


def checked_mapping(mapping: Mapping[str, str], titles: Sequence[str], subject: str) -> dict[str, str]:
    """Return what of a saved or chosen mapping holds for a file: its own titles, allowed ones, each code known."""
    codes = {column.code for column in BY_SUBJECT[subject]}
    usable = {title for title in titles if not is_forbidden(title)}
    return {code: title for code, title in mapping.items() if code in codes and title in usable}


def missing_columns(mapping: Mapping[str, str], subject: str) -> tuple[str, ...]:
    """Return the titles of the columns without which a table cannot be read."""
    return tuple(column.title for column in BY_SUBJECT[subject] if column.required and column.code not in mapping)


def _titles(columns: Sequence[Column], code: str) -> tuple[str, ...]:
    column = next(column for column in columns if column.code == code)
    return column.title, *column.others
