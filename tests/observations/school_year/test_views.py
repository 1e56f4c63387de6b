"""The screen of the new school year, as an administrator uses it (CHD-4)."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kijk.tenancy.context import tenant_scope
from observations.domain.school_year.preparing import usual_day
from observations.models import Child, Group, GroupStaff, SchoolYearMove, SchoolYearStep
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.school_year.test_school_year import children_in, new_day, old_group

SCREEN = reverse("observations:school_year")


def prepared(nursery: Nursery, children: int = 2) -> SchoolYearStep:
    """Prepare the year through the screen for one group, and return its step."""
    with tenant_scope(nursery.organisation_id):
        children_in(old_group(nursery, "De Vissen"), children)
    client = client_of(nursery.administrator)
    assert client.post(SCREEN, {"doe": "begin", "begins_on": new_day().isoformat()}).headers["Location"] == SCREEN
    with tenant_scope(nursery.organisation_id):
        return SchoolYearStep.objects.select_related("move", "group").get()


def page_of(step: SchoolYearStep) -> str:
    return reverse("observations:school_year_step", kwargs={"pk": step.pk})


@pytest.mark.requirement("CHD-4.1", "CHD-4.2")
def test_year_is_prepared_looked_at_carried_out_and_undone(nursery: Nursery) -> None:
    step, client = prepared(nursery), client_of(nursery.administrator)
    text = client.get(SCREEN).content.decode()
    assert all(words in text for words in ("De Vissen", "gaat door", "2 kinderen gaan naar een groep"))
    with tenant_scope(nursery.organisation_id):
        leaver = Child.objects.exclude(pk=nursery.child.pk).order_by("pk")[0]
    choice = {"deel": "groep", "choice": "continue", "name": "De Haaien", "kind": "infants"}
    assert client.post(page_of(step), choice).headers["Location"] == SCREEN
    way = {"deel": "kinderen", f"kind-{leaver.pk}": "leave:primary"}
    assert client.post(page_of(step), way).headers["Location"] == SCREEN
    text = client.get(SCREEN).content.decode()
    assert all(words in text for words in ("De Haaien", "1 kind vertrekt", "1 vertrekt"))
    done = client.post(SCREEN, {"doe": "voer-uit"}, follow=True).content.decode()
    assert "1 kind is overgezet." in done
    assert "Maak dit schooljaar ongedaan" in done
    assert client.get(page_of(step)).status_code == 404
    with tenant_scope(nursery.organisation_id):
        assert Group.objects.filter(name="De Haaien").exists()
    assert "Alles staat weer" in client.post(SCREEN, {"doe": "ongedaan"}, follow=True).content.decode()
    with tenant_scope(nursery.organisation_id):
        assert not Group.objects.filter(name="De Haaien").exists()


def test_undo_that_is_too_late_says_why(nursery: Nursery) -> None:
    prepared(nursery)
    client = client_of(nursery.administrator)
    client.post(SCREEN, {"doe": "voer-uit"})
    with tenant_scope(nursery.organisation_id):
        children_in(Group.objects.get(name="De Vissen", school_year=new_day().year), 1, since=new_day())
    text = client.get(SCREEN).content.decode()
    assert "er is 1 nieuw kind geplaatst" in text
    assert "Maak dit schooljaar ongedaan" not in text
    refused = client.post(SCREEN, {"doe": "ongedaan"})
    assert (refused.status_code, "kan niet meer" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"deel": "groep", "choice": "zolder"}, "kennen we niet"),
        ({"deel": "groep", "choice": "split", "name": "Rood", "second_name": ""}, "eigen naam"),
        ({"deel": "groep", "choice": "continue", "name": "Rood\x00"}, "teken"),
        ({"deel": "groep", "choice": "leave"}, "naartoe gaan"),
        ({"deel": "groep"}, "Kies wat er"),
    ],
)
def test_choice_comes_back_with_what_is_wrong(nursery: Nursery, data: dict[str, str], message: str) -> None:
    step = prepared(nursery)
    answer = client_of(nursery.administrator).post(page_of(step), data)
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_way_of_a_child_that_is_none_is_refused_in_words(nursery: Nursery) -> None:
    step = prepared(nursery)
    with tenant_scope(nursery.organisation_id):
        child = Child.objects.exclude(pk=nursery.child.pk).order_by("pk")[0]
    answer = client_of(nursery.administrator).post(page_of(step), {"deel": "kinderen", f"kind-{child.pk}": "second"})
    assert (answer.status_code, "kennen we niet" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "data", [{"doe": "begin", "begins_on": "ooit"}, {"doe": "begin", "begins_on": "2001-08-01"}, {"doe": "zolder"}, {}]
)
def test_what_cannot_be_begun_is_said(nursery: Nursery, data: dict[str, str]) -> None:
    answer = client_of(nursery.administrator).post(SCREEN, data)
    assert answer.status_code in {409, 422}
    with tenant_scope(nursery.organisation_id):
        assert not SchoolYearMove.objects.exists()


@pytest.mark.requirement("CHD-4.1")
def test_group_that_splits_is_divided_on_its_own_page_and_waits_until_then(nursery: Nursery) -> None:
    step, client = prepared(nursery, 3), client_of(nursery.administrator)
    stale = client.post(page_of(step), {"deel": "verdeel"})
    assert (stale.status_code, "splitst niet" in stale.content.decode()) == (422, True)
    choice = {"deel": "groep", "choice": "split", "name": "Rood", "second_name": "Blauw", "kind": "infants"}
    assert client.post(page_of(step), choice).headers["Location"] == f"{page_of(step)}#verdelen"
    text = client.get(page_of(step)).content.decode()
    assert "Voor 3 kinderen is nog niet gekozen" in text
    assert "naar Blauw" in text
    text = client.get(SCREEN).content.decode()
    assert "3 nog niet gekozen" in text
    assert "Zet alle groepen over" not in text
    text = client.post(page_of(step), {"deel": "verdeel"}, follow=True).content.decode()
    assert "de oudste helft (2) gaat naar Rood, de jongste helft (1) naar Blauw" in text
    assert "nog niet gekozen of" not in text
    assert "Zet alle groepen over" in client.get(SCREEN).content.decode()


@pytest.mark.requirement("CHD-4.1")
def test_who_of_the_staff_goes_along_is_said_and_chosen(nursery: Nursery) -> None:
    step, client = prepared(nursery), client_of(nursery.administrator)
    with tenant_scope(nursery.organisation_id):
        GroupStaff.objects.create(group=step.group, user=nursery.staff, begins_on=new_day())
    assert "1 gaat mee" in client.get(SCREEN).content.decode()
    assert "Wie meegaat, werkt vanaf" in client.get(page_of(step)).content.decode()
    choice = {"deel": "medewerkers", f"collega-{nursery.staff.pk}": "stay"}
    assert client.post(page_of(step), choice).headers["Location"] == SCREEN
    assert "1 blijft" in client.get(SCREEN).content.decode()
    wrong = client.post(page_of(step), {**choice, f"collega-{nursery.staff.pk}": "second"})
    assert (wrong.status_code, "kennen we niet" in wrong.content.decode()) == (422, True)


@pytest.mark.parametrize("children", [1, 3])
def test_screen_takes_as_many_queries_for_one_child_as_for_three(
    nursery: Nursery, children: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    step = prepared(nursery, children)
    client = client_of(nursery.administrator)
    client.get(SCREEN)
    with django_assert_num_queries(30):
        assert client.get(SCREEN).status_code == 200
    with django_assert_num_queries(31):
        assert client.get(page_of(step)).status_code == 200


def test_usual_day_stands_in_the_form(nursery: Nursery) -> None:
    text = client_of(nursery.administrator).get(SCREEN).content.decode()
    assert f'value="{usual_day(timezone.localdate()).isoformat()}"' in text
