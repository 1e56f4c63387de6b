"""The security matrix: every page, asked for by everybody (SEC-4.1).

One test a page, which asks for it as each of the personas and holds what they get against the table. How that is kept
quick: tests/security/personas.py.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.roles import ORGANISATION_ROLES, ROLE_TABLE, STAFF_ROLES, Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.web.page import PageRule, page_rule_of
from licensing.models import Organisation
from tests.pages import PAGES, Page, url_names
from tests.security.access_table import ACCESS, Row
from tests.security.personas import PERSONAS, Persona, Stage, Where, put_back
from tests.security.visits import Address, Outcome, address_of, expected_of, outcome_of

BY_NAME = [pytest.param(page, id=page.name) for page in sorted(PAGES, key=lambda page: page.name)]
GUARDED = [pytest.param(page, id=page.name) for page in PAGES if page.role is not None]
WITH_RIGHT = [pytest.param(page, id=page.name) for page in PAGES if page.name in ACCESS and ACCESS[page.name].may]


# These take a second each: PDFs, and the hashing of ten codes. They are shown to who has their session in all its
# states; the others who may open them knock.
COSTLY = {"accounts:recovery_codes", *(page.name for page in PAGES if page.name.endswith("_pdf"))}


def rule_of(page: Page) -> PageRule:
    rule = page_rule_of(url_names()[page.name])
    assert rule is not None
    return rule


def actions_of(persona: Persona, stage: Stage) -> list[str]:
    with tenant_scope(stage.user(persona).organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def at_home(role: Role) -> Persona:
    """Return somebody with the role, in the organisation or at Bazalt."""
    return Persona(role.value, Where.BAZALT if role in STAFF_ROLES else Where.HERE, role)


def visits(page: Page, stage: Stage) -> Iterator[tuple[Persona, Any, Address]]:
    """Ask for the page as each persona in turn; yields the answer, and undoes what it did."""
    address = address_of(page, stage.world)
    for persona in PERSONAS:
        ask = address.knock if knocks(persona, page) else address.visit
        with put_back():
            yield persona, ask(stage.browser(persona.for_page(page))), address


def knocks(persona: Persona, page: Page) -> bool:
    """Say whether it is enough that somebody is let in, without what they are shown.

    A page about no row says the same to everybody who may open it: it is shown to the role that the table of pages
    names, of each organisation. Who is refused always asks for the page itself, and so does everybody of a row.
    """
    access = ACCESS[page.name]
    if persona.as_of_page or expected_of(persona, access, page) is not Outcome.OPENS:
        return False
    if page.name in COSTLY:
        return True
    return access.row is Row.NONE and persona.role not in {page.role, None}


# ------------------------------------------------------------------------------------------- the table


def test_table_has_every_page_and_no_other() -> None:
    assert sorted(ACCESS) == sorted(url_names())


@pytest.mark.parametrize("page", BY_NAME)
def test_table_says_what_the_view_declares(page: Page) -> None:
    access, rule = ACCESS[page.name], rule_of(page)
    may = None if rule.right is None else {role for role in Role if rule.right in ROLE_TABLE[role]}
    assert (may, rule.signed_in, rule.fresh) == (access.may, not access.public, access.fresh)
    assert set(rule.gates) == set(access.gates.split())


@pytest.mark.parametrize("page", BY_NAME)
def test_table_agrees_with_the_table_of_pages(page: Page) -> None:
    access = ACCESS[page.name]
    may = access.may if access.may is not None else set(Role)
    assert page.role in may or (page.role is None) == access.public
    assert page.denied_to not in may or access.may is None
    assert page.of_oneself == (access.may is None and not access.public)
    assert page.of_a_row == (access.row is not Row.NONE)
    assert page.crosses == (access.row is Row.ANY and not access.public)


# ------------------------------------------------------------------------------------------ the visits


@pytest.mark.parametrize("page", BY_NAME)
@pytest.mark.requirement("SEC-4.1")
@pytest.mark.requirement("SEC-1.1")
def test_everybody_gets_what_the_table_says(page: Page, on_stage: Stage) -> None:
    access = ACCESS[page.name]
    found, marks = {}, _marks_of(on_stage)
    for persona, response, address in visits(page, on_stage):
        found[persona.name] = outcome_of(response, address, access)
        if persona.where is Where.OTHER and found[persona.name] is Outcome.OPENS and access.row is not Row.ANY:
            assert not [mark for mark in marks if mark in response.content]
    assert found == {persona.name: expected_of(persona, access, page) for persona in PERSONAS}


def _marks_of(stage: Stage) -> list[bytes]:
    """Return what nobody of another organisation may find in a page: its ids and its people's addresses."""
    world = stage.world
    rows = (world.organisation_id, world.child.pk, world.opened.pk, world.closed.pk)
    return [str(each).encode() for each in (*rows, *(world.users[role].email for role in ORGANISATION_ROLES))]


@pytest.mark.parametrize("page", GUARDED)
@pytest.mark.requirement("AUD-1.1")
def test_page_opens_for_its_role_and_leaves_its_event(page: Page, on_stage: Stage) -> None:
    assert page.role is not None
    persona = at_home(page.role)
    address, before = address_of(page, on_stage.world), len(actions_of(persona, on_stage))
    response = address.visit(on_stage.browser(persona))
    assert response.status_code == page.status
    assert not page.action or page.action in actions_of(persona, on_stage)[before:]


@pytest.mark.parametrize("page", WITH_RIGHT)
@pytest.mark.requirement("SEC-4.1")
def test_refusal_says_why_and_leaves_a_trace(page: Page, on_stage: Stage) -> None:
    access = ACCESS[page.name]
    persona = at_home(next(role for role in Role if role not in (access.may or ())))
    response = address_of(page, on_stage.world).visit(on_stage.browser(persona))
    content = response.content.decode()
    assert response.status_code == 403
    assert "Hiervoor heeft u geen toegang" in content
    assert str(rule_of(page).right.label) in content
    assert actions_of(persona, on_stage)[-1] == "request.denied"


# -------------------------------------------------------------------------------------------- modules


# Literally, as the rest of the table: a page that is left out of a module opens where that module was not bought.
OF_A_MODULE = [
    "monitoring:cross_section",
    "monitoring:cross_section_pdf",
    "observations:activities",
    "observations:activity",
    "observations:activity_new",
    "observations:answer",
    "observations:bso_close",
    "observations:bso_fill",
    "observations:bso_follow_up_done",
    "observations:bso_follow_up_new",
    "observations:bso_group",
    "observations:bso_group_report_pdf",
    "observations:bso_group_reports",
    "observations:bso_group_save",
    "observations:bso_group_start",
    "observations:bso_registration",
    "observations:bso_reopen",
    "observations:bso_report_pdf",
    "observations:bso_self",
    "observations:bso_start",
    "observations:bso_versions",
    "observations:child_notes",
    "observations:child_reports",
    "observations:extra",
    "observations:extra_new",
    "observations:group",
    "observations:group_notes",
    "observations:group_pdf",
    "observations:group_plan",
    "observations:group_plan_activities",
    "observations:group_plan_activity",
    "observations:group_plan_arrange",
    "observations:group_plan_effect",
    "observations:group_plan_new",
    "observations:group_plan_next",
    "observations:group_plan_pdf",
    "observations:group_plan_step",
    "observations:group_plan_texts",
    "observations:group_plans",
    "observations:group_registrations",
    "observations:group_registrations_close",
    "observations:group_registrations_start",
    "observations:group_report_pdf",
    "observations:group_reports",
    "observations:line_grid",
    "observations:note",
    "observations:note_add",
    "observations:note_change",
    "observations:note_delete",
    "observations:note_key",
    "observations:note_late",
    "observations:note_new",
    "observations:note_tag",
    "observations:notes",
    "observations:parents_report",
    "observations:parents_report_pdf",
    "observations:parents_report_shown",
    "observations:parents_words",
    "observations:period",
    "observations:period_new",
    "observations:period_proposal",
    "observations:periods",
    "observations:planned_age",
    "observations:planned_age_new",
    "observations:registration",
    "observations:registration_close",
    "observations:registration_line",
    "observations:registration_reopen",
    "observations:registration_scales",
    "observations:registration_start",
    "observations:registration_versions",
    "observations:sensitive",
    "observations:sensitive_new",
    "observations:sensitive_withdraw",
    "observations:signal_rule",
    "observations:signal_rules",
    "observations:support_report_pdf",
    "observations:to_do",
    "observations:transfer_report",
    "observations:transfer_report_pdf",
]


def test_every_page_of_a_module_is_known() -> None:
    rules = {page.name: rule_of(page) for page in PAGES}
    assert sorted(name for name, rule in rules.items() if rule.right and rule.right.module) == OF_A_MODULE


@pytest.mark.parametrize("name", OF_A_MODULE)
@pytest.mark.requirement("LIC-3.2")
def test_page_of_a_module_that_is_off_opens_for_nobody(name: str, on_stage: Stage) -> None:
    page = next(page for page in PAGES if page.name == name)
    assert page.role is not None
    address = address_of(page, on_stage.world)
    with tenant_scope(on_stage.world.organisation_id):
        Organisation.objects.update(modules=[])
    assert address.visit(on_stage.browser(at_home(page.role))).status_code == 403
