"""The pages of notes: quick note, one note, timelines; what they show, refuse and cost (OBS-2, OBS-3, OBS-4)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes.changing import CHANGE_FOR
from observations.domain.notes.writing import write_note
from observations.models import Child, Line, Note, NoteAddendum, NoteLine, NoteMilestone
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

TEXT = "Fietst op de driewieler over het plein."


def kept(nursery: Nursery, *children: Child, text: str = TEXT, days_ago: int = 0, **changes: Any) -> Note:
    """Keep a note that was written so many days ago."""
    today = timezone.localdate()
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        known: dict[str, Any] = {"observed_on": today, "today": today, "entry_id": uuid7(), "by": nursery.staff}
        notes = write_note(children=children or [nursery.child], text=text, **(known | changes))
        Note.objects.filter(entry_id=notes[0].entry_id).update(created_at=timezone.now() - timedelta(days=days_ago))
    return notes[0]


def url(name: str, pk: Any = None) -> str:
    return reverse(f"observations:{name}", args=[pk] if pk else [])


def typed(nursery: Nursery, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    known = {"children": [str(nursery.child.pk)], "text": TEXT, "observed_on": today, "entry_id": str(uuid7())}
    return known | changes


def shown(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def staff(nursery: Nursery) -> Client:
    return client_of(nursery.staff)


# -- the quick note


@pytest.mark.requirement("OBS-2.5")
def test_after_saving_the_form_is_ready_and_offers_what_the_words_suggest(staff: Client, nursery: Nursery) -> None:
    response = staff.post(url("note_new"), typed(nursery), follow=True)
    text = shown(response)
    assert response.redirect_chain[0][0].startswith(f"{url('note_new')}?bewaard=")
    assert "Notitie bij Yara" in text
    # Once.
    assert text.count("opgeslagen") == 1
    with tenant_scope(nursery.organisation_id):
        line, note = Line.objects.get(code="grote-motoriek"), Note.objects.get()
    assert f'name="line" value="{line.pk}"' in text
    text = shown(staff.post(url("note_tag", note.pk), {"line": str(line.pk), "terug": "nieuw"}, follow=True))
    assert "Laat dit een mijlpaal zien?" in text
    with tenant_scope(nursery.organisation_id):
        assert [tag.line_id for tag in NoteLine.objects.all()] == [line.pk]


@pytest.mark.requirement("OBS-2.5")
def test_milestone_is_linked_with_one_tap_and_brings_its_line(staff: Client, nursery: Nursery) -> None:
    note = kept(nursery)
    milestone = nursery.content.lines["grote-motoriek"].bands[7][0]
    sent = {"milestone": str(milestone.id), "shows": "secure", "terug": "nieuw"}
    text = shown(staff.post(url("note_tag", note.pk), sent, follow=True))
    assert f"{milestone.text}" in text
    with tenant_scope(nursery.organisation_id):
        link = NoteMilestone.objects.get()
        assert (link.milestone_id, link.shows) == (milestone.id, "secure")
        assert NoteLine.objects.get().line.code == "grote-motoriek"


@pytest.mark.parametrize(
    "sent", [{}, {"line": str(uuid7())}, {"milestone": str(uuid7()), "shows": "secure"}, {"milestone": "x"}]
)
def test_tap_on_what_is_not_there_changes_nothing_and_says_so(
    staff: Client, nursery: Nursery, sent: dict[str, str]
) -> None:
    note = kept(nursery)
    assert "message--error" in shown(staff.post(url("note_tag", note.pk), sent, follow=True))
    with tenant_scope(nursery.organisation_id):
        assert (NoteLine.objects.count(), NoteMilestone.objects.count()) == (0, 0)


def test_form_that_comes_back_suggests_lines_without_scripts(staff: Client, nursery: Nursery) -> None:
    text = shown(staff.post(url("note_new"), typed(nursery, children=[])))
    with tenant_scope(nursery.organisation_id):
        line = Line.objects.get(code="grote-motoriek")
    assert f'id="voorstel-{line.pk}"' in text


@pytest.mark.requirement("UX-2.2")
def test_list_of_what_is_wrong_follows_the_screen(staff: Client, nursery: Nursery) -> None:
    wrong = typed(nursery) | {"children": [], "text": "", "observed_on": "geen dag"}
    text = shown(staff.post(url("note_new"), wrong))
    summary = text[text.index("error-summary") : text.index("</ul>", text.index("error-summary"))]
    assert re.findall(r'href="#(\w+)"', summary) == ["id_text", "id_children_group", "id_observed_on"]
    assert "?:" not in summary


def test_note_of_somebody_else_is_not_offered_as_just_saved(nursery: Nursery) -> None:
    note = kept(nursery)
    with tenant_scope(nursery.organisation_id):
        colleague = factories.user(Role.INTERNAL_SUPPORT)
    assert "Notitie bij" not in shown(client_of(colleague).get(f"{url('note_new')}?bewaard={note.pk}"))


@pytest.mark.requirement("OBS-2.1")
def test_group_one_wrote_about_last_comes_first(staff: Client, nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        child = factories.child(factories.group(staff=nursery.staff), "Levi")
    for about, first, second in ((nursery.child, "Yara", "Levi"), (child, "Levi", "Yara")):
        kept(nursery, about)
        text = shown(staff.get(url("note_new")))
        assert text.index(f"</span><span>{first}") < text.index(f"</span><span>{second}")


def test_two_taps_at_once_keep_one_note(staff: Client, nursery: Nursery) -> None:
    sent = typed(nursery)
    texts = [shown(staff.post(url("note_new"), sent, follow=True)) for _ in range(2)]
    assert "Deze notitie was al opgeslagen." in texts[1]
    with tenant_scope(nursery.organisation_id):
        assert Note.objects.count() == 1


@pytest.mark.requirement("OBS-1.1")
def test_text_typed_on_a_page_gone_back_to_is_a_note_of_its_own(staff: Client, nursery: Nursery) -> None:
    sent = typed(nursery)
    texts = [
        shown(staff.post(url("note_new"), sent | changes, follow=True))
        for changes in ({}, {"text": "Deelt de blokken uit."}, {"text": "Deelt de blokken uit."})
    ]
    assert ["Deze notitie was al opgeslagen." in text for text in texts] == [False, False, True]
    with tenant_scope(nursery.organisation_id):
        assert [note.content.text for note in Note.objects.order_by("id")] == [sent["text"], "Deelt de blokken uit."]


# -- changing, adding, deleting


@pytest.mark.requirement("OBS-3.2")
def test_conflict_shows_both_texts_and_either_can_be_kept(staff: Client, nursery: Nursery) -> None:
    note = kept(nursery)
    sent = {"text": "Uit de eerste tab.", "observed_on": note.observed_on.isoformat(), "revision": "1"}
    assert staff.post(url("note_change", note.pk), sent).status_code == 302
    response = staff.post(url("note_change", note.pk), sent | {"text": "Uit de tweede tab."})
    text = shown(response)
    assert response.status_code == 409
    assert "Uit de eerste tab." in text
    assert "Uit de tweede tab." in text
    assert 'name="revision" value="2"' in text
    merged = sent | {"text": "Uit allebei.", "revision": "2"}
    assert staff.post(url("note_change", note.pk), merged).status_code == 302
    with tenant_scope(nursery.organisation_id):
        assert Note.objects.get(pk=note.pk).content.text == "Uit allebei."


def test_change_asks_about_the_other_children_only_when_there_are(staff: Client, nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        other = factories.child(nursery.group, "Mo")
    alone, together = kept(nursery), kept(nursery, nursery.child, other)
    assert "Voor wie wijzigt u dit?" not in shown(staff.get(url("note_change", alone.pk)))
    assert "voor Yara en het andere kind" in shown(staff.get(url("note_change", together.pk)))
    sent = {"text": "Anders.", "observed_on": together.observed_on.isoformat(), "revision": "1", "scope": "all"}
    text = shown(staff.post(url("note_change", together.pk), sent, follow=True))
    assert "Notitie gewijzigd bij 2 kinderen." in text


@pytest.mark.requirement("OBS-3.3")
def test_after_a_week_the_page_leads_to_adding_and_the_text_stays(staff: Client, nursery: Nursery) -> None:
    note = kept(nursery, days_ago=CHANGE_FOR.days)
    assert "zeven dagen" in shown(staff.get(url("note_change", note.pk), follow=True))
    sent = {"text": "Te laat.", "observed_on": note.observed_on.isoformat(), "revision": "1"}
    refused = staff.post(url("note_change", note.pk), sent)
    assert refused.status_code == 422
    assert "Te laat." in shown(refused)
    text = shown(
        staff.post(url("note_add", note.pk), {"text": "Nu met twee wielen.", "entry_id": str(uuid7())}, follow=True)
    )
    assert "Nu met twee wielen." in text
    with tenant_scope(nursery.organisation_id):
        assert NoteAddendum.objects.count() == 1
        assert Note.objects.get(pk=note.pk).content.text == TEXT


@pytest.mark.requirement("OBS-3.4")
def test_administrator_deletes_with_a_reason_and_never_without(nursery: Nursery) -> None:
    note = kept(nursery, days_ago=30)
    client = client_of(nursery.administrator)
    assert client.post(url("note_delete", note.pk), {}).status_code == 422
    text = shown(client.post(url("note_delete", note.pk), {"reason": "wrong_child"}, follow=True))
    assert "De notitie is verwijderd." in text
    with tenant_scope(nursery.organisation_id):
        assert Note.objects.count() == 0


def test_who_may_not_delete_is_told_who_can(staff: Client, nursery: Nursery) -> None:
    note = kept(nursery, days_ago=30)
    assert "Vraag anders de beheerder" in shown(staff.get(url("note_delete", note.pk), follow=True))
    assert staff.post(url("note_delete", note.pk), {"reason": "twice"}).status_code == 302
    with tenant_scope(nursery.organisation_id):
        assert Note.objects.count() == 1


@pytest.mark.requirement("OBS-3.1")
def test_draft_of_a_change_is_offered_and_gone_after_saving(staff: Client, nursery: Nursery) -> None:
    note = kept(nursery)
    key = f"note.change:{note.pk}"
    staff.post(reverse("drafts:save"), {"draft_key": key, "text": "Half getypt"})
    assert "Half getypt" in shown(staff.get(url("note_change", note.pk)))
    sent = {"text": "Klaar.", "observed_on": note.observed_on.isoformat(), "revision": "1", "draft_key": key}
    staff.post(url("note_change", note.pk), sent)
    assert "Half getypt" not in shown(staff.get(url("note_change", note.pk)))


# -- timelines


@pytest.mark.requirement("OBS-4.1")
def test_timelines_of_child_group_and_reach_hold_what_they_are_about(staff: Client, nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        near = factories.child(nursery.group, "Mo")
        far = factories.child(factories.group(), "Zoë")
    kept(nursery, text="Over Yara.")
    kept(nursery, near, text="Over Mo.")
    kept(nursery, far, text="Over Zoë.")
    texts = ("Over Yara.", "Over Mo.", "Over Zoë.")
    found = {
        name: [text in shown(staff.get(url(name, pk))) for text in texts]
        for name, pk in [("child_notes", nursery.child.pk), ("group_notes", nursery.group.pk), ("notes", None)]
    }
    assert found == {
        "child_notes": [True, False, False],
        "group_notes": [True, True, False],
        "notes": [True, True, False],
    }


@pytest.mark.requirement("OBS-4.2")
def test_search_reaches_ones_own_groups_and_leaves_its_words_nowhere(staff: Client, nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        far = factories.child(factories.group(), "Zoë")
    kept(nursery, text="Roept: kwispelstaart!")
    kept(nursery, far, text="Zingt over een kwispelstaart.")
    response = staff.post(url("notes"), {"zoek": "kwispel"})
    assert response.status_code == 200
    assert "Roept" in shown(response)
    assert "Zingt" not in shown(response)
    with tenant_scope(nursery.organisation_id):
        events = list(AuditEvent.objects.all())
    assert any(event.action == "notes.viewed" for event in events)
    assert not any("kwispel" in f"{event.data} {event.action}" for event in events)


def test_search_in_an_address_is_not_looked_at(staff: Client, nursery: Nursery) -> None:
    kept(nursery, text="Bouwt.")
    assert "Bouwt." in shown(staff.get(f"{url('notes')}?zoek=nergens"))


def test_filters_without_a_search_become_an_address(staff: Client, nursery: Nursery) -> None:
    response = staff.post(url("notes"), {"zoek": "", "lijn": "spel", "schrijver": "", "van": "", "tot": ""})
    assert response.headers["Location"] == f"{url('notes')}?lijn=spel"


def test_date_that_is_none_is_said_and_the_rest_is_shown(staff: Client, nursery: Nursery) -> None:
    kept(nursery, text="Bouwt.")
    response = staff.get(f"{url('notes')}?van=gisteren")
    assert response.status_code == 422
    assert "Bouwt." in shown(response)


def test_pages_of_a_search_are_sent_and_not_addresses(staff: Client, nursery: Nursery) -> None:
    for number in range(21):
        kept(nursery, text=f"Toren {number}.")
    first = shown(staff.post(url("notes"), {"zoek": "toren"}))
    assert 'name="bladzijde" value="2"' in first
    second = shown(staff.post(url("notes"), {"zoek": "toren", "bladzijde": "2"}))
    assert "Bladzijde 2 van 2" in second
    assert 'href="?bladzijde=2"' in shown(staff.get(url("notes")))


@pytest.mark.parametrize(
    ("name", "queries"),
    [("child_notes", 33), ("group_notes", 35), ("notes", 33), ("note", 29), ("note_new", 28)],
)
def test_page_costs_the_same_queries_for_one_child_and_for_four(
    nursery: Nursery, django_assert_num_queries: Any, name: str, queries: int
) -> None:
    client, note = client_of(nursery.staff), kept(nursery)
    pk = {"child_notes": nursery.child.pk, "group_notes": nursery.group.pk, "note": note.pk}.get(name)
    client.get(url(name, pk))
    with django_assert_num_queries(queries):
        client.get(url(name, pk))
    with tenant_scope(nursery.organisation_id):
        children = [factories.child(nursery.group, f"Kind{number}") for number in range(3)]
    for child in children:
        kept(nursery, child)
    with django_assert_num_queries(queries):
        client.get(url(name, pk))
