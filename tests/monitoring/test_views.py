"""The cross-section as a page: who sees which figures, and what a wrong choice comes to."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.domain.users import assign_role
from accounts.models import User
from accounts.roles import Right, Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from monitoring.rules import hides_small_numbers
from observations.domain.children.records import assign_group_staff
from tests.clients import client_of
from tests.monitoring.conftest import AUTUMN_DAY, SPRING_DAY, Centre, make_centre, user_of
from tests.monitoring.reading import tables_of, words_of

URL = "/monitoring/dwarsdoorsnede/"
AUTUMN = "Uitkomsten per ontwikkelingslijn: Najaar 2025"
SPRING = "Uitkomsten per ontwikkelingslijn: Voorjaar 2025"
HEADINGS = [
    "Lijn", "Voor op leeftijd", "Op koers", "Aandacht", "Zorg", "Onvoldoende gezien", "Niet geregistreerd",
    "n beoordeeld",
]  # fmt: skip
UNKNOWN = "Deze keuze kennen we niet."


def fill(centre: Centre, outcomes: list[str], *, group: Any = None, on: date = AUTUMN_DAY, **data: Any) -> None:
    """Register a child of a group for each outcome, on the line taal; no scope may be open."""
    with tenant_scope(centre.organisation_id):
        for outcome in outcomes:
            centre.register(centre.child(group, **data), {"taal": outcome}, group=group, on=on)


def open_as(user: User, **choices: Any) -> Any:
    return client_of(user).get(URL, choices)


def administrator_of(centre: Centre) -> User:
    return user_of(centre, Role.ADMINISTRATOR)


# --------------------------------------------------------------------------------------------- the figures


@pytest.mark.requirement("MON-1.1", "MON-3.1")
def test_page_shows_outcomes_a_line_as_chart_and_table(centre: Centre) -> None:
    fill(centre, ["ahead", "on_course", "on_course", "concern"])
    response = open_as(administrator_of(centre))
    assert tables_of(response)[AUTUMN] == [
        HEADINGS,
        ["Taal", "1 (25%)", "2 (50%)", "0", "1 (25%)", "0", "0", "4 van 4"],
        ["Spel", "0", "0", "0", "0", "0", "4 (100%)", "0 van 4"],
    ]
    page = words_of(response)
    assert page.count('<svg class="chart__drawing"') == 1
    assert "Taal (4\N{NO-BREAK SPACE}van\N{NO-BREAK SPACE}4)" in page


@pytest.mark.requirement("MON-1.3")
def test_page_shows_the_previous_measurement_beside(centre: Centre) -> None:
    fill(centre, ["ahead"])
    fill(centre, ["on_course"], on=SPRING_DAY)
    response = open_as(administrator_of(centre))
    tables = tables_of(response)
    assert tables[SPRING][1] == ["Taal", "0", "1 (50%)", "0", "0", "0", "1 (50%)", "1 van 2"]
    assert "Dunne balk: de meting ervoor." in words_of(response)


def test_page_names_who_is_too_old_for_an_outcome(centre: Centre) -> None:
    fill(centre, ["ahead"], born=date(2018, 1, 1))
    table = tables_of(open_as(administrator_of(centre)))[AUTUMN]
    assert [row[6] for row in table] == ["Ouder dan 7;0", "1 (100%)", "0"]


def test_page_says_how_to_read_the_figures(centre: Centre) -> None:
    fill(centre, ["ahead"])
    page = words_of(open_as(administrator_of(centre)))
    assert "scoort daardoor zo’n 2 tot 3 maanden voor" in page
    assert "De ontwikkeling is 6 maanden of meer voor op de leeftijd." in page
    assert "Zat op 15 november 2025 in een groep" in page
    assert "ontwikkelingsleeftijd, versie 1.0" in page
    assert "Alleen om te proberen." in page


@pytest.mark.requirement("MON-1.5")
def test_page_shows_items_of_an_instrument_without_bands(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        centre.answer(centre.child(), {"p1": 2, "p2": 0})
        centre.answer(centre.child(), {"p1": 0})
    response = open_as(administrator_of(centre))
    tables = tables_of(response)
    assert tables["Praten: aandeel kinderen dat het item behaalt"] == [
        ["Item", "Code", "n beoordeeld", "Behaald", "Aandeel"],
        ["Doet p2.", "p2", "1", "0", "0%"],
        ["Doet p1.", "p1", "2", "1", "50%"],
    ]
    assert tables["Lopen: aandeel kinderen dat het item behaalt"][1] == ["Doet l1.", "l1", "0", "0", "–"]
    page = words_of(response)
    assert "Bron: een voorbeeld (CC BY 4.0)." in page
    assert "Wat geen balk heeft, staat alleen in de tabel." in page


def test_page_shows_the_mean_share_of_such_an_instrument_by_line(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        child = centre.child()
        centre.answer(child, {"p1": 2, "p2": 0}, period=centre.autumn)
        centre.answer(child, {"p1": 0, "p2": 0}, on=SPRING_DAY, period=centre.spring)
    table = tables_of(open_as(administrator_of(centre), weergave="lijn"))[AUTUMN]
    assert table == [
        ["Lijn", "n beoordeeld", "Gemiddeld behaald", "Vorige meting"],
        ["Praten", "1", "50%", "0%"],
        ["Lopen", "0", "–", "–"],
    ]


def test_page_shows_only_milestones_that_were_seen(centre: Centre) -> None:
    fill(centre, ["on_course"])
    tables = tables_of(open_as(administrator_of(centre), weergave="item"))
    assert [row[1:5] for row in tables["Taal: aandeel kinderen dat de mijlpaal beheerst"][1:]] == [
        ["taal-05", "1", "1", "100%"],
        ["taal-06", "1", "0", "0%"],
        ["taal-07", "1", "0", "0%"],
    ]
    assert "Spel: aandeel kinderen dat de mijlpaal beheerst" not in tables


@pytest.mark.requirement("MON-1.2")
def test_page_shows_the_selection_that_was_chosen_in_words(centre: Centre) -> None:
    fill(centre, ["ahead"], gender="girl", home_language="Turks", vve_from=date(2025, 1, 1))
    fill(centre, ["concern"], gender="boy")
    choices = {
        "meting": str(centre.autumn.pk), "locatie": str(centre.north.pk), "groep": str(centre.bees.pk),
        "leeftijd_vanaf": "30", "leeftijd_tot": "36", "vve": "ja", "geslacht": "girl", "thuistaal": "Turks",
    }  # fmt: skip
    response = open_as(administrator_of(centre), **choices)
    assert tables_of(response)[AUTUMN][1] == ["Taal", "1 (100%)", "0", "0", "0", "0", "0", "1 van 1"]
    words = (
        f"Noord, {centre.bees.name}; leeftijd van 2;6 tot 3;0; alleen VVE-kinderen; geslacht: meisje; thuistaal: Turks"
    )
    page = words_of(response)
    assert words in page
    assert "Er klopt" not in page
    assert f'<option value="{centre.bees.pk}" selected>' in page


def test_page_without_measurements_says_so(centre: Centre) -> None:
    response = open_as(administrator_of(centre))
    assert response.status_code == 200
    assert "Nog geen metingen" in words_of(response)


def test_page_of_an_empty_selection_says_so(centre: Centre) -> None:
    fill(centre, ["ahead"])
    page = words_of(open_as(administrator_of(centre), vve="ja"))
    assert "Geen kinderen in deze selectie" in page
    assert "chart__drawing" not in page


# ------------------------------------------------------------------------------------------------ who sees


@pytest.mark.requirement("ACC-9.2")
def test_manager_of_a_location_sees_that_location_only(centre: Centre) -> None:
    fill(centre, ["on_course"] * 10)
    fill(centre, ["on_course"] * 7, group=centre.bears)
    manager = user_of(centre, Role.MANAGEMENT, centre.south)
    response = open_as(manager)
    assert tables_of(response)[AUTUMN][2] == ["Spel", "0", "0", "0", "0", "0", "7 (100%)", "0 van 7"]
    page = words_of(response)
    assert "Locaties: Zuid" in page
    assert "Noord" not in page
    assert str(centre.bees.pk) not in page


@pytest.mark.requirement("ACC-9.2")
def test_manager_cannot_choose_a_location_or_group_out_of_reach(centre: Centre) -> None:
    fill(centre, ["on_course"] * 10)
    fill(centre, ["on_course"] * 7, group=centre.bears)
    manager = user_of(centre, Role.MANAGEMENT, centre.south)
    for choice in ({"locatie": str(centre.north.pk)}, {"groep": str(centre.bees.pk)}):
        response = open_as(manager, **choice)
        assert tables_of(response)[AUTUMN][2][-1] == "0 van 7"
        assert UNKNOWN in words_of(response)


@pytest.mark.requirement("MON-5.1")
def test_viewer_without_access_to_children_sees_no_small_numbers(centre: Centre) -> None:
    fill(centre, ["on_course"] * 20 + ["attention"] * 8 + ["concern"] * 2 + ["ahead"] * 3)
    fill(centre, ["on_course"] * 6 + ["ahead"], on=SPRING_DAY)
    response = open_as(user_of(centre, Role.QUALITY))
    tables = tables_of(response)
    # 40 children: 33 registered in autumn, 7 in spring; each is expected in both.
    assert tables[AUTUMN][1] == ["Taal", "–", "20 (50%)", "8 (20%)", "–", "0", "7 (18%)", "33 van 40"]
    assert tables[SPRING][1][1:5].count("–") >= 2
    page = words_of(response)
    assert "ziet geen aantallen onder de 5" in page
    assert "Te weinig om te tonen" in page
    # How many were registered on any line would give the rest away.
    assert "geregistreerd (" not in page


@pytest.mark.requirement("MON-5.1")
def test_viewer_without_access_sees_no_figure_of_a_population_under_five(centre: Centre) -> None:
    fill(centre, ["on_course"] * 4)
    page = words_of(open_as(user_of(centre, Role.QUALITY)))
    assert "Te weinig kinderen om cijfers te tonen" in page
    assert "minder dan 5" in page
    assert "chart__drawing" not in page


@pytest.mark.requirement("MON-5.1")
def test_viewer_without_access_sees_no_item_of_few_children(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        for number in range(12):
            values = {"p1": 2 if number < 6 else 0, "p2": 2 if number < 2 else 0}
            centre.answer(centre.child(), values | ({"l1": 2} if number < 4 else {}))
    tables = tables_of(open_as(user_of(centre, Role.QUALITY)))
    rows = tables["Praten: aandeel kinderen dat het item behaalt"][1:]
    rows += tables["Lopen: aandeel kinderen dat het item behaalt"][1:]
    assert [row[1:] for row in rows] == [
        ["p2", "12", "–", "–"],
        ["p1", "12", "6", "50%"],
        ["l1", "–", "–", "–"],
    ]


@pytest.mark.requirement("MON-5.1")
def test_viewer_without_access_sees_no_item_of_few_children_at_the_measurement_before(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        for number in range(12):
            child = centre.child()
            before = {"p1": 2 if number < 3 else 0, "p2": 2 if number < 6 else 0}
            centre.answer(child, before, on=SPRING_DAY, period=centre.spring)
            centre.answer(child, {"p1": 2 if number < 6 else 0, "p2": 2 if number < 7 else 0}, period=centre.autumn)
    quality, administrator = user_of(centre, Role.QUALITY), administrator_of(centre)
    tables = [
        tables_of(open_as(user))["Praten: aandeel kinderen dat het item behaalt"] for user in (quality, administrator)
    ]
    assert [[row[1:] for row in table[1:]] for table in tables] == [
        [["p2", "12", "7", "58%", "50%"], ["p1", "12", "6", "50%", "–"]],
        [["p2", "12", "7", "58%", "50%"], ["p1", "12", "6", "50%", "25%"]],
    ]


@pytest.mark.requirement("MON-5.1")
def test_home_language_of_few_children_is_offered_to_who_may_know(centre: Centre) -> None:
    fill(centre, ["on_course"] * 4, home_language="Tigrinya")
    fill(centre, ["on_course"] * 5, home_language="Turks")
    option = '<option value="Tigrinya">'
    assert option in words_of(open_as(administrator_of(centre)))
    quality = user_of(centre, Role.QUALITY)
    page = words_of(open_as(quality))
    assert (option in page, '<option value="Turks">' in page) == (False, True)
    assert UNKNOWN in words_of(open_as(quality, thuistaal="Tigrinya"))


def test_home_language_is_offered_where_it_is_spoken(centre: Centre) -> None:
    fill(centre, ["on_course"], home_language="Turks")
    fill(centre, ["on_course"], home_language="Pools", group=centre.bears)
    support = user_of(centre, Role.INTERNAL_SUPPORT, centre.south)
    page = words_of(open_as(support))
    assert ("Pools" in page, "Turks" in page) == (True, False)


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (Role.ADMINISTRATOR, False),
        (Role.INTERNAL_SUPPORT, False),
        (Role.COACH, False),
        (Role.MANAGEMENT, True),
        (Role.QUALITY, True),
    ],
)
@pytest.mark.parametrize("everywhere", [True, False])
def test_small_numbers_are_hidden_from_roles_that_open_no_files(
    centre: Centre, role: Role, hidden: bool, everywhere: bool
) -> None:
    # An administrator is one for the whole organisation, always.
    place = None if everywhere or role is Role.ADMINISTRATOR else centre.north
    user = user_of(centre, role, place)
    with tenant_scope(centre.organisation_id):
        assert hides_small_numbers(user, Right.MONITORING_READ) is hidden


def test_small_numbers_are_hidden_from_who_opens_only_some_of_the_files(centre: Centre) -> None:
    manager = user_of(centre, Role.MANAGEMENT)
    with tenant_scope(centre.organisation_id):
        assign_role(user=manager, role=Role.GROUP_STAFF, begins_on=date(2024, 1, 1))
        assign_group_staff(group=centre.bees, user=manager, begins_on=date(2024, 1, 1))
        assign_role(user=manager, role=Role.COACH, begins_on=date(2024, 1, 1), location=centre.north)
        assert hides_small_numbers(manager, Right.MONITORING_READ)


# --------------------------------------------------------------------------------------------- wrong choices


FIELDS = [
    "instrument", "weergave", "meting", "locatie", "groep", "leeftijd_vanaf", "leeftijd_tot", "vve", "geslacht",
    "thuistaal",
]  # fmt: skip
SOMEBODY_ELSES = "0198c0de-0000-7000-8000-000000000000"
NONSENSE = ["\0", "x" * 1_000_000, SOMEBODY_ELSES, "'; DROP TABLE kind; --", "<script>alert(1)</script>", "½"]
NO_DAYS = ["\0", "9" * 1_000_000, SOMEBODY_ELSES, "-1", "1e3", "6001", "½", "٣x"]


@pytest.mark.parametrize("field", FIELDS)
def test_unknown_choice_is_named_and_left_out(centre: Centre, field: str) -> None:
    fill(centre, ["on_course"])
    client = client_of(administrator_of(centre))
    for nonsense in NONSENSE:
        response: Any = client.get(URL, {field: nonsense})
        assert response.status_code == 200
        page = words_of(response)
        assert UNKNOWN in page
        assert "<script>alert" not in page
        assert len(page) < 100_000
        assert tables_of(response)[AUTUMN][1] == ["Taal", "0", "1 (100%)", "0", "0", "0", "0", "1 van 1"]


@pytest.mark.parametrize("field", ["dagen_vanaf", "dagen_tot"])
def test_age_that_is_no_number_of_days_is_named_and_left_out(centre: Centre, field: str) -> None:
    with tenant_scope(centre.organisation_id):
        centre.answer(centre.child(), {"p1": 2})
    client = client_of(administrator_of(centre))
    for days in NO_DAYS:
        response: Any = client.get(URL, {field: days})
        assert response.status_code == 200
        page = words_of(response)
        assert "Vul een heel aantal dagen in" in page
        assert len(page) < 100_000
        assert "Alle kinderen van de organisatie" in page


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("vragen", {"dagen_vanaf": "500"}, {"dagen_tot": "499"}),
        ("proef", {"leeftijd_vanaf": "36"}, {"leeftijd_tot": "36"}),
    ],
)
def test_inverted_ages_are_named_and_left_out(
    centre: Centre, code: str, first: dict[str, str], last: dict[str, str]
) -> None:
    fill(centre, ["on_course"])
    with tenant_scope(centre.organisation_id):
        centre.answer(centre.child(), {"p1": 2})
    page = words_of(open_as(administrator_of(centre), instrument=code, **first, **last))
    assert "De hoogste leeftijd ligt onder de laagste" in page
    assert "leeftijd van" not in page


def test_ages_in_days_are_a_choice_of_instruments_without_bands(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        centre.answer(centre.child(), {"p1": 2})
        centre.answer(centre.child(), {"p1": 0}, on=SPRING_DAY)
    response = open_as(administrator_of(centre), dagen_vanaf="900", dagen_tot="1000")
    assert "leeftijd van 900 tot en met 1000 dagen" in words_of(response)
    assert tables_of(response)["Praten: aandeel kinderen dat het item behaalt"][2][2:] == ["1", "1", "100%"]
    assert "leeftijd vanaf 900 dagen" in words_of(open_as(administrator_of(centre), dagen_vanaf="900"))


def test_group_of_another_location_is_named_and_left_out(centre: Centre) -> None:
    fill(centre, ["on_course"])
    page = words_of(open_as(administrator_of(centre), locatie=str(centre.north.pk), groep=str(centre.bears.pk)))
    assert "Deze groep hoort niet bij deze locatie." in page
    assert f'<option value="{centre.north.pk}" selected>' in page


@pytest.mark.requirement("SEC-1.1")
def test_choice_of_another_organisation_is_unknown(centre: Centre) -> None:
    other = make_centre()
    fill(centre, ["on_course"])
    fill(other, ["ahead"])
    for name, pk in (("meting", other.autumn.pk), ("locatie", other.north.pk), ("groep", other.bees.pk)):
        response = open_as(administrator_of(centre), **{name: str(pk)})
        assert UNKNOWN in words_of(response)
        assert tables_of(response)[AUTUMN][1][2] == "1 (100%)"


def test_page_answers_get_only(centre: Centre) -> None:
    client = client_of(administrator_of(centre))
    assert [client.head(URL).status_code, client.post(URL).status_code] == [200, 405]


# ------------------------------------------------------------------------------------------------ the rest


def test_viewing_and_exporting_leave_an_event(centre: Centre) -> None:
    fill(centre, ["on_course"])
    client = client_of(administrator_of(centre))
    client.get(URL)
    client.get(reverse("monitoring:cross_section_pdf"))
    with tenant_scope(centre.organisation_id):
        actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-2:] == ["monitoring.cross_section.viewed", "monitoring.cross_section.exported"]


def test_pdf_link_asks_for_what_the_page_shows(centre: Centre) -> None:
    fill(centre, ["on_course"])
    page = words_of(open_as(administrator_of(centre), vve="nee", geslacht="x", onzin="y"))
    query = f"instrument=proef&amp;weergave=lijn&amp;meting={centre.autumn.pk}&amp;vve=nee"
    assert f'href="/monitoring/dwarsdoorsnede.pdf?{query}"' in page


def queries_of(centre: Centre, client: Client, assert_num: DjangoAssertNumQueries) -> None:
    with assert_num(34):
        client.get(URL)


def test_number_of_queries_does_not_grow(centre: Centre, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    fill(centre, ["on_course"])
    fill(centre, ["on_course"], on=SPRING_DAY)
    client = client_of(administrator_of(centre))
    client.get(URL)
    queries_of(centre, client, django_assert_num_queries)
    fill(centre, ["on_course", "ahead", "concern"], group=centre.bears, home_language="Turks")
    fill(centre, ["on_course", "ahead", "concern"], on=SPRING_DAY)
    queries_of(centre, client, django_assert_num_queries)
