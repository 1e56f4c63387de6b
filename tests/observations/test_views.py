"""The pages of observations: what they show, what they refuse, and how many queries they cost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.registering.page import line_page_of
from observations.models import Answer, Note, Registration
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.pages import STAFF, World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def staff(world: World) -> Client:
    return client_of(world.users[STAFF])


def answers(world: World) -> dict[str, int]:
    with tenant_scope(world.organisation_id):
        rows = Answer.objects.filter(registration=world.opened).values_list("milestone__code", "value")
        return dict(rows)


def shown_bands(world: World, line: str) -> list[int]:
    """Return the bands a line of the open registration shows now."""
    with tenant_scope(world.organisation_id):
        page = line_page_of(Registration.objects.select_related("child").get(pk=world.opened.pk), line)
    assert page is not None
    return [band.number for band in page.bands]


def note(world: World, **changes: Any) -> dict[str, Any]:
    known = {
        "children": [str(world.child.pk)],
        "text": "Klimt op de bank.",
        "context": "binnen",
        "observed_on": "2026-01-15",
        "entry_id": str(uuid7()),
    }
    return known | changes


def count_notes(world: World) -> int:
    with tenant_scope(world.organisation_id):
        return Note.objects.count()


@pytest.mark.requirement("UX-4.1")
def test_today_greets_and_says_what_is_due(staff: Client, world: World) -> None:
    text = staff.get(reverse("today")).content.decode()
    assert "Dag Sanne" in text
    assert "Nog te doen" in text


def test_child_page_shows_name_lines_and_notes(staff: Client, world: World) -> None:
    text = staff.get(reverse("observations:child", kwargs={"pk": world.child.pk})).content.decode()
    assert all(part in text for part in ("Yara van Dijk", "Tekent een rondje", "Tekenen"))


@pytest.mark.requirement("UX-3.1")
def test_note_is_kept_by_the_plain_form(staff: Client, world: World) -> None:
    before = count_notes(world)
    response = staff.post(reverse("observations:note_new"), note(world))
    assert (response.status_code, count_notes(world) - before) == (302, 1)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("children", [], "Kies minstens"),
        ("text", "", "Schrijf eerst"),
        ("text", "a\x00b", "teken"),
        ("text", "x" * 5000, "4000"),
        ("observed_on", "31-13-2026", "datum"),
        ("observed_on", "2099-01-01", "nog niet geweest"),
        ("children", ["geen-id"], "Selecteer een geldige keuze"),
    ],
)
def test_note_form_says_what_is_wrong_and_keeps_the_text(
    staff: Client, world: World, field: str, value: object, message: str
) -> None:
    before = count_notes(world)
    response = staff.post(reverse("observations:note_new"), note(world, **{field: value}))
    assert (response.status_code, count_notes(world) - before) == (422, 0)
    text = response.content.decode()
    assert message in text
    assert field == "text" or "Klimt op de bank." in text


def test_note_about_a_child_of_another_group_is_refused(staff: Client, world: World) -> None:
    with tenant_scope(world.organisation_id):
        other = factories.child(factories.group())
    response = staff.post(reverse("observations:note_new"), note(world, children=[str(other.pk)]))
    assert response.status_code == 422


@pytest.mark.requirement("REG-3.6")
def test_answer_is_saved_at_once(staff: Client, world: World) -> None:
    item = factories.development_instrument().lines["spel"].bands[7][0]
    url = reverse("observations:answer", kwargs={"pk": world.opened.pk})
    response = staff.post(url, {f"m-{item.id}": "emerging"})
    progress = {"answered": 0, "total": 17}
    assert response.json() == {"saved": True, "progress": progress, "bands": shown_bands(world, "spel")}
    assert answers(world)[item.code] == Answer.Value.EMERGING


@pytest.mark.requirement("REG-3.6", "UX-3.1")
def test_line_is_kept_by_the_plain_form(staff: Client, world: World) -> None:
    content = factories.development_instrument()
    items = content.lines["spel"].bands[7]
    url = reverse("observations:registration_line", kwargs={"pk": world.opened.pk, "code": "spel"})
    response = staff.post(url, {f"m-{item.id}": "secure" for item in items} | {"go": "tijd"})
    assert response.headers["Location"].endswith("/lijn/tijd/")
    assert {answers(world)[item.code] for item in items} == {Answer.Value.SECURE}


@pytest.mark.requirement("REG-3.3")
def test_going_on_does_not_confirm_what_was_taken_over(staff: Client, world: World) -> None:
    with tenant_scope(world.organisation_id):
        waiting = list(world.opened.answers.filter(carried_over=True))
    assert waiting
    url = reverse("observations:registration_line", kwargs={"pk": world.opened.pk, "code": "tekenen"})
    staff.post(url, {f"m-{answer.milestone_id}": "secure" for answer in waiting} | {"go": "tijd"})
    with tenant_scope(world.organisation_id):
        assert world.opened.answers.filter(carried_over=True).count() == len(waiting)


@pytest.mark.requirement("REG-3.1", "UX-3.1")
def test_plain_form_comes_back_for_the_younger_band_its_answers_opened(staff: Client, world: World) -> None:
    bands = shown_bands(world, "spel")
    lowest = factories.development_instrument().lines["spel"].bands[bands[0]]
    url = reverse("observations:registration_line", kwargs={"pk": world.opened.pk, "code": "spel"})
    given = {f"m-{item.id}": "not_yet" for item in lowest}
    response = staff.post(url, given | {"go": "tijd", "band": [str(band) for band in bands]})
    assert response.headers["Location"].endswith(f"/lijn/spel/#fase-{bands[0] - 1}")
    sent = [str(band) for band in shown_bands(world, "spel")]
    assert staff.post(url, given | {"go": "tijd", "band": sent}).headers["Location"].endswith("/lijn/tijd/")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"m-geen-id": "secure"},
        {"m-00000000-0000-7000-8000-000000000000": "secure"},
        {"m-00000000-0000-7000-8000-000000000000": "perfect"},
        {"s-00000000-0000-7000-8000-000000000000": "6"},
        {"s-x": "veel"},
        {"m-" + "9" * 500: "secure"},
        {"conclusion": "x" * 5000},
    ],
)
def test_answer_that_makes_no_sense_is_refused_with_a_reason(staff: Client, world: World, data: dict[str, str]) -> None:
    before = answers(world)
    response = staff.post(reverse("observations:answer", kwargs={"pk": world.opened.pk}), data)
    assert response.status_code in {409, 422}
    assert response.json()["error"]
    assert answers(world) == before


def test_answer_to_a_closed_registration_is_refused(staff: Client, world: World) -> None:
    item = factories.development_instrument().lines["tekenen"].bands[7][0]
    url = reverse("observations:answer", kwargs={"pk": world.closed.pk})
    response = staff.post(url, {f"m-{item.id}": "not_yet"})
    assert (response.status_code, "afgesloten" in response.json()["error"]) == (409, True)


@pytest.mark.requirement("UX-3.1")
def test_closing_asks_to_confirm_and_then_closes(staff: Client, world: World) -> None:
    url = reverse("observations:registration_close", kwargs={"pk": world.opened.pk})
    assert staff.post(url).status_code == 409
    assert staff.post(url, {"confirm_carried_over": "1"}).status_code == 302
    with tenant_scope(world.organisation_id):
        assert Registration.objects.get(pk=world.opened.pk).status == "closed"


@pytest.mark.requirement("REG-5.3")
def test_closed_registration_shows_its_outcome_and_what_it_rests_on(staff: Client, world: World) -> None:
    text = staff.get(reverse("observations:registration", kwargs={"pk": world.closed.pk})).content.decode()
    assert "Ontwikkeling reikt tot" in text
    line = factories.development_instrument().lines["tekenen"]
    shown = [item.text in text for band in (6, 7, 8) for item in line.bands[band]]
    assert shown == [True] * len(shown)


@pytest.mark.parametrize(
    ("name", "queries"),
    [("today", 40), ("observations:children", 28), ("observations:note_new", 28)],
)
def test_list_page_costs_the_same_queries_for_one_child_and_for_four(
    nursery: Nursery, django_assert_num_queries: Any, name: str, queries: int
) -> None:
    client = client_of(nursery.staff)
    client.get(reverse(name))
    with django_assert_num_queries(queries):
        client.get(reverse(name))
    with tenant_scope(nursery.organisation_id):
        for number in range(3):
            factories.child(nursery.group, f"Kind{number}")
    with django_assert_num_queries(queries):
        client.get(reverse(name))
