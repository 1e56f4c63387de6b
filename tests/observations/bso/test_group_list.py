"""The first page and the list of groups lead to the work of out-of-school care (BSO-1, UX-4)."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from licensing.modules import Module
from observations.domain.bso.measuring import close_measurement, start_measurement
from observations.models import Group
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import bso_child, fill_in, today


@pytest.mark.parametrize(
    ("modules", "others_lead_to"),
    [((Module.BSO,), ""), ((Module.BSO, Module.REGISTRATION), "observations:group")],
    ids=["BSO alone", "both"],
)
def test_list_of_groups_leads_to_the_work_with_each(db: None, modules: tuple[Module, ...], others_lead_to: str) -> None:
    factories.bso_instruments()
    with tenant_scope(factories.organisation(modules=modules)):
        staff = factories.user(Role.GROUP_STAFF)
        bso, toddlers = factories.group(staff=staff, kind=Group.Kind.BSO), factories.group(staff=staff)
    client = client_of(staff)
    url = reverse("observations:bso_group", args=[bso.pk])
    by_children = f"{reverse('observations:children')}?groep={toddlers.pk}"
    other = reverse(others_lead_to, args=[toddlers.pk]) if others_lead_to else by_children
    shown = client.get(reverse("observations:groups")).content.decode()
    assert f'href="{url}"' in shown
    assert f'href="{other}"' in shown
    assert client.get(url).status_code == 200


@pytest.mark.requirement("UX-4.1")
def test_first_page_leads_to_the_measurements_with_how_far_they_are(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id):
        fill_in(bso.opened, bso.staff)
        second = start_measurement(child=bso_child(bso.group, "Mo"), today=today(), by=bso.staff)
        close_measurement(registration=bso.opened, by=bso.staff, now=second.created_at)
    url = f'href="{reverse("observations:bso_group", args=[bso.group.pk])}"'
    page = client_of(bso.staff).get(reverse("today")).content.decode()
    assert url in page
    assert "1 van 2" in " ".join(page.split())
    assert url not in client_of(bso.coach).get(reverse("today")).content.decode()


def test_page_of_a_child_in_out_of_school_care_has_no_empty_parts_about_development(bso: Bso) -> None:
    page = client_of(bso.staff).get(reverse("observations:child", args=[bso.child.pk])).content.decode()
    assert "Meting van" in page
    assert not [words for words in ("Ontwikkelingslijnen", "Nog geen registraties") if words in page]
