"""The PDF of a cross-section: readable by a screen reader, and its figures are those of the database."""

import io
from collections.abc import Mapping
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests.clients import client_of
from tests.monitoring.conftest import SPRING_DAY, Centre, user_of

ITEMS_IN_SQL = """
    SELECT milestone.code, count(DISTINCT registration.child_id),
           count(DISTINCT registration.child_id) FILTER (WHERE answer.value = 2)
    FROM "observations_answer" AS answer
    JOIN "observations_registration" AS registration ON registration.id = answer.registration_id
    JOIN "observations_milestone" AS milestone ON milestone.id = answer.milestone_id
    WHERE registration.status = 'closed'
    GROUP BY milestone.code
"""
LINES_IN_SQL = """
    SELECT line.name, result.outcome, count(*)
    FROM "observations_lineresult" AS result JOIN "observations_line" AS line ON line.id = result.line_id
    WHERE result.is_current AND result.period_id = %s
    GROUP BY line.name, result.outcome
"""


def pdf_of(user: User, **choices: str) -> pypdf.PdfReader:
    response = client_of(user).get(reverse("monitoring:cross_section_pdf"), choices)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="dwarsdoorsnede.pdf"'
    return pypdf.PdfReader(io.BytesIO(response.content))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def in_sql(centre: Centre, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with tenant_scope(centre.organisation_id), connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def register(centre: Centre, wanted: Mapping[str, int]) -> None:
    with tenant_scope(centre.organisation_id):
        for outcome, number in wanted.items():
            for _ in range(number):
                centre.register(centre.child(), {"taal": outcome, "spel": outcome})


@pytest.mark.requirement("MON-1.5")
def test_items_in_the_text_are_those_of_the_database(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        for number in range(13):
            values = {"p1": 2 if number % 3 else 0, "p2": 2 if number < 9 else 3, "l1": 0}
            centre.answer(centre.child(), {code: value for code, value in values.items() if number or code != "l1"})
    text = text_of(pdf_of(user_of(centre, Role.ADMINISTRATOR)))
    # Not observed is assessed in that plain query, and not on paper: p2 has four of those.
    counted = {
        code: (assessed - (4 if code == "p2" else 0), passed) for code, assessed, passed in in_sql(centre, ITEMS_IN_SQL)
    }
    assert counted == {"p1": (13, 8), "p2": (9, 9), "l1": (12, 0)}
    for code, (assessed, passed) in counted.items():
        assert f"{code} {assessed} {passed} {round(100 * passed / assessed)}%" in text


@pytest.mark.requirement("MON-1.1", "MON-3.4")
def test_lines_in_the_text_are_those_of_the_database(centre: Centre) -> None:
    register(centre, {"ahead": 1, "on_course": 5, "attention": 2})
    text = text_of(pdf_of(user_of(centre, Role.ADMINISTRATOR)))
    counted = {(line, outcome): number for line, outcome, number in in_sql(centre, LINES_IN_SQL, centre.autumn.pk)}
    assert counted[("Taal", "on_course")] == 5
    for line in ("Taal", "Spel"):
        ahead, course, attention = (counted[(line, outcome)] for outcome in ("ahead", "on_course", "attention"))
        assert f"{line} {ahead} (13%) {course} (63%) {attention} (25%) 0 0 0 8 van 8" in text


@pytest.mark.requirement("MON-3.4")
def test_pdf_states_whose_figures_these_are_and_what_words_mean(centre: Centre) -> None:
    register(centre, {"on_course": 2})
    with tenant_scope(centre.organisation_id):
        centre.register(centre.child(), {"taal": "attention"}, on=SPRING_DAY)
    text = text_of(pdf_of(user_of(centre, Role.INTERNAL_SUPPORT, centre.north), vve="nee", leeftijd_tot="36"))
    for words in (
        "Dwarsdoorsnede: Najaar 2025",
        "Kinderen in de selectie 3",
        "Locaties: Noord; leeftijd tot 3;0; zonder VVE-kinderen",
        "Najaar 2025 (1 oktober 2025 tot en met 15 november 2025)",
        "Voorjaar 2025 (1 april 2025 tot en met 15 mei 2025)",
        "Proeflijnen, versie 1.0",
        "ontwikkelingsleeftijd, versie 1.0",
        "Gemaakt op",
        "ongeveer 75% van de kinderen",
        "zo’n 2 tot 3 maanden voor",
        "12 maanden of meer achter op de leeftijd.",
        "Alleen om te proberen.",
    ):
        assert words in text


def test_pdf_is_tagged_and_titled_in_dutch(centre: Centre) -> None:
    register(centre, {"on_course": 2})
    reader = pdf_of(user_of(centre, Role.ADMINISTRATOR))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nl", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "Dwarsdoorsnede: Najaar 2025"
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()


@pytest.mark.requirement("MON-5.1")
def test_pdf_hides_small_numbers_as_the_page_does(centre: Centre) -> None:
    register(centre, {"ahead": 2, "on_course": 20, "attention": 8, "concern": 3})
    text = text_of(pdf_of(user_of(centre, Role.QUALITY)))
    assert "Taal – 20 (61%) 8 (24%) – 0 0 33 van 33" in text
    assert "ziet geen aantallen onder de 5" in text


@pytest.mark.requirement("MON-5.1")
def test_pdf_of_under_five_children_has_no_figures(centre: Centre) -> None:
    register(centre, {"on_course": 4})
    text = text_of(pdf_of(user_of(centre, Role.QUALITY)))
    assert "te weinig kinderen om cijfers te tonen" in text
    assert "minder dan 5" in text
    assert "Uitkomsten per ontwikkelingslijn" not in text


def test_pdf_of_nobody_says_so(centre: Centre) -> None:
    register(centre, {"on_course": 1})
    text = text_of(pdf_of(user_of(centre, Role.ADMINISTRATOR), vve="ja"))
    assert "In deze selectie zitten geen kinderen." in text


def test_pdf_names_a_choice_that_was_wrong(centre: Centre) -> None:
    register(centre, {"on_course": 1})
    text = text_of(pdf_of(user_of(centre, Role.ADMINISTRATOR), thuistaal="Klingon"))
    assert "Thuistaal: Deze keuze kennen we niet." in text


def test_pdf_marks_a_change_of_version_and_rule(centre: Centre) -> None:
    register(centre, {"on_course": 1})
    with tenant_scope(centre.organisation_id), connection.cursor() as cursor:
        centre.register(centre.child(), {"taal": "attention"}, on=SPRING_DAY)
        cursor.execute(
            'UPDATE "observations_lineresult" SET rule_version = %s WHERE period_id = %s',
            ["developmental_age 0.9", centre.spring.pk],
        )
    text = text_of(pdf_of(user_of(centre, Role.ADMINISTRATOR)))
    assert "De vorige meting is met een andere rekenregel berekend." in text


def test_pdf_is_not_found_while_nothing_was_measured(centre: Centre) -> None:
    client = client_of(user_of(centre, Role.ADMINISTRATOR))
    assert client.get(reverse("monitoring:cross_section_pdf")).status_code == 404


def test_pdf_of_every_item_of_a_long_instrument_fits_its_pages(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        child = centre.child()
        codes = {f"taal-{band:02d}": 2 for band in range(1, 15)}
        centre.answer(child, codes, content=centre.lines, period=centre.autumn)
    text = text_of(pdf_of(user_of(centre, Role.ADMINISTRATOR), weergave="item"))
    assert "Taal: aandeel kinderen dat de mijlpaal beheerst (2 van 2)" in text
    assert all(f"{code} 1 1 100%" in text for code in codes)
