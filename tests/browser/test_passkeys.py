"""The second step in a real browser: an app with codes, passkeys of Chromium's virtual authenticator, step-up (ACC-8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Locator, Page, expect

from accounts.domain.second_factor import factors_of
from accounts.models import TotpSecret, User, UserSession
from kijk.tenancy.context import tenant_scope
from tests.accounts.factors import code_now, give_codes, give_passkey, give_totp, wrong_code
from tests.browser.conftest import Database, Visit
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

PAGE = "/account/tweede-stap/"
# 422 is how a form comes back.
COMES_BACK = (r"^status 422: POST ", "status of 422 ")


def give_device(visitor: Visitor) -> Callable[[bool], None]:
    """Give the browser a device with passkeys; what is returned says whether its owner's finger is known."""
    device: CDPSession = visitor.page.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def know_owner(known: bool) -> None:
        identifier = {"authenticatorId": made["authenticatorId"]}
        device.send("WebAuthn.setUserVerified", {**identifier, "isUserVerified": known})

    return know_owner


def give_password(visitor: Visitor, user: User, path: str = "/") -> None:
    visitor.open(path)
    visitor.page.get_by_label("E-mailadres").fill(user.email)
    visitor.page.get_by_label("Wachtwoord").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Inloggen").click()


def passkey_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Gebruik uw toegangssleutel")


def add_passkey(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(PAGE)
    page.get_by_role("link", name="Voeg toegangssleutel toe").click()
    page.get_by_label("Naam van de toegangssleutel").fill("Mijn telefoon")
    page.get_by_label("Dit is mijn eigen apparaat").check()
    page.get_by_role("button", name="Maak toegangssleutel").click()


def grow_stale(user: User) -> None:
    """Let it be long ago that the user showed who they are."""
    with tenant_scope(user.organisation_id):
        UserSession.objects.filter(user=user).update(confirmed_at=timezone.now() - timedelta(minutes=30))


@pytest.mark.requirement("ACC-8.2")
@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])
def test_app_is_set_up_and_asked_for_at_the_next_sign_in(
    visit: Visit, nursery: Nursery, width: int, height: int
) -> None:
    visitor = visit(width, height)
    page = visitor.page
    give_password(visitor, nursery.administrator, "/kinderen/")
    # An administrator has no choice, and is told why.
    expect(page.get_by_role("heading", name="Stel eerst uw tweede stap in")).to_be_visible()
    page.get_by_role("link", name="Stel app in").click()
    drawing = page.get_by_role("img", name="QR-code").bounding_box()
    assert drawing is not None
    assert drawing["width"] >= 160
    page.get_by_text("Scannen lukt niet?").click()
    assert visitor.overflow() == 0
    secret = TotpSecret(page.locator(".secret").inner_text().replace(" ", ""))
    page.get_by_label("Code uit uw authenticator-app").fill(code_now(secret))
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    expect(page.locator(".codes__code")).to_have_count(10)
    assert visitor.overflow() == 0
    page.get_by_role("link", name="Ik heb ze bewaard, verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kinderen")
    visitor.sign_out()
    give_password(visitor, nursery.administrator)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap")
    # The next step's: this one's was used a moment ago.
    page.get_by_label("Code uit uw authenticator-app").fill(code_now(secret, 1))
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dag Sanne")


@pytest.mark.requirement("ACC-8.1")
@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])
def test_passkey_is_made_and_signs_in_without_a_password(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = visit(width, height)
    page = visitor.page
    give_device(visitor)
    visitor.sign_in(nursery.staff)
    add_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    page.get_by_role("link", name="Ik heb ze bewaard, verder").click()
    expect(page.get_by_role("listitem").filter(has_text="Mijn telefoon")).to_contain_text("Nog niet gebruikt.")
    visitor.sign_out()
    passkey_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dag Sanne")
    # And as the second step, after the password.
    visitor.sign_out()
    give_password(visitor, nursery.staff, "/kinderen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap")
    passkey_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kinderen")
    assert visitor.watch.complaints == []


@pytest.mark.requirement("ACC-5.3")
def test_locked_out_with_codes_and_in_with_a_passkey(visit: Visit, nursery: Nursery, database: Database) -> None:
    visitor = visit()
    page = visitor.page
    give_device(visitor)
    visitor.sign_in(nursery.staff)
    add_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    secret = database(lambda: give_totp(nursery.staff))
    visitor.sign_out()
    visitor.watch.allow(*COMES_BACK)
    give_password(visitor, nursery.staff)
    for _ in range(3):
        page.get_by_label("Code uit uw authenticator-app").fill(wrong_code(secret))
        page.get_by_role("button", name="Verder").click()
        expect(page.get_by_role("alert")).to_contain_text("Deze code klopt niet.")
    give_password(visitor, nursery.staff)
    expect(page.get_by_text("horen niet bij elkaar")).to_be_visible()
    passkey_button(page).click()
    expect(page.get_by_role("status").filter(has_text="Met uw wachtwoord")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dag Sanne")


@pytest.mark.requirement("ACC-6.5")
def test_locked_screen_is_opened_with_a_passkey(visit: Visit, nursery: Nursery) -> None:
    visitor = visit()
    page = visitor.page
    give_device(visitor)
    visitor.sign_in(nursery.staff)
    add_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    visitor.open("/kinderen/")
    page.get_by_role("button", name="Vergrendel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vergrendeld")
    passkey_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kinderen")


def test_device_that_does_not_know_its_owner_gets_nowhere(visit: Visit, nursery: Nursery) -> None:
    visitor = visit()
    page = visitor.page
    know_owner = give_device(visitor)
    visitor.sign_in(nursery.staff)
    add_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    visitor.sign_out()
    know_owner(False)
    passkey_button(page).click()
    expect(page.get_by_role("status").filter(has_text="Het is afgebroken")).to_be_visible()
    know_owner(True)
    passkey_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dag Sanne")


def test_second_passkey_on_one_device_is_refused_in_words(visit: Visit, nursery: Nursery) -> None:
    visitor = visit()
    page = visitor.page
    give_device(visitor)
    visitor.sign_in(nursery.staff)
    add_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    add_passkey(visitor)
    expect(page.get_by_role("status").filter(has_text="staat al een toegangssleutel")).to_be_visible()


def test_passkey_asks_first_whether_the_device_is_ones_own(visit: Visit, nursery: Nursery, database: Database) -> None:
    visitor = visit()
    page = visitor.page
    give_device(visitor)
    visitor.sign_in(nursery.staff)
    visitor.open("/account/tweede-stap/toegangssleutel/")
    visitor.watch.allow(*COMES_BACK)
    page.get_by_label("Naam van de toegangssleutel").fill("Tablet van de groep")
    page.get_by_role("button", name="Maak toegangssleutel").click()
    expect(page.get_by_role("status").filter(has_text="op een apparaat van uzelf")).to_be_visible()

    def count() -> int:
        with tenant_scope(nursery.organisation_id):
            return factors_of(nursery.staff).passkeys

    assert database(count) == 0


@pytest.mark.requirement("ACC-8.2")
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_form_goes_on_after_the_question_who_sits_there(
    visit: Visit, nursery: Nursery, database: Database, script: bool
) -> None:
    visitor = visit(java_script_enabled=script)
    page = visitor.page
    secret = database(lambda: give_totp(nursery.staff))
    give_password(visitor, nursery.staff, PAGE)
    page.get_by_label("Code uit uw authenticator-app").fill(code_now(secret))
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweede stap bij het inloggen")
    database(lambda: grow_stale(nursery.staff))
    page.get_by_role("button", name="Verwijder app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bevestig dat u het bent")
    page.get_by_label("Code uit uw authenticator-app").fill(code_now(secret, 1))
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    expect(page.get_by_text("De authenticator-app is verwijderd.")).to_be_visible()


def test_passkey_answers_the_question_who_sits_there(visit: Visit, nursery: Nursery, database: Database) -> None:
    visitor = visit()
    page = visitor.page
    give_device(visitor)
    visitor.sign_in(nursery.staff)
    add_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    database(lambda: grow_stale(nursery.staff))
    visitor.open("/account/tweede-stap/app/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bevestig dat u het bent")
    passkey_button(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Authenticator-app instellen")


def test_recovery_codes_are_copied_and_kept_as_a_file(visit: Visit, nursery: Nursery, database: Database) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page
    visitor.sign_in(nursery.staff)
    database(lambda: give_passkey(nursery.staff))
    visitor.open(PAGE)
    page.get_by_role("button", name="Maak nieuwe codes").click()
    codes = page.locator(".codes__code").all_inner_texts()
    page.get_by_role("button", name="Kopieer").click()
    expect(page.get_by_role("status").filter(has_text="Gekopieerd.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [line for line in copied.splitlines() if line] == codes
    # A download is an answer that the page itself never gets.
    visitor.watch.allow(r"^failed: POST .*/bestand/ net::ERR_ABORTED")
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaar als bestand").click()
    kept = download.value.path().read_text(encoding="utf-8").splitlines()
    assert (download.value.suggested_filename, kept[3:]) == ("kijk-herstelcodes.txt", codes)


@pytest.mark.requirement("UX-2.1", "UX-2.2")
@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])
def test_screens_on_the_way_have_no_accessibility_faults(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = visit(width, height)
    page = visitor.page
    visitor.watch.allow(*COMES_BACK)
    secret = database(lambda: give_totp(nursery.staff))
    database(lambda: give_codes(nursery.staff))
    database(lambda: give_passkey(nursery.staff))

    def look(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
        assert (faults(visitor), visitor.overflow()) == ([], 0)

    give_password(visitor, nursery.staff, PAGE)
    look("Nog één stap")
    page.get_by_role("button", name="Verder").click()
    look("Nog één stap")
    page.get_by_role("link", name="Gebruik een herstelcode").click()
    look("Inloggen met een herstelcode")
    page.get_by_role("link", name="Terug naar de tweede stap").click()
    page.get_by_label("Code uit uw authenticator-app").fill(code_now(secret))
    page.get_by_role("button", name="Verder").click()
    look("Tweede stap bij het inloggen")
    page.get_by_role("link", name="Wijzig of verwijder").click()
    look("Toegangssleutel wijzigen")
    visitor.open(PAGE)
    database(lambda: grow_stale(nursery.staff))
    page.get_by_role("button", name="Maak nieuwe codes").click()
    look("Bevestig dat u het bent")
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    look("Bevestig dat u het bent")
    page.get_by_label("Code uit uw authenticator-app").fill(code_now(secret, 1))
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    look("Uw herstelcodes")
