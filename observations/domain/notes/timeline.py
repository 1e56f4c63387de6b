"""Notes in the order of time: of a child, a line, a group, or all of one's own reach, and searching in them (OBS-4).

What is searched for is sealed, so a search opens each note of the reach that passes the filters. It is bounded, and
says so when older notes were not looked at.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from kijk.encryption.keyring import keyring
from observations.domain.notes.changing import may_change
from observations.domain.notes.words import padded, words_of
from observations.models import Note, NoteAddendum, NoteLine, NoteMilestone

PAGE = 20
# A location of two hundred children has some ten thousand notes in a year and a half: about a second.
MOST_SEARCHED = 10_000


@dataclass(frozen=True, repr=False)
class AddendumView:
    """An addition to a note as a screen shows it."""

    text: str
    author: str
    written_at: datetime


@dataclass(frozen=True)
class MilestoneView:
    """A milestone a note says something of, and how far the child shows it, in words."""

    text: str
    shows: str


@dataclass(frozen=True, repr=False)
class TimelineNote:
    """A note on a timeline, with all that belongs to it."""

    pk: UUID
    child_id: UUID
    observed_on: date
    text: str
    context: str
    author: str
    lines: tuple[str, ...]
    milestones: tuple[MilestoneView, ...]
    addenda: tuple[AddendumView, ...]
    edited_on: date | None
    may_change: bool


@dataclass(frozen=True)
class Filters:
    """What a timeline leaves out. ``line`` is a line's code, which a line keeps from one version to the next."""

    line: str = ""
    author: UUID | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""

    @property
    def any(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.line or self.author or self.since or self.until or self.search)


@dataclass(frozen=True, repr=False)
class Timeline:
    """One page of a timeline. ``is_cut``: there were older notes that the search did not look at."""

    notes: tuple[TimelineNote, ...]
    number: int
    pages: int
    count: int
    is_cut: bool = False

    @property
    def previous(self) -> int | None:
        """The page with newer notes, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page with older notes, if there is one."""
        return self.number + 1 if self.number < self.pages else None


def timeline_of(child_ids: Collection[UUID], *, filters: Filters, number: int, user: User, now: datetime) -> Timeline:
    """Return a page of the notes about these children, newest first. Who may be read about is the caller's to know.

    Five queries and those of the keys, two more for a search: however many children and notes.
    """
    found = _filtered(child_ids, filters).order_by("-observed_on", "-pk")
    if words_of(filters.search):
        ids, is_cut = _search(found, filters.search)
        count = len(ids)
    else:
        ids, is_cut = None, False
        count = found.count()
    pages = max(1, -(-count // PAGE))
    number = min(max(number, 1), pages)
    part = slice((number - 1) * PAGE, number * PAGE)
    rows = found[part] if ids is None else found.filter(pk__in=ids[part])
    notes = list(rows.select_related("author"))
    return Timeline(tuple(views_of(notes, user=user, now=now)), number, pages, count, is_cut)


def views_of(notes: Collection[Note], *, user: User, now: datetime) -> list[TimelineNote]:
    """Return notes, which come with their authors, as a screen shows them; three queries and the keys."""
    keyring().load_subjects({note.child_id for note in notes})
    lines, milestones, addenda = _lines(notes), _milestones(notes), _addenda(notes)
    return [
        TimelineNote(
            pk=note.pk,
            child_id=note.child_id,
            observed_on=note.observed_on,
            text=note.content.text,
            context=note.content.context,
            author=note.author.get_full_name(),
            lines=lines.get(note.pk, ()),
            milestones=milestones.get(note.pk, ()),
            addenda=addenda.get(note.pk, ()),
            edited_on=timezone.localdate(note.edited_at) if note.edited_at else None,
            may_change=may_change(note, by=user, now=now),
        )
        for note in notes
    ]


def authors_of(child_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Return who wrote about these children, by name: for the filter. Two queries."""
    from accounts.models import User as Author

    ids = Note.objects.filter(child__in=child_ids).order_by().values_list("author_id", flat=True).distinct()
    found = [(author.pk, author.get_full_name()) for author in Author.objects.filter(pk__in=list(ids))]
    return sorted(found, key=lambda pair: pair[1].casefold())


def _filtered(child_ids: Collection[UUID], filters: Filters) -> QuerySet[Note]:
    notes = Note.objects.filter(child__in=child_ids)
    if filters.line:
        tagged = NoteLine.objects.filter(line__code=filters.line, note__child__in=child_ids)
        notes = notes.filter(pk__in=tagged.values("note_id"))
    if filters.author is not None:
        notes = notes.filter(author=filters.author)
    if filters.since is not None:
        notes = notes.filter(observed_on__gte=filters.since)
    if filters.until is not None:
        notes = notes.filter(observed_on__lte=filters.until)
    return notes


def _search(found: QuerySet[Note], search: str) -> tuple[list[UUID], bool]:
    """Return the ids of the notes in which every word stands, each as the beginning of a word, in the order given.

    Accents and capitals do not matter. An addition counts as part of its note.
    """
    rows = list(found.only("organisation", "child", "content")[: MOST_SEARCHED + 1])
    is_cut, rows = len(rows) > MOST_SEARCHED, rows[:MOST_SEARCHED]
    keyring().load_subjects({note.child_id for note in rows})
    wanted = [f" {word}" for word in words_of(search)]
    added: dict[UUID, str] = {}
    for addendum in NoteAddendum.objects.filter(child__in={note.child_id for note in rows}):
        added[addendum.note_id] = f"{added.get(addendum.note_id, '')} {addendum.content.text}"
    return [note.pk for note in rows if _has_all(note, added.get(note.pk, ""), wanted)], is_cut


def _has_all(note: Note, added: str, wanted: list[str]) -> bool:
    content = note.content
    text = padded(f"{content.text} {content.context} {added}")
    return all(word in text for word in wanted)


def _lines(notes: Collection[Note]) -> Mapping[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    tags = NoteLine.objects.filter(note__in=notes).order_by("line__position")
    for note_id, name in tags.values_list("note_id", "line__name"):
        found[note_id] = (*found.get(note_id, ()), name)
    return found


def _milestones(notes: Collection[Note]) -> Mapping[UUID, tuple[MilestoneView, ...]]:
    found: dict[UUID, tuple[MilestoneView, ...]] = {}
    linked = NoteMilestone.objects.filter(note__in=notes).order_by("milestone__position")
    for note_id, text, shows in linked.values_list("note_id", "milestone__text", "shows"):
        view = MilestoneView(text, str(NoteMilestone.Shows(shows).label))
        found[note_id] = (*found.get(note_id, ()), view)
    return found


def _addenda(notes: Collection[Note]) -> Mapping[UUID, tuple[AddendumView, ...]]:
    found: dict[UUID, tuple[AddendumView, ...]] = {}
    added = NoteAddendum.objects.filter(note__in=notes).select_related("author").order_by("written_at", "pk")
    for addendum in added:
        view = AddendumView(addendum.content.text, addendum.author.get_full_name(), addendum.written_at)
        found[addendum.note_id] = (*found.get(addendum.note_id, ()), view)
    return found
