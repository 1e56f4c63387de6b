"""The main job from sign-in to results, in Dutch, as group staff does it at a desk and on a small phone."""

import pytest
from playwright.sync_api import expect

from kijk.tenancy.context import tenant_scope
from observations.models import Child, Note
from tests.accounts.factors import give_totp
from tests.browser.conftest import Database, SignedIn, Visit
from tests.browser.registering import (
    choose,
    expect_answer,
    expect_saved,
    milestone,
    open_part,
    press,
    start_registration,
)
from tests.browser.stories import Nursery
from tests.browser.visitor import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser

both_widths = pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])


def notes_of(nursery: Nursery, child: Child) -> list[str]:
    with tenant_scope(nursery.organisation_id):
        return [note.content.text for note in Note.objects.filter(child=child)]


@both_widths
@pytest.mark.requirement("UX-4.1", "UX-1.1")
def test_first_page_says_in_dutch_what_to_do(signed_in: SignedIn, width: int, height: int) -> None:
    page = signed_in(width, height).page
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dag Sanne")
    todo = page.get_by_role("region", name="Registreren: Deze ronde")
    expect(todo.get_by_role("listitem")).to_contain_text(["Yara van Dijk", "Mo El Amrani"])
    unseen = page.get_by_role("region", name="Lang niets over opgeschreven")
    expect(unseen.get_by_role("link", name="Yara van Dijk")).to_be_visible()


@both_widths
@pytest.mark.requirement("OBS-1.1", "OBS-1.2")
def test_note_about_two_children_is_kept_with_each(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    page = signed_in(width, height).page
    page.get_by_role("main").get_by_role("link", name="Notitie schrijven", exact=True).click()
    for name in ("Yara van Dijk", "Mo El Amrani"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_label("Wat zag u?").fill("Bouwden samen een toren van zes blokken.")
    page.get_by_text("Ontwikkelingslijn erbij kiezen").click()
    page.get_by_role("checkbox", name="Kleine motoriek").check()
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_role("status").first).to_have_text("Notitie opgeslagen bij 2 kinderen.")
    kept = database(lambda: [notes_of(nursery, child) for child in (nursery.yara, nursery.mo)])
    assert kept == [["Bouwden samen een toren van zes blokken."]] * 2


@both_widths
@pytest.mark.requirement("REG-3.2", "REG-3.6")
def test_answers_by_mouse_and_by_keyboard_are_there_after_coming_back(
    signed_in: SignedIn, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Spel")
    choose(milestone(page, 7, 0), "Beheerst")
    expect_saved(milestone(page, 7, 0))
    press(page, milestone(page, 7, 1), "210")
    for group in (milestone(page, 7, 1), milestone(page, 7, 2), milestone(page, 8, 0)):
        expect_saved(group)
    visitor.open("/")
    page.get_by_role("link", name="Verder Yara van Dijk").click()
    open_part(visitor, "Spel")
    given = ["Beheerst", "In ontwikkeling", "Nog niet", "Niet gezien"]
    groups = [milestone(page, 7, 0), milestone(page, 7, 1), milestone(page, 7, 2), milestone(page, 8, 0)]
    for group, answer in zip(groups, given, strict=True):
        expect_answer(group, answer)


@both_widths
@pytest.mark.requirement("REG-3.1", "UX-2.2")
def test_not_yet_brings_in_the_younger_band_at_once(signed_in: SignedIn, width: int, height: int) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Spel")
    bands = page.locator("[data-band] h2")
    expect(bands).to_contain_text(["2;6–3;0 jaar", "3;0–3;6 jaar", "3;6–4;0 jaar"])
    press(page, milestone(page, 6, 0), "1")
    expect(bands).to_contain_text(["2;0–2;6 jaar", "2;6–3;0 jaar", "3;0–3;6 jaar", "3;6–4;0 jaar"])
    expect(page.get_by_text("Er is een jongere leeftijdsfase bijgekomen: 2;0–2;6 jaar.")).to_be_visible()
    # The place is kept: the next milestone has the focus and is in sight.
    expect(milestone(page, 6, 1).get_by_role("radio").first).to_be_focused()
    expect(milestone(page, 6, 1)).to_be_in_viewport()
    # What came in is part of the form.
    press(page, milestone(page, 5, 0), "3")
    expect_saved(milestone(page, 5, 0))


@both_widths
@pytest.mark.requirement("REG-3.3")
def test_answers_of_last_time_stand_there_and_are_confirmed_with_one_tap(
    signed_in: SignedIn, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Tekenen")
    expect_answer(milestone(page, 6, 0), "Beheerst")
    expect_answer(milestone(page, 7, 0), "In ontwikkeling")
    expect(page.get_by_text("Overgenomen van de vorige registratie")).to_have_count(6)
    page.get_by_role("button", name="Ja, alles klopt nog").click()
    expect(page.get_by_text("6 antwoorden bevestigd.")).to_be_visible()
    expect(page.get_by_text("Overgenomen van de vorige registratie")).to_have_count(0)
    expect_answer(milestone(page, 7, 0), "In ontwikkeling")


@pytest.mark.requirement("REG-3.3")
def test_answer_of_last_time_is_confirmed_by_choosing_it_again_and_not_by_going_on(
    signed_in: SignedIn,
) -> None:
    visitor = signed_in(*DESKTOP)
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Tekenen")
    choose(milestone(page, 6, 0), "Beheerst")
    expect_saved(milestone(page, 6, 0))
    page.get_by_role("button", name="Visuele waarneming").click()
    expect(page.get_by_role("heading", level=1, name="Visuele waarneming")).to_be_visible()
    page.get_by_role("link", name="Registratie", exact=True).click()
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Tekenen"))
    expect(line).to_contain_text("1 van 9 mijlpalen")
    expect(line).to_contain_text("5 te bevestigen")


@pytest.mark.requirement("REG-3.3", "UX-2.2")
def test_enter_on_an_answer_keeps_it_and_confirms_nothing(signed_in: SignedIn) -> None:
    visitor = signed_in()
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Tekenen")
    press(page, milestone(page, 8, 0), "2")
    expect_saved(milestone(page, 8, 0))
    with page.expect_navigation():
        milestone(page, 8, 0).get_by_role("radio", name="In ontwikkeling").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tekenen")
    expect_answer(milestone(page, 8, 0), "In ontwikkeling")
    expect(page.get_by_text("Overgenomen van de vorige registratie")).to_have_count(6)


@both_widths
@pytest.mark.requirement("REG-3.4", "REG-3.5")
def test_registration_is_finished_with_scales_and_conclusion_and_shows_its_results(
    signed_in: SignedIn, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Tekenen")
    page.get_by_role("button", name="Ja, alles klopt nog").click()
    press(page, milestone(page, 8, 0), "211")
    expect_saved(milestone(page, 8, 2))
    # After the last milestone the keyboard stands on the button that goes on.
    expect(page.get_by_role("button", name="Visuele waarneming")).to_be_focused()
    page.get_by_role("link", name="Registratie", exact=True).click()
    expect(page.get_by_role("progressbar", name="Lijnen klaar")).to_have_text("1 van 17")
    fill_scales(visitor)
    page.get_by_role("link", name="Registratie afsluiten").click()
    expect(page.get_by_text("16 lijnen zijn nog niet helemaal ingevuld")).to_be_visible()
    page.get_by_role("button", name="Sluit af").click()
    expect(page.get_by_text("De registratie is afgesloten.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Tekenen")
    # 36 months, 6 × ½ for the band after it, and 3 × 1/6 for the next: 39½ months, against an age of 38.
    expect(row.get_by_role("cell")).to_contain_text(["Op koers 1 maand voor", "3;3", "9 van 9"])
    expect(page.get_by_role("region", name="Conclusie")).to_contain_text("Yara tekent elke dag.")
    expect(page.get_by_text("Zelfvertrouwen")).to_be_visible()


def fill_scales(visitor: Visitor) -> None:
    page = visitor.page
    open_part(visitor, "Schalen en conclusie")
    trust = page.get_by_role("group", name="Zelfvertrouwen")
    trust.get_by_role("radio", name="3,5").check()
    expect_saved(trust)
    page.get_by_role("group", name="Nieuwsgierigheid").get_by_role("radio").first.focus()
    page.keyboard.press("4")
    expect_saved(page.get_by_role("group", name="Nieuwsgierigheid"))
    page.get_by_label("Conclusie").fill("Yara tekent elke dag.")
    page.get_by_role("button", name="Bewaar en ga terug").click()
    expect(page.get_by_text("2 van 5 schalen")).to_be_visible()


@both_widths
@pytest.mark.requirement("REG-6.2")
def test_administrator_opens_a_closed_registration_again_with_a_reason(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    database(lambda: give_totp(nursery.administrator))
    visitor = visit(width, height)
    page = visitor.page
    visitor.sign_in(nursery.administrator, f"/registraties/{nursery.previous.pk}/")
    page.get_by_role("link", name="Opnieuw openen").click()
    page.get_by_role("button", name="Open opnieuw").click()
    # Without a reason the browser itself holds it back.
    assert page.get_by_label("Waarom").evaluate("field => field.validity.valueMissing")
    page.get_by_label("Waarom").fill("De antwoorden waren van een ander kind.")
    page.get_by_role("button", name="Open opnieuw").click()
    expect(page.get_by_text("De registratie staat weer open.")).to_be_visible()
    expect(page.get_by_text("versie 2")).to_be_visible()
