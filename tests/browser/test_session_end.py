"""How a session ends: left alone, locked, signed out. A shared tablet shows nothing, and no text is lost (ACC-6)."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, Route, expect

from accounts.models import User, UserSession
from kijk.tenancy.context import tenant_scope
from tests.browser.conftest import NAMES, QUIET, Database, SignedIn, Visit, open_visitor
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

NOTE = "/notities/nieuw/"
TEXT = "Yara klimt op de bank en roept: kijk!"
KEPT = "Concept bewaard om"
# A question that was on its way when the page went.
BROKEN_OFF = r"^failed: (GET .*/(sessie/|inloggen/.*)|POST .*/concept/) net::ERR_ABORTED$"
BLANK = "getComputedStyle(document.body).visibility === 'hidden'"
# The page itself only sends what changed.
SEND_DRAFT = """async () => {
  const place = document.querySelector("[data-draft]");
  const body = new URLSearchParams(new FormData(place.closest("form")));
  return (await fetch(place.dataset.draft, { method: "POST", body })).json();
}"""

both_widths = pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])


def leave_alone(user: User, ago: timedelta) -> None:
    """Let the last thing the server knows of the user be so long ago."""
    with tenant_scope(user.organisation_id):
        UserSession.objects.filter(user=user, ended_at=None).update(last_active_at=timezone.now() - ago)


def last_active(user: User) -> datetime:
    with tenant_scope(user.organisation_id):
        return UserSession.objects.get(user=user, ended_at=None).last_active_at


def begin_note(visitor: Visitor) -> None:
    visitor.open(NOTE)
    visitor.page.get_by_label("Wat zag u?").fill(TEXT)
    expect(visitor.page.locator("[data-draft]")).to_contain_text(KEPT)


def expect_note_offered(page: Page) -> None:
    """The text is not in the form by itself; it can be gone on with."""
    expect(page.get_by_label("Wat zag u?")).to_have_value("")
    expect(page.get_by_role("region", name="Nog niet bewaard")).to_contain_text(TEXT)
    page.get_by_role("link", name="Verder met deze tekst").click()
    expect(page.get_by_label("Wat zag u?")).to_have_value(TEXT)


def question(page: Page) -> Locator:
    return page.get_by_role("alertdialog", name="Bent u er nog?")


def grow_idle(visitor: Visitor, nursery: Nursery, database: Database) -> datetime:
    """Let 28 and a half minutes pass for the server and the page, until it asks; return the last activity."""
    database(lambda: leave_alone(nursery.staff, timedelta(minutes=28, seconds=30)))
    before = database(lambda: last_active(nursery.staff))
    visitor.page.clock.fast_forward("28:30")
    expect(question(visitor.page)).to_be_visible()
    return before


@both_widths
@pytest.mark.requirement("ACC-6.2")
def test_page_asks_two_minutes_before_the_end_and_an_answer_keeps_the_session(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    page.clock.install()
    visitor.open("/kinderen/")
    page.get_by_role("main").get_by_role("link").first.focus()
    before = grow_idle(visitor, nursery, database)
    dialog = question(page)
    expect(dialog).to_have_accessible_description(re.compile(r"U bent een tijd niet actief geweest\..*Nog 2 minuten\."))
    expect(dialog.get_by_role("button", name="Blijf ingelogd")).to_be_focused()
    # The dialog is over everything: the focus does not leave it for what is behind.
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('main, header')")
    assert (faults(visitor), visitor.overflow()) == ([], 0)
    # That the page asked the server was no activity.
    assert database(lambda: last_active(nursery.staff)) == before
    with page.expect_response("**/sessie/verlengen/"):
        page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()
    assert database(lambda: last_active(nursery.staff)) > before + timedelta(minutes=28)
    grow_idle(visitor, nursery, database)
    dialog.get_by_role("button", name="Blijf ingelogd").click()
    expect(dialog).not_to_be_visible()
    visitor.open("/kinderen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kinderen")


@both_widths
@pytest.mark.requirement("ACC-6.2", "ACC-6.3")
def test_page_that_gets_no_answer_goes_and_its_text_is_offered_after_signing_in_again(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    visitor.watch.allow(BROKEN_OFF)
    page.clock.install()
    begin_note(visitor)
    grow_idle(visitor, nursery, database)
    database(lambda: leave_alone(nursery.staff, timedelta(minutes=29, seconds=15)))
    page.clock.fast_forward("00:45")
    expect(question(page)).to_contain_text("Nog 1 minuut.")
    database(lambda: leave_alone(nursery.staff, timedelta(minutes=30)))
    page.clock.fast_forward("00:46")
    expect(page.get_by_text("U was 30 minuten niet actief")).to_be_visible()
    assert visitor.path == "/inloggen/"
    assert TEXT not in page.content()
    visitor.give_password(nursery.staff)
    expect(page.get_by_role("heading", level=1, name="Notitie")).to_be_visible()
    assert visitor.path == NOTE
    expect_note_offered(page)


@pytest.mark.requirement("ACC-6.1")
def test_page_that_is_only_open_is_no_activity_and_typing_is(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    begin_note(visitor)
    page.evaluate(SEND_DRAFT)
    database(lambda: leave_alone(nursery.staff, timedelta(minutes=10)))
    before = database(lambda: last_active(nursery.staff))
    # As when somebody comes back to the tab: the page asks the server how long is left.
    with page.expect_response("**/sessie/") as asked:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert 1190 < asked.value.json()["seconds"] <= 1200
    # A draft that is sent without a change.
    assert page.evaluate(SEND_DRAFT)["changed"] is False
    assert database(lambda: last_active(nursery.staff)) == before
    with page.expect_response("**/concept/") as typed:
        page.get_by_label("Wat zag u?").press_sequentially(" Ja!")
    assert typed.value.json()["changed"]
    assert database(lambda: last_active(nursery.staff)) > before + timedelta(minutes=9)


@both_widths
@pytest.mark.requirement("ACC-6.5", "ACC-6.3")
def test_lock_button_blanks_every_tab_and_the_password_gives_the_page_back_with_its_text(
    signed_in: SignedIn, nursery: Nursery, width: int, height: int
) -> None:
    visitor = signed_in(width, height)
    page = visitor.page
    visitor.watch.allow(BROKEN_OFF, r"^status 422: POST .*/ontgrendelen/", "status of 422 ")
    visitor.open("/kinderen/")
    other = visitor.new_tab()
    other.watch.allow(BROKEN_OFF)
    other.open(f"/kinderen/{nursery.yara.pk}/")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Yara van Dijk")
    visitor.open(NOTE)
    page.get_by_label("Wat zag u?").fill(TEXT)
    # The network is slow: both tabs are blank while the text is still on its way, before the server is asked to lock.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/concept/", hold)
    with page.expect_request("**/concept/"):
        page.get_by_role("button", name="Vergrendel").click()
    assert (page.evaluate(BLANK), other.page.evaluate(BLANK), visitor.path) == (True, True, NOTE)
    held[0].continue_()
    page.unroute("**/concept/")
    for tab in (visitor, other):
        expect(tab.page.get_by_role("heading", level=1)).to_have_text("Vergrendeld")
        assert "Yara" not in tab.page.content()
        assert (faults(tab), tab.overflow()) == ([], 0)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vergrendeld")
    assert TEXT not in page.content()
    page.get_by_label("Wachtwoord").fill("Niet-mijn-wachtwoord-1")
    page.get_by_role("button", name="Ontgrendelen").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit wachtwoord klopt niet.")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Notitie")).to_be_visible()
    assert visitor.path == NOTE
    expect_note_offered(page)
    # The other tab goes back to its own page.
    other.page.reload()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Yara van Dijk")
    assert other.watch.complaints == []


@pytest.fixture
def remembering(browser: Browser, address: str) -> Iterator[Visitor]:
    """A visitor whose browser keeps pages that were left in memory, pages that may not be stored too, as Chrome does.

    Playwright's own browsers do not.
    """
    program = next(filter(None, map(shutil.which, NAMES)))
    feature = "CacheControlNoStoreEnterBackForwardCache:level/restore-unless-http-only-cookie-change"
    started = browser.browser_type.launch(
        executable_path=program,
        args=[*QUIET, f"--enable-features={feature}"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    visitor = open_visitor(started, address)
    yield visitor
    started.close()
    assert visitor.watch.complaints == []


@pytest.mark.requirement("ACC-1.1", "ACC-6.5")
def test_back_button_shows_nothing_where_the_browser_keeps_pages_in_memory(
    remembering: Visitor, nursery: Nursery
) -> None:
    visitor, page = remembering, remembering.page
    visitor.watch.allow(BROKEN_OFF)
    shown: list[bool] = []

    def tell(blank: bool) -> None:
        shown.append(blank)

    page.expose_function("tell", tell)
    page.add_init_script(f"addEventListener('pageshow', (event) => event.persisted && tell({BLANK}))")
    child = f"/kinderen/{nursery.yara.pk}/"
    visitor.sign_in(nursery.staff, child)
    expect(page.get_by_role("heading", level=1)).to_have_text("Yara van Dijk")
    visitor.open("/kinderen/")
    # Signed in, the page comes from memory: blank, and then anew.
    with page.expect_response(f"**{child}"):
        page.evaluate("history.back()")
    expect(page.get_by_role("heading", level=1)).to_have_text("Yara van Dijk")
    assert shown == [True]
    page.wait_for_load_state()
    visitor.sign_out()
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile(r"/inloggen/\?next="))
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
    assert "Yara" not in page.content()
    page.evaluate("history.forward()")
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
    assert "Yara" not in page.content()


@pytest.mark.requirement("ACC-1.1")
def test_back_button_shows_nothing_after_signing_out(signed_in: SignedIn, nursery: Nursery) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.open("/kinderen/")
    visitor.open(f"/kinderen/{nursery.yara.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Yara van Dijk")
    visitor.sign_out()
    for _ in range(2):
        page.go_back(wait_until="load")
        expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
        assert "Yara" not in page.content()


@pytest.mark.requirement("ACC-12.1", "ACC-6.1")
def test_session_is_ended_from_another_browser(signed_in: SignedIn, visit: Visit, nursery: Nursery) -> None:
    tablet, phone = signed_in(), signed_in(*PHONE, user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)")
    tablet.watch.allow(BROKEN_OFF)
    tablet.open(f"/kinderen/{nursery.yara.pk}/")
    page = phone.page
    page.locator("summary.menu__button:visible").click()
    page.get_by_role("link", name="Waar u bent ingelogd").locator("visible=true").click()
    row = page.get_by_role("row").filter(has_text="Linux")
    expect(row).to_contain_text("127.0.0.1")
    expect(page.get_by_role("row").filter(has_text="hier")).to_have_count(1)
    assert (faults(phone), phone.overflow()) == ([], 0)
    row.get_by_role("button", name="Beëindigen").click()
    expect(page.get_by_text("Deze sessie is beëindigd.")).to_be_visible()
    expect(row).to_have_count(0)
    # Somebody looks at the tablet again.
    tablet.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tablet.page.get_by_role("button", name="Inloggen")).to_be_visible()
    assert "Yara" not in tablet.page.content()
