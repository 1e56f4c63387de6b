"""The parts that leaflet and processing register share, each in the language that is active."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from babel import Locale
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from accounts.roles import ORGANISATION_ROLES, ROLE_TABLE, Reach, Right
from kijk.personal_data.register import Category, Item, Labelled, Purpose, Retention, Subject
from kijk.web.tables import DataTable, make_table
from licensing.subprocessors import Subprocessor
from privacy.domain.facts import Facts, keeps_something
from privacy.domain.texts import MEASURES, MODULE_TEXTS

_Member = TypeVar("_Member", bound=Labelled)


@dataclass(frozen=True)
class Term:
    """A word or two, and what is meant."""

    label: str
    text: str


def terms(members: Iterable[Labelled]) -> tuple[Term, ...]:
    """Return members of an enumeration with what they mean."""
    return tuple(Term(str(member.label), str(member.detail)) for member in members)


def in_order(kind: type[_Member], found: Iterable[_Member]) -> list[_Member]:
    """Return members of an enumeration once each, in its own order."""
    present = set(found)
    return [member for member in kind if member in present]


def labels(members: Iterable[Labelled]) -> str:
    """Return the labels of members in words, with a semicolon between them."""
    return "; ".join(str(member.label) for member in members)


def data_tables(items: list[Item]) -> tuple[DataTable, ...]:
    """Return a table for each kind of data subject: which data, for what, for how long."""
    headings = (gettext("Gegeven"), gettext("Wat dat is"), gettext("Waarvoor"), gettext("Hoe lang"))
    tables = []
    for subject in in_order(Subject, (item.subject for item in items)):
        own = [item for item in items if item.subject is subject]
        rows = [_data_row(category, own) for category in in_order(Category, (item.category for item in own))]
        tables.append(make_table(f"gegevens-{subject.value}", str(subject.label), headings, rows))
    return tuple(tables)


def _data_row(category: Category, items: list[Item]) -> tuple[str, ...]:
    own = [item for item in items if item.category is category]
    return (
        str(category.label),
        capfirst(str(category.detail)),
        labels(in_order(Purpose, (item.purpose for item in own))),
        labels(in_order(Retention, (item.retention for item in own))),
    )


def category_tables(items: list[Item]) -> tuple[DataTable, ...]:
    """Return a table for each kind of data subject: which data, and what they are."""
    headings = (gettext("Gegeven"), gettext("Wat dat is"))
    tables = []
    for subject in in_order(Subject, (item.subject for item in items)):
        kept = in_order(Category, (item.category for item in items if item.subject is subject))
        rows = [(str(category.label), capfirst(str(category.detail))) for category in kept]
        tables.append(make_table(f"gegevens-{subject.value}", str(subject.label), headings, rows))
    return tuple(tables)


def processing_table(facts: Facts) -> DataTable:
    """Return the categories of processing: each purpose with whose data, which, and for how long (AVG art. 30(2b))."""
    headings = (gettext("Doel"), gettext("Van wie"), gettext("Gegevens"), gettext("Hoe lang"))
    rows = [
        (
            str(entry.purpose.label),
            str(entry.subject.label),
            labels(entry.categories),
            str(entry.retention.label),
        )
        for entry in facts.entries()
    ]
    return make_table("verwerkingen", gettext("Doelen, gegevens en termijnen"), headings, rows)


def purposes(items: list[Item]) -> tuple[Term, ...]:
    """Return why the data are kept."""
    return terms(in_order(Purpose, (item.purpose for item in items)))


def retentions(items: list[Item]) -> tuple[Term, ...]:
    """Return how long the data are kept."""
    return terms(in_order(Retention, (item.retention for item in items)))


def modules(facts: Facts) -> tuple[Term, ...]:
    """Return the modules that are on and what each is for; one that keeps nothing of its own says so."""
    found = []
    for module in facts.modules:
        text = str(MODULE_TEXTS[module])
        if not keeps_something(module):
            text = f"{text} {gettext('Dit onderdeel bewaart zelf geen gegevens.')}"
        found.append(Term(str(module.label), text))
    return tuple(found)


def role_table(facts: Facts) -> DataTable:
    """Return who may do what in the organisation: per right the roles, by how far it reaches (ACC-9)."""
    headings = (gettext("Wat"), gettext("Eigen groepen"), gettext("Eigen locaties"), gettext("Hele organisatie"))
    held = {right for role in ORGANISATION_ROLES for right in ROLE_TABLE[role]}
    rights = [right for right in facts.rights() if right in held]
    rows = [(capfirst(str(right.label)), *(_roles(right, reach) for reach in Reach)) for right in rights]
    return make_table("rollen", gettext("Rechten per rol"), headings, rows)


def _roles(right: Right, reach: Reach) -> str:
    found = [role for role in ORGANISATION_ROLES if ROLE_TABLE[role].get(right) is reach]
    if len(found) == len(ORGANISATION_ROLES):
        return gettext("alle rollen")
    return ", ".join(str(role.label) for role in found) or "–"


def measures(facts: Facts) -> tuple[Term, ...]:
    """Return how the data are protected in this deployment, with these modules."""
    held = [each for each in MEASURES if facts.has(each.module) and (facts.over_tls or not each.over_tls)]
    return (sealing(facts.items()), *(Term(str(each.title), str(each.text)) for each in held))


def sealing(items: list[Item]) -> Term:
    """Return what is encrypted: the categories of which a field is sealed."""
    sealed = ", ".join(
        str(category.label).lower() for category in in_order(Category, (item.category for item in items if item.sealed))
    )
    text = gettext(
        "De teksten in deze gegevens staan versleuteld in de database: %(categories)s. Elk kind heeft een eigen "
        "sleutel; namen van medewerkers en concepten hebben de sleutel van de organisatie. Andere gegevens, zoals een "
        "geboortedatum of een antwoord bij een mijlpaal, zijn niet apart versleuteld."
    )
    return Term(gettext("Versleuteld"), text % {"categories": sealed})


def subprocessor_table(found: tuple[Subprocessor, ...]) -> DataTable | None:
    """Return the sub-processors, or None when the operator of this deployment has named none."""
    if not found:
        return None
    headings = (gettext("Naam en adres"), gettext("Taak"), gettext("Gegevens"), gettext("Land"))
    rows = [(f"{each.name}, {each.address}", each.task, _handled(each), country_name(each.country)) for each in found]
    return make_table("subverwerkers", gettext("Subverwerkers van deze installatie"), headings, rows)


def _handled(found: Subprocessor) -> str:
    return gettext("Alle gegevens") if found.handles_everything else labels(found.categories)


def country_name(code: str) -> str:
    """Return a country's name in the active language."""
    return str(Locale.parse(get_language() or "nl").territories[code])


def countries(found: tuple[Subprocessor, ...]) -> str:
    """Return the countries of the sub-processors, sorted, once each."""
    return ", ".join(sorted({country_name(each.country) for each in found}))
