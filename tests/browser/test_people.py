"""Getting in, and helping others in: code, lock-out, invitation, the yearly review (ACC-1, ACC-5, ACC-8, ACC-11)."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests import mails
from tests.accounts.factors import code_now, give_totp, wrong_code
from tests.browser.conftest import Database, Visit
from tests.browser.stories import Nursery
from tests.browser.test_screens import FOCUS, faults
from tests.browser.visitor import DESKTOP, PHONE, TABLET, Visitor
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

NEW = "Tien-Paarse-Wolken-42"
WRONG = "Niet-Mijn-Wachtwoord-1"
# 422 is how a form comes back.
COMES_BACK = (r"^status 422: POST ", "status of 422 ")
# A download is an answer that the page itself never gets.
DOWNLOAD = r"^failed: GET .*/csv/ net::ERR_ABORTED$"
MOST_STOPS = 40

both_widths = pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def try_password(visitor: Visitor, user: User, password: str) -> tuple[int, str]:
    """Give a password; return the status and the words of the answer."""
    with visitor.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        visitor.give_password(user, password)
    alert = visitor.page.get_by_role("alert")
    expect(alert).to_be_focused()
    return answer.value.status, alert.inner_text()


def mailed_link(nursery: Nursery, kind: str) -> str:
    """Return the path of the link in the one mail of a kind that waits."""
    (waiting,) = mails.waiting(nursery.organisation_id, kind)
    return urlsplit(mails.link_in(waiting)).path


def administrator(visit: Visit, nursery: Nursery, database: Database, path: str, size: tuple[int, int]) -> Visitor:
    """Return a visitor who is signed in as the administrator, with a code."""
    database(lambda: give_totp(nursery.administrator))
    visitor = visit(*size)
    visitor.sign_in(nursery.administrator, path)
    return visitor


def expect_in_order(visitor: Visitor) -> None:
    assert (faults(visitor), visitor.overflow()) == ([], 0)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until this has the focus, and see it at each stop on the way."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["drawn"], focus
        assert focus["shown"], focus
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("Tab does not come there")


@pytest.mark.requirement("ACC-1.1", "ACC-8.2")
def test_password_and_code_sign_in_and_a_code_does_so_once(visit: Visit, nursery: Nursery, database: Database) -> None:
    secret = database(lambda: give_totp(nursery.administrator))
    visitor = visit()
    page = visitor.page
    visitor.watch.allow(*COMES_BACK)
    visitor.open("/beheer/collegas/")
    visitor.give_password(nursery.administrator)
    expect(title(page)).to_have_text("Nog één stap")
    # The password alone opens nothing.
    visitor.open("/beheer/collegas/")
    expect(title(page)).to_have_text("Inloggen")
    visitor.give_password(nursery.administrator)
    visitor.give_code(wrong_code(secret))
    expect(page.get_by_role("alert")).to_contain_text("Deze code klopt niet.")
    code = code_now(secret)
    # As an app shows it, and people type it over.
    visitor.give_code(f"{code[:3]} {code[3:]}")
    expect(title(page)).to_have_text("Collega's")
    visitor.sign_out()
    visitor.give_password(nursery.administrator)
    visitor.give_code(code)
    expect(page.get_by_role("alert")).to_contain_text("Deze code klopt niet.")


@pytest.mark.requirement("ACC-1.1", "ACC-8.2")
def test_whole_sign_in_on_a_phone_by_keyboard_alone(visit: Visit, nursery: Nursery, database: Database) -> None:
    secret = database(lambda: give_totp(nursery.staff))
    visitor = visit(*PHONE)
    page, keys = visitor.page, visitor.page.keyboard
    visitor.open("/kinderen/")
    expect(page.get_by_label("E-mailadres")).to_be_focused()
    keys.type(nursery.staff.email)
    tab_to(page, page.get_by_label("Wachtwoord"))
    keys.type(PASSWORD)
    tab_to(page, page.get_by_role("button", name="Inloggen"))
    keys.press("Enter")
    expect(page.get_by_label("Code uit uw authenticator-app")).to_be_focused()
    expect_in_order(visitor)
    keys.type(code_now(secret))
    keys.press("Enter")
    expect(title(page)).to_have_text("Kinderen")
    tab_to(page, page.locator("summary.menu__button:visible"))
    keys.press("Enter")
    expect_in_order(visitor)
    tab_to(page, page.get_by_role("button", name="Uitloggen").locator("visible=true"))
    keys.press("Enter")
    expect(title(page)).to_have_text("Inloggen")


def lock_out(visitor: Visitor, user: User) -> None:
    """Guess wrong three times; then the right password gets the same answer."""
    visitor.watch.allow(*COMES_BACK)
    visitor.open("/inloggen/")
    answers = {try_password(visitor, user, password) for password in (WRONG, WRONG, WRONG, PASSWORD)}
    ((status, words),) = answers
    assert status == 422
    assert "horen niet bij elkaar" in words


@both_widths
@pytest.mark.requirement("ACC-5.1", "ACC-5.2")
def test_locked_account_is_freed_by_the_link_its_owner_is_mailed(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = visit(width, height)
    page = visitor.page
    lock_out(visitor, nursery.staff)
    expect_in_order(visitor)
    visitor.open(database(lambda: mailed_link(nursery, "account_locked")))
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(NEW)
    page.get_by_role("button", name="Bewaar het wachtwoord").click()
    expect(page.get_by_text("Uw nieuwe wachtwoord is bewaard.")).to_be_visible()
    assert try_password(visitor, nursery.staff, PASSWORD)[0] == 422
    visitor.give_password(nursery.staff, NEW)
    expect(title(page)).to_have_text("Dag Sanne")


@both_widths
@pytest.mark.requirement("ACC-5.2")
def test_locked_account_is_freed_by_the_administrator(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    locked = visit()
    lock_out(locked, nursery.staff)
    visitor = administrator(visit, nursery, database, "/beheer/", (width, height))
    page = visitor.page
    page.get_by_role("link", name="op slot").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Dit account is op slot")).to_be_visible()
    expect_in_order(visitor)
    page.get_by_role("button", name="Haal van het slot").click()
    expect(page.get_by_text("Dit account is van het slot.")).to_be_visible()
    expect(page.get_by_role("heading", name="Dit account is op slot")).to_have_count(0)
    locked.sign_in(nursery.staff)
    expect(title(locked.page)).to_have_text("Dag Sanne")


@both_widths
@pytest.mark.requirement("ACC-11.1", "ACC-1.1")
def test_colleague_is_invited_chooses_a_password_and_signs_in(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    inviting = administrator(visit, nursery, database, "/beheer/collegas/", (width, height))
    page = inviting.page
    page.get_by_role("link", name="Nodig een collega uit").click()
    page.get_by_label("Voornaam").fill("Noor")
    page.get_by_label("Achternaam").fill("Dalen")
    email = f"noor{width}@voorbeeld.nl"
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Rol", exact=True).select_option(Role.GROUP_STAFF.value)
    page.get_by_role("button", name="Nodig uit").click()
    expect(page.get_by_text("De uitnodiging is verstuurd.")).to_be_visible()
    expect(title(page)).to_have_text("Noor Dalen")
    expect_in_order(inviting)

    invited = visit(*TABLET)
    invited.open(database(lambda: mailed_link(nursery, "invitation")))
    expect(title(invited.page)).to_have_text("Welkom, Noor Dalen")
    meter = invited.page.locator("[data-password-meter] [data-status]")
    invited.page.get_by_label("Wachtwoord", exact=True).fill("Kleuterklas1!")
    expect(meter).to_contain_text("Uw wachtwoord is zwak.")
    invited.page.get_by_label("Wachtwoord", exact=True).fill(NEW)
    expect(meter).to_have_text("Uw wachtwoord is sterk.")
    invited.page.get_by_role("button", name="Bewaar en ga naar inloggen").click()
    expect(invited.page.get_by_text("Uw wachtwoord is bewaard.")).to_be_visible()

    def noor() -> User:
        with tenant_scope(nursery.organisation_id):
            return User.objects.get(email=email)

    invited.give_password(database(noor), NEW)
    expect(title(invited.page)).to_have_text("Dag Noor")
    page.reload()
    expect(page.get_by_role("region", name="Account")).to_contain_text("actief")


@both_widths
def test_yearly_review_is_walked_and_signed(
    visit: Visit, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = administrator(visit, nursery, database, "/beheer/", (width, height))
    page = visitor.page
    visitor.watch.allow(DOWNLOAD)
    page.get_by_role("main").get_by_role("link", name="Controle van toegang").click()
    page.get_by_role("button", name="Begin een controle").click()
    expect(title(page)).to_have_text("Heeft iedereen nog de juiste toegang?")
    answers = page.get_by_role("radio", name="klopt", exact=True)
    expect(answers).to_have_count(2)
    answers.first.check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("1 account beoordeeld.")).to_be_visible()
    expect(page.get_by_role("button", name="Teken af")).to_have_count(0)
    page.get_by_role("radio", name="rollen aangepast").last.check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", name="Alles is beoordeeld")).to_be_visible()
    expect_in_order(visitor)
    page.get_by_role("button", name="Teken af").click()
    expect(page.get_by_text("De controle is afgetekend.")).to_be_visible()
    expect(page.get_by_text("Afgetekend door Sanne de Wit")).to_be_visible()
    expect_in_order(visitor)
    with page.expect_download() as download:
        page.get_by_role("link", name="Bewaar als bestand").click()
    kept = download.value.path().read_text(encoding="utf-8-sig")
    assert nursery.staff.email in kept
    assert nursery.administrator.email in kept
    assert [kept.count(found) for found in ("klopt", "rollen aangepast")] == [1, 1]
