"""Every screen: accessible, narrow, enlarged, by keyboard, and asking nothing of anybody else (UX-2, SEC-5)."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import TabOf
from tests.browser.screens import SCREENS, Screen, open_screen
from tests.browser.visitor import DESKTOP, PHONE, TABLET, Visitor
from tests.pages import World

pytestmark = pytest.mark.browser

AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

every_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)


def faults(visitor: Visitor) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = AXE.run(visitor.page, options=options).response["violations"]
    return [f"{fault['id']}: {node['html']} {node['failureSummary']}" for fault in found for node in fault["nodes"]]


# What a child sees has no menu: it begins with its contents.
NOTHING_TO_SKIP = {"observations:kind_start", "observations:kind_code", "observations:kind_end"}


@every_screen
@pytest.mark.requirement("UX-2.1")
def test_screen_has_no_accessibility_faults(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = open_screen(tab_of, world, screen)
    visitor.page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    for width, height in (DESKTOP, TABLET, PHONE):
        visitor.page.set_viewport_size({"width": width, "height": height})
        # What folds open may not make the page too wide either.
        assert (width, faults(visitor), visitor.overflow()) == (width, [], 0)


@every_screen
@pytest.mark.requirement("UX-2.2", "SEC-5.3")
def test_screen_fits_a_phone_and_asks_nothing_of_others(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = open_screen(tab_of, world, screen, PHONE)
    assert visitor.overflow() == 0
    assert visitor.watch.complaints == []


@every_screen
@pytest.mark.requirement("UX-2.2")
def test_screen_can_be_enlarged_twice(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = open_screen(tab_of, world, screen, (640, 400), scale=2)
    assert visitor.overflow() == 0
    assert visitor.page.locator("h1").is_visible()


# What a person sees of the focus: where it is, and whether a ring of at least two pixels is drawn around it, by the
# element itself or by the label that stands for it.
FOCUS = """() => {
  const active = document.activeElement;
  const drawn = [active, active.nextElementSibling?.matches('label') ? active.nextElementSibling : null].some((it) => {
    const style = it && getComputedStyle(it);
    return style && style.opacity !== '0' && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && style.outlineColor !== 'rgba(0, 0, 0, 0)';
  });
  const box = active.getBoundingClientRect();
  const shown = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  const name = active.id || active.className || active.tagName;
  return {name, drawn, shown, inside: Boolean(active.closest('main')), at: active.id, all: active === document.body};
}"""
STOPS = 30


@every_screen
@pytest.mark.requirement("UX-2.2")
def test_screen_is_reached_by_keyboard_with_the_focus_in_sight(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = open_screen(tab_of, world, screen)
    page = visitor.page
    if screen.name in NOTHING_TO_SKIP:
        assert page.locator("main").evaluate("main => main.previousElementSibling") is None
    else:
        assert page.locator("a, button, input, select, textarea").first.get_attribute("href") == "#inhoud"
        page.locator(".skip-link").focus()
        assert page.locator(".skip-link").bounding_box() is not None
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUS)["at"] == "inhoud"
    assert unseen_stops(visitor) == []


def unseen_stops(visitor: Visitor) -> list[Any]:
    """Tab on from the main contents; return the stops at which the focus could not be seen."""
    unseen = []
    for _ in range(STOPS):
        visitor.page.keyboard.press("Tab")
        focus = visitor.page.evaluate(FOCUS)
        if focus["all"]:
            break
        if not (focus["drawn"] and focus["shown"]):
            unseen.append(focus)
    return unseen
