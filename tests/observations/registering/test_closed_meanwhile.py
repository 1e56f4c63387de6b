"""A line's form that comes after a colleague closed the registration: its answers come back in words (REG-3, REG-6.1)."""

from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.drafts.domain import save_draft
from kijk.tenancy.context import tenant_scope
from observations.domain.registering.registrations import (
    close_registration,
    reopen_registration,
    save_answer,
    start_registration,
)
from observations.models import Answer, LineResult, Registration
from tests import factories
from tests.clients import client_of
from tests.pages import STAFF, World, make_world

CLOSED = "Deze registratie is afgesloten en verandert niet meer."
VALUE = Answer.Value


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def staff(world: World) -> Client:
    return client_of(world.users[STAFF])


@pytest.fixture
def colleague(world: World) -> User:
    return world.users[Role.INTERNAL_SUPPORT]


def milestones(line: str = "spel", band: int = 7) -> list[Any]:
    return list(factories.development_instrument().lines[line].bands[band])


def url(world: World, name: str = "registration_line", **more: Any) -> str:
    code = {"code": "spel"} if name == "registration_line" else {}
    return reverse(f"observations:{name}", kwargs={"pk": world.opened.pk} | code | more)


def close_as(world: World, by: User) -> None:
    with tenant_scope(world.organisation_id, actor_id=by.pk):
        close_registration(registration=world.opened, now=timezone.now(), by=by, confirm_carried_over=True)


def answer_as(world: World, by: User, milestone_id: UUID, value: int) -> None:
    with tenant_scope(world.organisation_id, actor_id=by.pk):
        save_answer(
            registration=world.opened, milestone_id=milestone_id, value=value, today=timezone.localdate(), by=by
        )


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


@pytest.mark.requirement("REG-6.1", "REG-3.9")
def test_answers_that_came_after_closing_are_listed_in_words(staff: Client, world: World, colleague: User) -> None:
    first, second, third = milestones()
    answer_as(world, colleague, first.id, VALUE.NOT_YET)
    close_as(world, colleague)
    sent = {f"m-{first.id}": "secure", f"m-{second.id}": "emerging", f"m-{third.id}": "", f"was-{first.id}": ""}
    answer = staff.post(url(world), {**sent, "go": "tijd"})
    text = words(answer)
    assert answer.status_code == 409
    for part in (CLOSED, colleague.get_full_name(), first.text, second.text, "Beheerst", "Nog niet"):
        assert part in text
    assert third.text not in text
    # Nobody has anything at an id, and no answer of a closed registration changes.
    assert not [item for item in (first, second, third) if str(item.id) in text]
    with tenant_scope(world.organisation_id):
        kept = dict(Answer.objects.filter(registration=world.opened).values_list("milestone", "value"))
    assert (kept[first.id], second.id in kept) == (VALUE.NOT_YET, False)


@pytest.mark.requirement("REG-6.1")
def test_the_same_form_sent_twice_around_closing_only_says_that_it_is_closed(staff: Client, world: World) -> None:
    first, _second, _third = milestones()
    sent = {f"m-{first.id}": "secure", f"was-{first.id}": "", "go": "tijd"}
    staff.post(url(world), sent)
    close_as(world, world.users[STAFF])
    for again in (sent, {"confirm": "1"}, {f"m-{first.id}": "nonsense", "m-nothing": "secure"}):
        answer = staff.post(url(world), again, follow=True)
        assert (answer.status_code, CLOSED in words(answer)) == (200, True)


@pytest.mark.parametrize("button", ["propose", "restore"])
def test_answer_of_a_button_is_given_back_too(staff: Client, world: World, button: str) -> None:
    first, *_others = milestones()
    close_as(world, world.users[STAFF])
    answer = staff.post(url(world), {button: f"m-{first.id}=secure", f"was-{first.id}": "secure"})
    assert (answer.status_code, first.text in words(answer)) == (409, True)


@pytest.mark.requirement("ACC-6.3")
def test_answers_of_a_draft_are_given_back_when_the_registration_was_closed_meanwhile(
    staff: Client, world: World, colleague: User
) -> None:
    first, *_others = milestones()
    user = world.users[STAFF]
    with tenant_scope(world.organisation_id):
        save_draft(
            user_id=user.pk,
            key=f"registration.line:{world.opened.pk}",
            fields={f"m-{first.id}": ["secure"], f"was-{first.id}": [""]},
            now=timezone.now(),
        )
        save_draft(
            user_id=user.pk,
            key=f"registration.scales:{world.opened.pk}",
            fields={"conclusion": ["Lang over nagedacht."]},
            now=timezone.now(),
        )
    close_as(world, colleague)
    answer = staff.get(url(world))
    assert (answer.status_code, first.text in words(answer), "Beheerst" in words(answer)) == (409, True, True)
    scales = staff.get(url(world, "registration_scales"))
    assert (CLOSED in words(scales), "Lang over nagedacht." in words(scales)) == (True, True)
    # Nothing of their own for a colleague: both lead to the registration.
    other = client_of(colleague)
    for name in ("registration_line", "registration_scales"):
        assert other.get(url(world, name)).headers["Location"] == url(world, "registration")


def test_page_leads_on_to_whoever_can_open_it_again(staff: Client, world: World) -> None:
    first, *_others = milestones()
    administrator = world.users[Role.ADMINISTRATOR]
    close_as(world, world.users[STAFF])
    sent = {f"m-{first.id}": "secure"}
    assert "Vraag de beheerder" in words(staff.post(url(world), sent))
    with tenant_scope(world.organisation_id, actor_id=administrator.pk):
        again = reopen_registration(registration=world.opened, reason="Verkeerde mijlpaal", by=administrator)
    page = staff.post(url(world), sent).content.decode()
    assert f'href="{reverse("observations:registration", args=[again.pk])}"' in page
    assert "Vraag de beheerder" not in page


def test_milestone_of_another_instrument_is_left_out(staff: Client, world: World) -> None:
    staff_instrument, _of_child = factories.bso_instruments()
    strange = next(iter(staff_instrument.milestones.values()))
    close_as(world, world.users[STAFF])
    answer = staff.post(url(world), {f"m-{strange.id}": "secure"}, follow=True)
    assert (answer.status_code, strange.text in words(answer)) == (200, False)
    with tenant_scope(world.organisation_id):
        assert Registration.objects.get(pk=world.opened.pk).status == "closed"


def deed(client: Client, address: str, data: dict[str, str]) -> tuple[int, str, str]:
    """Send a form; return the status, the words and the address of the page it leads to."""
    answer: Any = client.post(address, data, follow=True)
    return answer.status_code, words(answer), answer.request["PATH_INFO"]


@pytest.mark.requirement("REG-6.1")
def test_closing_twice_closes_once_and_says_so(staff: Client, world: World) -> None:
    sent = {"confirm_carried_over": "1"}
    results = []
    for told in ("De registratie is afgesloten.", "Deze registratie was al afgesloten."):
        status, text, where = deed(staff, url(world, "registration_close"), sent)
        assert (status, where, told in text) == (200, url(world, "registration"), True)
        with tenant_scope(world.organisation_id):
            results.append(list(LineResult.objects.filter(registration=world.opened).values_list("pk", flat=True)))
    assert results[0] == results[1]


@pytest.mark.requirement("REG-6.2")
def test_reopening_twice_makes_one_version_and_leads_to_it(world: World) -> None:
    administrator, page = client_of(world.users[Role.ADMINISTRATOR]), url(world, "registration_reopen")
    close_as(world, world.users[STAFF])
    assert deed(administrator, page, {"reason": "Verkeerde mijlpaal."})[0] == 200
    with tenant_scope(world.organisation_id):
        again = Registration.objects.get(replaces=world.opened)
    there = reverse("observations:registration", args=[again.pk])
    for reason in ("Verkeerde mijlpaal. ", ""):
        status, text, where = deed(administrator, page, {"reason": reason})
        told = "Deze registratie was al opnieuw geopend. Dit is de nieuwe versie."
        assert (status, where, told in text) == (200, there, True)
    assert administrator.get(page).headers["Location"] == there
    with tenant_scope(world.organisation_id, actor_id=world.users[STAFF].pk):
        close_registration(registration=again, now=timezone.now(), by=world.users[STAFF], confirm_carried_over=True)
    assert deed(administrator, page, {"reason": "Verkeerde mijlpaal."})[2] == there
    with tenant_scope(world.organisation_id):
        assert Registration.objects.filter(child=world.child, replaces__isnull=False).count() == 1


@pytest.mark.requirement("REG-6.2")
def test_reason_of_who_came_second_is_given_back_with_who_was_first(world: World) -> None:
    close_as(world, world.users[STAFF])
    first = world.users[Role.ADMINISTRATOR]
    with tenant_scope(world.organisation_id, actor_id=first.pk):
        again = reopen_registration(registration=world.opened, reason="Verkeerde mijlpaal.", by=first)
        second = factories.user(Role.ADMINISTRATOR)
    client, page = client_of(second), url(world, "registration_reopen")
    status, text, _where = deed(client, page, {"reason": "De datum klopt niet."})
    assert (status, "De datum klopt niet.</textarea>" in text, first.get_full_name() in text) == (409, True, True)
    assert f'href="{reverse("observations:registration", args=[again.pk])}"' in text
    # The text of a draft is not thrown away by going on.
    with tenant_scope(world.organisation_id):
        key = f"registration.reopen:{world.opened.pk}"
        save_draft(user_id=second.pk, key=key, fields={"reason": ["De datum klopt niet."]}, now=timezone.now())
    assert "De datum klopt niet." in words(client.get(page))


@pytest.mark.requirement("REG-6.2")
def test_reopening_leads_to_the_registration_that_stands_open(world: World) -> None:
    close_as(world, world.users[STAFF])
    later = timezone.localdate() + timedelta(days=30)
    with tenant_scope(world.organisation_id, actor_id=world.users[STAFF].pk):
        beside = start_registration(child=world.child, today=later, by=world.users[STAFF])
    page = url(world, "registration_reopen")
    status, text, _where = deed(client_of(world.users[Role.ADMINISTRATOR]), page, {"reason": "Verkeerde mijlpaal."})
    assert (status, "Verkeerde mijlpaal.</textarea>" in text) == (409, True)
    way = f'href="{reverse("observations:registration", args=[beside.pk])}">Naar de registratie die openstaat'
    assert way in text
