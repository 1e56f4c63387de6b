"""The ways from one page to another that people look for, each only for who may go there (UX-4, ACC-9.10)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.modules import Module
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import start_registration
from observations.models import Group, Line, Note
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.plans.rooms import make_plan

NOTES, TO_DO, LIBRARY, JOBS = map(
    reverse, ("observations:notes", "observations:to_do", "observations:activities", "jobs:list")
)


def has_way(user: User, page: str, to: str) -> bool:
    """Say whether a page leads to an address."""
    answer = client_of(user).get(page)
    assert answer.status_code == 200
    return f'href="{to}"' in answer.content.decode()


@pytest.mark.requirement("UX-4.1")
def test_first_page_leads_to_all_notes_for_who_may_read_them(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        coach = factories.user(Role.COACH)
    ways = {user: has_way(user, "/", NOTES) for user in (nursery.staff, coach, nursery.administrator, nursery.quality)}
    assert list(ways.values()) == [True, True, True, False]
    with tenant_scope(factories.organisation(modules=(Module.BSO,))):
        elsewhere = factories.user(Role.COACH)
    assert not has_way(elsewhere, "/", NOTES)


def test_account_menu_leads_to_ones_own_jobs(nursery: Nursery) -> None:
    assert has_way(nursery.quality, "/", JOBS)


def test_administrator_comes_from_a_group_to_its_form_and_to_a_new_child_in_it(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        bso = factories.group(staff=nursery.staff, kind=Group.Kind.BSO)
    for name, group in (("group", nursery.group), ("bso_group", bso)):
        page = reverse(f"observations:{name}", args=[group.pk])
        ways = [
            reverse("observations:group_change", args=[group.pk]),
            f"{reverse('observations:child_new')}?groep={group.pk}",
        ]
        assert [has_way(nursery.administrator, page, way) for way in ways] == [True, True]
        assert [has_way(nursery.staff, page, way) for way in ways] == [False, False]
        form = client_of(nursery.administrator).get(ways[1]).content.decode()
        assert f'<option value="{group.pk}" selected>' in form


def test_plan_leads_to_the_library_and_planning_to_what_is_to_be_done(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        plan = make_plan(nursery)
    assert has_way(nursery.staff, reverse("observations:group_plan", args=[plan.pk]), LIBRARY)
    assert has_way(nursery.staff, reverse("observations:group_plans", args=[plan.group_id]), LIBRARY)
    assert has_way(nursery.administrator, reverse("observations:periods"), TO_DO)


@pytest.mark.requirement("REG-3.3")
def test_evidence_beside_a_line_leads_to_its_note(nursery: Nursery) -> None:
    today = timezone.localdate()
    line = nursery.content.lines["tekenen"]
    with tenant_scope(nursery.organisation_id):
        registration = start_registration(child=nursery.child, today=today, by=nursery.staff)
        born = nursery.child.birth_date
        band = min(line.bands, key=lambda number: abs(6 * number - (today - born) / timedelta(days=30)))
        write_note(
            children=[nursery.child],
            text="Tekent een hoofd met benen.",
            observed_on=today,
            today=today,
            lines=[Line.objects.get(code="tekenen")],
            milestones={line.bands[band][0].id: "secure"},
            entry_id=uuid7(),
            by=nursery.staff,
        )
        note = Note.objects.get()
    page = reverse("observations:registration_line", args=[registration.pk, "tekenen"])
    text = client_of(nursery.staff).get(page).content.decode()
    # Above the questions on a narrow screen, beside them on a wide one, and at the milestone itself.
    assert text.count(f'href="{reverse("observations:note", args=[note.pk])}"') == 3


@pytest.mark.requirement("UX-4.1")
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("periods", "accounts:administration"),
        ("period_new", "accounts:administration"),
        ("archive", "observations:children"),
    ],
)
def test_menu_shows_under_which_place_a_page_lies(nursery: Nursery, name: str, place: str) -> None:
    page = client_of(nursery.administrator).get(reverse(f"observations:{name}")).content.decode()
    marked = re.findall(r'href="([^"]+)" aria-current="page"', page)
    assert set(marked) == {reverse(place)}
