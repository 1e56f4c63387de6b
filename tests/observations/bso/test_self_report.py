"""A child says itself how it is: one code, one device, one report, and nothing else of the product (BSO-1)."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from observations.domain.bso import self_report
from observations.domain.bso.measuring import BsoRefused, close_measurement, start_measurement
from observations.domain.bso.reading import CHILD_INSTRUMENT
from observations.domain.bso.self_report import (
    ChildKey,
    SelfReportOver,
    find_code,
    give_answer,
    open_with_code,
    set_self_report_age,
    start_self_report,
    statements_for,
)
from observations.domain.instruments.catalogue import content_of, published_version
from observations.models import BsoAnswer, BsoRegistration, SelfReport, Signal
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import answer, bso_child, today

MINUTE = timedelta(minutes=1)
ANSWERS = ("almost_never", "sometimes", "often", "almost_always", "unknown")


def code_for(bso: Bso, registration: BsoRegistration | None = None, now: datetime | None = None) -> str:
    with tenant_scope(bso.organisation_id):
        return start_self_report(
            registration=registration or bso.opened, by=bso.staff, now=now or timezone.now(), today=today()
        )


def address(bso: Bso, code: str) -> str:
    return reverse("observations:kind_code", args=[bso.organisation_id, code])


def statement(number: int) -> str:
    return reverse("observations:kind_statement", args=[number])


def child_answers(bso: Bso) -> dict[str, int | None]:
    with tenant_scope(bso.organisation_id):
        rows = BsoAnswer.objects.filter(registration=bso.opened, view="child")
        return dict(rows.values_list("milestone__code", "value"))


@pytest.fixture
def child(bso: Bso) -> Client:
    """A device on which the child's screens are open."""
    device = Client()
    device.post(address(bso, code_for(bso)))
    return device


@pytest.mark.requirement("BSO-1.2")
def test_staff_are_signed_out_and_the_child_gets_its_own_screens_only(bso: Bso) -> None:
    device = client_of(bso.staff)
    handed = device.post(reverse("observations:bso_self", args=[bso.opened.pk]))
    assert handed.headers["Clear-Site-Data"] == '"cache"'
    welcome = device.get(handed.headers["Location"]).content.decode()
    assert "Hoi Noor!" in welcome
    assert "Bakker" not in welcome
    for inside in (
        reverse("today"),
        reverse("observations:child", args=[bso.child.pk]),
        reverse("observations:bso_registration", args=[bso.opened.pk]),
    ):
        assert device.get(inside).headers["Location"].startswith(reverse("accounts:sign_in"))
    assert device.post(handed.headers["Location"], follow=True).status_code == 200
    assert device.get(reverse("today")).status_code == 302


@pytest.mark.requirement("BSO-1.2")
def test_child_answers_one_statement_a_screen_until_it_is_done(bso: Bso, child: Client) -> None:
    page = child.get(reverse("observations:kind_start"), follow=True)
    for number in range(1, 13):
        text = page.content.decode()
        assert f"Zin {number} van 12" in text
        assert all(f'value="{each}"' in text for each in ANSWERS)
        assert "Ik wil met iemand praten" in text
        assert re.search(r'src="[^"]*img/bso/[a-z-]+[^"]*\.svg"', text)
        assert "Bakker" not in text
        page = child.post(statement(number), {"answer": ANSWERS[number % 5]}, follow=True)
    assert "Je bent er!" in page.content.decode()
    end = child.post(reverse("observations:kind_finish"), follow=True).content.decode()
    assert "Klaar." in end
    assert "Geef het apparaat terug." in end
    assert "Noor" not in end
    given = child_answers(bso)
    assert len(given) == 12
    assert set(given.values()) == {0, 1, 2, 3, None}
    assert child.get(statement(1)).headers["Location"] == reverse("observations:kind_start")
    assert "niets in te vullen" in child.get(reverse("observations:kind_start")).content.decode()


def test_back_refresh_and_another_answer_are_safe(bso: Bso, child: Client) -> None:
    child.post(statement(1), {"answer": "often"})
    child.post(statement(1), {"answer": "often"})
    child.post(statement(2), {"answer": "unknown"})
    assert 'aria-pressed="true"' in child.get(statement(1)).content.decode()
    child.post(statement(1), {"answer": "almost_never"})
    assert child_answers(bso) == {"contact-zoeken": 0, "contact-meedoen": None}
    assert child.get(reverse("observations:kind_start")).headers["Location"] == statement(3)


def test_child_cannot_skip_ahead_or_say_to_be_done_before(bso: Bso, child: Client) -> None:
    for number in (2, 12, 13, 999):
        assert child.get(statement(number)).headers["Location"] == statement(1)
        assert child.post(statement(number), {"answer": "often"}).headers["Location"] == statement(1)
    assert child.post(reverse("observations:kind_finish")).headers["Location"] == statement(1)
    assert child_answers(bso) == {}


@pytest.mark.parametrize("value", ["", "3", "secure", "often\x00", "x" * 9000])
def test_what_is_no_answer_is_asked_again(bso: Bso, child: Client, value: str) -> None:
    asked = child.post(statement(1), {"answer": value})
    assert asked.status_code == 422
    assert "Tik op een van de antwoorden" in asked.content.decode()
    assert child_answers(bso) == {}


def test_code_works_once_and_only_when_the_button_is_pressed(bso: Bso) -> None:
    code = code_for(bso)
    first, second = Client(), Client()
    assert "Hoi Noor!" in first.get(address(bso, code)).content.decode()
    assert "Hoi Noor!" in second.get(address(bso, code)).content.decode()
    assert first.post(address(bso, code)).status_code == 302
    refused = second.post(address(bso, code)).content.decode()
    assert "doet het niet meer" in refused
    assert "Noor" not in refused
    assert first.get(address(bso, code)).headers["Location"] == reverse("observations:kind_start")


def test_code_lasts_half_an_hour(bso: Bso) -> None:
    now = timezone.now()
    late = code_for(bso, now=now - 31 * MINUTE)
    assert "doet het niet meer" in Client().get(address(bso, late)).content.decode()
    assert "Hoi Noor!" in Client().get(address(bso, code_for(bso, now=now - 29 * MINUTE))).content.decode()


def test_new_code_ends_the_earlier_one_and_its_screens(bso: Bso, child: Client) -> None:
    waiting = code_for(bso)
    assert child.get(statement(1)).headers["Location"] == reverse("observations:kind_start")
    code_for(bso)
    assert "doet het niet meer" in Client().get(address(bso, waiting)).content.decode()


def test_codes_and_keys_are_kept_as_hashes_only(bso: Bso, child: Client) -> None:
    key = child.session["self_report"][2]
    with tenant_scope(bso.organisation_id):
        report = SelfReport.objects.get()
    assert re.fullmatch("[0-9a-f]{64}", report.code_hash)
    assert re.fullmatch("[0-9a-f]{64}", report.key_hash)
    assert key not in report.key_hash


def test_guessing_codes_is_stopped_by_network_address(bso: Bso, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_report, "WRONG_CODES", 3)
    code, guesser = code_for(bso), Client(REMOTE_ADDR="198.51.100.7")
    for number in range(3):
        assert guesser.get(address(bso, f"geraden-{number}")).status_code == 200
    assert guesser.get(address(bso, code)).status_code == 429
    assert "Noor" not in guesser.get(address(bso, code)).content.decode()
    assert "Hoi Noor!" in Client(REMOTE_ADDR="198.51.100.8").get(address(bso, code)).content.decode()


def test_code_of_one_organisation_opens_nothing_at_another(bso: Bso) -> None:
    code, elsewhere = code_for(bso), factories.organisation()
    for organisation_id in (elsewhere, uuid4()):
        tried = Client().get(reverse("observations:kind_code", args=[organisation_id, code]))
        assert "doet het niet meer" in tried.content.decode()


@pytest.mark.requirement("BSO-1.2")
def test_key_of_one_child_opens_nothing_of_another(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id):
        sem = start_measurement(child=bso_child(bso.group, "Sem"), today=today(), by=bso.staff)
    device = Client()
    device.post(address(bso, code_for(bso, sem)))
    device.post(address(bso, code_for(bso)))
    with tenant_scope(bso.organisation_id):
        reports = {row.registration_id: row for row in SelfReport.objects.all()}
        mine = ChildKey(*_kept(device))
        assert statements_for(mine, now=timezone.now()).report.registration_id == bso.opened.pk
        stolen = ChildKey(mine.organisation_id, reports[sem.pk].pk, mine.key)
        with pytest.raises(SelfReportOver):
            statements_for(stolen, now=timezone.now())
    device.post(statement(1), {"answer": "often"})
    with tenant_scope(bso.organisation_id):
        assert not BsoAnswer.objects.filter(registration=sem).exists()


def _kept(device: Client) -> Any:
    return device.session["self_report"]


def test_screens_end_when_left_for_half_an_hour(bso: Bso, child: Client) -> None:
    assert child.get(statement(1)).headers["Refresh"] == f"1805; url={reverse('observations:kind_start')}"
    child.post(statement(1), {"answer": "often"})
    with tenant_scope(bso.organisation_id):
        SelfReport.objects.update(last_active_at=timezone.now() - 31 * MINUTE)
    assert child.get(statement(2)).headers["Location"] == reverse("observations:kind_start")
    assert "Noor" not in child.get(reverse("observations:kind_start")).content.decode()
    again = Client()
    again.post(address(bso, code_for(bso)))
    assert again.get(reverse("observations:kind_start")).headers["Location"] == statement(2)


def test_somebody_who_signs_in_makes_the_device_theirs_again(bso: Bso, child: Client) -> None:
    client_of(bso.staff, client=child)
    assert "niets in te vullen" in child.get(reverse("observations:kind_start")).content.decode()
    assert "self_report" not in child.session
    assert "doet het niet meer" in child.get(address(bso, code_for(bso))).content.decode()


def test_closing_ends_the_child_s_screens(bso: Bso, child: Client) -> None:
    with tenant_scope(bso.organisation_id):
        answer(bso.opened, "contact-vriend", 1, bso.staff)
        close_measurement(registration=bso.opened, by=bso.staff, now=timezone.now())
    child.post(statement(1), {"answer": "often"})
    assert child_answers(bso) == {}
    assert "niets in te vullen" in child.get(reverse("observations:kind_start")).content.decode()


@pytest.mark.requirement("BSO-1.2")
def test_wish_to_talk_reaches_the_mentor_and_the_child_is_told_honestly(bso: Bso, child: Client) -> None:
    talk = reverse("observations:kind_talk")
    assert "Tik op Ja" in child.get(talk).content.decode()
    with tenant_scope(bso.organisation_id):
        assert not Signal.objects.exists()
    told = child.post(talk, follow=True).content.decode()
    assert "bij de volgende keer inloggen" in told
    assert "Ga dan naar een medewerker" in told
    with tenant_scope(bso.organisation_id):
        signal = Signal.objects.get()
        assert (signal.rule, signal.child_id) == ("talk_wish", bso.child.pk)
        Signal.objects.update(status="closed", closed_at=timezone.now(), closed_by=bso.staff, outcome="watch")
    child.post(talk)
    with tenant_scope(bso.organisation_id):
        assert Signal.objects.exclude(status="closed").count() == 1


def test_events_tell_that_the_child_answered_and_not_what(bso: Bso, child: Client) -> None:
    child.post(statement(1), {"answer": "almost_never"})
    child.post(reverse("observations:kind_talk"))
    with tenant_scope(bso.organisation_id):
        rows = AuditEvent.objects.filter(action__startswith="self_report.").order_by("sequence")
        found = [(event.action, event.data, event.actor_id) for event in rows]
    assert found == [
        ("self_report.opened", {}, None),
        ("self_report.answered", {"milestone": "contact-zoeken"}, None),
        ("self_report.talk_wish", {}, None),
    ]


@pytest.mark.parametrize(("years", "may"), [(8, False), (9, True), (12, True)])
def test_child_fills_in_from_nine_unless_the_organisation_says_otherwise(bso: Bso, years: int, may: bool) -> None:
    def begin(from_years: int | None) -> bool:
        with tenant_scope(bso.organisation_id):
            if from_years is not None:
                set_self_report_age(years=from_years)
            born = date(today().year - years, 1, 1)
            made = BsoRegistration.objects.select_related("child").get(pk=bso.opened.pk)
            made.child.birth_date = born
            made.child.save(update_fields=["birth_date"])
            try:
                start_self_report(registration=made, by=bso.staff, now=timezone.now(), today=today())
            except BsoRefused:
                return False
            return True

    assert begin(None) is may
    assert begin(7)
    assert begin(12) is (years == 12)


@pytest.mark.parametrize("years", [6, 13])
def test_age_has_its_limits(in_bso: Bso, years: int) -> None:
    with pytest.raises(BsoRefused, match="7 tot en met 12"):
        set_self_report_age(years=years)


def test_administrator_sets_the_age_on_a_page(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id):
        administrator = factories.user(Role.ADMINISTRATOR)
    client, url = client_of(administrator), reverse("observations:bso_settings")
    assert client.post(url, {"years": "6"}).status_code == 422
    client.post(url, {"years": "8"})
    with tenant_scope(bso.organisation_id):
        assert self_report.self_report_age() == 8
    assert client_of(bso.staff).get(url).status_code == 403


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["contact-vriend"], "1 van de 12 zinnen is al ingevuld. Het kind gaat daar verder."),
        (["contact-vriend", "contact-zoeken"], "2 van de 12 zinnen zijn al ingevuld. Het kind gaat daar verder."),
    ],
)
def test_page_says_how_many_sentences_the_child_did(bso: Bso, codes: list[str], words: str) -> None:
    now = timezone.now()
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        own = content_of(published_version(CHILD_INSTRUMENT).pk).milestones_by_code()
        for code in codes:
            BsoAnswer.objects.create(
                registration=bso.opened, view="child", milestone_id=own[code].id, value=1, answered_at=now
            )
    page = client_of(bso.staff).get(reverse("observations:bso_self", args=[bso.opened.pk])).content.decode()
    assert words in " ".join(page.split())


def test_too_young_a_child_is_not_offered_it(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id):
        small = start_measurement(child=bso_child(bso.group, "Lot", years=6), today=today(), by=bso.staff)
    page = client_of(bso.staff)
    url = reverse("observations:bso_self", args=[small.pk])
    assert "Dit kind is jonger" in page.get(url).content.decode()
    assert page.post(url).status_code == 409
    assert page.get(reverse("today")).status_code == 200
    shown = page.get(reverse("observations:bso_registration", args=[small.pk])).content.decode()
    assert url not in shown
    assert "Zelf invullen kan bij uw organisatie vanaf 9 jaar." in shown


def test_two_who_use_a_code_at_once_are_let_in_once(in_bso: Bso, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    code = start_self_report(registration=in_bso.opened, by=in_bso.staff, now=now, today=today())
    seen = find_code(code, now=now)
    open_with_code(code, now=now)
    found: Callable[..., SelfReport] = lambda *_args, **_named: seen  # noqa: E731 - what the slower one has read
    monkeypatch.setattr(self_report, "find_code", found)
    with pytest.raises(SelfReportOver):
        open_with_code(code, now=now)


def test_answer_is_of_a_statement_there_is(in_bso: Bso) -> None:
    now = timezone.now()
    key = open_with_code(
        start_self_report(registration=in_bso.opened, by=in_bso.staff, now=now, today=today()), now=now
    )
    statements = statements_for(key, now=now)
    for number, value in ((0, 1), (13, 1), (1, 4)):
        with pytest.raises(BsoRefused, match="kennen we niet"):
            give_answer(statements, number=number, value=value, now=now)
