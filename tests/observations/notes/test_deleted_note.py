"""Pages of a note that is deleted by then: they say so, lead to the child's notes, and give back what was typed (OBS-3.4)."""

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
from observations.domain.notes.changing import child_of_deleted, delete_note
from observations.domain.notes.writing import write_note
from observations.models import Note
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

GONE, TYPED = "Deze notitie is al verwijderd.", "Met <Els> op de fiets."


@pytest.fixture
def staff(nursery: Nursery) -> Client:
    return client_of(nursery.staff)


def kept(nursery: Nursery, text: str = "Fietst.") -> Note:
    today = timezone.localdate()
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        return write_note(
            children=[nursery.child], text=text, observed_on=today, today=today, entry_id=uuid7(), by=nursery.staff
        )[0]


def deleted(nursery: Nursery, by: User | None = None) -> Note:
    note = kept(nursery)
    with tenant_scope(nursery.organisation_id, actor_id=(by or nursery.staff).pk):
        delete_note(note_id=note.pk, reason=None, decides=False, now=timezone.now(), by=by or nursery.staff)
    return note


def url(name: str, pk: Any) -> str:
    return reverse(f"observations:{name}", args=[pk])


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


@pytest.mark.requirement("OBS-3.4", "UX-3.1")
def test_deleting_twice_without_script_deletes_once_and_leads_to_the_timeline(staff: Client, nursery: Nursery) -> None:
    note, other = kept(nursery), kept(nursery, "Telt tot vijf.")
    delete, timeline = url("note_delete", note.pk), url("child_notes", nursery.child.pk)
    assert staff.post(delete).headers["Location"] == timeline
    # Sent again after Back, and the page itself asked for again.
    for answer in (staff.post(delete, follow=True), staff.get(delete, follow=True)):
        assert (answer.status_code, answer.request["PATH_INFO"], GONE in words(answer)) == (200, timeline, True)
    with tenant_scope(nursery.organisation_id):
        assert list(Note.objects.values_list("pk", flat=True)) == [other.pk]
        assert AuditEvent.objects.filter(action="note.deleted").count() == 1


@pytest.mark.requirement("OBS-3.4")
@pytest.mark.parametrize("name", ["note", "note_change", "note_add"])
def test_every_page_of_a_deleted_note_leads_to_the_timeline(staff: Client, nursery: Nursery, name: str) -> None:
    answer = staff.get(url(name, deleted(nursery).pk), follow=True)
    assert (answer.status_code, GONE in words(answer)) == (200, True)
    assert answer.request["PATH_INFO"] == url("child_notes", nursery.child.pk)


def test_tag_for_a_deleted_note_leads_to_the_timeline(staff: Client, nursery: Nursery) -> None:
    answer = staff.post(url("note_tag", deleted(nursery).pk), {"line": str(uuid7())}, follow=True)
    assert (answer.status_code, GONE in words(answer)) == (200, True)


@pytest.mark.requirement("OBS-3.2")
@pytest.mark.parametrize("name", ["note_change", "note_add"])
def test_text_typed_at_a_note_that_was_deleted_meanwhile_is_given_back(
    staff: Client, nursery: Nursery, name: str
) -> None:
    note = deleted(nursery)
    sent = {"text": TYPED, "revision": "1", "entry_id": str(uuid7()), "observed_on": "2026-01-01"}
    answer = staff.post(url(name, note.pk), sent)
    text = words(answer)
    assert (answer.status_code, f"{TYPED}</textarea>" in text) == (409, True)
    assert f'href="{url("child_notes", nursery.child.pk)}"' in text
    assert f'href="{reverse("observations:note_new")}?kind={nursery.child.pk}"' in text
    with tenant_scope(nursery.organisation_id):
        assert Note.objects.count() == 0


@pytest.mark.requirement("ACC-6.3")
@pytest.mark.parametrize("name", ["note_change", "note_add"])
def test_draft_of_a_text_at_a_deleted_note_is_given_back(staff: Client, nursery: Nursery, name: str) -> None:
    note = deleted(nursery)
    with tenant_scope(nursery.organisation_id):
        key = f"{name.replace('_', '.')}:{note.pk}"
        save_draft(user_id=nursery.staff.pk, key=key, fields={"text": [TYPED]}, now=timezone.now())
    answer = staff.get(url(name, note.pk))
    assert (answer.status_code, f"{TYPED}</textarea>" in words(answer)) == (409, True)


def test_who_does_not_reach_the_child_hears_nothing_of_its_deleted_note(nursery: Nursery) -> None:
    note = deleted(nursery)
    with tenant_scope(nursery.organisation_id):
        elsewhere = factories.user(Role.GROUP_STAFF)
        factories.group(staff=elsewhere)
    with tenant_scope(factories.organisation()):
        stranger = factories.user(Role.GROUP_STAFF)
    answers = [client_of(user).get(url("note_delete", note.pk)) for user in (elsewhere, nursery.quality, stranger)]
    assert [answer.status_code for answer in answers] == [403, 403, 404]
    assert not [answer for answer in answers if GONE in words(answer)]


def test_only_a_deleted_note_is_known_by_its_id(in_nursery: Nursery) -> None:
    today = timezone.localdate()
    [note] = write_note(
        children=[in_nursery.child],
        text="Fietst.",
        observed_on=today,
        today=today,
        entry_id=uuid7(),
        by=in_nursery.staff,
    )
    assert (child_of_deleted(note.pk), child_of_deleted(uuid7())) == (None, None)
    delete_note(note_id=note.pk, reason=None, decides=False, now=timezone.now(), by=in_nursery.staff)
