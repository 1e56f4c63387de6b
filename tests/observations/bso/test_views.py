"""The pages of out-of-school care: the group on one screen, and one child's measurement (BSO-1)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.measuring import close_measurement, start_measurement
from observations.domain.registering.answering import mark_of
from observations.models import BsoAnswer, BsoRegistration, BsoScore, Child, Group
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import bso_child, fill_in, item, scale, today

JSON: dict[str, Any] = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def staff(bso: Bso) -> Client:
    return client_of(bso.staff)


def group_url(bso: Bso, name: str = "bso_group") -> str:
    return reverse(f"observations:{name}", args=[bso.group.pk])


def fill_url(bso: Bso, name: str = "bso_fill") -> str:
    return reverse(f"observations:{name}", args=[bso.opened.pk])


def point(bso: Bso, half_points: str, seen: str = "") -> dict[str, str]:
    key = f"{bso.opened.pk}.{scale(bso.opened)}"
    return {f"s-{key}": half_points, f"was-{key}": seen}


def points(bso: Bso) -> list[int]:
    with tenant_scope(bso.organisation_id):
        return list(BsoScore.objects.values_list("half_points", flat=True))


def answers(bso: Bso) -> dict[str, int | None]:
    with tenant_scope(bso.organisation_id):
        return dict(BsoAnswer.objects.values_list("milestone__code", "value"))


@pytest.mark.requirement("BSO-1.1")
def test_group_page_has_three_scales_for_each_child(bso: Bso, staff: Client) -> None:
    page = staff.get(group_url(bso)).content.decode()
    for words in ("Welbevinden", "Betrokkenheid", "Sociaal gedrag", "Noor Bakker", "0 van 12"):
        assert words in page
    assert page.count("data-point") == 2


def test_group_page_costs_the_same_with_more_children(bso: Bso, staff: Client, django_assert_num_queries: Any) -> None:
    def look() -> None:
        with django_assert_num_queries(29):
            assert staff.get(group_url(bso)).status_code == 200

    staff.get(group_url(bso))
    look()
    with tenant_scope(bso.organisation_id):
        for name in ("Sem", "Lot"):
            fill_in(start_measurement(child=bso_child(bso.group, name), today=today(), by=bso.staff), bso.staff)
    look()


def test_point_of_the_grid_is_kept_at_once(bso: Bso, staff: Client) -> None:
    answer = staff.post(group_url(bso, "bso_group_save"), point(bso, "7"), **JSON)
    assert answer.json() == {"saved": True, "progress": {"answered": 0, "total": 1}}
    assert points(bso) == [7]


def test_grid_says_whose_point_was_replaced_and_form_leaves_alone_what_was_not_touched(bso: Bso, staff: Client) -> None:
    colleague = client_of(bso.colleague)
    staff.post(group_url(bso, "bso_group_save"), point(bso, "7"), **JSON)
    replaced = colleague.post(group_url(bso, "bso_group_save"), point(bso, "9"), **JSON).json()["replaced"]
    assert replaced == {"by": bso.staff.get_full_name(), "value": "7", "label": "3,5"}
    # The form without a script sends all points; of those that stand as they were shown, nothing is kept again.
    staff.post(group_url(bso, "bso_group_save"), point(bso, "7", seen="7"))
    assert points(bso) == [9]
    told = staff.post(group_url(bso, "bso_group_save"), point(bso, "2", seen="7"), follow=True).content.decode()
    assert "had intussen “4,5” gekozen" in told


@pytest.mark.parametrize("half_points", ["1", "11", "x", "9999", "٣", "-4"])
def test_grid_refuses_what_is_no_point(bso: Bso, staff: Client, half_points: str) -> None:
    answer = staff.post(group_url(bso, "bso_group_save"), point(bso, half_points), **JSON)
    assert answer.status_code in {409, 422}
    assert answer.json()["error"]
    assert staff.post(group_url(bso, "bso_group_save"), point(bso, half_points)).status_code in {409, 422}
    assert points(bso) == []


def test_group_begins_all_measurements_at_once(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id):
        bso_child(bso.group, "Sem")
    assert "1 kind heeft nu geen meting" in staff.get(group_url(bso)).content.decode()
    page = staff.post(group_url(bso, "bso_group_start"), follow=True).content.decode()
    assert "1 meting begonnen" in page
    assert "heeft nu geen meting" not in page


def test_another_kind_of_group_has_no_such_page(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id):
        toddlers = factories.group(staff=bso.staff)
    assert staff.get(reverse("observations:bso_group", args=[toddlers.pk])).status_code == 404
    assert reverse("observations:bso_group", args=[bso.group.pk]) in staff.get(group_url(bso)).content.decode()


def test_coach_reads_and_does_not_fill_in(bso: Bso) -> None:
    coach = client_of(bso.coach)
    assert "data-point" not in coach.get(group_url(bso)).content.decode()
    assert coach.post(group_url(bso, "bso_group_save"), point(bso, "7")).status_code == 403
    assert coach.get(fill_url(bso, "bso_registration")).status_code == 200
    assert coach.get(fill_url(bso)).status_code == 403


@pytest.mark.requirement("BSO-1.1")
def test_form_shows_twelve_statements_in_four_aspects(bso: Bso, staff: Client) -> None:
    page = staff.get(fill_url(bso)).content.decode()
    assert page.count("data-milestone") == 12
    assert page.count('value="almost_always"') == page.count('value="unknown"') == 12
    for aspect in ("Contact met anderen", "Voor zichzelf opkomen", "Omgaan met gevoelens en ruzie"):
        assert aspect in page


def test_one_answer_is_kept_at_once(bso: Bso, staff: Client) -> None:
    name = f"m-{item(bso.opened, 'contact-vriend')}"
    assert staff.post(fill_url(bso), {name: "often"}, **JSON).json()["progress"] == {"answered": 1, "total": 14}
    staff.post(fill_url(bso), {name: "unknown"}, **JSON)
    assert answers(bso) == {"contact-vriend": None}


def test_form_without_script_keeps_everything(bso: Bso, staff: Client) -> None:
    sent = {
        f"m-{item(bso.opened, 'contact-vriend')}": "sometimes",
        f"s-{scale(bso.opened)}": "8",
        "conclusion": "Wordt vrijer.",
        "was-conclusion": mark_of(""),
    }
    page = staff.post(fill_url(bso), sent, follow=True).content.decode()
    assert "Wordt vrijer." in page
    assert "4 van 5" in page
    assert answers(bso) == {"contact-vriend": 1}


def test_wrong_answer_keeps_nothing_and_shows_what_was_typed(bso: Bso, staff: Client) -> None:
    sent = {
        f"m-{item(bso.opened, 'contact-vriend')}": "sometimes",
        f"m-{item(bso.opened, 'opkomen-nee')}": "secure",
        "conclusion": "Lang over nagedacht.",
    }
    refused = staff.post(fill_url(bso), sent)
    assert refused.status_code == 422
    assert "Lang over nagedacht." in refused.content.decode()
    assert answers(bso) == {}


def test_closing_lists_what_is_missing_and_then_fixes_it(bso: Bso, staff: Client) -> None:
    close = fill_url(bso, "bso_close")
    assert staff.post(close).status_code == 409
    staff.post(fill_url(bso), {f"s-{scale(bso.opened)}": "8"})
    page = staff.get(close).content.decode()
    assert "12 uitspraken zonder antwoord" in page
    assert "Betrokkenheid" in page
    assert "afgesloten" in staff.post(close, follow=True).content.decode()
    assert staff.get(fill_url(bso)).status_code == 302
    assert staff.post(fill_url(bso), {f"s-{scale(bso.opened)}": "2"}, **JSON).status_code == 409
    assert points(bso) == [8]


@pytest.mark.requirement("BSO-3.1")
def test_child_page_has_the_measurements_and_no_home_language_or_vve(bso: Bso, staff: Client) -> None:
    page = staff.get(reverse("observations:child", args=[bso.child.pk])).content.decode()
    assert fill_url(bso) in page
    for shown in (page, staff.get(fill_url(bso, "bso_registration")).content.decode()):
        assert "Thuistaal" not in shown
        assert "VVE" not in shown


def test_child_page_offers_to_begin_and_only_in_a_bso_group(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id):
        other: Child = bso_child(bso.group, "Sem")
        toddler = factories.child(factories.group(staff=bso.staff))
    start = reverse("observations:bso_start", args=[other.pk])
    assert start in staff.get(reverse("observations:child", args=[other.pk])).content.decode()
    assert staff.post(start).status_code == 302
    with tenant_scope(bso.organisation_id):
        assert BsoRegistration.objects.filter(child=other).count() == 1
    assert "Begin een meting" not in staff.get(reverse("observations:child", args=[toddler.pk])).content.decode()
    refused = staff.post(reverse("observations:bso_start", args=[toddler.pk]), follow=True).content.decode()
    assert "niet in een BSO-groep" in refused


def test_group_page_shows_the_time_before(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id):
        BsoRegistration.objects.filter(pk=bso.opened.pk).update(observed_on=today() - timedelta(days=180))
        fill_in(bso.opened, bso.staff)
        close_measurement(registration=bso.opened, by=bso.staff, now=timezone.now())
        start_measurement(child=bso.child, today=today(), by=bso.staff)
    assert staff.get(group_url(bso)).content.decode().count("vorige keer 3,5") == 2


def test_without_the_instrument_the_page_says_so(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests' database has the shipped ones: another is looked for, which nobody loaded.
    monkeypatch.setattr("observations.domain.bso.group.STAFF_INSTRUMENT", "ander-instrument")
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        user = factories.user(Role.GROUP_STAFF)
        group = factories.group(staff=user, kind=Group.Kind.BSO)
    answer = client_of(user).get(reverse("observations:bso_group", args=[group.pk]))
    assert answer.status_code == 200
    assert "is niet geladen" in answer.content.decode()
