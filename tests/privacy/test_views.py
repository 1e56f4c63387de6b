"""Leaflet and record of processing as pages and as PDFs (LIC-7, PRI-1)."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from pypdf import PdfReader

from accounts.roles import Right
from kijk.personal_data import register
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.web.page import page_rule_of
from licensing.modules import Module
from tests import factories
from tests.privacy.helpers import PAGES, actions, column, signed_in, text_of

OF_CHILDREN = [
    "Naam",
    "Geboortedatum",
    "Geslacht",
    "Thuistaal",
    "VVE-kind",
    "Plaatsing",
    "Zwangerschapsduur",
    "Mentor",
    "Observatienotities",
    "Registraties van de ontwikkeling",
    "Verslagen",
    "Groepsplannen",
    "BSO-metingen",
    "Signalen",
    "Bijzonderheden",
    "Concepten",
    "Bestanden van taken",
    "Technische gegevens",
]
OF_USERS = [
    "Naam",
    "E-mailadres",
    "Geslacht",
    "Wachtwoord",
    "Tweede stap",
    "Rollen en groepen",
    "Auteurschap",
    "Logboek",
    "Sessies",
    "Mails over het account",
    "Technische gegevens",
]
SUBPROCESSORS = """
- name: Voorbeeldhosting B.V.
  address: Voorbeeldstraat 1, Utrecht
  task: Servers
  categories: all
  country: NL
- name: Musterpost GmbH
  address: Musterweg 2, Berlin
  task: E-mail
  categories: [contact, name]
  country: DE
"""
NO_SUBPROCESSORS = "Geen subverwerkers opgegeven door de beheerder van deze installatie."


def page_of(client: Client, path: str) -> str:
    """Return a page that answers."""
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.requirement("LIC-7.1", "LIC-7.2")
def test_leaflet_has_every_category_of_personal_data(db: None) -> None:
    page = page_of(signed_in(factories.organisation()), "/privacy/bijsluiter/")
    assert column(page, "gegevens-child") == OF_CHILDREN
    assert column(page, "gegevens-user") == OF_USERS


@pytest.mark.requirement("LIC-7.1")
def test_leaflet_gives_purpose_and_retention_of_a_category(db: None) -> None:
    page = page_of(signed_in(factories.organisation()), "/privacy/bijsluiter/")
    row = OF_USERS.index("Logboek")
    assert column(page, "gegevens-user", 2)[row] == "Toegang; Verantwoording"
    assert (
        column(page, "gegevens-user", 3)[row] == "Zolang het account bestaat; Zolang de licentie loopt; 1 uur; 90 dagen"
    )


@pytest.mark.requirement("PRI-1.2")
def test_record_has_every_purpose_of_every_data_subject(db: None) -> None:
    page = page_of(signed_in(factories.organisation()), "/privacy/verwerkingsregister/")
    found = list(zip(column(page, "verwerkingen"), column(page, "verwerkingen", 1), strict=True))
    children, users = "Kinderen", "Medewerkers die met Kijk werken"
    assert found == [
        *[("Volgen", children)] * 3,
        ("Overzichten", children),
        ("Beveiliging", children),
        *[("Toegang", users)] * 5,
        *[("Verantwoording", users)] * 5,
    ]
    assert column(page, "gegevens-child") == OF_CHILDREN


@pytest.mark.requirement("PRI-1.2")
def test_leaflet_follows_a_new_declaration_by_itself(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(factories.organisation())
    assert "Contactpersonen van de organisatie" not in page_of(client, "/privacy/bijsluiter/")
    declaration = PersonalData(
        subject=Subject.ORGANISATION,
        purpose=Purpose.ADMINISTRATION,
        retention=Retention.LICENCE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        fields={"name": Category.CONTACT},
    )
    monkeypatch.setitem(register._third_party, "auth.Group", declaration)
    page = page_of(client, "/privacy/bijsluiter/")
    assert column(page, "gegevens-organisation") == ["E-mailadres", "Technische gegevens"]
    assert column(page, "gegevens-organisation", 3) == ["3 maanden na licentie"] * 2
    assert "De licentie en de inrichting van de organisatie beheren." in page


@pytest.mark.requirement("CHD-1.3")
def test_leaflet_leaves_out_what_belongs_to_a_module_that_is_off(db: None) -> None:
    page = page_of(signed_in(factories.organisation(modules=(Module.MONITORING,))), "/privacy/bijsluiter/")
    gone = {
        "Zwangerschapsduur",
        "Observatienotities",
        "Registraties van de ontwikkeling",
        "Verslagen",
        "Groepsplannen",
        "BSO-metingen",
    }
    assert column(page, "gegevens-child") == [label for label in OF_CHILDREN if label not in gone]
    assert "Observatienotities lezen" not in column(page, "rollen")


def test_leaflet_says_who_may_do_what(db: None) -> None:
    page = page_of(signed_in(factories.organisation()), "/privacy/bijsluiter/")
    row = column(page, "rollen").index("Observatienotities schrijven")
    assert column(page, "rollen", 1)[row] == "pedagogisch medewerker / leerkracht"
    assert column(page, "rollen", 2)[row] == "intern begeleider, pedagogisch coach"
    assert column(page, "rollen", 3)[row] == "–"
    assert column(page, "rollen", 3)[column(page, "rollen").index("Bijsluiter en verwerkingsregister lezen")] == (
        "alle rollen"
    )


@pytest.mark.requirement("LIC-7.3")
def test_leaflet_says_so_when_no_subprocessor_is_named(db: None, settings: Any) -> None:
    settings.SUBPROCESSORS = ""
    client = signed_in(factories.organisation())
    for path in ("/privacy/bijsluiter/", "/privacy/verwerkingsregister/"):
        page = page_of(client, path)
        assert NO_SUBPROCESSORS in page
        assert 'id="subverwerkers"' not in page


@pytest.mark.requirement("LIC-7.3")
def test_leaflet_names_subprocessors_and_their_countries(db: None, settings: Any) -> None:
    settings.SUBPROCESSORS = SUBPROCESSORS
    page = page_of(signed_in(factories.organisation()), "/privacy/bijsluiter/")
    assert column(page, "subverwerkers") == [
        "Voorbeeldhosting B.V., Voorbeeldstraat 1, Utrecht",
        "Musterpost GmbH, Musterweg 2, Berlin",
    ]
    assert column(page, "subverwerkers", 2) == ["Alle gegevens", "Naam; E-mailadres"]
    assert column(page, "subverwerkers", 3) == ["Nederland", "Duitsland"]
    assert "zitten in: Duitsland, Nederland." in page
    assert NO_SUBPROCESSORS not in page


@pytest.mark.parametrize(("path", "title"), [(PAGES[1][0], "Privacybijsluiter"), (PAGES[3][0], "Verwerkingsregister")])
@pytest.mark.requirement("LIC-7.2")
def test_pdf_is_dutch_tagged_and_tells_all(db: None, settings: Any, path: str, title: str) -> None:
    settings.PROCESSOR = "Voorbeeld B.V., Utrecht"
    client = signed_in(factories.organisation(name="Kinderopvang De Regenboog"))
    # Whoever reads the screens in English still hands out the Dutch document.
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/pdf"
    root: Any = PdfReader(BytesIO(response.content)).trailer["/Root"]
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nl", True)
    text = text_of(response.content)
    expected = [title, "Kinderopvang De Regenboog", "LRK 0", "Voorbeeld B.V., Utrecht", *OF_CHILDREN, *OF_USERS]
    assert [words for words in expected if words not in text] == []


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_page_takes_a_fixed_number_of_queries(db: None, django_assert_num_queries: Any, path: str) -> None:
    client = signed_in(factories.organisation())
    with django_assert_num_queries(22):
        client.get(path)


def test_each_page_leaves_its_event(db: None) -> None:
    ours = factories.organisation()
    client = signed_in(ours)
    for path, _ in PAGES:
        client.get(path)
    assert actions(ours) == [action for _, action in PAGES]


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_anonymous_visitor_is_sent_to_sign_in(db: None, path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response.headers["Location"]) == (302, f"/inloggen/?next={path}")


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_user_without_the_right_is_refused(db: None, path: str) -> None:
    ours = factories.organisation()
    response = signed_in(ours, role=None).get(path)
    assert response.status_code == 403
    assert actions(ours) == ["request.denied"]


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_page_asks_for_the_right_to_read_about_privacy(path: str) -> None:
    rule = page_rule_of(resolve(path).func)
    assert rule is not None
    assert rule.right is Right.PRIVACY_READ


@pytest.mark.requirement("UX-1.1")
def test_english_screen_shows_the_dutch_version(db: None, settings: Any) -> None:
    client = signed_in(factories.organisation())
    dutch = page_of(client, "/privacy/bijsluiter/")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = page_of(client, "/privacy/bijsluiter/")
    assert column(english, "gegevens-child")[:3] == ["Name", "Date of birth", "Gender"]
    marks = [re.findall(r"<dd>([0-9A-F]{4}-[0-9A-F]{4})</dd>", page) for page in (dutch, english)]
    assert marks[0] == marks[1] != []


def test_leaflet_is_of_the_own_organisation(db: None) -> None:
    theirs = factories.organisation(name="Andere Opvang")
    ours = factories.organisation(name="Onze Opvang")
    client = signed_in(ours)
    signed_in(theirs).get("/privacy/bijsluiter/")
    texts = [page_of(client, path) for path in ("/privacy/bijsluiter/", "/privacy/verwerkingsregister/")]
    assert ["Onze Opvang" in text for text in texts] == [True, True]
    assert ["Andere Opvang" in text for text in texts] == [False, False]
    assert actions(ours) == ["privacy.leaflet.viewed", "privacy.register.viewed"]


def test_every_page_leads_to_the_leaflet(db: None) -> None:
    page = page_of(signed_in(factories.organisation()), "/privacy/verwerkingsregister/")
    assert '<a href="/privacy/bijsluiter/">Privacybijsluiter</a>' in page
