"""Somebody at a screen: what the tests do in a browser, in the words of the product."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.watch import Watch
from tests.factories import PASSWORD

DESKTOP = (1280, 800)
TABLET = (820, 1180)
PHONE = (320, 640)


@dataclass(frozen=True)
class Visitor:
    """A page in a browser of its own, with what it complained of."""

    page: Page
    watch: Watch
    address: str

    def open(self, path: str) -> None:
        """Go to an address of the product."""
        self.page.goto(self.address + path)

    def sign_in(self, user: User, path: str = "/") -> None:
        """Go to an address as this user, who signs in by the form on the way."""
        self.open(path)
        self.page.get_by_label("E-mailadres").fill(user.email)
        self.page.get_by_label("Wachtwoord").fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen").click()
        expect(self.page.get_by_role("button", name="Inloggen")).to_have_count(0)

    def sign_out(self) -> None:
        """Sign out by the menu."""
        self.page.locator("summary.menu__button:visible").click()
        self.page.get_by_role("button", name="Uitloggen").click()
        expect(self.page.get_by_role("button", name="Inloggen")).to_be_visible()

    @property
    def path(self) -> str:
        """Where the visitor is."""
        return urlsplit(self.page.url).path

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen: more than nought scrolls sideways."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width
