"""The steps of registering a child on the screen, for tests that walk through them."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import Visitor


def start_registration(visitor: Visitor) -> None:
    """Begin Yara's registration from the first page."""
    visitor.open("/")
    visitor.page.get_by_role("button", name="Registreren Yara van Dijk").click()
    expect(visitor.page.get_by_role("heading", level=1, name="Yara van Dijk")).to_be_visible()


def open_part(visitor: Visitor, name: str) -> None:
    """Go from a registration's overview to one of its lines, or to the scales."""
    visitor.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    expect(visitor.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def milestone(page: Page, band: int, number: int) -> Locator:
    """Return the group of answers of one milestone of a band, counted from 0."""
    return page.locator(f'[data-band="{band}"] [data-choices]').nth(number)


def press(page: Page, group: Locator, keys: str) -> None:
    """Answer from this milestone on with the keyboard, one key a milestone."""
    group.get_by_role("radio").first.focus()
    for key in keys:
        page.keyboard.press(key)


def choose(group: Locator, answer: str) -> None:
    """Answer with the mouse, or a finger."""
    group.get_by_role("radio", name=answer).click()


def expect_status(group: Locator, text: str) -> None:
    """Wait until this milestone or scale says how its saving went."""
    expect(group.get_by_role("status")).to_have_text(text)


def expect_saved(group: Locator) -> None:
    """Wait until this milestone or scale says that it was saved."""
    expect_status(group, "Opgeslagen")


def expect_answer(group: Locator, answer: str) -> None:
    """Wait until this answer is chosen."""
    expect(group.get_by_role("radio", name=answer)).to_be_checked()
