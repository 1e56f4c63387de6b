"""Writing and reading observation notes (OBS-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from observations.models import Child, Line, Note, NoteLine, NoteText

MAX_TEXT = 4000


class NoteRefused(Exception):
    """The note cannot be kept; the message says why, in the reader's language."""


@dataclass(frozen=True)
class NoteView:
    """A note as a screen shows it."""

    pk: UUID
    observed_on: date
    text: str
    context: str
    author: str
    lines: tuple[str, ...]


def write_note(
    *,
    children: Sequence[Child],
    text: str,
    context: str = "",
    lines: Iterable[Line] = (),
    observed_on: date,
    today: date,
    entry_id: UUID,
    by: User,
) -> list[Note]:
    """Keep a note: each child gets its own (OBS-1). The same ``entry_id`` again keeps nothing twice.

    A tablet that is tapped twice, or sends again after the network dropped, repeats its entry id. Raises NoteRefused
    for an empty text, a day that is still to come, or a note about no child.
    """
    text = text.strip()
    if not children:
        raise NoteRefused(_("Kies minstens één kind."))
    if not text:
        raise NoteRefused(_("Schrijf eerst wat u zag."))
    if len(text) > MAX_TEXT:
        raise NoteRefused(_("De notitie is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    if observed_on > today:
        raise NoteRefused(_("Deze datum is nog niet geweest."))
    kept = set(Note.objects.filter(entry_id=entry_id).values_list("child_id", flat=True))
    content = NoteText(text, context.strip())
    notes = [
        _build(child, content, observed_on=observed_on, entry_id=entry_id, by=by)
        for child in children
        if child.pk not in kept
    ]
    keyring().load_subjects(note.child_id for note in notes)
    Note.objects.bulk_create(notes)
    chosen = list(lines)
    NoteLine.objects.bulk_create([NoteLine(note=note, line=line) for note in notes for line in chosen])
    for note in notes:
        record("note.written", object_type="observations.child", object_id=note.child_id, data={"note": str(note.pk)})
    return notes


def _build(child: Child, content: NoteText, *, observed_on: date, entry_id: UUID, by: User) -> Note:
    note = Note(child=child, author=by, entry_id=entry_id, observed_on=observed_on)
    note.content = content
    return note


def notes_of(child: Child, *, line: Line | None = None, most: int = 50) -> list[NoteView]:
    """Return a child's notes, newest first, of one line where one is given; three queries and the keys."""
    notes = Note.objects.filter(child=child).select_related("author")
    if line is not None:
        notes = notes.filter(note_lines__line=line)
    found = list(notes.order_by("-observed_on", "-id")[:most])
    names: dict[UUID, list[str]] = {}
    tagged = NoteLine.objects.filter(note__in=found).select_related("line").order_by("line__position")
    for tag in tagged:
        names.setdefault(tag.note_id, []).append(tag.line.name)
    return [_view(note, names.get(note.pk, [])) for note in found]


def _view(note: Note, lines: list[str]) -> NoteView:
    content = note.content
    author = note.author.get_full_name()
    return NoteView(note.pk, note.observed_on, content.text, content.context, author, tuple(lines))
