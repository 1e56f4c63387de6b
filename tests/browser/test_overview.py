"""The overview of a group on a telephone and on a desktop, without scripts (REG-7.2, UX-3)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.browser.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.browser

YARA = "Yara van Dijk"


@pytest.mark.requirement("REG-7.2", "UX-3.1")
def test_child_opens_with_one_tap_and_all_of_them_with_one_link(signed_in: SignedIn) -> None:
    visitor = signed_in(*PHONE, java_script_enabled=False)
    page = visitor.page
    visitor.open("/groepen/")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    cells = page.get_by_role("cell", name="Voor op leeftijd")
    expect(cells).to_have_count(0)
    line = page.locator("summary", has_text=YARA)
    expect(line).to_contain_text("16 niet geregistreerd")
    line.click()
    expect(cells).to_have_count(1)
    expect(page.get_by_role("link", name=f"Dossier van {YARA}")).to_be_visible()
    line.click()
    expect(cells).to_have_count(0)
    page.get_by_role("link", name="Klap alles open").click()
    expect(page.get_by_role("cell").filter(has_text="Niet geregistreerd")).to_have_count(16 + 17)


@pytest.mark.requirement("REG-7.2")
def test_seventeen_lines_fit_beside_each_other_on_a_desktop(signed_in: SignedIn) -> None:
    visitor = signed_in(*DESKTOP)
    page = visitor.page
    visitor.open("/groepen/")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    headings = page.get_by_role("columnheader")
    expect(headings).to_have_count(3 + 17)
    last = headings.last.bounding_box()
    # A scroll bar takes some pixels of the window.
    assert last is not None
    assert last["x"] + last["width"] <= DESKTOP[0] - 15
    assert page.locator(".table-scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
    expect(page.get_by_role("rowheader", name=YARA)).to_be_visible()
    expect(page.locator("summary", has_text=YARA)).to_be_hidden()
