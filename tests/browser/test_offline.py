"""Notes without a network, on a tablet that is shared (OBS-2.2, OBS-2.3, OBS-2.4)."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from licensing.domain import switch_module
from licensing.modules import Module
from observations.domain.children.group_staff import give_group
from observations.models import Group, Note, Placement
from tests import factories
from tests.browser.conftest import NAMES, QUIET, Database, SignedIn
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.test_session_end import leave_alone
from tests.browser.visitor import PHONE, TABLET, Visitor
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

NOTE = "/notities/nieuw/"
TEXTS = [f"Bouwt een kasteel van {number} blokken." for number in (7, 8, 9)]
NO_NETWORK = "ERR_INTERNET_DISCONNECTED"
# Everything in the device's database, bytes as the letters they may be.
DUMP = """async () => {
    const names = (await indexedDB.databases()).map((base) => base.name);
    const rows = [];
    for (const name of names) {
        const base = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
        for (const store of base.objectStoreNames) {
            const all = await new Promise((done) => { const asked = base.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result); });
            rows.push(...all.map((row) => JSON.stringify(row, (key, value) => {
                const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
                return bytes instanceof Uint8Array ? new TextDecoder("latin1").decode(bytes) : value;
            })));
        }
        base.close();
    }
    return rows;
}"""


@pytest.fixture
def on(nursery: Nursery, database: Database) -> Nursery:
    """Switch it on for the nursery."""

    def switch() -> None:
        with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
            switch_module(module=Module.OFFLINE_NOTES, on=True)

    database(switch)
    return nursery


@pytest.fixture
def colleague(on: Nursery, database: Database) -> User:
    """Somebody else of the same group, who uses the same tablet."""

    def make() -> User:
        with tenant_scope(on.organisation_id, actor_id=on.administrator.pk):
            user = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
            group = Group.objects.get()
            give_group(group=group, user=user, begins_on=factories.LONG_AGO, ends_on=None)
            return user

    return database(make)


class Tablet:
    """A browser whose profile outlives it."""

    def __init__(self, browser: Browser, address: str, profile: Path) -> None:
        self._browser, self._address, self._profile = browser, address, profile
        self.visitor = self._start()

    def _start(self) -> Visitor:
        program = self._browser.browser_type
        context = program.launch_persistent_context(
            str(self._profile),
            executable_path=_program(),
            args=QUIET,
            viewport={"width": TABLET[0], "height": TABLET[1]},
            locale="nl-NL",
        )
        context.set_default_timeout(10_000)
        page = context.pages[0]
        return Visitor(page, Watch(page, self._address), self._address)

    def restart(self) -> Visitor:
        """Close the browser and start it again with the same profile."""
        self.close()
        self.visitor = self._start()
        return self.visitor

    def close(self) -> None:
        """Close the browser."""
        self.visitor.page.context.close()

    def files(self) -> bytes:
        """Return all that is on the device of the browser's own storage."""
        return b"".join(path.read_bytes() for path in self._profile.rglob("*") if path.is_file())


def _program() -> str:
    """Return the machine's Chromium; without one the fixture ``browser`` has skipped the test."""
    return next(name for name in map(shutil.which, NAMES) if name)


@pytest.fixture
def tablet(browser: Browser, address: str, tmp_path: Path) -> Iterator[Tablet]:
    made = Tablet(browser, address, tmp_path / "profile")
    yield made
    made.close()


def banner(page: Page) -> Locator:
    return page.get_by_role("region", name="Notities die nog niet zijn verstuurd")


def status(page: Page) -> Locator:
    return page.locator("[data-draft]")


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask again until it is so: the pages' policy lets no text run as script, which Playwright's own waiting does."""
    end = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def wait_for_rows(page: Page, count: int) -> None:
    """Wait until the device keeps so many rows: its own id, and a row a note."""
    wait_until(lambda: len(page.evaluate(DUMP)) == count)


def open_note(visitor: Visitor) -> None:
    """Open the quick-note page, and wait until it has its key."""
    with visitor.page.expect_response(re.compile("/notities/sleutel/")) as answer:
        visitor.open(NOTE)
    assert answer.value.ok
    visitor.page.wait_for_timeout(100)


def note(page: Page, text: str) -> None:
    page.get_by_label("Wat zag u?").fill(text)
    page.get_by_role("checkbox", name="Yara van Dijk").check()
    page.get_by_role("button", name="Bewaar notitie").click()


def texts_of(nursery: Nursery) -> list[str]:
    with tenant_scope(nursery.organisation_id):
        return sorted(note.content.text for note in Note.objects.all())


@pytest.mark.requirement("OBS-2.2", "OBS-2.3")
def test_notes_typed_without_a_network_arrive_once_after_a_restart(
    tablet: Tablet, on: Nursery, colleague: User, database: Database
) -> None:
    visitor = tablet.visitor
    page = visitor.page
    visitor.sign_in(on.staff)
    open_note(visitor)
    page.get_by_label("Wat zag u?").press_sequentially(TEXTS[0][:10])
    page.context.set_offline(True)
    for number, text in enumerate(TEXTS, 1):
        note(page, text)
        expect(status(page)).to_contain_text("De notitie is op dit apparaat bewaard")
        words = "1 notitie" if number == 1 else f"{number} notities"
        expect(banner(page)).to_contain_text(f"{words} nog niet verstuurd")
        expect(page.get_by_label("Wat zag u?")).to_have_value("")
    rows = page.evaluate(DUMP)
    assert len(rows) == len(TEXTS) + 1
    assert not any(
        word in row for row in rows for word in ("kasteel", "Yara", "Dijk", str(on.staff.pk), str(on.yara.pk))
    )
    assert database(lambda: texts_of(on)) == []

    # Somebody else on the same tablet: sees nothing, and sends nothing.
    visitor = tablet.restart()
    page = visitor.page
    assert b"kasteel" not in tablet.files()
    visitor.sign_in(colleague)
    visitor.open(NOTE)
    page.wait_for_timeout(500)
    expect(banner(page)).to_be_hidden()
    assert database(lambda: texts_of(on)) == []
    visitor.sign_out()

    # The same person again: everything arrives, once.
    visitor.sign_in(on.staff)
    expect(banner(page)).to_be_hidden()
    wait_for_rows(page, 1)
    assert database(lambda: texts_of(on)) == TEXTS
    visitor.open(NOTE)
    expect(page.get_by_role("region", name="Nog niet bewaard")).to_have_count(0)
    assert database(lambda: texts_of(on)) == TEXTS


@pytest.mark.requirement("OBS-2.3")
def test_notes_on_a_device_are_gone_after_a_week_whoever_comes_by(
    tablet: Tablet, on: Nursery, colleague: User, database: Database
) -> None:
    visitor = tablet.visitor
    visitor.sign_in(on.staff)
    open_note(visitor)
    visitor.page.context.set_offline(True)
    note(visitor.page, TEXTS[0])
    wait_for_rows(visitor.page, 2)
    kept_at = datetime.now(UTC)
    for later, rows in ((timedelta(days=7, minutes=-5), 2), (timedelta(days=7, minutes=5), 1)):
        # The device's own clock runs on; the server's does not matter. A colleague's page does not send the note.
        visitor = tablet.restart()
        visitor.page.clock.install(time=kept_at + later)
        visitor.sign_in(colleague)
        open_note(visitor)
        wait_for_rows(visitor.page, rows)
        visitor.sign_out()
    visitor.sign_in(on.staff)
    open_note(visitor)
    expect(banner(visitor.page)).to_be_hidden()
    assert database(lambda: texts_of(on)) == []


@pytest.mark.requirement("OBS-2.2", "ACC-6.3")
def test_session_that_ends_without_a_network_does_not_stand_before_the_note(
    signed_in: SignedIn, on: Nursery, colleague: User, database: Database
) -> None:
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.watch.allow(NO_NETWORK, "ERR_ABORTED", "ERR_FAILED")
    page.clock.install()
    open_note(visitor)
    page.context.set_offline(True)
    field, said = page.get_by_label("Wat zag u?"), page.locator("[data-session-banner]")
    field.press_sequentially(TEXTS[0])
    page.clock.fast_forward("28:30")
    expect(said).to_contain_text("u wordt zo uitgelogd")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    assert (visitor.overflow(), faults(visitor)) == (0, [])
    database(lambda: leave_alone(on.staff, timedelta(minutes=31)))
    # Somebody is typing still, so that the key is there too.
    field.press_sequentially(" En nog een.")
    page.clock.fast_forward("02:30")
    expect(said).to_contain_text("Wat u typt, blijft op dit apparaat bewaard. Log weer in")
    expect(status(page)).to_contain_text("Uw tekst blijft op dit apparaat bewaard")
    wait_for_rows(page, 2)
    assert not any("kasteel" in row for row in page.evaluate(DUMP))
    # The network is back, if not for the draft: the server no longer knows the session, and the page goes.
    page.route("**/concept/", lambda route: route.abort())
    page.context.set_offline(False)
    page.clock.fast_forward("00:30")
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
    page.unroute("**/concept/")
    assert "kasteel" not in page.content()
    rows = page.evaluate(DUMP)
    assert len(rows) == 2
    assert not any("kasteel" in row for row in rows)
    visitor.sign_in(colleague, NOTE)
    page.wait_for_timeout(500)
    assert len(page.evaluate(DUMP)) == 2
    expect(page.get_by_role("region", name="Nog niet bewaard")).to_have_count(0)
    visitor.sign_out()
    visitor.sign_in(on.staff, NOTE)
    expect(page.get_by_role("region", name="Nog niet bewaard")).to_contain_text(f"{TEXTS[0]} En nog een.")
    wait_for_rows(page, 1)


@pytest.mark.requirement("OBS-2.4")
def test_signing_out_with_unsent_notes_asks_first(signed_in: SignedIn, on: Nursery, database: Database) -> None:
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.watch.allow(NO_NETWORK, "ERR_FAILED", "ERR_ABORTED")
    open_note(visitor)
    page.context.set_offline(True)
    note(page, TEXTS[0])
    expect(banner(page)).to_contain_text("1 notitie nog niet verstuurd")
    page.route("**/notities/later/", lambda route: route.abort())
    page.context.set_offline(False)
    assert (visitor.overflow(), faults(visitor)) == (0, [])
    page.locator("summary.menu__button:visible").click()
    page.get_by_role("button", name="Uitloggen").click()
    question = page.get_by_role("alertdialog", name="Toch uitloggen?")
    expect(question).to_contain_text("1 notitie nog niet verstuurd")
    assert faults(visitor) == []
    question.get_by_role("button", name="Blijf ingelogd").click()
    expect(page.get_by_label("Wat zag u?")).to_be_visible()
    page.locator("summary.menu__button:visible").click()
    page.get_by_role("button", name="Uitloggen").click()
    question.get_by_role("button", name="Log toch uit").click()
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
    assert len(page.evaluate(DUMP)) == 2
    page.unroute("**/notities/later/")
    visitor.sign_in(on.staff)
    expect(banner(page)).to_be_hidden()
    wait_for_rows(page, 1)
    assert database(lambda: texts_of(on)) == [TEXTS[0]]


@pytest.mark.requirement("OBS-2.3")
def test_key_goes_after_half_an_hour_and_the_text_stays(signed_in: SignedIn, on: Nursery) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow(NO_NETWORK, "ERR_ABORTED")
    page.clock.install()
    open_note(visitor)
    page.context.set_offline(True)
    page.get_by_label("Wat zag u?").fill(TEXTS[0])
    page.clock.run_for("31:00")
    # What stood in the form was sealed before the key went.
    wait_for_rows(page, 2)
    assert not any("kasteel" in row for row in page.evaluate(DUMP))
    expect(page.locator("[data-session-banner]")).to_contain_text("Typ nu niets meer")
    page.locator("form[data-note] [name=children]").first.evaluate("(box) => { box.checked = true; }")
    page.locator("form[data-note]").evaluate("(form) => form.requestSubmit()")
    expect(status(page)).to_contain_text("de beveiliging van dit apparaat is verlopen")
    expect(page.get_by_label("Wat zag u?")).to_have_value(TEXTS[0])
    page.context.set_offline(False)


def test_half_a_note_that_was_parked_is_offered_as_a_draft(signed_in: SignedIn, on: Nursery) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow(NO_NETWORK, "net::ERR_ABORTED")
    page.clock.install()
    open_note(visitor)
    page.context.set_offline(True)
    page.get_by_label("Wat zag u?").fill(TEXTS[0])
    page.clock.run_for("31:00")
    wait_for_rows(page, 2)
    page.context.set_offline(False)
    visitor.open("/")
    wait_for_rows(page, 1)
    visitor.open(NOTE)
    expect(page.get_by_role("region", name="Nog niet bewaard")).to_contain_text(TEXTS[0])


def test_note_the_server_refuses_is_shown_and_goes_on_as_a_draft(
    signed_in: SignedIn, on: Nursery, database: Database
) -> None:
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.watch.allow(NO_NETWORK, "422", "net::ERR_ABORTED")
    open_note(visitor)
    page.context.set_offline(True)
    note(page, TEXTS[0])
    expect(banner(page)).to_contain_text("1 notitie")
    database(lambda: _move_away(on))
    page.context.set_offline(False)
    expect(banner(page)).to_contain_text("Een van de kinderen is niet meer in uw groep.")
    expect(banner(page)).to_contain_text(TEXTS[0])
    assert (visitor.overflow(), faults(visitor)) == (0, [])
    banner(page).get_by_role("button", name="Zet in een nieuwe notitie").click()
    expect(page.get_by_label("Wat zag u?")).to_have_value(TEXTS[0])
    expect(banner(page)).to_be_hidden()


def _move_away(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        group = factories.group()
        Placement.objects.filter(child=nursery.yara).update(group=group)


@pytest.mark.requirement("OBS-2.2")
def test_worker_shows_a_page_that_is_about_nobody_and_keeps_no_other(signed_in: SignedIn, on: Nursery) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow(NO_NETWORK)
    visitor.open(f"/kinderen/{on.yara.pk}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto(f"{visitor.address}/kinderen/{on.yara.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen verbinding")
    expect(page.get_by_text("Yara")).to_have_count(0)
    kept = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                found.push(...(await cache.keys()).map((request) => new URL(request.url).pathname));
            }
            return found;
        }"""
    )
    assert {path for path in kept if not path.startswith("/static/")} == {"/zonder-verbinding/"}
    page.context.set_offline(False)


def test_without_the_module_there_is_no_worker_and_with_it_off_again_it_goes(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    count = "navigator.serviceWorker.getRegistrations().then((found) => found.length)"

    def switch(on: bool) -> None:
        with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
            switch_module(module=Module.OFFLINE_NOTES, on=on)

    assert page.evaluate(count) == 0
    database(lambda: switch(True))
    visitor.open("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert page.evaluate(count) == 1
    database(lambda: switch(False))
    visitor.open("/")
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found && found.update())")
    wait_until(lambda: page.evaluate(count) == 0)
    assert page.evaluate("caches.keys()") == []
