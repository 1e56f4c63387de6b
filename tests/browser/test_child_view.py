"""A child says itself how it is, on a device of staff: from the code to the end, and nowhere else (BSO-1)."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.measuring import start_measurement
from observations.domain.bso.self_report import start_self_report
from observations.models import BsoAnswer, BsoRegistration, Group, SelfReport, Signal
from tests import factories
from tests.browser.conftest import Database, Visit
from tests.browser.test_screens import unseen_stops
from tests.browser.visitor import PHONE, TABLET, Visitor
from tests.browser.weeks import look
from tests.observations.bso.room import bso_child

pytestmark = pytest.mark.browser

STATEMENTS = 12
ANSWERS = ["Bijna nooit", "Soms", "Vaak", "Bijna altijd", "Weet ik niet"]
#: A Dutch voice on the device itself, that writes down what it says: this machine may have none.
VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
speechSynthesis.getVoices = () => [{lang: 'nl-NL', localService: true}];
speechSynthesis.speak = (words) => window.said.push(words.text);
"""


@dataclass(frozen=True)
class Club:
    """A BSO group with Noor, who is ten, and her open measurement; who works there is her mentor."""

    organisation_id: UUID
    staff: User
    opened: BsoRegistration


@pytest.fixture
def club(database: Database) -> Club:
    """Make the organisation."""
    return database(_make_club)


def _make_club() -> Club:
    factories.bso_instruments()
    # Pages about signals name the lines of this one.
    factories.development_instrument()
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        staff = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        child = bso_child(factories.group(staff=staff, kind=Group.Kind.BSO))
        child.mentor = staff
        child.save(update_fields=["mentor"])
        opened = start_measurement(child=child, today=timezone.localdate(), by=staff)
    return Club(organisation_id, staff, opened)


def kept(club: Club) -> tuple[int, int, int, int]:
    """Return how many answers the child gave, how many of them "weet ik niet", and the signals and finished times."""
    with tenant_scope(club.organisation_id):
        answers = BsoAnswer.objects.filter(registration=club.opened.pk, view=BsoAnswer.View.CHILD)
        unknown, done = answers.filter(value=None).count(), SelfReport.objects.filter(finished=True).count()
        return answers.count(), unknown, Signal.objects.filter(rule="talk_wish", status="new").count(), done


def see(visitor: Visitor, title: str) -> None:
    """Look at a child's screen at every width, and go on at the width of the device."""
    size = visitor.page.viewport_size
    look(visitor, title)
    if size is not None:
        visitor.page.set_viewport_size(size)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def reaches_nothing(visitor: Visitor, club: Club) -> None:
    """Type addresses of staff, and press "back" to before the child's screens: its surname is nowhere."""
    page, there = visitor.page, visitor.page.url
    for path in ("/", "/kinderen/", reverse("observations:bso_registration", args=[club.opened.pk])):
        visitor.open(path)
        expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
    for _ in range(8):
        page.go_back()
        assert "Bakker" not in page.content()
    page.goto(there)


@pytest.mark.requirement("BSO-1.2")
def test_child_fills_in_its_own_view_on_a_tablet_and_nothing_else(visit: Visit, club: Club, database: Database) -> None:
    visitor = visit(*TABLET, has_touch=True)
    page = visitor.page
    visitor.sign_in(club.staff, reverse("observations:bso_registration", args=[club.opened.pk]))
    page.get_by_role("link", name="Het kind zelf laten invullen").tap()
    page.get_by_role("button", name="Log mij uit en begin").tap()
    see(visitor, "Hoi Noor!")
    code = visitor.path
    page.get_by_role("button", name="Begin").tap()

    see(visitor, "Ik vraag of ik mee mag doen.")
    assert [button.strip() for button in page.locator(".kind-answer").all_inner_texts()] == ANSWERS
    assert page.locator(".kind__picture").evaluate("picture => picture.naturalWidth") > 0
    page.get_by_role("button", name="Weet ik niet").tap()
    page.get_by_role("link", name="Terug").tap()
    expect(page.get_by_role("button", name="Weet ik niet")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("link", name="Ik wil met iemand praten").tap()
    see(visitor, "Wil je met iemand praten?")
    assert database(lambda: kept(club)) == (1, 1, 0, 0)
    page.get_by_role("button", name="Ja, ik wil praten").tap()
    see(visitor, "Goed dat je het zegt")
    assert database(lambda: kept(club)) == (1, 1, 1, 0)
    page.get_by_role("link", name="Verder met de zinnen").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ik doe mee met een spel van een ander.")
    reaches_nothing(visitor, club)
    other = visit(*TABLET)
    other.open(code)
    see(other, "Vraag het even")

    for number in range(2, STATEMENTS + 1):
        expect(page).to_have_title(f"Zin {number} van {STATEMENTS} – Kijk")
        page.get_by_role("button", name="Vaak").tap()
    see(visitor, "Je bent er!")
    page.get_by_role("button", name="Ik ben klaar").tap()
    see(visitor, "Klaar.")
    assert database(lambda: kept(club)) == (STATEMENTS, 1, 1, 1)
    for path in (reverse("observations:kind_statement", args=[1]), reverse("observations:kind_start"), code):
        visitor.open(path)
        assert heading(page) == "Vraag het even"
    reaches_nothing(visitor, club)


@pytest.mark.requirement("BSO-1.2", "UX-2.2")
def test_child_fills_in_its_own_view_on_a_phone_by_keyboard_and_hears_it(
    visit: Visit, club: Club, database: Database
) -> None:
    visitor = visit(*PHONE)
    page = visitor.page
    page.add_init_script(VOICE)
    code = database(lambda: _code(club))
    visitor.open(reverse("observations:kind_code", args=[club.organisation_id, code]))
    page.get_by_role("button", name="Begin").press("Enter")

    page.get_by_role("button", name="Lees voor").press("Enter")
    assert page.evaluate("said")[0].startswith("Ik vraag of ik mee mag doen.")
    assert unseen_stops(visitor) == []
    for number in range(1, STATEMENTS + 1):
        expect(page).to_have_title(f"Zin {number} van {STATEMENTS} – Kijk")
        assert visitor.overflow() == 0
        page.get_by_role("button", name=ANSWERS[number % len(ANSWERS)]).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Je bent er!")
    assert visitor.overflow() == 0
    page.get_by_role("button", name="Ik ben klaar").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Klaar.")
    assert database(lambda: kept(club)) == (STATEMENTS, 2, 0, 1)


def _code(club: Club) -> str:
    with tenant_scope(club.organisation_id):
        opened = BsoRegistration.objects.get(pk=club.opened.pk)
        return start_self_report(registration=opened, by=club.staff, now=timezone.now(), today=timezone.localdate())
