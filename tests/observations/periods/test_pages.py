"""The pages on which registrations are planned (REG-2)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.periods.by_age import plan_age
from observations.domain.periods.planning import PeriodDays, plan_period
from observations.models import ExtraRegistration, PlannedAge, Registration, RegistrationPeriod
from tests.clients import client_of
from tests.pages import STAFF, World, make_world

PERIODS = "/registraties/planning/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def administrator(world: World) -> Client:
    return client_of(world.users[Role.ADMINISTRATOR])


def periods(world: World) -> dict[str, RegistrationPeriod]:
    with tenant_scope(world.organisation_id):
        return {period.name: period for period in RegistrationPeriod.objects.all()}


def period(**changes: Any) -> dict[str, Any]:
    return {"name": "Voorjaar 2031", "begins_on": "2031-04-01", "ends_on": "2031-05-31", "kinds": []} | changes


@pytest.mark.requirement("REG-2.1")
def test_periods_of_a_school_year_are_shown_first_and_planned_then(administrator: Client, world: World) -> None:
    today = timezone.localdate()
    year = (today.year if today.month >= 8 else today.year - 1) + 2
    asked = {"school_year": year, "months": [10, 4], "weeks": 8}
    url = reverse("observations:period_proposal")
    text = administrator.post(url, asked).content.decode()
    assert f"Oktober {year}" in text
    assert list(periods(world)) == ["Proefperiode"]
    assert administrator.post(url, asked | {"doe": "plan"}).headers["Location"] == PERIODS
    planned = [(found.name, found.begins_on) for found in periods(world).values() if found.name != "Proefperiode"]
    assert sorted(planned) == [(f"April {year + 1}", date(year + 1, 4, 1)), (f"Oktober {year}", date(year, 10, 1))]
    again = administrator.post(url, asked | {"doe": "plan"})
    assert (again.status_code, "overlapt met" in again.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Vul een naam in"),
        ({"name": "x" * 61}, "te lang"),
        ({"begins_on": "morgen"}, "Vul een datum in"),
        ({"ends_on": "2031-03-01"}, "ligt voor de eerste"),
        ({"kinds": ["school"]}, "Deze keuze kennen we niet"),
        ({"name": "proefperiode"}, "deze naam"),
    ],
)
def test_period_form_says_what_is_wrong_and_keeps_what_was_typed(
    administrator: Client, world: World, changes: dict[str, Any], message: str
) -> None:
    response = administrator.post(reverse("observations:period_new"), period(**changes))
    text = response.content.decode()
    assert (response.status_code, message in text, "2031-" in text) == (422, True, True)
    assert list(periods(world)) == ["Proefperiode"]


def test_period_is_planned_changed_closed_opened_and_taken_away(administrator: Client, world: World) -> None:
    assert administrator.post(reverse("observations:period_new"), period()).status_code == 302
    url = reverse("observations:period", kwargs={"pk": periods(world)["Voorjaar 2031"].pk})
    assert administrator.post(url, period(name="Lente", kinds=["vve"])).status_code == 302
    assert periods(world)["Lente"].kinds == ["vve"]
    refused = administrator.post(url, {"doe": "sluiten"})
    assert (refused.status_code, "nog niet begonnen" in refused.content.decode()) == (409, True)
    assert administrator.post(url, {"doe": "bestaat-niet"}).status_code == 404
    now = reverse("observations:period", kwargs={"pk": periods(world)["Proefperiode"].pk})
    for doing, closed in (("sluiten", True), ("openen", False)):
        assert administrator.post(now, {"doe": doing}).status_code == 302
        assert (periods(world)["Proefperiode"].closed_at is not None) is closed
    assert administrator.post(now, {"doe": "weghalen"}).status_code == 409
    assert administrator.post(url, {"doe": "weghalen"}).status_code == 302
    assert list(periods(world)) == ["Proefperiode"]


@pytest.mark.requirement("REG-2.2")
def test_age_is_planned_and_taken_away(administrator: Client, world: World) -> None:
    url = reverse("observations:planned_age_new")
    for age in ("twee", "7;1", "0;0"):
        response = administrator.post(url, {"age": age, "kind": "", "window_weeks": "4"})
        assert (response.status_code, "Vul een leeftijd in" in response.content.decode()) == (422, True)
    sent = {"age": "2;3", "kind": "vve", "window_weeks": "4"}
    assert administrator.post(url, sent).status_code == 302
    assert administrator.post(url, sent).status_code == 422
    assert "2;3" in administrator.get(PERIODS).content.decode()
    with tenant_scope(world.organisation_id):
        planned = PlannedAge.objects.get()
    assert administrator.post(reverse("observations:planned_age", kwargs={"pk": planned.pk})).status_code == 302
    with tenant_scope(world.organisation_id):
        assert not PlannedAge.objects.exists()


@pytest.mark.requirement("REG-2.3")
def test_extra_registration_of_a_child_is_planned_begun_and_then_stays(administrator: Client, world: World) -> None:
    today = timezone.localdate()
    url = f"{reverse('observations:extra_new')}?kind={world.child.pk}"
    assert "Yara van Dijk" in administrator.get(url).content.decode()
    sent: dict[str, Any] = {
        "name": "Nulmeting taal",
        "lines": ["mondelinge-taal"],
        "audience": "child",
        "group": "",
        "begins_on": today.isoformat(),
        "ends_on": (today + timedelta(weeks=4)).isoformat(),
        "weeks": "",
    }
    response = administrator.post(url, sent | {"ends_on": ""})
    assert (response.status_code, "Kies een laatste dag" in response.content.decode()) == (422, True)
    assert administrator.post(url, sent).status_code == 302
    with tenant_scope(world.organisation_id):
        extra = ExtraRegistration.objects.get()
    staff = client_of(world.users[STAFF])
    start = reverse("observations:registration_start", kwargs={"pk": world.child.pk})
    begun = staff.post(start, {"extra": str(extra.pk)}, follow=True).content.decode()
    assert ("Nulmeting taal" in begun, "Mondelinge taal" in begun, "Tekenen" in begun) == (True, True, False)
    assert staff.post(start, {"extra": str(world.child.pk)}).status_code == 404
    gone = administrator.post(reverse("observations:extra", kwargs={"pk": extra.pk}))
    assert (gone.status_code, "niet meer weg" in gone.content.decode()) == (409, True)
    with tenant_scope(world.organisation_id):
        assert Registration.objects.filter(extra=extra).count() == 1


def test_planning_costs_the_same_queries_for_one_and_for_three(
    administrator: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    administrator.get(PERIODS)
    with django_assert_num_queries(25):
        administrator.get(PERIODS)
    with tenant_scope(world.organisation_id):
        for number in range(1, 4):
            first = date(2031, 2 * number, 1)
            days = PeriodDays(f"Periode {number}", first, first + timedelta(days=20))
            plan_period(days=days, by=world.users[Role.ADMINISTRATOR])
            plan_age(months=27 + number, kind="", window_weeks=4, today=first, by=world.users[Role.ADMINISTRATOR])
    with django_assert_num_queries(25):
        administrator.get(PERIODS)
