"""English, for who chooses it: every word of the interface, and the page says which language it is in (UX-1)."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import SignedIn, TabOf
from tests.browser.screens import SCREENS, Screen, open_screen
from tests.browser.visitor import Visitor
from tests.pages import World

pytestmark = pytest.mark.browser

# The gallery's samples are Dutch, as the leaflet and the register are: both say so, and are for Dutch parents. So is
# what a child fills in: its sentences are content of an instrument, and are read aloud by a Dutch voice.
DUTCH = {
    "components",
    "privacy:leaflet",
    "privacy:processing_register",
    "observations:kind_start",
    "observations:kind_code",
    "observations:kind_end",
}

# A proposed goal is a text of the plan: it was saved in the language of who made the plan.
SAVED = {"Aan het eind van de periode zien we dat elk kind:"}

# Every text that stands by itself and is not marked as being in another language.
TEXTS = r"""() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim().replace(/\s+/g, ' ');
    if (node.parentElement.closest('[translate="no"]')) continue;
    if (text && node.parentElement.closest('[lang]').lang === 'en') found.push(text);
  }
  return found;
}"""


@cache
def dutch_texts() -> frozenset[str]:
    """Return every Dutch text of the interface whose English differs."""
    path = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        texts = frozenset(text for message in read_po(file) for text in _untranslated(message))
    return texts - content_names() - SAVED


def content_names() -> set[str]:
    """Return what the lines and areas of the instrument are called: content, and Dutch in every language."""
    areas = factories.development_spec().areas
    return {area.name for area in areas} | {line.name for area in areas for line in area.lines}


def _untranslated(message: Any) -> set[str]:
    dutch = message.id if isinstance(message.id, tuple) else (message.id,)
    english = message.string if isinstance(message.string, tuple) else (message.string,)
    return set(dutch) - set(english) - {""}


def left_in_dutch(visitor: Visitor) -> list[str]:
    return [text for text in visitor.page.evaluate(TEXTS) if text in dutch_texts()]


@pytest.mark.requirement("UX-1.1")
def test_switch_gives_english_and_back(signed_in: SignedIn) -> None:
    visitor = signed_in()
    page = visitor.page
    page.locator("summary.menu__button:visible").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Sanne")
    assert visitor.path == "/"
    page.locator("summary.menu__button:visible").click()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dag Sanne")


@pytest.mark.parametrize("screen", [each for each in SCREENS if each.name not in DUTCH], ids=lambda each: each.name)
@pytest.mark.requirement("UX-1.1", "SEC-5.3")
def test_screen_is_wholly_in_english(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = tab_of(screen.role)
    visitor.page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": visitor.address}])
    open_screen(tab_of, world, screen)
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    assert left_in_dutch(visitor) == []
    assert visitor.watch.complaints == []
