"""The meter beside a new password: what is told, when, and that it is never in the way (ACC-3)."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Database, Visit
from tests.browser.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

GOOD = "Paarse-Giraf-Fietst-42"
URL = "**/wachtwoord/sterkte/"
MODULE = Path(__file__).parents[2] / "static" / "js" / "password.js"


def open_gallery(visitor: Visitor) -> Page:
    """Open the page that has a form with a new password of at least twelve characters."""
    # Another sample on the page is a date that is none, on purpose.
    visitor.watch.allow("does not conform to the required format")
    visitor.open("/components/")
    return visitor.page


@pytest.fixture
def page(visit: Visit, database: Database) -> Page:
    """The gallery on a phone."""
    return open_gallery(visit(*PHONE))


def field(page: Page) -> Locator:
    return page.get_by_label("Nieuw wachtwoord", exact=True)


def rule(page: Page, text: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=text)


def status(page: Page) -> Locator:
    return page.locator(".password-meter").get_by_role("status")


@pytest.mark.requirement("ACC-3.1")
def test_rules_that_show_at_once_are_told_while_typing(page: Page) -> None:
    field(page).press_sequentially("Paarse-42")
    expect(rule(page, "een hoofdletter")).to_contain_text("in orde")
    expect(rule(page, "een cijfer")).to_contain_text("in orde")
    expect(rule(page, "een van deze tekens")).to_contain_text("in orde")
    expect(rule(page, "minstens 12 tekens")).to_contain_text("nog niet goed")
    field(page).press_sequentially("-Giraf")
    expect(rule(page, "minstens 12 tekens")).to_contain_text("in orde")


@pytest.mark.requirement("ACC-3.4")
def test_server_says_in_one_quiet_line_how_strong_it_is(page: Page) -> None:
    field(page).fill("Kleuterklas1!")
    expect(status(page)).to_have_text(
        "Uw wachtwoord is zwak. Dit wachtwoord staat op een lijst van bekende wachtwoorden. Bedenk een ander."
    )
    expect(rule(page, "geen bekend woord")).to_contain_text("nog niet goed")
    expect(rule(page, "niet uw eigen naam")).to_contain_text("in orde")
    field(page).fill(GOOD)
    expect(status(page)).to_have_text("Uw wachtwoord is sterk.")
    expect(rule(page, "geen bekend woord")).to_contain_text("in orde")
    field(page).fill("")
    expect(status(page)).to_have_text("")
    assert page.locator("[data-rule-state]").all_text_contents() == [""] * 6


def test_server_is_asked_once_the_fingers_rest(page: Page) -> None:
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request.post_data_json) if "sterkte" in request.url else None)
    field(page).press_sequentially("Een-lange-zin-met", delay=10)
    expect(status(page)).to_contain_text("Gebruik minstens één cijfer.")
    assert asked == [{"password": "Een-lange-zin-met", "minimum": 12}]


def test_answer_about_what_stood_there_before_is_not_shown(page: Page) -> None:
    held: list[Route] = []
    page.route(
        URL, lambda route: held.append(route) if GOOD not in (route.request.post_data or "") else route.continue_()
    )
    with page.expect_request(URL):
        field(page).fill("Kleuterklas1!")
    field(page).fill(GOOD)
    expect(status(page)).to_have_text("Uw wachtwoord is sterk.")
    with page.expect_response(URL):
        held[0].continue_()
    page.wait_for_timeout(200)
    expect(status(page)).to_have_text("Uw wachtwoord is sterk.")


def test_without_a_network_the_line_stays_away(visit: Visit, database: Database) -> None:
    visitor = visit()
    page = open_gallery(visitor)
    visitor.watch.allow("ERR_FAILED", "failed: POST .*/wachtwoord/sterkte/")
    page.route(URL, lambda route: route.abort())
    with page.expect_event("requestfailed"):
        field(page).fill(GOOD)
    expect(rule(page, "een hoofdletter")).to_contain_text("in orde")
    expect(status(page)).to_have_text("")
    assert rule(page, "geen bekend woord").locator("[data-rule-state]").text_content() == ""


@pytest.mark.requirement("ACC-3.1")
def test_password_can_be_shown_and_is_closed_again_when_sent(page: Page) -> None:
    expect(field(page)).to_have_attribute("type", "password")
    expect(field(page)).to_have_attribute("autocomplete", "new-password")
    page.get_by_role("button", name="Wachtwoord tonen").click()
    expect(field(page)).to_have_attribute("type", "text")
    page.get_by_role("button", name="Wachtwoord verbergen").click()
    expect(field(page)).to_have_attribute("type", "password")
    page.get_by_role("button", name="Wachtwoord tonen").click()
    closed = page.evaluate(
        """() => {
          const field = document.querySelector("input[autocomplete=new-password]");
          field.form.addEventListener("submit", (event) => event.preventDefault());
          field.form.requestSubmit();
          return field.type;
        }"""
    )
    assert closed == "password"


@pytest.mark.requirement("ACC-3.1")
def test_pasting_works(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", GOOD)
    field(page).focus()
    page.keyboard.press("Control+V")
    expect(field(page)).to_have_value(GOOD)
    expect(status(page)).to_have_text("Uw wachtwoord is sterk.")


def test_module_never_hears_of_pasting() -> None:
    assert re.findall(r"paste|onpaste|clipboard", MODULE.read_text(encoding="utf-8")) == []


@pytest.mark.requirement("UX-2.1")
def test_meter_that_speaks_has_no_accessibility_faults(page: Page) -> None:
    field(page).fill("Kleuterklas1!")
    expect(status(page)).to_contain_text("zwak")
    page.get_by_role("button", name="Wachtwoord tonen").click()
    found = Axe().run(page, context=".password-meter", options={"resultTypes": ["violations"]}).response["violations"]
    assert [fault["id"] for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_field_is_described_by_the_rules(page: Page) -> None:
    described = field(page).get_attribute("aria-describedby") or ""
    assert described.split() == ["id_new_password_rules"]
    assert page.locator("#id_new_password_rules li").count() == 6


def test_rules_are_listed_without_scripts(visit: Visit, database: Database) -> None:
    page = open_gallery(visit(java_script_enabled=False))
    expect(rule(page, "minstens 12 tekens")).to_be_visible()
    expect(page.get_by_role("button", name="Wachtwoord tonen")).to_have_count(0)
