"""Every screen: accessible, narrow, enlarged, by keyboard, and asking nothing of anybody else (UX-2, SEC-5).

A screen is opened once and looked at in every way: opening it takes longer than most of the looking.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import TabOf
from tests.browser.screens import SCREENS, Screen, open_screen
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.pages import World

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

# A desktop's screen with everything twice as large.
ENLARGED = (640, 400)

# What a child sees has no menu: it begins with its contents.
NOTHING_TO_SKIP = {"observations:kind_start", "observations:kind_code", "observations:kind_end"}

STOPS = 30

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
  return {name, drawn, shown, inside: Boolean(active.closest('main')), at: active.id, all: active === document.body || active.matches('.skip-link')};
}"""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.requirement("UX-2.1", "UX-2.2")
def test_screen_is_for_everybody(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = open_screen(tab_of, world, screen)
    assert visitor.watch.complaints == []
    assert unreached(visitor, screen) == []
    assert too_wide(visitor) == []
    assert faults_unfolded(visitor) == []


def unreached(visitor: Visitor, screen: Screen) -> list[Any]:
    """Go to the contents by the link that skips the menu, and on by Tab; return what went wrong on the way."""
    page = visitor.page
    if screen.name in NOTHING_TO_SKIP:
        assert page.locator("main").evaluate("main => main.previousElementSibling") is None
    else:
        assert page.locator("a, button, input, select, textarea").first.get_attribute("href") == "#inhoud"
        page.locator(".skip-link").focus()
        assert page.locator(".skip-link").bounding_box() is not None
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUS)["at"] == "inhoud"
    return unseen_stops(visitor)


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
    # Past the last stop comes the first one again, or nothing. The link that skips the menu lies over the page's head
    # while it has the focus: what looks at the page afterwards sees it as it stands.
    visitor.page.evaluate("document.activeElement.blur()")
    return unseen


def too_wide(visitor: Visitor) -> list[tuple[int, int]]:
    """Return each width at which the page scrolls sideways, with how far: on a phone, and enlarged twice."""
    found = []
    for width, height in (ENLARGED, PHONE):
        visitor.page.set_viewport_size({"width": width, "height": height})
        assert visitor.page.locator("h1").is_visible()
        if visitor.overflow():
            found.append((width, visitor.overflow()))
    return found


def faults(visitor: Visitor) -> list[str]:
    """Return what axe finds on a page as it is."""
    if visitor.page.evaluate("typeof axe") == "undefined":
        visitor.page.evaluate(Axe().axe_script)
    found = visitor.page.evaluate("options => axe.run(options)", AXE_OPTIONS)["violations"]
    return [f"{fault['id']}: {node['html']} {node['failureSummary']}" for fault in found for node in fault["nodes"]]


def faults_unfolded(visitor: Visitor) -> list[tuple[int, list[str], int]]:
    """Open all that folds; return each width at which axe finds something, or at which the page is too wide then."""
    visitor.page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    found = []
    # What lies between, a tablet, is looked at in the walk through a week.
    for width, height in (PHONE, DESKTOP):
        visitor.page.set_viewport_size({"width": width, "height": height})
        found.append((width, faults(visitor), visitor.overflow()))
    return [(width, wrong, by) for width, wrong, by in found if wrong or by]
