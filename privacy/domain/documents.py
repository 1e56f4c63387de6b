"""The leaflet and the record of processing: frozen view models, made from the register and from nothing else."""

import hashlib
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.web.dutch import format_date
from kijk.web.tables import DataTable
from privacy.domain import parts
from privacy.domain.facts import Facts
from privacy.domain.parts import Term
from privacy.domain.texts import ERASURE_NOT_YET, NOT_KEPT, PLACE_NOT_YET, REQUESTS_NOT_YET

# Leaflet and register are legal documents of Dutch organisations: as a PDF always Dutch, on a screen as the screen.
LEGAL_LANGUAGE = "nl"


@dataclass(frozen=True)
class Contents:
    """What the documents tell; each template takes the parts it needs."""

    organisation: str
    modules: tuple[Term, ...]
    data: tuple[DataTable, ...]
    categories: tuple[DataTable, ...]
    processing: DataTable
    purposes: tuple[Term, ...]
    retentions: tuple[Term, ...]
    not_kept: tuple[str, ...]
    erasure_not_yet: str
    requests_not_yet: str
    place_not_yet: str
    roles: DataTable
    measures: tuple[Term, ...]
    subprocessors: DataTable | None
    countries: str


@dataclass(frozen=True)
class Kind:
    """A document that is made from the register: its title, what it is about, and the template of its contents."""

    title: Promise
    subject: Promise
    template: str


@dataclass(frozen=True)
class Document:
    """A document as it is shown or issued, in one language."""

    title: str
    subject: str
    template: str
    version: str
    facts: tuple[Term, ...]
    content: Contents


# LIC-7, the first annex of the sector's processing agreement.
LEAFLET = Kind(
    title=_("Privacybijsluiter"),
    subject=_("Welke gegevens Kijk bewaart, waarvoor, hoe lang en wie erbij kan"),
    template="privacy/leaflet_content.html",
)
# PRI-1.
PROCESSING_REGISTER = Kind(
    title=_("Verwerkingsregister"),
    subject=_("Register van de verwerkingen voor één organisatie (AVG artikel 30, tweede lid)"),
    template="privacy/processing_register_content.html",
)


def make_document(kind: Kind, facts: Facts) -> Document:
    """Return a document about the organisation in the active language."""
    version = version_of(kind, facts)
    head = (
        *_head(facts),
        Term(gettext("Versie"), version),
        Term(gettext("Gemaakt op"), format_date(facts.on)),
    )
    return Document(str(kind.title), str(kind.subject), kind.template, version, head, make_contents(facts))


def version_of(kind: Kind, facts: Facts) -> str:
    """Return a mark that changes exactly when a word of the Dutch document does; the day it is made is not in it."""
    with translation.override(LEGAL_LANGUAGE):
        head = "\n".join(f"{term.label}: {term.text}" for term in _head(facts))
        text = render_to_string(kind.template, {"content": make_contents(facts)})
    mark = hashlib.sha256(f"{head}\n{text}".encode()).hexdigest()[:8].upper()
    return f"{mark[:4]}-{mark[4:]}"


def make_contents(facts: Facts) -> Contents:
    """Return what there is to tell about the organisation, in the active language."""
    items = facts.items()
    return Contents(
        organisation=facts.organisation,
        modules=parts.modules(facts),
        data=parts.data_tables(items),
        categories=parts.category_tables(items),
        processing=parts.processing_table(facts),
        purposes=parts.purposes(items),
        retentions=parts.retentions(items),
        not_kept=tuple(str(each.label) for each in NOT_KEPT),
        erasure_not_yet=str(ERASURE_NOT_YET.text),
        requests_not_yet=str(REQUESTS_NOT_YET.text),
        place_not_yet=str(PLACE_NOT_YET.text),
        roles=parts.role_table(facts),
        measures=parts.measures(facts),
        subprocessors=parts.subprocessor_table(facts.subprocessors),
        countries=parts.countries(facts.subprocessors),
    )


def _head(facts: Facts) -> tuple[Term, ...]:
    modules = ", ".join(str(module.label) for module in facts.modules)
    return (
        Term(gettext("Verwerkingsverantwoordelijke"), facts.organisation),
        Term(gettext("Nummer"), facts.identifier),
        Term(gettext("Verwerker"), facts.processor or gettext("niet opgegeven door de beheerder van deze installatie")),
        Term(gettext("Onderdelen die aan staan"), modules or gettext("geen")),
    )
