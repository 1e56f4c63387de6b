"""A browser, the product behind it, and people to use it.

Playwright's event loop runs in the thread of the tests, where Django therefore refuses to touch the database: the
server has its threads, and what a test itself asks of the database goes through the fixture ``database``.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.roles import ALWAYS_SECOND_FACTOR, Role
from tests import database as servers
from tests.accounts.factors import give_totp
from tests.browser.server import serving
from tests.browser.stories import Nursery, make_nursery
from tests.browser.visitor import DESKTOP, Visitor, in_thread, leave_database
from tests.browser.watch import Watch
from tests.conftest import SERVER
from tests.factories import PASSWORD
from tests.pages import World, make_world

T = TypeVar("T")

# Milliseconds: enough for a busy machine, short enough that a mistake does not hold up the suite.
_PATIENCE = 10_000

NAMES = ("chromium", "chromium-browser", "google-chrome")
# A browser without its maker's services: it asks nothing of anybody by itself.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Database(Protocol):
    """Runs work on the database in the thread kept for it, and returns what it gives."""

    def __call__(self, work: Callable[[], T]) -> T: ...


class Visit(Protocol):
    """Makes a visitor with a browser of its own; ``options`` are those of Playwright's browser context."""

    def __call__(self, width: int = ..., height: int = ..., **options: Any) -> Visitor: ...


class TabOf(Protocol):
    """Gives the page on which a role is signed in, None being nobody, at a number of device pixels a pixel."""

    def __call__(self, role: Role | None, scale: int = ...) -> Visitor: ...


class SignedIn(Protocol):
    """Makes a visitor who is signed in as the staff of the nursery; arguments as of ``Visit``."""

    def __call__(self, width: int = ..., height: int = ..., **options: Any) -> Visitor: ...


def open_visitor(
    browser: Browser, address: str, width: int = DESKTOP[0], height: int = DESKTOP[1], **options: Any
) -> Visitor:
    """Open a page in a browser context of its own: its own cookies, its own cache."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="nl-NL", **options)
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    return Visitor(page, Watch(page, address), address)


@pytest.fixture(scope="package")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Start the machine's Chromium with an empty profile, for all tests of this package."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing = "There is no Chromium on this machine (as root on Debian: apt-get install chromium)."
        if os.environ.get("KIJK_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        expect.set_options(timeout=_PATIENCE)
        yield started
        started.close()


@pytest.fixture(scope="package")
def address(browser: Browser) -> Iterator[str]:
    """Serve the product, and give its address."""
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def database(address: str, django_db_blocker: Any) -> Iterator[Database]:
    """Let a module's tests commit for real; empties all tables afterwards."""
    with django_db_blocker.unblock():
        yield in_thread
        leave_database()
    servers.empty(SERVER)


@pytest.fixture(scope="module")
def world(database: Database) -> World:
    """Make an organisation in which every page has something to show and everybody can sign in."""
    return database(_make_world)


def _make_world() -> World:
    """Make it with an app for codes for whoever may not do without a second step."""
    made = make_world(password=PASSWORD)
    for role in sorted(ALWAYS_SECOND_FACTOR):
        give_totp(made.users[role])
    return made


@pytest.fixture(scope="module")
def tab_of(browser: Browser, address: str, world: World) -> Iterator[TabOf]:
    """Give each role a page that is signed in once and used by all tests of the module, one after another."""
    made: dict[tuple[Role | None, int], Visitor] = {}

    def tab(role: Role | None, scale: int = 1) -> Visitor:
        if (role, scale) not in made:
            made[role, scale] = open_visitor(browser, address, device_scale_factor=scale)
            if role is not None:
                made[role, scale].come_in(world.users[role])
        made[role, scale].watch.forget()
        return made[role, scale]

    yield tab
    for visitor in made.values():
        visitor.page.context.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Make visitors; fails the test when one of their pages complained of something."""
    made: list[Visitor] = []

    def new(width: int = DESKTOP[0], height: int = DESKTOP[1], **options: Any) -> Visitor:
        made.append(open_visitor(browser, address, width, height, **options))
        return made[-1]

    yield new
    for visitor in made:
        visitor.page.context.close()
    assert [line for visitor in made for line in visitor.watch.complaints] == []


@pytest.fixture
def nursery(database: Database) -> Nursery:
    """Make an organisation for one story."""
    return database(make_nursery)


@pytest.fixture
def signed_in(visit: Visit, nursery: Nursery) -> SignedIn:
    """Make visitors who are signed in as the staff of the nursery."""

    def sign_in(width: int = DESKTOP[0], height: int = DESKTOP[1], **options: Any) -> Visitor:
        visitor = visit(width, height, **options)
        visitor.come_in(nursery.staff)
        return visitor

    return sign_in
