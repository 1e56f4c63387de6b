"""What was typed is not lost: it is kept while one types, and offered back (ACC-6)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import UserSession
from kijk.drafts.domain import drafts_of_form
from kijk.tenancy.context import tenant_scope
from observations.models import Note
from tests.browser.conftest import Database, SignedIn
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.browser.watch import Watch
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

NOTE = "/notities/nieuw/"
TEXT = "Yara klimt op de bank en roept: kijk!"
KEPT = "Concept bewaard om"
OFFER = re.compile(r"^U was op \w+ \d+ \w+ om \d\d:\d\d aan een tekst bezig: .*roept: kijk!")
ENDED = "Uw sessie is afgelopen. Log in een ander tabblad in, uw tekst staat nog hier."

both_widths = pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])


def other_tab(visitor: Visitor) -> Visitor:
    """Open a second tab of the same browser."""
    page = visitor.page.context.new_page()
    return Visitor(page, Watch(page, visitor.address), visitor.address)


def status(page: Page) -> Locator:
    return page.locator("[data-draft]")


def offers(page: Page) -> Locator:
    return page.get_by_role("region", name="Nog niet bewaard")


def begin_note(visitor: Visitor, text: str = TEXT) -> None:
    visitor.open(NOTE)
    visitor.page.get_by_label("Wat zag u?").press_sequentially(text)


def type_on(page: Page, text: str) -> None:
    """Go on typing at the end of what is there."""
    page.get_by_label("Wat zag u?").press("Control+End")
    page.get_by_label("Wat zag u?").press_sequentially(text)


def drafts_of(nursery: Nursery) -> list[str]:
    with tenant_scope(nursery.organisation_id):
        return [draft.text("text") for draft in drafts_of_form(user_id=nursery.staff.pk, form="note")]


def notes_of(nursery: Nursery) -> list[str]:
    with tenant_scope(nursery.organisation_id):
        return [note.content.text for note in Note.objects.filter(child=nursery.yara)]


def leave_alone_for(nursery: Nursery, minutes: int) -> None:
    """Put back what the server knows of the last activity."""
    with tenant_scope(nursery.organisation_id):
        for session in UserSession.objects.filter(user=nursery.staff):
            session.last_active_at -= timedelta(minutes=minutes)
            session.save()


@both_widths
@pytest.mark.requirement("ACC-6.3", "UX-2.2")
def test_note_is_offered_in_a_new_tab_and_gone_on_with_in_all_its_fields(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    begin_note(visitor)
    page.get_by_role("checkbox", name="Yara van Dijk").check()
    page.get_by_text("Ontwikkelingslijn erbij kiezen").click()
    page.get_by_role("checkbox", name="Grote motoriek").check()
    page.get_by_text("Waar en wanneer").click()
    page.get_by_label("Waar was dat?").fill("binnen")
    page.get_by_label("Wanneer zag u het?").fill("2026-01-15")
    expect(status(page)).to_contain_text(KEPT)
    assert (visitor.overflow(), faults(visitor)) == (0, [])

    anew = other_tab(visitor)
    anew.page.set_viewport_size({"width": width, "height": height})
    anew.open(NOTE)
    expect(offers(anew.page)).to_contain_text(TEXT)
    assert (anew.overflow(), faults(anew)) == (0, [])
    expect(anew.page.get_by_label("Wat zag u?")).to_have_value("")
    anew.page.get_by_role("link", name="Verder met deze tekst").click()
    expect(anew.page.get_by_label("Wat zag u?")).to_have_value(TEXT)
    expect(anew.page.get_by_role("checkbox", name="Yara van Dijk")).to_be_checked()
    expect(anew.page.get_by_role("checkbox", name="Mo El Amrani")).not_to_be_checked()
    expect(anew.page.get_by_role("checkbox", name="Grote motoriek")).to_be_checked()
    expect(anew.page.get_by_label("Waar was dat?")).to_have_value("binnen")
    expect(anew.page.get_by_label("Wanneer zag u het?")).to_have_value("2026-01-15")

    anew.page.get_by_role("button", name="Bewaar notitie").click()
    expect(anew.page.get_by_text("Notitie opgeslagen.")).to_be_visible()
    anew.open(NOTE)
    expect(offers(anew.page)).to_have_count(0)
    assert database(lambda: (notes_of(nursery), drafts_of(nursery))) == ([TEXT], [])
    assert anew.watch.complaints == []


@pytest.mark.requirement("ACC-6.3")
def test_draft_can_be_thrown_away_by_keyboard(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    visitor = signed_in()
    page = visitor.page
    begin_note(visitor)
    expect(status(page)).to_contain_text(KEPT)
    visitor.open(NOTE)
    button = page.get_by_role("button", name="Weggooien")
    expect(button).to_have_accessible_description(OFFER)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("De tekst is weggegooid.")).to_be_visible()
    expect(offers(page)).to_have_count(0)
    assert visitor.path == NOTE
    assert database(lambda: drafts_of(nursery)) == []


@pytest.mark.requirement("ACC-6.3")
def test_page_that_is_left_while_one_types_keeps_the_text(signed_in: SignedIn) -> None:
    visitor = signed_in()
    begin_note(visitor)
    visitor.open("/kinderen/")
    visitor.open(NOTE)
    expect(offers(visitor.page)).to_contain_text(TEXT)


def test_two_notes_have_a_draft_each(signed_in: SignedIn, nursery: Nursery) -> None:
    visitor = signed_in()
    begin_note(visitor, "Bouwt een toren.")
    expect(status(visitor.page)).to_contain_text(KEPT)
    visitor.open(f"{NOTE}?kind={nursery.mo.pk}")
    visitor.page.get_by_label("Wat zag u?").press_sequentially("Mo telt tot tien.")
    expect(status(visitor.page)).to_contain_text(KEPT)
    visitor.open(NOTE)
    expect(offers(visitor.page).locator("q")).to_have_text(["Mo telt tot tien.", "Bouwt een toren."])


def test_note_that_is_sent_at_once_leaves_no_draft(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.open(f"{NOTE}?kind={nursery.yara.pk}")
    page.get_by_label("Wat zag u?").press_sequentially(TEXT)
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_text("Notitie opgeslagen.")).to_be_visible()
    visitor.open(NOTE)
    expect(offers(page)).to_have_count(0)
    assert database(lambda: drafts_of(nursery)) == []


def test_note_with_a_mistake_is_kept_as_it_was_sent(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow(r"^status 422: POST .*/notities/nieuw/$", "status of 422 ")
    begin_note(visitor)
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_role("alert")).to_contain_text("Kies minstens één kind.")
    assert database(lambda: drafts_of(nursery)) == [TEXT]
    type_on(page, " Ze lacht.")
    expect(status(page)).to_contain_text(KEPT)
    assert database(lambda: drafts_of(nursery)) == [f"{TEXT} Ze lacht."]


@pytest.mark.requirement("ACC-6.3")
def test_locking_and_signing_out_can_ask_for_what_is_not_saved_yet(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    begin_note(visitor)
    visitor.page.evaluate("import('/static/js/drafts.js').then((drafts) => drafts.flushDrafts())")
    assert database(lambda: drafts_of(nursery)) == [TEXT]


@pytest.mark.requirement("ACC-6.1")
def test_typing_keeps_the_session_and_an_open_page_does_not(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    begin_note(visitor)
    expect(status(page)).to_contain_text(KEPT)
    database(lambda: leave_alone_for(nursery, 20))
    type_on(page, " Ze lacht.")
    with page.expect_response("**/concept/") as answer:
        pass
    assert answer.value.json()["changed"]
    database(lambda: leave_alone_for(nursery, 20))
    visitor.open(NOTE)
    expect(offers(page)).to_contain_text(TEXT)


@pytest.mark.requirement("ACC-6.3")
def test_text_typed_after_the_session_ended_stays_and_is_kept_after_signing_in_elsewhere(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow(
        r"^failed: .*(/inloggen/\?.*|/concept/|/notities/nieuw/) net::ERR_ABORTED$",
        r"^status 403: POST .*/concept/$",
        "status of 403 ",
    )
    begin_note(visitor)
    expect(status(page)).to_contain_text(KEPT)
    database(lambda: leave_alone_for(nursery, 31))
    type_on(page, " Ze lacht.")
    expect(status(page)).to_have_text(ENDED)
    expect(page.get_by_label("Wat zag u?")).to_have_value(f"{TEXT} Ze lacht.")
    expect(page.get_by_label("Wat zag u?")).to_be_enabled()
    # The last request of the session came too late to be activity, and its text was kept all the same.
    assert database(lambda: drafts_of(nursery)) == [f"{TEXT} Ze lacht."]
    type_on(page, " Nog eens!")
    elsewhere = other_tab(visitor)
    elsewhere.sign_in(nursery.staff)
    expect(status(page)).to_contain_text(KEPT, timeout=20_000)
    assert database(lambda: drafts_of(nursery)) == [f"{TEXT} Ze lacht. Nog eens!"]
    # The form has a fresh token too: it can be sent.
    page.get_by_role("checkbox", name="Yara van Dijk").check()
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_text("Notitie opgeslagen.")).to_be_visible()


@pytest.mark.requirement("ACC-6.3", "UX-3.1")
def test_note_sent_after_the_session_ended_is_offered_after_signing_in_without_scripts(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in(java_script_enabled=False)
    page = visitor.page
    visitor.open(NOTE)
    page.get_by_label("Wat zag u?").fill(TEXT)
    page.get_by_role("checkbox", name="Yara van Dijk").check()
    database(lambda: leave_alone_for(nursery, 31))
    page.get_by_role("button", name="Bewaar notitie").click()
    page.get_by_label("E-mailadres").fill(nursery.staff.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    assert visitor.path == NOTE
    page.get_by_role("link", name="Verder met deze tekst").click()
    expect(page.get_by_label("Wat zag u?")).to_have_value(TEXT)
    expect(page.get_by_role("checkbox", name="Yara van Dijk")).to_be_checked()
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_text("Notitie opgeslagen.")).to_be_visible()
    assert database(lambda: (notes_of(nursery), drafts_of(nursery))) == ([TEXT], [])


def test_form_is_not_thrown_away_without_a_network(signed_in: SignedIn) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow("ERR_INTERNET_DISCONNECTED")
    visitor.open(NOTE)
    page.context.set_offline(True)
    page.get_by_label("Wat zag u?").fill(TEXT)
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(status(page)).to_have_text("Er is geen verbinding. Uw tekst staat nog hier. Probeer het zo opnieuw.")
    expect(page.get_by_label("Wat zag u?")).to_have_value(TEXT)
    page.context.set_offline(False)
    expect(status(page)).to_contain_text(KEPT)
