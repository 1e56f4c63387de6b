"""Writing what goes into a report beside the registration: texts, examples, and what parents said (REG-8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.reports.limits import MOST_EXAMPLES, mistakes_in
from observations.models import (
    Child,
    ExampleText,
    Note,
    ParentsWords,
    Registration,
    ReportExample,
    ReportPreparation,
    ReportTexts,
)

Kind = ReportPreparation.Kind


class PreparationRefused(Exception):
    """What was written cannot be kept; the message says why, in the reader's language."""


class PreparationChanged(PreparationRefused):
    """Somebody else saved these texts since the page was opened; ``current`` is what they are now."""

    def __init__(self, current: "Preparation") -> None:
        super().__init__(
            _("%(name)s heeft dit verslag intussen ook gewijzigd. Uw tekst staat hieronder en is nog niet bewaard.")
            % {"name": current.written_by}
        )
        self.current = current


@dataclass(frozen=True, repr=False)
class Words:
    """What parents said at the talk: who spoke (a code), when, and who wrote it down when."""

    text: str
    speaker: str
    talk_on: date
    written_by: str
    written_at: datetime

    @property
    def speaker_in_words(self) -> str:
        """Who spoke, without a name."""
        return str(ReportPreparation.Speaker(self.speaker).label)


@dataclass(frozen=True, repr=False)
class Example:
    """A note that was chosen, in the words parents may read."""

    note_id: UUID
    observed_on: date
    text: str


@dataclass(frozen=True, repr=False)
class Preparation:
    """What was written for one report; ``revision`` 0 while nothing was."""

    texts: ReportTexts = field(default_factory=ReportTexts)
    examples: tuple[Example, ...] = ()
    words: Words | None = None
    revision: int = 0
    written_by: str = ""
    written_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Say whether the conclusion for parents is there: without it a report says little of its own."""
        return bool(self.texts.conclusion)


def preparation_of(registration: Registration, kind: Kind) -> Preparation:
    """Return what was written for a report about a registration; two queries at most."""
    rows = ReportPreparation.objects.filter(
        child=registration.child_id, kind=kind, registered_on=registration.registered_on
    )
    row = rows.select_related("written_by", "words_by").first()
    return Preparation() if row is None else _view(row)


def write_texts(
    *,
    registration: Registration,
    kind: Kind,
    texts: Mapping[str, str],
    examples: Mapping[UUID, str] | None = None,
    revision: int,
    by: User,
    now: datetime,
) -> Preparation:
    """Keep texts by name (fields of ReportTexts), and with ``examples`` which notes were chosen in which words.

    What is not named stays as it is. ``revision`` is the one the writer has read. Raises PreparationChanged when it is
    another by now, PreparationRefused for a text that does not fit, or a note that is not about this child.
    """
    _check(texts)
    row = _locked(registration, kind, revision, by, now)
    row.texts = replace(row.texts, **{name: text.strip() for name, text in texts.items()})
    _save(row, by, now)
    if examples is not None:
        _write_examples(row, registration.child, examples)
    counts = {"examples": len(examples or ()), "revision": row.revision}
    record("report.written", object_type="observations.child", object_id=row.child_id, data={"report": kind, **counts})
    return _view(row)


def write_words(
    *,
    registration: Registration,
    words: str,
    speaker: str,
    talk_on: date,
    agreements: str,
    revision: int,
    by: User,
    now: datetime,
) -> Preparation:
    """Keep what parents said at the talk, on which day, and what was agreed; errors as ``write_texts``."""
    _check({"words": words, "agreements": agreements})
    if not words.strip():
        raise PreparationRefused(_("Schrijf op wat de ouders vertelden."))
    if speaker not in ReportPreparation.Speaker.values:
        raise PreparationRefused(_("Kies wie dit vertelde."))
    if talk_on > now.date():
        raise PreparationRefused(_("Deze datum is nog niet geweest."))
    row = _locked(registration, Kind.PARENTS, revision, by, now)
    row.words, row.talk_on = ParentsWords(words.strip(), speaker), talk_on
    row.words_by, row.words_at = by, now
    row.texts = replace(row.texts, agreements=agreements.strip())
    _save(row, by, now)
    record(
        "report.words_written",
        object_type="observations.child",
        object_id=row.child_id,
        data={"revision": row.revision},
    )
    return _view(row)


def _check(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        for mistake in mistakes_in(name, text):
            raise PreparationRefused(mistake)


def _locked(registration: Registration, kind: Kind, revision: int, by: User, now: datetime) -> ReportPreparation:
    """Return the row, locked, or a new one; two who begin at once come one after the other, by the child's lock."""
    child = Child.objects.select_for_update(no_key=True).get(pk=registration.child_id)
    rows = ReportPreparation.objects.filter(child=child, kind=kind, registered_on=registration.registered_on)
    row = rows.select_related("written_by", "words_by").first()
    if row is None:
        row = ReportPreparation(child=child, kind=kind, registered_on=registration.registered_on, revision=0)
        row.written_by, row.written_at, row.texts = by, now, ReportTexts()
    if row.revision != revision:
        raise PreparationChanged(_view(row))
    return row


def _save(row: ReportPreparation, by: User, now: datetime) -> None:
    row.revision += 1
    row.written_by, row.written_at = by, now
    row.save()


def _write_examples(row: ReportPreparation, child: Child, examples: Mapping[UUID, str]) -> None:
    if len(examples) > MOST_EXAMPLES:
        raise PreparationRefused(_("Kies ten hoogste %(most)s notities.") % {"most": MOST_EXAMPLES})
    for text in examples.values():
        _check({"example": text})
    notes = set(Note.objects.filter(child=child, pk__in=examples.keys()).values_list("pk", flat=True))
    if len(notes) != len(examples):
        raise PreparationRefused(_("Een notitie die u koos, is er niet meer. Kies opnieuw."))
    ReportExample.objects.filter(preparation=row).delete()
    rows = [ReportExample(preparation=row, child=child, note_id=note_id) for note_id in examples]
    for example in rows:
        example.text = ExampleText(examples[example.note_id].strip())
    ReportExample.objects.bulk_create(rows)


def _view(row: ReportPreparation) -> Preparation:
    words = None
    if row.words is not None and row.talk_on and row.words_by and row.words_at:
        by = row.words_by.get_full_name()
        words = Words(row.words.text, row.words.speaker, row.talk_on, by, row.words_at)
    chosen = ReportExample.objects.filter(preparation=row).select_related("note").order_by("note__observed_on", "id")
    return Preparation(
        texts=row.texts,
        examples=tuple(Example(found.note_id, found.note.observed_on, found.text.text) for found in chosen),
        words=words,
        revision=row.revision,
        written_by=row.written_by.get_full_name(),
        written_at=row.written_at,
    )
