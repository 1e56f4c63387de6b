"""Every form is sent what it should not be: it refuses in words, saves nothing, and never fails (SEC-4.1).

The fields come from the pages themselves, so that a form that is added is tried as well. What is refused may leave
nothing behind but the trail, sessions, drafts and the counts of wrong guesses (tests/security/snapshots.py).
"""

import pytest

from tests.pages import PAGES, Page
from tests.security.access_table import ACCESS
from tests.security.hostile import attacks_on, broken_requests, whole_requests
from tests.security.judging import Sending
from tests.security.personas import Stage, State
from tests.security.situations import Forms, come_to, forms_of
from tests.security.visits import address_of

TAKES_FORMS = [pytest.param(page, id=page.name) for page in PAGES if "POST" in ACCESS[page.name].methods]
FRESH = [
    pytest.param(page, id=page.name)
    for page in PAGES
    if ACCESS[page.name].fresh and "POST" in ACCESS[page.name].methods
]
# Of each kind of answer one: before signing in, JSON, a form in steps, a file, a sealed text.
BROKEN = [
    pytest.param(page, id=page.name)
    for page in PAGES
    if page.name
    in {
        "accounts:password_strength",
        "accounts:sign_in",
        "observations:answer",
        "observations:import_new",
        "observations:note_new",
    }
]
# Nothing is filled in there: these are buttons.
BUTTONS = {
    "accounts:access_review_begin",
    "accounts:access_review_sign",
    "accounts:colleague_factor_reset",
    "accounts:colleague_reopen",
    "accounts:colleague_sessions_end",
    "accounts:colleague_unlock",
    "accounts:passkey_options",
    "accounts:passkey_remove",
    "accounts:passkey_sign_in_options",
    "accounts:password_link",
    "accounts:policy_domain_remove",
    "accounts:recovery_codes",
    "accounts:second_step_options",
    "accounts:session_end",
    "accounts:session_extend",
    "accounts:sessions_end_others",
    "accounts:sign_out",
    "accounts:totp_remove",
    "jobs:cancel",
    "jobs:discard",
    "observations:bso_close",
    "observations:bso_follow_up_done",
    "observations:bso_group_reports",
    "observations:bso_group_start",
    "observations:bso_self",
    "observations:bso_start",
    "observations:kind_code",
    "observations:kind_finish",
    "observations:kind_statement",
    "observations:kind_talk",
    "observations:extra",
    "observations:group_registrations_close",
    "observations:planned_age",
    "observations:import_confirm",
    "observations:note_delete",
    "observations:registration_start",
    "observations:sensitive_withdraw",
}


@pytest.mark.parametrize("page", TAKES_FORMS)
def test_fields_of_form_are_found(page: Page, on_stage: Stage, forms: Forms) -> None:
    found = forms_of(page, address_of(page, on_stage.world), forms)
    assert any(form.fields for form in found) == (page.name not in BUTTONS)


@pytest.mark.parametrize("page", TAKES_FORMS)
@pytest.mark.requirement("SEC-4.1")
def test_form_refuses_bad_input_in_words(page: Page, on_stage: Stage, forms: Forms) -> None:
    address, client = address_of(page, on_stage.world), come_to(page, on_stage)
    with Sending(client, address.url, on_stage) as sending:
        for form in forms_of(page, address, forms):
            for attack in attacks_on(form, on_stage.other.child.pk):
                sending.send(attack)
    assert sending.complaints == []


@pytest.mark.parametrize("page", BROKEN)
@pytest.mark.requirement("SEC-4.1")
def test_page_refuses_what_is_no_form(page: Page, on_stage: Stage, forms: Forms) -> None:
    address, client = address_of(page, on_stage.world), come_to(page, on_stage)
    with Sending(client, address.url, on_stage) as sending:
        for form in forms_of(page, address, forms):
            for attack in broken_requests(form):
                sending.send(attack)
    assert sending.statuses & {400, 413, 422}
    assert sending.complaints == []


@pytest.mark.parametrize("page", FRESH)
@pytest.mark.requirement("SEC-4.1")
def test_question_who_one_is_carries_no_bad_input_through(page: Page, on_stage: Stage, forms: Forms) -> None:
    address, client = address_of(page, on_stage.world), come_to(page, on_stage, State.STALE)
    with Sending(client, address.url, on_stage) as sending:
        for form in forms_of(page, address, forms):
            for attack in whole_requests(form):
                sending.send(attack)
    assert sending.complaints == []
    assert sending.changed == set()


@pytest.mark.requirement("SEC-4.1")
def test_form_of_a_session_that_is_over_keeps_nothing_but_a_draft(on_stage: Stage, forms: Forms) -> None:
    page = next(page for page in PAGES if page.name == "observations:note_new")
    address, client = address_of(page, on_stage.world), come_to(page, on_stage, State.IDLE)
    with Sending(client, address.url, on_stage) as sending:
        for form in forms_of(page, address, forms):
            for attack in attacks_on(form, on_stage.other.child.pk):
                sending.send(attack)
    assert sending.complaints == []
    assert sending.changed == set()
