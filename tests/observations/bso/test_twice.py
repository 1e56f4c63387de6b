"""Forms of a measurement that come twice or too late: nothing happens twice, and the page says what happened (BSO-1.3)."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.drafts.domain import save_draft
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.measuring import close_measurement, start_measurement
from observations.domain.bso.reopening import next_version, reopen_measurement
from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.answering import mark_of
from observations.models import BsoAnswer, BsoRegistration, BsoScore, Signal
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import bso_child, fill_in, item, scale, today

WHY, CLOSED = "Welbevinden hoort bij een ander kind.", "Deze meting is afgesloten en verandert niet meer."


@pytest.fixture
def staff(bso: Bso) -> Client:
    return client_of(bso.staff)


@pytest.fixture
def administrator(bso: Bso) -> User:
    with tenant_scope(bso.organisation_id):
        return factories.user(Role.ADMINISTRATOR)


def url(bso: Bso, name: str) -> str:
    return reverse(f"observations:bso_{name}", args=[bso.opened.pk])


def sent(client: Client, address: str, data: dict[str, Any] | None = None) -> tuple[int, str, str]:
    """Send a form; return the status, the words, and the address of the page it leads to."""
    answer: Any = client.post(address, data or {}, follow=True)
    return answer.status_code, " ".join(unescape(answer.content.decode()).split()), answer.request["PATH_INFO"]


def filled_in(bso: Bso, half_points: int = 7) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        fill_in(bso.opened, bso.staff, half_points=half_points)


def closed(bso: Bso, by: User | None = None) -> None:
    filled_in(bso)
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        close_measurement(registration=bso.opened, by=by or bso.staff, now=timezone.now())


def events(bso: Bso, action: str) -> int:
    with tenant_scope(bso.organisation_id):
        return AuditEvent.objects.filter(action=action).count()


@pytest.mark.requirement("BSO-1.3")
def test_closing_twice_closes_once_and_says_so(bso: Bso, staff: Client) -> None:
    filled_in(bso, half_points=2)
    page = url(bso, "registration")
    assert sent(staff, url(bso, "close"))[0::2] == (200, page)
    with tenant_scope(bso.organisation_id):
        before = BsoRegistration.objects.values_list("closed_at", "closed_by").get()
        signals = Signal.objects.count()
    for client in (staff, client_of(bso.colleague)):
        status, text, where = sent(client, url(bso, "close"))
        assert (status, where, "Deze meting was al afgesloten." in text) == (200, page, True)
    with tenant_scope(bso.organisation_id):
        assert BsoRegistration.objects.values_list("closed_at", "closed_by").get() == before
        assert (Signal.objects.count(), signals > 0) == (signals, True)
    assert events(bso, "bso.closed") == 1


@pytest.mark.requirement("BSO-1.3")
def test_reopening_twice_makes_one_version_and_leads_to_it(bso: Bso, administrator: User) -> None:
    closed(bso)
    client = client_of(administrator)
    first = sent(client, url(bso, "reopen"), {"reason": WHY})
    with tenant_scope(bso.organisation_id):
        new = BsoRegistration.objects.get(revision=2)
    there = reverse("observations:bso_registration", args=[new.pk])
    assert first[0::2] == (200, there)
    again = "Deze meting was al opnieuw geopend. Dit is de nieuwe versie."
    for reason in (f" {WHY} ", ""):
        status, text, where = sent(client, url(bso, "reopen"), {"reason": reason})
        assert (status, where, again in text) == (200, there, True)
    # An old page that is asked for again, and the form once more when the new version is closed too.
    assert client.get(url(bso, "reopen")).headers["Location"] == there
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        close_measurement(registration=new, by=bso.staff, now=timezone.now())
    assert sent(client, url(bso, "reopen"), {"reason": WHY})[0::2] == (200, there)
    with tenant_scope(bso.organisation_id):
        assert BsoRegistration.objects.count() == 2
    assert events(bso, "bso.reopened") == 1


@pytest.mark.requirement("BSO-1.3")
def test_reason_of_who_came_second_is_given_back_with_who_was_first(bso: Bso, administrator: User) -> None:
    closed(bso)
    with tenant_scope(bso.organisation_id, actor_id=administrator.pk):
        new = reopen_measurement(registration=bso.opened, reason=WHY, by=administrator)
        assert next_version(bso.opened) == new
        second = factories.user(Role.ADMINISTRATOR)
    status, text, _where = sent(client_of(second), url(bso, "reopen"), {"reason": "De datum klopt niet."})
    assert (status, "De datum klopt niet.</textarea>" in text, administrator.get_full_name() in text) == (
        409,
        True,
        True,
    )
    assert f'href="{reverse("observations:bso_registration", args=[new.pk])}"' in text


def test_reopening_what_is_open_still_says_so(bso: Bso, administrator: User) -> None:
    status, text, _where = sent(client_of(administrator), url(bso, "reopen"), {"reason": WHY})
    assert (status, "niet afgesloten" in text, f"{WHY}</textarea>" in text) == (409, True, True)
    assert events(bso, "bso.reopened") == 0


def late_form(bso: Bso) -> dict[str, str]:
    friend, other = item(bso.opened, "contact-vriend"), item(bso.opened, "opkomen-nee")
    return {
        f"m-{friend}": "almost_never",
        f"was-{friend}": "",
        f"m-{other}": "unknown",
        f"s-{scale(bso.opened)}": "4",
        f"was-{scale(bso.opened)}": "",
        "conclusion": "Lang over nagedacht.",
        "was-conclusion": mark_of(""),
    }


@pytest.mark.requirement("BSO-1.3")
def test_form_that_comes_after_closing_gives_everything_back_in_words(bso: Bso, staff: Client) -> None:
    closed(bso, bso.colleague)
    status, text, _where = sent(staff, url(bso, "fill"), late_form(bso))
    statements = content_of(bso.opened.version_id).milestones_by_code()
    shown = ("contact-vriend", "opkomen-nee")
    assert status == 409
    for part in (
        CLOSED,
        bso.colleague.get_full_name(),
        "Lang over nagedacht.</textarea>",
        "Bijna nooit",
        "Weet ik niet",
    ):
        assert part in text
    for part in ("U koos: 2", "bewaard is: 3,5", *(statements[code].text for code in shown)):
        assert part in text
    assert not [code for code in shown if str(statements[code].id) in text]
    with tenant_scope(bso.organisation_id):
        assert set(BsoAnswer.objects.values_list("value", flat=True)) == {2}
        assert set(BsoScore.objects.values_list("half_points", flat=True)) == {7}


def test_same_form_sent_twice_around_closing_only_says_that_it_is_closed(bso: Bso, staff: Client) -> None:
    form = late_form(bso)
    assert sent(staff, url(bso, "fill"), form)[0] == 200
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        close_measurement(registration=bso.opened, by=bso.staff, now=timezone.now())
    status, text, where = sent(staff, url(bso, "fill"), form)
    assert (status, CLOSED in text, where) == (200, True, url(bso, "registration"))
    # What no page of ours offers is not told as lost.
    status, text, _where = sent(staff, url(bso, "fill"), {"m-x": "often", f"s-{scale(bso.opened)}": "x"})
    assert (status, CLOSED in text) == (200, True)


@pytest.mark.requirement("ACC-6.3")
def test_draft_is_given_back_when_the_measurement_was_closed_meanwhile(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id):
        fields = {name: [value] for name, value in late_form(bso).items()}
        save_draft(user_id=bso.staff.pk, key=f"bso:{bso.opened.pk}", fields=fields, now=timezone.now())
    closed(bso, bso.colleague)
    answer = staff.get(url(bso, "fill"))
    assert (answer.status_code, "Lang over nagedacht." in answer.content.decode()) == (409, True)
    assert client_of(bso.colleague).get(url(bso, "fill")).headers["Location"] == url(bso, "registration")


@pytest.mark.parametrize("conclusion", ["Van mij.", ""])
def test_answers_stand_on_the_page_that_shows_a_colleagues_conclusion(bso: Bso, staff: Client, conclusion: str) -> None:
    colleague = client_of(bso.colleague)
    assert sent(colleague, url(bso, "fill"), {"conclusion": "Van de collega."})[0] == 200
    form = late_form(bso) | {"conclusion": conclusion, "was-conclusion": "0" * 16}
    status, text, _where = sent(staff, url(bso, "fill"), form)
    assert (status, "Van de collega." in text) == (409, True)
    friend, other = (item(bso.opened, code) for code in ("contact-vriend", "opkomen-nee"))
    for field, value in ((f"m-{friend}", "almost_never"), (f"m-{other}", "unknown"), (f"s-{scale(bso.opened)}", "4")):
        assert f'name="{field}" value="{value}"' in text
        after = text.split(f'name="{field}" value="{value}"')[1].split(">")[0]
        assert "checked" in after


@pytest.mark.requirement("BSO-1.3")
def test_groups_form_keeps_the_others_and_names_the_points_of_who_was_closed(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        other = start_measurement(child=bso_child(bso.group, "Sem"), today=today(), by=bso.staff)
    closed(bso, bso.colleague)
    kinds = ("welbevinden", "betrokkenheid")
    form = {
        f"s-{each.pk}.{scale(each, kind)}": points
        for each, points in ((bso.opened, "4"), (other, "9"))
        for kind in kinds
    }
    # One of them happens to be what is kept.
    form[f"s-{bso.opened.pk}.{scale(bso.opened, 'betrokkenheid')}"] = "7"
    address = reverse("observations:bso_group_save", args=[bso.group.pk])
    status, text, _where = sent(staff, address, form)
    assert (status, "Niet bewaard" in text) == (200, True)
    assert "De meting was al afgesloten: Noor Bakker, Welbevinden: 2." in text
    with tenant_scope(bso.organisation_id):
        found = BsoScore.objects.order_by("registration", "half_points").values_list("registration", "half_points")
        assert set(found) == {(bso.opened.pk, 7), (other.pk, 9)}
    # Of a measurement that is of another group nothing is told, and nothing is kept.
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        elsewhere = factories.group(kind=bso.group.kind)
        strange = start_measurement(child=bso_child(elsewhere, "Lot"), today=today(), by=bso.colleague)
    form = {f"s-{strange.pk}.{scale(strange)}": "4"}
    status, text, _where = sent(staff, address, form)
    assert (status, "Lot" in text) == (409, False)


@pytest.mark.requirement("BSO-1.3")
def test_reopening_leads_to_the_measurement_that_stands_open(bso: Bso, administrator: User) -> None:
    closed(bso)
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        beside = start_measurement(child=bso.opened.child, today=today() + timedelta(days=30), by=bso.staff)
    status, text, _where = sent(client_of(administrator), url(bso, "reopen"), {"reason": WHY})
    assert (status, f"{WHY}</textarea>" in text) == (409, True)
    way = f'href="{reverse("observations:bso_registration", args=[beside.pk])}">Naar de meting die openstaat'
    assert way in text
