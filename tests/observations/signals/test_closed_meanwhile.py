"""What was typed about a signal that somebody closed meanwhile comes back, and can be kept beside it (REG-7.7)."""

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
from kijk.tenancy.ids import uuid7
from observations.domain.signals.discussing import (
    SignalClosed,
    SignalRefused,
    add_after_closing,
    close_signals,
    take_up,
    write_signal_note,
)
from observations.domain.signals.raising import raise_signal
from observations.models import Signal, SignalNote
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

TYPED = "Els ziet dat Noor’s ochtenden <lastig> zijn."
FACTS = {"points": [2.0], "low": 2, "average": 3}


def make(nursery: Nursery, rule: str = "low_well_being") -> Signal:
    with tenant_scope(nursery.organisation_id):
        return raise_signal(child=nursery.child, rule=rule, facts=FACTS, now=timezone.now())


@pytest.fixture
def colleague(nursery: Nursery) -> User:
    with tenant_scope(nursery.organisation_id):
        return factories.user(Role.INTERNAL_SUPPORT)


def close_as(by: User, signal: Signal, **how: Any) -> None:
    with tenant_scope(by.organisation_id, actor_id=by.pk):
        close_signals(signals=[signal], by=by, now=timezone.now(), **({"outcome": "watch"} | how))


def address(signal: Signal, name: str = "discuss") -> str:
    return reverse(f"observations:signal_{name}", args=[signal.pk])


def words(client: Client, url: str, data: dict[str, Any]) -> tuple[int, str]:
    """Send a form and return the status and the words of the page it leads to."""
    answer: Any = client.post(url, data, follow=True)
    return answer.status_code, " ".join(unescape(answer.content.decode()).split())


def kept(nursery: Nursery) -> list[str]:
    with tenant_scope(nursery.organisation_id):
        return [note.content.text for note in SignalNote.objects.order_by("pk")]


@pytest.mark.requirement("REG-7.7")
def test_note_of_a_discussion_that_comes_after_closing_is_given_back_and_kept_on_request(
    nursery: Nursery, colleague: User
) -> None:
    signal, staff = make(nursery), client_of(nursery.staff)
    close_as(colleague, signal)
    sent = {"text": TYPED, "entry_id": str(uuid7())}
    status, text = words(staff, address(signal), sent)
    assert (status, kept(nursery)) == (409, [])
    for part in (f"{TYPED}</textarea>", colleague.get_full_name(), "we kijken opnieuw", "Nog niet bewaard"):
        assert part in text
    assert f'value="{sent["entry_id"]}"' in text
    # Sent once more from the page that gave it back, and then twice by a double press.
    for told in ("Uw tekst staat nu bij dit signaal.", "Uw tekst was al bewaard."):
        status, text = words(staff, address(signal), {**sent, "achteraf": "1"})
        assert (status, told in text, TYPED in text, kept(nursery)) == (200, True, True, [TYPED])
    with tenant_scope(nursery.organisation_id):
        found = Signal.objects.get(pk=signal.pk)
        assert (found.status, found.outcome, found.closed_by_id) == ("closed", "watch", colleague.pk)
        assert list(AuditEvent.objects.filter(action="signal.noted").values_list("object_id")) == [(signal.pk,)]


@pytest.mark.requirement("REG-7.7")
def test_own_ending_that_comes_second_is_given_back_with_what_was_chosen(nursery: Nursery, colleague: User) -> None:
    signal, staff = make(nursery), client_of(nursery.staff)
    close_as(colleague, signal)
    sent = {"outcome": "action", "agreements": ["parents", "offer"], "text": TYPED}
    status, text = words(staff, address(signal, "close"), sent)
    assert status == 409
    for part in ("we gaan er iets mee doen", "in gesprek met de ouders", "extra aanbod in de groep", TYPED):
        assert part in text
    status, text = words(staff, address(signal, "close"), {"text": TYPED, "entry_id": str(uuid7()), "achteraf": "1"})
    assert (status, kept(nursery)) == (200, [TYPED])
    with tenant_scope(nursery.organisation_id):
        assert Signal.objects.get(pk=signal.pk).outcome == "watch"


@pytest.mark.requirement("REG-7.7")
@pytest.mark.parametrize("sent", [{"text": " "}, {"text": ""}])
def test_form_without_anything_typed_only_says_that_it_is_closed(
    nursery: Nursery, colleague: User, sent: dict[str, str]
) -> None:
    signal, staff = make(nursery), client_of(nursery.staff)
    close_as(colleague, signal)
    for name in ("discuss", "close"):
        status, text = words(staff, address(signal, name), sent | {"entry_id": str(uuid7())})
        assert (status, "Dit signaal is al afgesloten." in text) == (200, True)


def test_the_same_form_sent_twice_is_not_told_as_lost(nursery: Nursery) -> None:
    signal, other, staff = make(nursery), make(nursery, "low_involvement"), client_of(nursery.staff)
    ending = {"outcome": "action", "agreements": ["offer", "parents"], "text": TYPED}
    assert words(staff, address(signal, "close"), ending)[0] == 200
    status, text = words(staff, address(signal, "close"), ending)
    assert (status, "Dit signaal is al afgesloten." in text) == (200, True)
    note = {"text": TYPED, "entry_id": str(uuid7())}
    assert words(staff, address(other), note)[0] == 200
    close_as(nursery.staff, other)
    status, text = words(staff, address(other), note)
    assert (status, "Dit signaal is al afgesloten." in text, kept(nursery)) == (200, True, [TYPED])


def test_draft_of_a_text_is_given_back_after_signing_in_again(nursery: Nursery, colleague: User) -> None:
    signal, staff = make(nursery), client_of(nursery.staff)
    with tenant_scope(nursery.organisation_id):
        for form in ("signal.discuss", "signal.close"):
            key = f"{form}:{signal.pk}"
            save_draft(user_id=nursery.staff.pk, key=key, fields={"text": [TYPED]}, now=timezone.now())
    close_as(colleague, signal)
    for name in ("discuss", "close"):
        answer = staff.get(address(signal, name))
        page = unescape(answer.content.decode())
        assert (answer.status_code, f"{TYPED}</textarea>" in page) == (409, True)
        entry = page.split('name="entry_id" value="')[1].split('"')[0]
        sent = {"text": TYPED, "entry_id": entry, "achteraf": "1", "draft_key": f"signal.{name}:{signal.pk}"}
        assert words(staff, address(signal, name), sent)[0] == 200
        # It was kept: what was a draft is offered no more.
        assert staff.get(address(signal, name)).status_code == 302


@pytest.mark.parametrize(("text", "why"), [("", "Schrijf eerst"), ("a" * 2001, "2000"), ("a\x00b", "teken")])
def test_text_that_cannot_be_kept_comes_back_with_the_reason(
    nursery: Nursery, colleague: User, text: str, why: str
) -> None:
    signal, staff = make(nursery), client_of(nursery.staff)
    close_as(colleague, signal)
    sent = {"text": text, "entry_id": str(uuid7()), "achteraf": "1"}
    status, page = words(staff, address(signal), sent)
    assert (status, why in page, kept(nursery)) == (422, True, [])


def test_who_may_not_write_about_the_signal_adds_nothing_after_closing(nursery: Nursery, colleague: User) -> None:
    signal = make(nursery)
    close_as(colleague, signal)
    with tenant_scope(nursery.organisation_id):
        coach, elsewhere = factories.user(Role.COACH), factories.user(Role.GROUP_STAFF)
        factories.group(staff=elsewhere)
    sent = {"text": TYPED, "entry_id": str(uuid7()), "achteraf": "1"}
    assert [words(client_of(each), address(signal), sent)[0] for each in (coach, elsewhere)] == [403, 403]
    assert kept(nursery) == []


def test_domain_tells_closed_apart_and_keeps_an_afterthought_once(in_nursery: Nursery) -> None:
    by, now, entry = in_nursery.staff, timezone.now(), uuid7()
    signal = raise_signal(child=in_nursery.child, rule="low_well_being", facts=FACTS, now=now)
    close_signals(signals=[signal], outcome="watch", by=by, now=now)
    with pytest.raises(SignalClosed):
        take_up(signals=[signal], text=TYPED, entry_id=entry, by=by, now=now)
    with pytest.raises(SignalClosed):
        write_signal_note(signal=signal, text=TYPED, entry_id=entry, by=by, now=now)
    new = [add_after_closing(signal=signal, text=TYPED, entry_id=entry, by=by, now=now) for _time in range(2)]
    assert (new, SignalNote.objects.count()) == ([True, False], 1)
    with pytest.raises(SignalRefused, match="Schrijf eerst"):
        add_after_closing(signal=signal, text=" ", entry_id=uuid7(), by=by, now=now)


@pytest.mark.requirement("REG-7.7")
def test_taking_up_twice_takes_up_once_and_takes_the_others_along(nursery: Nursery, colleague: User) -> None:
    signal, other = make(nursery), make(nursery, "low_involvement")
    staff = client_of(nursery.staff)
    assert 'name="neem"' in staff.get(address(signal)).content.decode()
    sent = {"neem": "1", "text": "", "entry_id": str(uuid7()), "also": [str(other.pk)]}
    for told in ("In bespreking genomen.", "Dit signaal was al in bespreking."):
        status, text = words(staff, address(signal), sent)
        assert (status, told in text, kept(nursery)) == (200, True, [])
    # A colleague was first with one of them: it stays theirs, and what was typed is kept once.
    with tenant_scope(nursery.organisation_id):
        child, now = factories.child(nursery.group, "Mo"), timezone.now()
        first, second = (
            raise_signal(child=child, rule=rule, facts=FACTS, now=now) for rule in ("low_well_being", "low_involvement")
        )
    with tenant_scope(nursery.organisation_id, actor_id=colleague.pk):
        take_up(signals=[first], entry_id=uuid7(), by=colleague, now=timezone.now())
    sent = {"neem": "1", "text": TYPED, "entry_id": str(uuid7()), "also": [str(second.pk)]}
    for _time in range(2):
        assert words(staff, address(first), sent)[0] == 200
    assert kept(nursery) == [TYPED]
    with tenant_scope(nursery.organisation_id):
        taken = dict(Signal.objects.values_list("pk", "taken_by"))
        assert taken == dict.fromkeys((signal.pk, other.pk, second.pk), nursery.staff.pk) | {first.pk: colleague.pk}
        assert AuditEvent.objects.filter(action="signal.taken").count() == 4
