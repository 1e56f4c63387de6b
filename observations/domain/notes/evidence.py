"""What notes say of milestones: the evidence that stands beside a registration's questions (REG-3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kijk.encryption.keyring import keyring
from observations.models import NoteMilestone


@dataclass(frozen=True, repr=False)
class NoteEvidence:
    """A note that was linked to a milestone. ``shows`` is a value of NoteMilestone.Shows: "emerging" or "secure"."""

    pk: UUID
    observed_on: date
    author: str
    text: str
    shows: str


def evidence_for(
    *, child_ids: Collection[UUID], milestone_ids: Collection[UUID], since: date
) -> Mapping[UUID, Mapping[UUID, tuple[NoteEvidence, ...]]]:
    """Return by child and milestone the notes that were linked to it, newest first, observed on ``since`` or later.

    One query, and those of the keys: however many children and milestones (REG-4). A child or milestone without such
    a note is not in it. Whether the reader may see these children is the caller's to know.
    """
    links = (
        NoteMilestone.objects.filter(
            note__child__in=child_ids, milestone__in=milestone_ids, note__observed_on__gte=since
        )
        .select_related("note", "note__author")
        .order_by("-note__observed_on", "-note__id")
    )
    found = list(links)
    keyring().load_subjects({link.note.child_id for link in found})
    by_child: dict[UUID, dict[UUID, tuple[NoteEvidence, ...]]] = {}
    for link in found:
        of_child = by_child.setdefault(link.note.child_id, {})
        of_child[link.milestone_id] = (*of_child.get(link.milestone_id, ()), _evidence(link))
    return by_child


def _evidence(link: NoteMilestone) -> NoteEvidence:
    note = link.note
    return NoteEvidence(note.pk, note.observed_on, note.author.get_full_name(), note.content.text, link.shows)
