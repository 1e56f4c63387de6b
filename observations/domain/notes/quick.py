"""What the quick-note page needs: the groups one wrote about last, and what can be done with the note just kept (OBS-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from observations.domain.instruments.catalogue import content_of, published_version
from observations.domain.notes.changing import may_change
from observations.domain.notes.milestones import MilestoneOffer, milestones_for
from observations.domain.notes.words import suggest_lines
from observations.domain.registering.overview import ChildRow
from observations.domain.scoring.bands import age_in_months
from observations.models import Line, Note, NoteLine, NoteMilestone

INSTRUMENT = "kijk07"
# So many notes back one looks for groups: a week of somebody who writes much.
_LOOKED_BACK = 40


@dataclass(frozen=True, repr=False)
class SavedNote:
    """A note that was just kept: about whom, and what can be put on it with one tap."""

    pk: UUID
    names: tuple[str, ...]
    lines: tuple[str, ...]
    line_offers: tuple[Line, ...]
    milestone_offers: tuple[MilestoneOffer, ...]
    linked: tuple[str, ...]


def instrument_lines() -> list[Line]:
    """Return the lines a note can be about, with their areas, in order; two queries."""
    version = published_version(INSTRUMENT)
    return list(Line.objects.filter(version=version).select_related("area").order_by("position"))


def last_groups(user: User, rows: Sequence[ChildRow]) -> list[UUID]:
    """Return the groups of ``rows`` somebody wrote about, the last one first; one query."""
    group_of = {row.pk: row.group_id for row in rows}
    lately = Note.objects.filter(author=user).order_by("-created_at").values_list("child_id", flat=True)
    return list(dict.fromkeys(group_of[child] for child in lately[:_LOOKED_BACK] if child in group_of))


def saved_note(
    pk: UUID, *, rows: Sequence[ChildRow], lines: Sequence[Line], by: User, now: datetime
) -> SavedNote | None:
    """Return the note somebody just kept, with what its words suggest; None for any other note. Four queries."""
    note = Note.objects.filter(pk=pk, author=by).first()
    if note is None or not may_change(note, by=by, now=now):
        return None
    about = set(Note.objects.filter(entry_id=note.entry_id, author=by).values_list("child_id", flat=True))
    children = [row for row in rows if row.pk in about]
    if not children:
        return None
    tagged = set(NoteLine.objects.filter(note=note).values_list("line_id", flat=True))
    on_it = [line for line in lines if line.pk in tagged]
    linked = dict(NoteMilestone.objects.filter(note=note).values_list("milestone_id", "milestone__text"))
    ages = [int(age_in_months(row.birth_date, max(row.birth_date, note.observed_on))) for row in children]
    text = note.content.text
    return SavedNote(
        pk=note.pk,
        names=tuple(row.first_name for row in children),
        lines=tuple(line.name for line in on_it),
        line_offers=() if on_it else _line_offers(text, ages, lines),
        milestone_offers=_milestone_offers(text, ages, on_it, linked),
        linked=tuple(linked.values()),
    )


def _line_offers(text: str, ages: Sequence[int], lines: Sequence[Line]) -> tuple[Line, ...]:
    by_code = {line.code: line for line in lines}
    return tuple(by_code[code] for code in suggest_lines(text, ages) if code in by_code)


def _milestone_offers(
    text: str, ages: Sequence[int], on_it: Sequence[Line], linked: Mapping[UUID, str]
) -> tuple[MilestoneOffer, ...]:
    """Return milestones of the note's own lines that are not linked yet; those of an older version have none."""
    if not on_it:
        return ()
    offers = milestones_for(
        text, line_codes=[line.code for line in on_it], ages=ages, content=content_of(on_it[0].version_id)
    )
    return tuple(offer for offer in offers if offer.id not in linked)
