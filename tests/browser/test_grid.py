"""One line for a whole group in the browser: keyboard, taps, two people at once, and a child in a few minutes (REG-4)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.registering.registrations import close_registration, save_answer, start_registration
from observations.models import Answer, Group, Registration
from tests import factories
from tests.browser.conftest import Database, SignedIn
from tests.browser.registering import choose, expect_saved, milestone, open_part
from tests.browser.registering import start_registration as begin
from tests.browser.stories import Nursery
from tests.browser.visitor import PHONE, TABLET

pytestmark = pytest.mark.browser

VALUE = Answer.Value


def group_of(nursery: Nursery) -> Group:
    with tenant_scope(nursery.organisation_id):
        return Group.objects.get(placements__child=nursery.yara)


def answer_of(nursery: Nursery, name: str, milestone_id: UUID) -> tuple[int, bool] | None:
    """Return the value of a child's answer and whether it still waits to be confirmed."""
    child = {"yara": nursery.yara, "mo": nursery.mo}[name]
    with tenant_scope(nursery.organisation_id):
        rows = Answer.objects.filter(registration__child=child, registration__status=Registration.Status.OPEN)
        return rows.filter(milestone=milestone_id).values_list("value", "carried_over").first()


def begin_all(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        for child in (nursery.yara, nursery.mo):
            start_registration(child=child, today=timezone.localdate(), by=nursery.staff)


def cell(page: Page, child: str, milestone_id: UUID) -> Locator:
    return page.locator(f'tr[data-child="{child}"] [data-cell="{milestone_id}"]')


@pytest.fixture
def group_id(nursery: Nursery, database: Database) -> UUID:
    return database(lambda: group_of(nursery)).pk


@pytest.fixture
def items(nursery: Nursery) -> list[UUID]:
    """The milestones of the children's own band and the one above it, on the line tekenen."""
    bands = nursery.content.lines["tekenen"].bands
    return [item.id for band in (6, 7, 8) for item in bands[band]]


@pytest.mark.requirement("REG-4.1", "REG-4.2")
def test_group_is_registered_with_the_keyboard_alone(
    signed_in: SignedIn, nursery: Nursery, group_id: UUID, items: list[UUID], database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    visitor.open(f"/groepen/{group_id}/registreren/lijn/tekenen/")
    page.get_by_role("button", name="Begin voor de hele groep").press("Enter")
    expect(page.get_by_role("grid")).to_be_visible()
    # In the Dutch order Dijk comes first. What is answered goes on to the next child, same milestone.
    page.get_by_role("button", name="Naar het eerste vakje").press("Enter")
    expect(cell(page, "Yara van Dijk", items[0])).to_be_focused()
    page.keyboard.press("2")
    expect(cell(page, "Mo El Amrani", items[0])).to_be_focused()
    page.keyboard.press("3")
    expect(cell(page, "Yara van Dijk", items[1])).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cell(page, "Mo El Amrani", items[2])).to_be_focused()
    page.keyboard.press("0")
    expect(page.locator("[data-answer-bar] [data-status]")).to_have_text("Opgeslagen")
    page.reload()
    expect(cell(page, "Mo El Amrani", items[2])).to_contain_text("Niet gezien")
    assert database(lambda: answer_of(nursery, "yara", items[0])) == (VALUE.EMERGING, False)
    assert database(lambda: answer_of(nursery, "mo", items[0])) == (VALUE.SECURE, False)


@pytest.mark.requirement("REG-4.3")
def test_row_is_confirmed_with_one_tap_and_a_change_with_two(
    signed_in: SignedIn, nursery: Nursery, group_id: UUID, items: list[UUID], database: Database
) -> None:
    database(lambda: begin_all(nursery))
    visitor = signed_in(*TABLET, has_touch=True)
    page = visitor.page
    visitor.open(f"/groepen/{group_id}/registreren/lijn/tekenen/")
    row = page.locator('tr[data-child="Yara van Dijk"]')
    row.get_by_role("button", name="kloppen nog").tap()
    expect(row.locator("[data-carried]")).to_have_count(0)
    assert database(lambda: answer_of(nursery, "yara", items[0])) == (VALUE.SECURE, False)
    cell(page, "Yara van Dijk", items[3]).tap()
    page.get_by_role("button", name="Nog niet").tap()
    expect(page.locator("[data-answer-bar] [data-status]")).to_have_text("Opgeslagen")
    assert database(lambda: answer_of(nursery, "yara", items[3])) == (VALUE.NOT_YET, False)
    assert visitor.overflow() == 0
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert visitor.overflow() == 0


def test_answers_in_the_grid_wait_for_the_network(
    signed_in: SignedIn, nursery: Nursery, group_id: UUID, items: list[UUID], database: Database
) -> None:
    database(lambda: begin_all(nursery))
    visitor = signed_in()
    page = visitor.page
    visitor.watch.allow("ERR_INTERNET_DISCONNECTED")
    visitor.open(f"/groepen/{group_id}/registreren/lijn/tekenen/")
    page.context.set_offline(True)
    cell(page, "Mo El Amrani", items[0]).click()
    page.keyboard.press("3")
    expect(cell(page, "Mo El Amrani", items[0])).to_have_attribute("data-unsaved", "")
    page.context.set_offline(False)
    expect(cell(page, "Mo El Amrani", items[0])).not_to_have_attribute("data-unsaved", "")
    assert database(lambda: answer_of(nursery, "mo", items[0])) == (VALUE.SECURE, False)


def answer_as(nursery: Nursery, by: User, milestone_id: UUID, value: int) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=by.pk):
        opened = Registration.objects.get(child=nursery.yara, status=Registration.Status.OPEN)
        save_answer(registration=opened, milestone_id=milestone_id, value=value, today=timezone.localdate(), by=by)


def make_colleague(nursery: Nursery) -> User:
    with tenant_scope(nursery.organisation_id):
        return factories.user(Role.INTERNAL_SUPPORT)


@pytest.mark.requirement("REG-3.9")
def test_colleague_whose_answer_is_replaced_is_named_and_it_can_be_put_back(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    begin(visitor)
    open_part(visitor, "Spel")
    item = nursery.content.lines["spel"].bands[7][0].id
    colleague = database(lambda: make_colleague(nursery))
    database(lambda: answer_as(nursery, colleague, item, VALUE.SECURE))
    shown = milestone(page, 7, 0)
    choose(shown, "Nog niet")
    expect(page.get_by_role("alert").filter(has_text="had intussen “Beheerst” gekozen")).to_be_visible()
    assert database(lambda: answer_of(nursery, "yara", item)) == (VALUE.NOT_YET, False)
    page.get_by_role("button", name="Zet dat terug").click()
    expect_saved(shown)
    expect(page.get_by_text("had intussen")).to_have_count(0)
    assert database(lambda: answer_of(nursery, "yara", item)) == (VALUE.SECURE, False)


@pytest.mark.requirement("REG-3.9")
def test_who_comes_back_to_the_page_sees_what_a_colleague_answered(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in()
    page = visitor.page
    begin(visitor)
    page.clock.install()
    open_part(visitor, "Spel")
    item = nursery.content.lines["spel"].bands[7][0].id
    colleague = database(lambda: make_colleague(nursery))
    database(lambda: answer_as(nursery, colleague, item, VALUE.SECURE))
    page.clock.fast_forward(6000)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(milestone(page, 7, 0).get_by_role("radio", name="Beheerst")).to_be_checked()
    expect(milestone(page, 7, 0).get_by_role("status")).to_have_text("Intussen gewijzigd door een collega")


def register_before(nursery: Nursery) -> None:
    """Register Yara two months ago on every line, all that the screen asks: nothing has to be looked up now."""
    now = timezone.now() - timedelta(days=60)
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        registration = start_registration(child=nursery.yara, today=now.date(), by=nursery.staff)
        for line in nursery.content.lines.values():
            for band in (5, 6, 7, 8):
                for item in line.bands[band]:
                    save_answer(
                        registration=registration,
                        milestone_id=item.id,
                        value=VALUE.SECURE,
                        today=now.date(),
                        by=nursery.staff,
                    )
        close_registration(registration=registration, now=now, by=nursery.staff, confirm_carried_over=True)


@pytest.mark.requirement("REG-3.8")
def test_second_registration_of_seventeen_unchanged_lines_takes_a_tap_a_line(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    database(lambda: register_before(nursery))
    visitor = signed_in(*TABLET)
    page = visitor.page
    begin(visitor)
    page.get_by_role("link", name="Begin met").click()
    began, taps = page.evaluate("performance.timeOrigin"), 0
    while page.get_by_role("button", name="Ja, alles klopt nog").count():
        page.get_by_role("button", name="Ja, alles klopt nog").click()
        taps += 1
        assert taps <= 17
    took = page.evaluate("Date.now()") - began
    expect(page.locator("[data-progress-words]")).to_have_text("17 van 17")
    assert taps == 17
    # What the machine adds to the person's own time, of eight minutes.
    assert took < 120_000
