"""Changing a note for a week, adding to it after that, and deleting it (OBS-3)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes.changing import (
    CHANGE_FOR,
    Change,
    DeleteReason,
    NoteConflict,
    add_to_note,
    change_note,
    delete_note,
    may_change,
    tag_note,
)
from observations.domain.notes.timeline import views_of
from observations.domain.notes.writing import EntryTaken, NoteRefused, write_note
from observations.models import Child, Line, Note, NoteAddendum, NoteLine, NoteMilestone
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)
TEXT = "Stapelt vier blokken."


def written(nursery: Nursery, *children: Child, text: str = TEXT, **changes: Any) -> list[Note]:
    known: dict[str, Any] = {"observed_on": TODAY, "today": TODAY, "entry_id": uuid7(), "by": nursery.staff, **changes}
    return write_note(children=children or [nursery.child], text=text, **known)


def changed_to(text: str, **changes: Any) -> Change:
    known: dict[str, Any] = {"revision": 1, "context": "", "observed_on": TODAY, "lines": (), **changes}
    return Change(text=text, **known)


def change(note: Note, to: Change, *, by: User, now: datetime | None = None) -> tuple[int, int]:
    return change_note(note_id=note.pk, change=to, today=TODAY, now=now or timezone.now(), by=by)


def text_of(note: Note) -> str:
    return str(Note.objects.get(pk=note.pk).content.text)


def deeds() -> list[tuple[str, dict[str, Any]]]:
    events = AuditEvent.objects.filter(action__startswith="note.").order_by("sequence")
    return [(event.action, event.data) for event in events]


def line(code: str) -> Line:
    return Line.objects.get(code=code)


@pytest.mark.requirement("OBS-3.3")
def test_author_changes_a_note_within_seven_days_and_not_after(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    last = note.created_at + CHANGE_FOR - timedelta(seconds=1)
    assert change(note, changed_to("Stapelt vijf blokken."), by=in_nursery.staff, now=last) == (1, 0)
    assert text_of(note) == "Stapelt vijf blokken."
    with pytest.raises(NoteRefused, match="zeven dagen"):
        change(note, changed_to("Zes.", revision=2), by=in_nursery.staff, now=last + timedelta(seconds=1))
    assert text_of(note) == "Stapelt vijf blokken."


def test_nobody_but_the_author_changes_a_note(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    colleague = factories.user(Role.GROUP_STAFF)
    assert not may_change(note, by=colleague, now=timezone.now())
    with pytest.raises(NoteRefused):
        change(note, changed_to("Iets anders."), by=colleague)


@pytest.mark.requirement("OBS-3.2")
def test_second_change_of_what_was_read_before_is_refused_and_nothing_is_overwritten(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    change(note, changed_to("De eerste tab."), by=in_nursery.staff)
    with pytest.raises(NoteConflict) as conflict:
        change(note, changed_to("De tweede tab."), by=in_nursery.staff)
    assert conflict.value.note.content.text == "De eerste tab."
    assert conflict.value.note.revision == 2
    assert text_of(note) == "De eerste tab."


def test_change_holds_for_this_child_only_unless_asked_otherwise(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo", "", "El Amrani")
    first, second = written(in_nursery, in_nursery.child, other)
    assert change(first, changed_to("Alleen hier."), by=in_nursery.staff) == (1, 0)
    assert [text_of(first), text_of(second)] == ["Alleen hier.", TEXT]


def test_change_everywhere_leaves_what_was_changed_by_itself(in_nursery: Nursery) -> None:
    children = [in_nursery.child, *(factories.child(in_nursery.group, name) for name in ("Mo", "Eva"))]
    first, second, third = written(in_nursery, *children, lines=[line("spel")])
    change(third, changed_to("Eva deed het anders."), by=in_nursery.staff)
    to = changed_to("Voor allebei.", lines=(line("tekenen"),), everywhere=True)
    assert change(first, to, by=in_nursery.staff) == (2, 1)
    assert [text_of(note) for note in (first, second, third)] == ["Voor allebei."] * 2 + ["Eva deed het anders."]
    codes = NoteLine.objects.filter(note__in=[first, second]).values_list("line__code", flat=True)
    assert list(codes) == ["tekenen", "tekenen"]


def test_milestone_goes_with_the_line_it_is_of(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    milestone = in_nursery.content.lines["tekenen"].bands[7][0]
    now = timezone.now()
    tag_note(note=note, line=line("tekenen"), milestones={milestone.id: "emerging"}, now=now, by=in_nursery.staff)
    tag_note(note=note, milestones={milestone.id: "secure"}, now=now, by=in_nursery.staff)
    assert [link.shows for link in NoteMilestone.objects.filter(note=note)] == ["secure"]
    change(note, changed_to(TEXT, lines=(line("spel"),)), by=in_nursery.staff)
    assert not NoteMilestone.objects.filter(note=note).exists()


def test_tag_is_refused_to_anybody_else(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    with pytest.raises(NoteRefused):
        tag_note(note=note, line=line("spel"), now=timezone.now(), by=factories.user(Role.GROUP_STAFF))


@pytest.mark.requirement("OBS-3.3")
def test_colleague_adds_to_an_old_note_once(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    colleague, entry_id = factories.user(Role.GROUP_STAFF), uuid7()
    later = note.created_at + timedelta(days=40)
    kept = [add_to_note(note=note, text=" Bij mij ook. ", entry_id=entry_id, now=later, by=colleague) for _ in range(2)]
    assert kept == [True, False]
    (view,) = views_of([Note.objects.select_related("author").get(pk=note.pk)], user=colleague, now=later)
    assert [(added.text, added.author, added.written_at) for added in view.addenda] == [
        ("Bij mij ook.", colleague.get_full_name(), later)
    ]
    assert (view.text, view.may_change) == (TEXT, False)


@pytest.mark.requirement("OBS-3.3")
def test_other_addition_typed_on_a_page_gone_back_to_is_kept_too(in_nursery: Nursery) -> None:
    (note,), entry_id = written(in_nursery), uuid7()
    new = [
        add_to_note(note=note, text=text, entry_id=entry_id, now=timezone.now(), by=in_nursery.staff)
        for text in ("Bij mij ook.", "En buiten.", "En buiten.")
    ]
    assert (new, NoteAddendum.objects.count()) == ([True, True, False], 2)


def test_addition_is_sealed(in_nursery: Nursery) -> None:
    (note,) = written(in_nursery)
    add_to_note(note=note, text="Bij mij ook.", entry_id=uuid7(), now=timezone.now(), by=in_nursery.staff)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM observations_noteaddendum")
        assert b"Bij mij" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("text", ["  ", "x" * 4001])
def test_addition_is_refused_with_a_reason(in_nursery: Nursery, text: str) -> None:
    (note,) = written(in_nursery)
    with pytest.raises(NoteRefused, match="aanvulling"):
        add_to_note(note=note, text=text, entry_id=uuid7(), now=timezone.now(), by=in_nursery.staff)


@pytest.mark.requirement("OBS-3.4")
def test_deleted_note_leaves_a_trace_without_the_text(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
        (note,) = written(nursery)
        add_to_note(note=note, text="Bij mij ook.", entry_id=uuid7(), now=timezone.now(), by=nursery.staff)
        reason, later = DeleteReason.WRONG_CHILD, timezone.now() + timedelta(days=30)
        gone = delete_note(note_id=note.pk, reason=reason, decides=True, now=later, by=nursery.administrator)
        assert (gone, Note.objects.count(), NoteAddendum.objects.count()) == (1, 0, 0)
    with tenant_scope(nursery.organisation_id):
        told = deeds()
    assert told[-1] == ("note.deleted", {"note": str(note.pk), "reason": "wrong_child"})
    assert not any("blokken" in str(data) or "Bij mij" in str(data) for _action, data in told)


def test_author_deletes_at_all_children_at_once_without_a_reason(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo")
    first, _second = written(in_nursery, in_nursery.child, other)
    now = timezone.now()
    gone = delete_note(note_id=first.pk, reason=None, everywhere=True, decides=False, now=now, by=in_nursery.staff)
    assert (gone, Note.objects.count()) == (2, 0)


def test_who_decides_deletes_one_note_and_never_the_whole_entry(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo")
    first, second = written(in_nursery, in_nursery.child, other)
    reason, now = DeleteReason.TWICE, timezone.now()
    delete_note(note_id=first.pk, reason=reason, everywhere=True, decides=True, now=now, by=in_nursery.administrator)
    assert list(Note.objects.values_list("pk", flat=True)) == [second.pk]


@pytest.mark.parametrize(("decides", "reason"), [(False, DeleteReason.TWICE), (True, None)])
def test_deleting_is_refused_without_the_right_and_without_a_reason(
    in_nursery: Nursery, decides: bool, reason: DeleteReason | None
) -> None:
    (note,) = written(in_nursery)
    with pytest.raises(NoteRefused):
        delete_note(note_id=note.pk, reason=reason, decides=decides, now=timezone.now(), by=in_nursery.administrator)
    assert Note.objects.count() == 1


def test_entry_of_somebody_else_is_not_taken_for_ones_own(in_nursery: Nursery) -> None:
    entry_id = uuid7()
    written(in_nursery, entry_id=entry_id)
    with pytest.raises(EntryTaken):
        written(in_nursery, entry_id=entry_id, by=factories.user(Role.GROUP_STAFF))
    assert Note.objects.count() == 1
