"""Somebody at a screen: what the tests do in a browser, in the words of the product."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.domain.totp import code_at
from accounts.models import TotpDevice, User
from kijk.tenancy.context import tenant_scope
from tests.browser.watch import Watch
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import SetCookieParam

T = TypeVar("T")

_THREAD = ThreadPoolExecutor(1)

DESKTOP = (1280, 800)
TABLET = (820, 1180)
PHONE = (320, 640)


def in_thread(work: Callable[[], T]) -> T:
    """Do work on the database in the one thread kept for it: Playwright's loop keeps Django from it in the tests' own."""
    return _THREAD.submit(work).result()


def leave_database() -> None:
    """Close what that thread has open; called when a module, or the server, is done."""
    in_thread(connections.close_all)


def new_code(user: User) -> str:
    """Return what the user's authenticator app shows, to be taken even where a code of this half minute was before."""
    with tenant_scope(user.organisation_id):
        device = TotpDevice.objects.get(user=user, confirmed_at__isnull=False)
        device.last_step = -1
        device.save(update_fields=["last_step"])
        return code_at(device.secret, timezone.now())


def _cookies_of(user: User, device: str, address: str) -> "list[SetCookieParam]":
    """Sign in by the forms themselves, on a device, and return the cookies that the browser would have then."""
    client = Client(headers={"user-agent": device})
    response = client.post(reverse("accounts:sign_in"), {"email": user.email, "password": PASSWORD})
    if response.headers.get("Location") == reverse("accounts:second_step"):
        client.post(reverse("accounts:second_step"), {"code": new_code(user)})
    assert SESSION_KEY in client.session
    return [
        {"name": name, "value": cookie.value, "url": address, "httpOnly": bool(cookie["httponly"]), "sameSite": "Lax"}
        for name, cookie in client.cookies.items()
    ]


@dataclass(frozen=True)
class Visitor:
    """A page in a browser of its own, with what it complained of."""

    page: Page
    watch: Watch
    address: str

    def open(self, path: str) -> None:
        """Go to an address of the product."""
        self.page.goto(self.address + path)

    def sign_in(self, user: User, path: str = "/", password: str = PASSWORD) -> None:
        """Go to an address as this user, who signs in by the form on the way: with a code too, for who has an app."""
        self.open(path)
        self.give_password(user, password)
        expect(self.page.get_by_role("button", name="Inloggen")).to_have_count(0)
        if self.path == reverse("accounts:second_step"):
            self.give_code(in_thread(lambda: new_code(user)))
            expect(self.page.get_by_role("heading", name="Nog één stap")).to_have_count(0)

    def come_in(self, user: User, path: str = "/") -> None:
        """Go to an address as this user, signed in already: filling in the forms takes longer than most tests do."""
        device = self.page.evaluate("navigator.userAgent")
        self.page.context.add_cookies(in_thread(lambda: _cookies_of(user, device, self.address)))
        self.open(path)

    def give_password(self, user: User, password: str = PASSWORD) -> None:
        """Fill in the form to sign in, on the page that has it."""
        self.page.get_by_label("E-mailadres").fill(user.email)
        self.page.get_by_label("Wachtwoord").fill(password)
        self.page.get_by_role("button", name="Inloggen").click()

    def give_code(self, code: str) -> None:
        """Fill in the code of the app, on the page of the second step."""
        self.page.get_by_label("Code uit uw authenticator-app").fill(code)
        self.page.get_by_role("button", name="Verder").click()

    def new_tab(self) -> "Visitor":
        """Open a second tab of the same browser."""
        page = self.page.context.new_page()
        return Visitor(page, Watch(page, self.address), self.address)

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
