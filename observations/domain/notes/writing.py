"""Writing and reading observation notes (OBS-1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from observations.domain.entries import entry_of
from observations.models import Child, Line, Note, NoteLine, NoteMilestone, NoteText

MAX_TEXT = 4000
MAX_CONTEXT = 120
_NO_MILESTONES: Mapping[UUID, str] = MappingProxyType({})


class NoteRefused(Exception):
    """The note cannot be kept; the message says why, in the reader's language."""


class EntryTaken(NoteRefused):
    """Another person's note has this entry id: two devices cannot come upon the same one by chance."""

    def __init__(self) -> None:
        super().__init__(_("Deze notitie is al door iemand anders bewaard."))


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
    milestones: Mapping[UUID, str] = _NO_MILESTONES,
    observed_on: date,
    today: date,
    entry_id: UUID,
    by: User,
    typed_at: datetime | None = None,
) -> list[Note]:
    """Keep a note: each child gets its own (OBS-1). The same ``entry_id`` again keeps nothing twice.

    A tablet that is tapped twice, or sends again after the network dropped, repeats its entry id. ``milestones`` says
    by id what the note shows of them (NoteMilestone.Shows). ``typed_at`` is for a note that waited on a device for a
    network: the trail then tells when it was typed and when it came (OBS-2.2). Raises NoteRefused for an empty text, a
    day that is still to come, or a note about no child; EntryTaken where the entry is somebody else's.
    """
    if not children:
        raise NoteRefused(_("Kies minstens één kind."))
    content = checked_content(text=text, context=context, observed_on=observed_on, today=today)
    new = _not_kept_yet(children, entry_id=entry_id, by=by)
    notes = [_build(child, content, observed_on=observed_on, entry_id=entry_id, by=by) for child in new]
    keyring().load_subjects(note.child_id for note in notes)
    Note.objects.bulk_create(notes)
    link_lines(notes, lines)
    link_milestones(notes, milestones)
    for note in notes:
        record("note.written", object_type="observations.child", object_id=note.child_id, data=_told(note, typed_at))
    return notes


def entry_of_text(*, entry_id: UUID, text: str, context: str, by: User) -> UUID:
    """Return the entry id that a text typed on a page is kept under; one that waited on a device has its own.

    Who goes back to a page finds the entry id of the note that was made with it. The same text is that note again;
    another text is a note of its own, and stays one when it is sent twice.
    """
    return entry_of(Note.objects.filter(author=by), entry_id, NoteText(text.strip(), context.strip()))[0]


def checked_content(*, text: str, context: str, observed_on: date, today: date) -> NoteText:
    """Return what is sealed of a note; raises NoteRefused for what cannot be kept."""
    text, context = text.strip(), context.strip()
    if not text:
        raise NoteRefused(_("Schrijf eerst wat u zag."))
    if len(text) > MAX_TEXT:
        raise NoteRefused(_("De notitie is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    if len(context) > MAX_CONTEXT:
        raise NoteRefused(_("De plaats is te lang: maximaal %(most)s tekens.") % {"most": MAX_CONTEXT})
    if observed_on > today:
        raise NoteRefused(_("Deze datum is nog niet geweest."))
    return NoteText(text, context)


def link_lines(notes: Iterable[Note], lines: Iterable[Line]) -> None:
    """Put each of the lines on each of the notes, which have none of them yet."""
    chosen = list(lines)
    NoteLine.objects.bulk_create([NoteLine(note=note, line=line) for note in notes for line in chosen])


def link_milestones(notes: Iterable[Note], milestones: Mapping[UUID, str]) -> None:
    """Put each of the milestones on each of the notes, which have none of them yet."""
    NoteMilestone.objects.bulk_create(
        [
            NoteMilestone(note=note, milestone_id=milestone_id, shows=shows)
            for note in notes
            for milestone_id, shows in milestones.items()
        ]
    )


def _not_kept_yet(children: Sequence[Child], *, entry_id: UUID, by: User) -> list[Child]:
    """Return the children of whom this entry is not kept. Two taps at the same moment come one after the other."""
    ids = sorted(child.pk for child in children)
    list(Child.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    kept = dict(Note.objects.filter(entry_id=entry_id).values_list("child_id", "author_id"))
    if set(kept.values()) - {by.pk}:
        raise EntryTaken
    return [child for child in children if child.pk not in kept]


def _told(note: Note, typed_at: datetime | None) -> dict[str, str]:
    """Return what the trail tells of a note; its own moment is when the note came."""
    told = {"note": str(note.pk)}
    return told if typed_at is None else {**told, "typed_at": typed_at.isoformat(timespec="seconds")}


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
