"""A text that was not saved is offered back on the page of its form, and fills it (ACC-6.3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.drafts.domain import DraftRefused, draft_for, save_draft
from kijk.drafts.models import Draft
from kijk.drafts.offers import FormDraft, form_draft
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.models import Note, Registration
from tests.clients import client_of
from tests.pages import STAFF, World, make_world

NOTE = reverse("observations:note_new")
TEXT = "Yara klimt op de bank en roept: kijk!"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def staff(world: World) -> Client:
    return client_of(world.users[STAFF])


def keep(world: World, key: str, **fields: Any) -> str:
    user = world.users[STAFF]
    with tenant_scope(world.organisation_id):
        values = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
        save_draft(user_id=user.pk, key=key, fields=values, now=timezone.now())
    return key


def keep_note(world: World, **fields: Any) -> str:
    return keep(world, f"note:{uuid7()}", **({"text": TEXT} | fields))


def text_of(world: World, key: str, name: str = "text") -> str | None:
    with tenant_scope(world.organisation_id):
        found = draft_for(user_id=world.users[STAFF].pk, key=key)
    return found.text(name) if found else None


def note_page(staff: Client, query: str = "") -> tuple[str, FormDraft]:
    response = staff.get(NOTE + query)
    return response.content.decode(), response.context["draft"]


@pytest.mark.requirement("ACC-6.3")
def test_note_that_was_not_saved_is_offered(staff: Client, world: World) -> None:
    key = keep_note(world)
    text, draft = note_page(staff)
    assert [(offer.key, offer.excerpt) for offer in draft.offers] == [(key, TEXT)]
    assert "U was op" in text
    assert "Verder met deze tekst" in text
    assert draft.key != key


@pytest.mark.requirement("ACC-6.3")
def test_note_is_gone_on_with_in_all_its_fields(staff: Client, world: World) -> None:
    key = keep_note(world, children=[str(world.child.pk)], context="binnen", observed_on="2026-01-15")
    _, draft = note_page(staff)
    response = staff.get(draft.offers[0].resume_url)
    form, resumed = response.context["form"], response.context["draft"]
    shown = {name: form[name].value() for name in ("text", "context", "observed_on", "children", "entry_id")}
    assert shown == {
        "text": TEXT,
        "context": "binnen",
        "observed_on": "2026-01-15",
        "children": [str(world.child.pk)],
        "entry_id": str(resumed.row),
    }
    assert (resumed.key, resumed.offers, form.shows_place_and_day) == (key, (), True)


def test_note_of_today_is_gone_on_with_without_unfolding_its_day(staff: Client, world: World) -> None:
    key = keep_note(world, observed_on=timezone.localdate().isoformat())
    form = staff.get(NOTE, {"concept": key}).context["form"]
    assert not form.shows_place_and_day


def test_going_on_does_not_tick_the_child_whose_page_led_here(staff: Client, world: World) -> None:
    key = keep_note(world, context="binnen")
    form = staff.get(NOTE, {"concept": key, "kind": str(world.child.pk)}).context["form"]
    assert form["children"].value() is None


@pytest.mark.parametrize("fields", [{"text": "  "}, {"text": "", "children": ["x"]}])
def test_what_has_no_text_is_not_offered(staff: Client, world: World, fields: dict[str, Any]) -> None:
    keep_note(world, **fields)
    assert note_page(staff)[1].offers == ()


def test_newest_three_are_offered(staff: Client, world: World) -> None:
    keys = [keep_note(world, text=f"Tekst {number} {'lang ' * 40}") for number in range(4)]
    offers = note_page(staff)[1].offers
    assert [offer.key for offer in offers] == keys[:0:-1]
    assert {len(offer.excerpt) for offer in offers} == {80}


@pytest.mark.requirement("ACC-6.3")
def test_draft_is_gone_once_its_note_was_saved(staff: Client, world: World) -> None:
    key = keep_note(world)
    other = keep_note(world, text="Een andere tekst.")
    data = {
        "children": [str(world.child.pk)],
        "text": TEXT,
        "observed_on": "2026-01-15",
        "entry_id": key.partition(":")[2],
        "draft_key": key,
    }
    assert staff.post(NOTE, data).status_code == 302
    assert (text_of(world, key), text_of(world, other)) == (None, "Een andere tekst.")


def test_note_with_a_mistake_keeps_its_draft_and_its_key(staff: Client, world: World) -> None:
    key = keep_note(world)
    response = staff.post(NOTE, {"text": TEXT, "draft_key": key, "entry_id": str(uuid7())})
    draft = response.context["draft"]
    assert (response.status_code, draft.key, draft.offers) == (422, key, ())
    assert text_of(world, key) == TEXT


@pytest.mark.parametrize("key", ["", "note", "note:1", "registration.reopen:0199a1b2-0000-7000-8000-000000000001"])
def test_key_that_is_not_the_forms_is_not_taken_over(staff: Client, key: str) -> None:
    draft = staff.post(NOTE, {"draft_key": key}).context["draft"]
    assert draft.key != key
    assert draft.key == f"note:{draft.row}"


@pytest.mark.requirement("ACC-6.3")
def test_note_sent_after_the_session_ended_is_there_after_signing_in(world: World) -> None:
    late = client_of(world.users[STAFF], at=timezone.now() - timedelta(minutes=31))
    key = f"note:{uuid7()}"
    data = {"text": TEXT, "children": [str(world.child.pk)], "draft_key": key, "draft_page": ""}
    response = late.post(NOTE, data)
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/inloggen/")
    with tenant_scope(world.organisation_id):
        assert Note.objects.count() == 1
    _, draft = note_page(client_of(world.users[STAFF]))
    assert [(offer.key, offer.excerpt) for offer in draft.offers] == [(key, TEXT)]


def test_offers_are_the_owners_only(world: World) -> None:
    keep_note(world)
    assert note_page(client_of(world.users[STAFF]))[1].offers
    request = RequestFactory().get(NOTE)
    with tenant_scope(world.organisation_id):
        request.user = world.nobody
        assert form_draft(request, form="note", shown={"text": ""}).offers == ()


def test_draft_of_a_colleague_cannot_be_gone_on_with(world: World) -> None:
    key = keep_note(world)
    request = RequestFactory().get(NOTE, {"concept": key})
    with tenant_scope(world.organisation_id):
        request.user = world.nobody
        found = form_draft(request, form="note", shown={"text": ""})
    assert (found.resumed, found.key == key) == (None, False)


def test_draft_of_one_row_is_not_offered_for_another(staff: Client, world: World) -> None:
    administrator = client_of(world.users[Role.ADMINISTRATOR])
    url = reverse("observations:registration_reopen", kwargs={"pk": world.closed.pk})
    other = f"registration.reopen:{world.opened.pk}"
    assert administrator.get(url, {"concept": other}).context["draft"].key == f"registration.reopen:{world.closed.pk}"


def scales_url(world: World) -> str:
    return reverse("observations:registration_scales", kwargs={"pk": world.opened.pk})


def conclusion(world: World) -> str:
    with tenant_scope(world.organisation_id):
        texts = Registration.objects.get(pk=world.opened.pk).texts
        return texts.conclusion if texts else ""


@pytest.mark.requirement("ACC-6.3")
def test_conclusion_and_scales_sent_after_the_session_ended_are_gone_on_with(world: World) -> None:
    late = client_of(world.users[STAFF], at=timezone.now() - timedelta(minutes=31))
    scale = client_of(world.users[STAFF]).get(scales_url(world)).context["page"].scales[0].content
    key = f"registration.scales:{world.opened.pk}"
    late.post(scales_url(world), {"conclusion": "Praat veel meer.", f"s-{scale.id}": "7", "draft_key": key})
    assert conclusion(world) == ""
    staff = client_of(world.users[STAFF])
    (offer,) = staff.get(scales_url(world)).context["draft"].offers
    response = staff.get(offer.resume_url)
    assert response.context["conclusion"] == "Praat veel meer."
    assert [view.half_points for view in response.context["page"].scales if view.content.id == scale.id] == [7]


def test_conclusion_that_was_saved_after_all_is_not_offered(staff: Client, world: World) -> None:
    key = keep(world, f"registration.scales:{world.opened.pk}", conclusion="Praat veel meer. ")
    staff.post(reverse("observations:answer", kwargs={"pk": world.opened.pk}), {"conclusion": "Praat veel meer."})
    assert staff.get(scales_url(world)).context["draft"].offers == ()
    staff.post(scales_url(world), {"conclusion": "Praat veel.", "draft_key": key})
    assert text_of(world, key, "conclusion") is None


def test_reason_for_reopening_is_gone_on_with_and_forgotten_once_used(world: World) -> None:
    administrator = world.users[Role.ADMINISTRATOR]
    client = client_of(administrator)
    url = reverse("observations:registration_reopen", kwargs={"pk": world.closed.pk})
    key = f"registration.reopen:{world.closed.pk}"
    client.post(reverse("drafts:save"), {"draft_key": key, "reason": "Verkeerd kind gekozen."})
    (offer,) = client.get(url).context["draft"].offers
    assert client.get(offer.resume_url).context["reason"] == "Verkeerd kind gekozen."
    with tenant_scope(world.organisation_id):
        Registration.objects.filter(pk=world.opened.pk).delete()
    assert client.post(url, {"reason": "Verkeerd kind gekozen.", "draft_key": key}).status_code == 302
    with tenant_scope(world.organisation_id):
        assert draft_for(user_id=administrator.pk, key=key) is None


def test_drafts_too_many_or_odd_do_not_break_the_page(staff: Client, world: World) -> None:
    keep_note(world, observed_on="op een mooie dag", lines=["geen lijn"], children=["geen kind"])
    text, draft = note_page(staff)
    assert staff.get(draft.offers[0].resume_url).status_code == 200
    assert "op een mooie dag" not in text
    with pytest.raises(DraftRefused):
        keep_note(world, text="\x00")
    with tenant_scope(world.organisation_id):
        assert Draft.objects.count() == 1
