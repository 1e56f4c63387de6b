"""The first page after signing in: what this person has to do now (UX-4).

Who works with groups sees their children; who works by location or for the whole organisation sees how far each
location is, so that the page costs the same with twenty thousand children.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from accounts.models import User
from accounts.roles import Reach, Right
from observations.domain.overviews.arranging import Arrangement, arrangements_of
from observations.domain.overviews.bso import BsoGroupWork, bso_groups_of
from observations.domain.overviews.to_do import (
    DueChild,
    GroupToDo,
    LocationProgress,
    Progress,
    groups_to_do,
    progress_by_location,
    total_of,
)
from observations.domain.periods.due import latest_period
from observations.domain.registering.overview import ChildRow, children_of
from observations.domain.signals.board import BoardChoice, SignalCard, counts_of, urgent_signals
from observations.domain.signals.reach import signals_in_reach
from observations.models import Note, RegistrationPeriod

MOST_SIGNALS, MOST_NOTES = 5, 5
WEEK = timedelta(days=7)


@dataclass(frozen=True, repr=False)
class RecentNote:
    """A note of the last seven days, about a child of one's own groups."""

    pk: UUID
    child_id: UUID
    child: str
    text: str
    author: str
    observed_on: date


@dataclass(frozen=True)
class OpenSignals:
    """How many signals are new and in discussion, and the new ones that need somebody first."""

    new: int
    in_discussion: int
    first: tuple[SignalCard, ...]


@dataclass(frozen=True)
class OwnGroups:
    """What the first page shows to who works with groups: their children's registrations, notes, and who was not seen."""

    groups: tuple[GroupToDo, ...]
    children: tuple[ChildRow, ...]
    notes: tuple[RecentNote, ...]
    notes_this_week: int
    today: date

    @property
    def to_register(self) -> tuple[DueChild, ...]:
        """The registrations still to be begun or finished, of all groups; those that were begun come first."""
        due = [child for group in self.groups for child in group.children]
        return tuple(sorted(due, key=lambda row: (row.status != "open", row.due_until, row.sort_key)))

    @property
    def not_seen(self) -> tuple[ChildRow, ...]:
        """The children nobody wrote about in four weeks, who waits longest first."""
        unseen = (row for row in self.children if not row.seen_lately(self.today))
        return tuple(sorted(unseen, key=lambda row: row.last_note_on or date.min))

    @property
    def progress(self) -> Progress:
        """How far the registrations are."""
        return total_of(self.groups)


@dataclass(frozen=True)
class Today:
    """The first page. A part that is None is not this person's work."""

    period: RegistrationPeriod | None
    own: OwnGroups | None
    bso: tuple[BsoGroupWork, ...]
    locations: tuple[LocationProgress, ...] | None
    signals: OpenSignals | None
    arrangements: tuple[Arrangement, ...]

    @property
    def progress(self) -> Progress:
        """How far the present period is at all locations together."""
        return total_of(self.locations or ())


def today_of(user: User, *, today: date) -> Today:
    """Return what the first page shows; a fixed number of queries, whatever the number of children."""
    reads = user.access.reach(Right.REGISTRATION_READ)
    registers = user.access.reach(Right.REGISTRATION_WRITE) == Reach.GROUPS
    widely = reads is not None and reads > Reach.GROUPS
    return Today(
        period=latest_period(today) if reads is not None else None,
        own=_own(user, today) if registers else None,
        bso=tuple(bso_groups_of(user, today=today)),
        locations=tuple(progress_by_location(user, Right.REGISTRATION_READ, today=today)) if widely else None,
        signals=_signals(user, today) if user.may(Right.SIGNAL_READ) else None,
        arrangements=tuple(arrangements_of(user, today=today)),
    )


def _own(user: User, today: date) -> OwnGroups:
    children = tuple(children_of(user, right=Right.REGISTRATION_WRITE, today=today))
    groups = groups_to_do(user, Right.REGISTRATION_WRITE, today=today, with_children=True)
    notes, count = _notes(children, today) if user.may(Right.NOTE_READ) else ((), 0)
    return OwnGroups(tuple(groups), children, notes, count, today)


def _notes(children: Sequence[ChildRow], today: date) -> tuple[tuple[RecentNote, ...], int]:
    names = {row.pk: row.name for row in children}
    rows = Note.objects.filter(child__in=names, observed_on__gt=today - WEEK, observed_on__lte=today)
    last = rows.select_related("author").order_by("-observed_on", "-pk")[:MOST_NOTES]
    shown = tuple(
        RecentNote(
            pk=note.pk,
            child_id=note.child_id,
            child=names[note.child_id],
            text=note.content.text,
            author=note.author.get_full_name(),
            observed_on=note.observed_on,
        )
        for note in last
    )
    return shown, rows.count()


def _signals(user: User, today: date) -> OpenSignals:
    rows = signals_in_reach(user, Right.SIGNAL_READ, on=today)
    counts = counts_of(rows, BoardChoice(), on=today)
    first = tuple(urgent_signals(rows, most=MOST_SIGNALS, on=today)) if counts["new"] else ()
    return OpenSignals(counts["new"], counts["discussion"], first)
