"""Over the whole URL map: who may open a page, what an outsider gets, and the event it leaves (SEC-4, AUD-1)."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.web.page import page_rule_of
from licensing.models import Organisation
from tests import factories
from tests.clients import client_of
from tests.pages import PAGES, Page, World, make_world, url_names

GUARDED = [page for page in PAGES if page.role is not None]
OF_A_ROW = [page for page in GUARDED if page.of_a_row]


def of_a_module(page: Page) -> bool:
    rule = page_rule_of(url_names().get(page.name))
    return rule is not None and rule.right is not None and rule.right.module is not None


OF_A_MODULE = [page for page in GUARDED if of_a_module(page)]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def open_page(client: Client, page: Page, world: World) -> HttpResponse:
    url = reverse(page.name, kwargs=page.kwargs(world))
    answer: Any = getattr(client, page.method)(url, page.data(world))
    return answer  # type: ignore[no-any-return]


def actions_of(world: World) -> list[str]:
    with tenant_scope(world.organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


@pytest.mark.requirement("AUD-1.1")
def test_url_map_is_the_table_of_pages() -> None:
    assert sorted(url_names()) == sorted(page.name for page in PAGES)


def test_every_view_declares_its_rule() -> None:
    undeclared = [name for name, view in url_names().items() if page_rule_of(view) is None]
    assert undeclared == []


@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
@pytest.mark.requirement("AUD-1.1")
def test_page_opens_for_its_role_and_leaves_its_event(page: Page, world: World) -> None:
    assert page.role is not None
    before = actions_of(world)
    response = open_page(client_of(world.users[page.role]), page, world)
    assert response.status_code == page.status
    assert page.action in actions_of(world)[len(before) :]


@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
def test_page_sends_anonymous_to_sign_in(page: Page, world: World) -> None:
    response = open_page(Client(), page, world)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/inloggen/")


@pytest.mark.parametrize("page", [page for page in GUARDED if page.denied_to], ids=lambda page: page.name)
def test_page_refuses_in_words_without_the_right(page: Page, world: World) -> None:
    assert page.denied_to is not None
    response = open_page(client_of(world.users[page.denied_to]), page, world)
    assert response.status_code == 403
    assert "Hiervoor heeft u geen toegang" in response.content.decode()
    assert actions_of(world)[-1] == "request.denied"


@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
def test_page_refuses_somebody_without_any_role(page: Page, world: World) -> None:
    assert open_page(client_of(world.nobody), page, world).status_code == 403


@pytest.mark.parametrize("page", OF_A_ROW, ids=lambda page: page.name)
@pytest.mark.requirement("SEC-1.1")
def test_page_of_another_organisation_is_not_found(page: Page, world: World) -> None:
    assert page.role is not None
    outsider = client_of(make_world().users[page.role])
    assert open_page(outsider, page, world).status_code == 404


def test_page_of_another_group_is_denied(world: World) -> None:
    with tenant_scope(world.organisation_id):
        elsewhere = factories.user(Role.GROUP_STAFF)
        factories.group(staff=elsewhere)
    response = client_of(elsewhere).get(reverse("observations:child", kwargs={"pk": world.child.pk}))
    assert response.status_code == 403


def test_every_module_page_is_known() -> None:
    assert [page.name for page in OF_A_MODULE] == [
        "observations:note_new",
        "observations:registration_start",
        "observations:registration",
        "observations:registration_line",
        "observations:registration_scales",
        "observations:answer",
        "observations:registration_close",
        "observations:registration_reopen",
        "monitoring:cross_section",
        "monitoring:cross_section_pdf",
    ]


@pytest.mark.parametrize("page", OF_A_MODULE, ids=lambda page: page.name)
@pytest.mark.requirement("LIC-3.2")
def test_page_of_a_module_that_is_off_opens_for_nobody(page: Page, world: World) -> None:
    assert page.role is not None
    with tenant_scope(world.organisation_id):
        Organisation.objects.update(modules=[])
    assert open_page(client_of(world.users[page.role]), page, world).status_code == 403
