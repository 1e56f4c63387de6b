"""Nothing that was answered is lost: the network drops, the session ends, the page is left while one types."""

import pytest
from playwright.sync_api import expect

from kijk.tenancy.context import tenant_scope
from observations.models import Answer, Registration
from tests.browser.conftest import Database, SignedIn
from tests.browser.registering import (
    choose,
    expect_answer,
    expect_saved,
    expect_status,
    milestone,
    open_part,
    start_registration,
)
from tests.browser.stories import Nursery
from tests.browser.visitor import Visitor
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

UNSAVED = "Niet opgeslagen – we proberen het opnieuw"
NO_NETWORK = "ERR_INTERNET_DISCONNECTED"


def answers_of(nursery: Nursery, line: str, band: int) -> list[int | None]:
    """Return what is kept of a band's milestones in the open registration, None where there is nothing."""
    with tenant_scope(nursery.organisation_id):
        registration = Registration.objects.get(child=nursery.yara, status=Registration.Status.OPEN)
        kept = dict(registration.answers.values_list("milestone_id", "value"))
        return [kept.get(item.id) for item in nursery.content.lines[line].bands[band]]


def conclusion_of(nursery: Nursery) -> str:
    with tenant_scope(nursery.organisation_id):
        registration = Registration.objects.get(child=nursery.yara, status=Registration.Status.OPEN)
        return registration.texts.conclusion if registration.texts else ""


@pytest.fixture
def registering(signed_in: SignedIn) -> Visitor:
    """A visitor on the line spel of a registration that has just begun."""
    visitor = signed_in()
    start_registration(visitor)
    open_part(visitor, "Spel")
    return visitor


@pytest.mark.requirement("REG-3.6")
def test_answers_given_without_network_are_saved_when_it_is_back(
    registering: Visitor, nursery: Nursery, database: Database
) -> None:
    page, context = registering.page, registering.page.context
    registering.watch.allow(NO_NETWORK)
    first, second = milestone(page, 7, 0), milestone(page, 7, 1)
    context.set_offline(True)
    choose(first, "Beheerst")
    expect_status(first, UNSAVED)
    choose(second, "In ontwikkeling")
    choose(first, "In ontwikkeling")
    expect_status(second, UNSAVED)
    # Going on would throw away what is not saved: the page stays.
    page.get_by_role("button", name="Grote motoriek").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spel")
    assert database(lambda: answers_of(nursery, "spel", 7)) == [None, None, None]
    context.set_offline(False)
    expect_saved(first)
    expect_saved(second)
    assert database(lambda: answers_of(nursery, "spel", 7)) == [Answer.Value.EMERGING, Answer.Value.EMERGING, None]


@pytest.mark.requirement("REG-3.6")
def test_answers_given_after_the_session_ended_are_saved_after_signing_in_elsewhere(
    registering: Visitor, nursery: Nursery
) -> None:
    page = registering.page
    # Being sent to the sign-in page shows that the session ended; it is not followed. After that the form's token is
    # no longer good: the page fetches a new one by itself.
    registering.watch.allow(
        r"^failed: .*(/inloggen/\?next=.*|/antwoord/) net::ERR_ABORTED$",
        r"^status 403: POST .*/antwoord/$",
        "status of 403 ",
    )
    other_tab = page.context.new_page()
    elsewhere = Visitor(other_tab, Watch(other_tab, registering.address), registering.address)
    elsewhere.open("/")
    elsewhere.sign_out()
    page.bring_to_front()
    answered = milestone(page, 7, 0)
    choose(answered, "Beheerst")
    expect(answered.get_by_role("status")).to_contain_text("U bent uitgelogd. Log opnieuw in")
    elsewhere.sign_in(nursery.staff)
    assert elsewhere.watch.complaints == []
    expect(answered.get_by_role("status")).to_have_text("Opgeslagen", timeout=15_000)
    page.reload()
    expect_answer(milestone(page, 7, 0), "Beheerst")


@pytest.mark.requirement("REG-3.6")
def test_conclusion_is_saved_while_somebody_types(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    visitor = signed_in()
    page = visitor.page
    start_registration(visitor)
    open_part(visitor, "Schalen en conclusie")
    page.get_by_label("Conclusie").press_sequentially("Yara speelt")
    # The field still has the focus: nobody left it.
    expect_saved(page.locator(".scale").filter(has=page.get_by_label("Conclusie")))
    expect(page.get_by_label("Conclusie")).to_be_focused()
    assert database(lambda: conclusion_of(nursery)) == "Yara speelt"


@pytest.mark.requirement("REG-6.1")
def test_answer_to_what_a_colleague_closed_says_so_and_stays_unsaved(registering: Visitor, signed_in: SignedIn) -> None:
    page = registering.page
    registering.watch.allow(r"^status 409: POST .*/antwoord/$", "status of 409 ")
    choose(milestone(page, 7, 0), "Beheerst")
    expect_saved(milestone(page, 7, 0))
    colleague = signed_in()
    colleague.open(registering.path.split("lijn/")[0] + "afsluiten/")
    colleague.page.get_by_role("checkbox", name="Ja, 6 antwoorden").check()
    colleague.page.get_by_role("button", name="Sluit af").click()
    expect(colleague.page.get_by_text("De registratie is afgesloten.")).to_be_visible()
    choose(milestone(page, 7, 1), "Beheerst")
    expect(milestone(page, 7, 1)).to_contain_text("Deze registratie is afgesloten en verandert niet meer.")
