"""Changing a note for a week, adding to it after that, and deleting it (OBS-3). The server's clock counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from kijk.audit.domain import record
from kijk.audit.models import AuditEvent
from kijk.encryption.keyring import keyring
from observations.domain.entries import entry_of
from observations.domain.notes.writing import MAX_TEXT, NoteRefused, checked_content, link_lines
from observations.models import AddendumText, Line, Note, NoteAddendum, NoteLine, NoteMilestone, NoteText

CHANGE_FOR = timedelta(days=7)
_DELETED = "note.deleted"


class DeleteReason(models.TextChoices):
    """Why somebody else's note goes. A code and no words of one's own: those would bring the text into the trail."""

    WRONG_CHILD = "wrong_child", gettext_lazy("het gaat over een ander kind")
    TWICE = "twice", gettext_lazy("de notitie staat er dubbel")
    NOT_HERE = "not_here", gettext_lazy("dit hoort niet in een notitie")
    ASKED = "asked", gettext_lazy("de ouders hebben erom gevraagd")


class NoteConflict(Exception):
    """Somebody changed the note after it was read: ``note`` is how it stands now."""

    def __init__(self, note: Note) -> None:
        super().__init__(_("Iemand heeft deze notitie intussen gewijzigd."))
        self.note = note


@dataclass(frozen=True, repr=False)
class Change:
    """What somebody makes of a note. ``revision`` is the one they read; ``everywhere``: at the other children too."""

    revision: int
    text: str
    context: str
    observed_on: date
    lines: Sequence[Line]
    everywhere: bool = False


def may_change(note: Note, *, by: User, now: datetime) -> bool:
    """Say whether somebody may change this note: its author, for seven days after it was kept (OBS-3.3)."""
    return note.author_id == by.pk and now - note.created_at < CHANGE_FOR


def count_same_entry(note: Note) -> int:
    """Return about how many other children the author wrote this at once, in notes that are still there."""
    return Note.objects.filter(entry_id=note.entry_id, author_id=note.author_id).exclude(pk=note.pk).count()


def change_note(*, note_id: UUID, change: Change, today: date, now: datetime, by: User) -> tuple[int, int]:
    """Change a note, and say at how many children it was changed, and at how many it was left as it was.

    With ``everywhere`` the notes of the same entry follow, except those that were changed by themselves since: what
    stands there was meant so. Raises NoteConflict when the note is not the one that was read, NoteRefused when it can
    no longer be changed, or not into this; Note.DoesNotExist when it is gone.
    """
    content = checked_content(text=change.text, context=change.context, observed_on=change.observed_on, today=today)
    note, others = _locked(note_id, with_others=change.everywhere)
    if not may_change(note, by=by, now=now):
        raise NoteRefused(_("Wijzigen kan tot zeven dagen na het schrijven. Vul de notitie aan."))
    if note.revision != change.revision:
        raise NoteConflict(note)
    before = (note.content, note.observed_on)
    follow = [other for other in others if (other.content, other.observed_on) == before]
    changed = [note, *follow]
    for each in changed:
        _change_one(each, content, change.observed_on, now)
    NoteLine.objects.filter(note__in=changed).delete()
    link_lines(changed, change.lines)
    _drop_milestones(changed, change.lines)
    return len(changed), len(others) - len(follow)


def _locked(note_id: UUID, *, with_others: bool) -> tuple[Note, list[Note]]:
    """Return a note, and on request the others of its entry, held until the transaction ends; in one order always."""
    entry_id, author_id = Note.objects.values_list("entry_id", "author_id").get(pk=note_id)
    rows = (
        Note.objects.filter(entry_id=entry_id, author_id=author_id) if with_others else Note.objects.filter(pk=note_id)
    )
    found = list(rows.select_for_update().order_by("pk"))
    keyring().load_subjects(note.child_id for note in found)
    note = next((each for each in found if each.pk == note_id), None)
    if note is None:
        raise Note.DoesNotExist
    return note, [each for each in found if each is not note]


def _change_one(note: Note, content: NoteText, observed_on: date, now: datetime) -> None:
    note.content, note.observed_on, note.edited_at = content, observed_on, now
    note.revision += 1
    note.save(update_fields=["content", "observed_on", "edited_at", "revision"])
    record("note.changed", object_type="observations.child", object_id=note.child_id, data={"note": str(note.pk)})


def _drop_milestones(notes: Sequence[Note], lines: Sequence[Line]) -> None:
    """Take away the milestones of lines the notes are no longer about."""
    NoteMilestone.objects.filter(note__in=notes).exclude(milestone__line__in=list(lines)).delete()


def tag_note(
    *, note: Note, line: Line | None = None, milestones: Mapping[UUID, str] | None = None, now: datetime, by: User
) -> int:
    """Put a line or milestones on a note, and on all of its entry; returns on how many notes (OBS-2).

    Raises NoteRefused when the author's week is over, or it is not theirs.
    """
    if not may_change(note, by=by, now=now):
        raise NoteRefused(_("Wijzigen kan tot zeven dagen na het schrijven. Vul de notitie aan."))
    notes = list(Note.objects.filter(entry_id=note.entry_id, author=by).select_for_update().order_by("pk"))
    if line is not None:
        NoteLine.objects.bulk_create([NoteLine(note=each, line=line) for each in notes], ignore_conflicts=True)
    for milestone_id, shows in (milestones or {}).items():
        NoteMilestone.objects.filter(note__in=notes, milestone=milestone_id).delete()
        NoteMilestone.objects.bulk_create(
            [NoteMilestone(note=each, milestone_id=milestone_id, shows=shows) for each in notes]
        )
    for each in notes:
        record("note.tagged", object_type="observations.child", object_id=each.child_id, data={"note": str(each.pk)})
    return len(notes)


def add_to_note(*, note: Note, text: str, entry_id: UUID, now: datetime, by: User) -> bool:
    """Keep an addition to a note, and say whether it is new: the same ``entry_id`` again keeps nothing twice.

    Raises NoteRefused for an empty or too long text.
    """
    text = text.strip()
    if not text:
        raise NoteRefused(_("Schrijf eerst de aanvulling."))
    if len(text) > MAX_TEXT:
        raise NoteRefused(_("De aanvulling is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    Note.objects.select_for_update(no_key=True).get(pk=note.pk)
    entry_id, is_kept = entry_of(NoteAddendum.objects.all(), entry_id, AddendumText(text))
    if is_kept:
        return False
    addendum = NoteAddendum(note=note, child_id=note.child_id, author=by, entry_id=entry_id, written_at=now)
    addendum.content = AddendumText(text)
    addendum.save()
    record("note.added_to", object_type="observations.child", object_id=note.child_id, data={"note": str(note.pk)})
    return True


def child_of_deleted(note_id: UUID) -> UUID | None:
    """Return which child a deleted note was about, by its trace in the trail; None when there is none (OBS-3.4)."""
    rows = AuditEvent.objects.filter(action=_DELETED, data__note=str(note_id))
    return rows.values_list("object_id", flat=True).first()


def delete_note(
    *, note_id: UUID, reason: DeleteReason | None, everywhere: bool = False, decides: bool, now: datetime, by: User
) -> int:
    """Delete a note, and with ``everywhere`` the others its author wrote at once; returns how many went (OBS-3.4).

    The author may for seven days, and ``decides`` (the right to delete others' notes reaches the child) with a reason.
    What stays is the event: that there was a note about this child and who deleted it, without the text. Raises
    NoteRefused for anybody else, or without a reason; Note.DoesNotExist when it is gone already.
    """
    note, others = _locked(note_id, with_others=everywhere)
    own = may_change(note, by=by, now=now)
    if not own and not decides:
        raise NoteRefused(_("Verwijderen kan de schrijver, tot zeven dagen na het schrijven."))
    if not own and reason is None:
        raise NoteRefused(_("Kies waarom de notitie weg moet."))
    gone = [note, *others] if own else [note]
    for each in gone:
        told = {"note": str(each.pk), **({"reason": reason.value} if reason and not own else {})}
        record(_DELETED, object_type="observations.child", object_id=each.child_id, data=told)
    Note.objects.filter(pk__in=[each.pk for each in gone]).delete()
    return len(gone)
