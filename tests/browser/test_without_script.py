"""The main job in a browser that runs no JavaScript: forms do it all (UX-3)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.browser.registering import choose, expect_answer, milestone, open_part, start_registration
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(signed_in: SignedIn) -> Visitor:
    """A visitor whose browser runs no scripts."""
    return signed_in(java_script_enabled=False)


@pytest.mark.requirement("UX-3.1", "OBS-1.1")
def test_note_is_written_without_scripts(plain: Visitor) -> None:
    page = plain.page
    page.get_by_role("main").get_by_role("link", name="Mo El Amrani", exact=False).last.click()
    expect(page.get_by_role("checkbox", name="Mo El Amrani")).to_be_checked()
    page.get_by_label("Wat zag u?").fill("Klimt zelf de glijbaan op.")
    page.get_by_text("Waar en wanneer").click()
    page.get_by_label("Waar was dat?").fill("buiten")
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_text("Notitie opgeslagen.")).to_be_visible()
    note = page.get_by_role("article")
    expect(note).to_contain_text("Klimt zelf de glijbaan op.")
    expect(note).to_contain_text("buiten")


@pytest.mark.requirement("UX-3.1", "OBS-1.1")
def test_note_with_a_mistake_comes_back_with_what_was_typed(plain: Visitor) -> None:
    page = plain.page
    plain.watch.allow(r"^status 422: POST .*/notities/nieuw/$", "status of 422 ")
    plain.open("/notities/nieuw/")
    page.get_by_label("Wat zag u?").fill("Klimt zelf de glijbaan op.")
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_role("alert")).to_contain_text("Over wie gaat het? Kies minstens één kind.")
    expect(page.get_by_label("Wat zag u?")).to_have_value("Klimt zelf de glijbaan op.")


@pytest.mark.requirement("UX-3.1", "REG-3.6")
def test_line_is_kept_by_going_on_and_a_younger_band_is_not_passed_by(plain: Visitor) -> None:
    page = plain.page
    start_registration(plain)
    open_part(plain, "Spel")
    for number in range(3):
        choose(milestone(page, 6, number), "Nog niet")
    page.get_by_role("button", name="Grote motoriek").click()
    expect(page.get_by_text("Er is een jongere leeftijdsfase bijgekomen.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spel")
    expect_answer(milestone(page, 6, 0), "Nog niet")
    for number in range(3):
        choose(milestone(page, 5, number), "Beheerst")
    page.get_by_role("button", name="Grote motoriek").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grote motoriek")
    page.get_by_role("link", name="Registratie", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="Spel").last).to_contain_text("6 van 12 mijlpalen")


@pytest.mark.requirement("UX-3.1", "REG-3.4")
def test_scales_and_closing_work_without_scripts(plain: Visitor) -> None:
    page = plain.page
    start_registration(plain)
    open_part(plain, "Schalen en conclusie")
    page.get_by_role("group", name="Betrokkenheid").get_by_role("radio", name="4,5").check()
    page.get_by_label("Conclusie").fill("Mooi gespeeld.")
    page.get_by_role("button", name="Bewaar en ga terug").click()
    expect(page.get_by_text("Opgeslagen.")).to_be_visible()
    page.get_by_role("link", name="Registratie afsluiten").click()
    plain.watch.allow(r"^status 409: POST .*/afsluiten/$", "status of 409 ")
    page.get_by_role("button", name="Sluit af").click()
    expect(page.get_by_text("Nog niet bevestigd: 6 antwoorden")).to_be_visible()
    page.get_by_role("checkbox", name="Ja, 6 antwoorden").check()
    page.get_by_role("button", name="Sluit af").click()
    expect(page.get_by_text("De registratie is afgesloten.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Tekenen")).to_be_visible()
    expect(page.get_by_text("4,5 van 5")).to_be_visible()
