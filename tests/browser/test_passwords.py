"""Choosing passwords in a browser: forgotten, by invitation, and because it is time (ACC-4, ACC-5, ACC-11)."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from accounts.domain.invitations import invite_user
from accounts.domain.passwords import MAX_AGE
from accounts.models import PersonName, User
from kijk.celery import app
from kijk.tenancy.context import tenant_scope
from tests import mails
from tests.browser.conftest import Database, SignedIn, Visit
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.visitor import PHONE

pytestmark = pytest.mark.browser

NEW = "Tien-Paarse-Wolken-42"


@pytest.fixture
def at_once() -> Iterator[None]:
    """Let jobs be done where they are handed over: the mail is written, and sent."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def grow_old(user: User, age: timedelta) -> None:
    with tenant_scope(user.organisation_id):
        User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - age)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.requirement("ACC-5.2")
def test_forgotten_password_is_chosen_anew_on_a_phone(
    visit: Visit, nursery: Nursery, at_once: None, scripts: bool
) -> None:
    visitor = visit(*PHONE, java_script_enabled=scripts)
    visitor.watch.allow(r"^status (422|410): ", r"status of (422|410) ")
    page = visitor.page
    visitor.open("/inloggen/")
    page.get_by_role("link", name="Wachtwoord vergeten?").click()
    page.get_by_label("E-mailadres").fill(nursery.staff.email)
    page.get_by_role("button", name="Stuur mij een link").click()
    expect(page.get_by_role("heading", name="Kijk in uw mail")).to_be_visible()
    (link,) = mails.LINK.findall(str(mail.outbox[-1].body))
    visitor.open(urlsplit(link).path)
    page.get_by_label("Nieuw wachtwoord", exact=True).fill("kort")
    page.get_by_role("button", name="Bewaar het wachtwoord").click()
    expect(page.get_by_role("alert")).to_contain_text("Nieuw wachtwoord:")
    expect(page.get_by_label("Nieuw wachtwoord", exact=True)).to_have_value("kort")
    if scripts:
        assert (faults(visitor), visitor.overflow()) == ([], 0)
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(NEW)
    page.get_by_role("button", name="Bewaar het wachtwoord").click()
    expect(page.get_by_text("Uw nieuwe wachtwoord is bewaard.")).to_be_visible()
    visitor.open(urlsplit(link).path)
    expect(page.get_by_role("heading", name="Deze link werkt niet meer")).to_be_visible()
    if scripts:
        assert (faults(visitor), visitor.overflow()) == ([], 0)
    page.get_by_role("link", name="Naar inloggen").click()
    page.get_by_label("E-mailadres").fill(nursery.staff.email)
    page.get_by_label("Wachtwoord").fill(NEW)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("button", name="Inloggen")).to_have_count(0)


@pytest.mark.requirement("ACC-11.1")
def test_invitation_is_accepted_on_a_phone(visit: Visit, nursery: Nursery, database: Database) -> None:
    def invite() -> str:
        with tenant_scope(nursery.staff.organisation_id, actor_id=nursery.staff.pk):
            name = PersonName("Noor", "van", "Dalen")
            invite_user(email="noor@voorbeeld.nl", name=name, language="nl", by=nursery.staff, now=timezone.now())
        (waiting,) = mails.waiting(nursery.staff.organisation_id, "invitation")
        return urlsplit(mails.link_in(waiting)).path

    visitor = visit(*PHONE)
    page = visitor.page
    visitor.open(database(invite))
    expect(page.get_by_role("heading", name="Welkom, Noor van Dalen")).to_be_visible()
    expect(page.get_by_label("Voornaam")).to_have_value("Noor")
    page.get_by_label("Wachtwoord", exact=True).fill(NEW)
    expect(page.locator("[data-password-meter] [data-status]")).to_contain_text("Uw wachtwoord is ")
    assert (faults(visitor), visitor.overflow()) == ([], 0)
    page.get_by_role("button", name="Bewaar en ga naar inloggen").click()
    expect(page.get_by_text("Uw wachtwoord is bewaard.")).to_be_visible()
    assert visitor.path == "/inloggen/"


@pytest.mark.requirement("ACC-4.2")
def test_password_that_gets_too_old_meanwhile_cuts_nothing_off(
    signed_in: SignedIn, nursery: Nursery, database: Database
) -> None:
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.open("/notities/nieuw/")
    page.get_by_label("Wat zag u?").fill("Klimt zelf de glijbaan op.")
    page.get_by_role("checkbox").first.check()
    database(lambda: grow_old(nursery.staff, MAX_AGE))
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.get_by_role("heading", name="Tijd voor een nieuw wachtwoord")).to_be_visible()
    assert (faults(visitor), visitor.overflow()) == ([], 0)
    page.get_by_label("Uw wachtwoord van nu").fill("Een-lange-zin-met-cijfer-7")
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(NEW)
    page.get_by_role("button", name="Wachtwoord wijzigen").click()
    expect(page.get_by_text("Uw wachtwoord is veranderd.")).to_be_visible()
    page.get_by_role("link", name="Bekijk, wijzig of verwijder deze notitie").click()
    expect(page.get_by_text("Klimt zelf de glijbaan op.")).to_be_visible()


@pytest.mark.requirement("ACC-4.1")
def test_reminder_leads_to_the_page(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    database(lambda: grow_old(nursery.staff, MAX_AGE - timedelta(days=3)))
    visitor = signed_in(*PHONE)
    page = visitor.page
    expect(page.get_by_text("Uw wachtwoord is nog 3 dagen geldig.")).to_be_visible()
    assert (faults(visitor), visitor.overflow()) == ([], 0)
    page.get_by_role("main").get_by_role("link", name="Wachtwoord wijzigen").click()
    expect(page.get_by_role("heading", name="Wachtwoord wijzigen")).to_be_visible()
