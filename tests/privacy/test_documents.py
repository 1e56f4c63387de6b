"""The contents of leaflet and record of processing, and their version."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from kijk.personal_data.register import items
from licensing.modules import Module
from privacy.domain.documents import LEAFLET, PROCESSING_REGISTER, Kind, make_contents, make_document, version_of
from privacy.domain.facts import Facts
from privacy.domain.texts import MEASURES, MODULE_TEXTS, NOT_KEPT, NOT_YET, SEALED_PROMISES

FACTS = Facts(
    on=date(2026, 11, 22),
    organisation="Kinderopvang De Regenboog",
    identifier="LRK 123456789",
    modules=tuple(Module),
    processor="",
    subprocessors=(),
    over_tls=False,
)
PROMISES = Path(__file__).parent.parent.parent / "docs" / "requirements.md"
KINDS = pytest.mark.parametrize("kind", [LEAFLET, PROCESSING_REGISTER], ids=["leaflet", "register"])


@KINDS
def test_version_does_not_change_with_the_day_or_the_language(kind: Kind) -> None:
    version = version_of(kind, FACTS)
    assert version_of(kind, replace(FACTS, on=date(2027, 1, 1))) == version
    with translation.override("en"):
        assert version_of(kind, FACTS) == version


@KINDS
def test_version_changes_with_every_fact(kind: Kind) -> None:
    others = [
        FACTS,
        replace(FACTS, organisation="Kinderopvang De Vlinder"),
        replace(FACTS, identifier="LRK 987654321"),
        replace(FACTS, modules=(Module.REGISTRATION,)),
        replace(FACTS, processor="Voorbeeld B.V."),
        replace(FACTS, over_tls=True),
    ]
    assert len({version_of(kind, facts) for facts in others}) == len(others)


@KINDS
def test_head_gives_version_and_day(kind: Kind) -> None:
    document = make_document(kind, FACTS)
    assert [(fact.label, fact.text) for fact in document.facts] == [
        ("Verwerkingsverantwoordelijke", "Kinderopvang De Regenboog"),
        ("Nummer", "LRK 123456789"),
        ("Verwerker", "niet opgegeven door de beheerder van deze installatie"),
        ("Onderdelen die aan staan", ", ".join(str(module.label) for module in Module)),
        ("Versie", document.version),
        ("Gemaakt op", "22 november 2026"),
    ]


def test_measures_are_those_of_this_deployment_and_its_modules() -> None:
    def titles(facts: Facts) -> set[str]:
        return {term.label for term in make_contents(facts).measures}

    assert titles(FACTS) - titles(replace(FACTS, modules=())) == {
        "Afgesloten is afgesloten",
        "Extra afgeschermd",
        "Kleine aantallen",
        "Notities op het apparaat",
    }
    assert titles(replace(FACTS, over_tls=True)) - titles(FACTS) == {"Beveiligde verbinding"}


def test_what_is_encrypted_comes_from_the_models() -> None:
    first = make_contents(FACTS).measures[0]
    assert first.text.startswith(
        "De teksten in deze gegevens staan versleuteld in de database: naam, observatienotities, "
        "registraties van de ontwikkeling, verslagen, groepsplannen, bso-metingen, signalen, bijzonderheden, bijzondere opmerkingen, concepten, bestanden van taken, "
        "tweede stap, mails over het account."
    )
    without = make_contents(replace(FACTS, modules=())).measures[0]
    assert without.text.startswith(
        "De teksten in deze gegevens staan versleuteld in de database: naam, signalen, bijzonderheden, concepten, "
        "bestanden van taken, tweede stap, mails over het account."
    )


def test_module_that_keeps_nothing_says_so() -> None:
    nothing = "Dit onderdeel bewaart zelf geen gegevens."
    found = [term.label for term in make_contents(FACTS).modules if nothing in term.text]
    assert found == [str(module.label) for module in (Module.MONITORING, Module.PUPIL_MONITOR, Module.OFFLINE_NOTES)]


def test_every_module_is_explained() -> None:
    assert set(MODULE_TEXTS) == set(Module)


@pytest.mark.requirement("PRI-1.2")
def test_statements_about_the_product_rest_on_promises_that_are_due() -> None:
    rows = re.findall(r"^\| (\S+) \| (yes|later) \|", PROMISES.read_text(encoding="utf-8"), re.MULTILINE)
    due = {identifier: word == "yes" for identifier, word in rows}
    claimed = {*SEALED_PROMISES, *(each for measure in MEASURES for each in measure.promises)}
    assert {each for each in claimed if not due[each]} == set()
    assert {each for entry in NOT_YET for each in entry.promises if due[each]} == set()


@pytest.mark.requirement("CHD-1.2")
def test_no_model_has_a_field_for_what_the_leaflet_says_is_not_kept() -> None:
    denied = {word for each in NOT_KEPT for word in each.words}
    # The address of a network is no address of a person's home.
    kept = {f"{item.model}.{item.name}" for item in items() if item.name != "ip_address"}
    assert {name for name in kept if denied & set(name.lower().replace(".", "_").split("_"))} == set()
