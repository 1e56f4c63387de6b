"""By which methods a page can be asked, and that nothing is sent to it from another site (SEC-4.1)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts.roles import STAFF_ROLES
from tests.pages import PAGES, Page
from tests.security.access_table import ACCESS
from tests.security.personas import Persona, Stage, State, Where
from tests.security.snapshots import differences, snapshot_of
from tests.security.visits import address_of

METHODS = ("get", "post", "put", "patch", "delete")
ALL = [pytest.param(page, id=page.name) for page in PAGES]
TAKES_FORMS = [pytest.param(page, id=page.name) for page in PAGES if "POST" in ACCESS[page.name].methods]


def who_may(page: Page) -> Persona:
    if page.role is None:
        return Persona("anonymous", state=State.NONE)
    return Persona(page.role.value, Where.BAZALT if page.role in STAFF_ROLES else Where.HERE, page.role)


@contextmanager
def checking_csrf(stage: Stage) -> Iterator[None]:
    stage.client.handler.enforce_csrf_checks = True
    try:
        yield
    finally:
        stage.client.handler.enforce_csrf_checks = False


@pytest.mark.parametrize("page", ALL)
@pytest.mark.requirement("SEC-4.1")
def test_page_refuses_every_other_method_in_words(page: Page, on_stage: Stage) -> None:
    address, known = address_of(page, on_stage.world), ACCESS[page.name].methods.lower().split()
    for method in METHODS:
        if method in known:
            continue
        response = address.ask(on_stage.browser(who_may(page)), method, {})
        assert (method, response.status_code) == (method, 405)
        assert "<h1>Dit adres is geen pagina</h1>" in response.content.decode()
        assert response.headers["Allow"].lower().replace("head", "").replace(",", "").split() == known


@pytest.mark.parametrize("page", TAKES_FORMS)
@pytest.mark.requirement("SEC-4.1")
def test_form_from_elsewhere_is_refused_in_words_and_changes_nothing(page: Page, on_stage: Stage) -> None:
    address, client = address_of(page, on_stage.world), on_stage.browser(who_may(page))
    organisations = [on_stage.world.organisation_id]
    before = snapshot_of(organisations)
    with checking_csrf(on_stage):
        response = address.ask(client, "post")
    assert response.status_code == 403
    assert "stond te lang open</h1>" in response.content.decode()
    assert differences(before, snapshot_of(organisations)) == []
