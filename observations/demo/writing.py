"""Writing children and what happened to them in bulk; the caller records the event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import DateTimeField, F
from django.db.models.functions import Cast
from django.utils import timezone

from kijk.tenancy.ids import uuid7
from observations.demo.plans import ChildPlan
from observations.demo.stories import NoteStory, RegistrationStory, RoomStory
from observations.demo.structure import Structure
from observations.domain.children.placements import archive_children
from observations.domain.children.records import ChildData, create_children
from observations.domain.instruments.catalogue import InstrumentContent, content_of
from observations.domain.registering.history import HistoricRegistration, load_history
from observations.models import (
    AddendumText,
    Answer,
    Child,
    ChildFile,
    InstrumentVersion,
    Note,
    NoteAddendum,
    NoteLine,
    NoteMilestone,
    NoteText,
    Placement,
    Registration,
)

Children = Mapping[int, Child]


@dataclass(frozen=True)
class Counts:
    """How many rows came in; ``opened`` are registrations that are still being filled in."""

    registrations: int = 0
    opened: int = 0
    answers: int = 0
    notes: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.registrations + other.registrations,
            self.opened + other.opened,
            self.answers + other.answers,
            self.notes + other.notes,
        )


def write_children(planned: Iterable[ChildPlan], structure: Structure) -> dict[int, Child]:
    """Write children with their keys and all their placements; return them by number."""
    plans = list(planned)
    last = [plan.placements[-1] for plan in plans]
    rows = [
        (_child_data(plan, structure), structure.groups[place.room, place.school_year], place.begins_on)
        for plan, place in zip(plans, last, strict=True)
    ]
    children = {plan.number: child for plan, child in zip(plans, create_children(rows=rows), strict=True)}
    _write_earlier_placements(plans, children, structure)
    _write_visits(plans, children, structure)
    _archive(plans, children)
    return children


def _child_data(plan: ChildPlan, structure: Structure) -> ChildData:
    return ChildData(
        file=ChildFile(plan.first_name, plan.infix, plan.last_name, plan.remarks),
        birth_date=plan.birth_date,
        gender=plan.gender,
        home_language=plan.home_language,
        vve_from=plan.vve_from,
        vve_until=plan.vve_until,
        half_days_per_week=plan.half_days_per_week,
        gestation_weeks=plan.gestation_weeks,
        mentor_id=structure.staff[plan.mentor].pk,
    )


def _write_earlier_placements(plans: list[ChildPlan], children: Children, structure: Structure) -> None:
    Placement.objects.bulk_create(
        Placement(
            child=children[plan.number],
            group=structure.groups[place.room, place.school_year],
            begins_on=place.begins_on,
            ends_on=place.ends_on,
        )
        for plan in plans
        for place in plan.placements[:-1]
    )


def _write_visits(plans: list[ChildPlan], children: Children, structure: Structure) -> None:
    Placement.objects.bulk_create(
        Placement(
            child=children[plan.number],
            group=structure.groups[visit.room, plan.placements[-1].school_year],
            begins_on=visit.begins_on,
            is_main=False,
            half_days=visit.half_days,
        )
        for plan in plans
        for visit in plan.visits
    )


def _archive(plans: list[ChildPlan], children: Children) -> None:
    """Bring the children who left to the archive, those of one day and next school together."""
    left: dict[tuple[date, str], list[Child]] = {}
    for plan in plans:
        if plan.left_on is not None:
            left.setdefault((plan.left_on, plan.next_education), []).append(children[plan.number])
    for (left_on, next_education), gone in left.items():
        archive_children(children=gone, on=left_on, next_education=next_education)


@dataclass(frozen=True)
class _Writing:
    """What writing a room's story needs: its children, the structure around them, and the instrument's ids by code."""

    children: Children
    structure: Structure
    version: InstrumentVersion
    content: InstrumentContent
    milestones: Mapping[str, UUID]


def write_room_story(story: RoomStory, children: Children, structure: Structure, version: InstrumentVersion) -> Counts:
    """Write the registrations, closed and open, and the notes of a room's children."""
    content = content_of(version.pk)
    milestones = {code: found.id for code, found in content.milestones_by_code().items()}
    writing = _Writing(children, structure, version, content, milestones)
    closed = [found for found in story.registrations if found.closed_after is not None]
    opened = [found for found in story.registrations if found.closed_after is None]
    loaded = load_history(_historic(closed, writing))
    answers = _write_open(opened, closed, writing)
    notes = _write_notes(story.notes, writing)
    return Counts(loaded.registrations, len(opened), loaded.answers + answers, notes)


def _historic(stories: Iterable[RegistrationStory], writing: _Writing) -> Iterator[HistoricRegistration]:
    structure = writing.structure
    scales = {scale.code: scale.id for scale in writing.content.scales}
    for story in stories:
        yield HistoricRegistration(
            child=writing.children[story.child],
            version=writing.version,
            group=structure.groups[story.room, story.school_year],
            registered_on=story.registered_on,
            closed_at=_closed_at(story),
            answers={writing.milestones[code]: int(score) for code, score in story.answers.items()},
            period=structure.periods[story.period],
            scale_scores={scales[code]: points for code, points in story.scales.items()},
            author_id=structure.staff[story.author].pk,
            conclusion=story.conclusion,
        )


def _closed_at(story: RegistrationStory) -> datetime:
    days, minutes = story.closed_after or (0, 0)
    moment = datetime.combine(story.registered_on + timedelta(days=days), time(minutes // 60, minutes % 60))
    return timezone.make_aware(moment)


def _write_open(opened: Iterable[RegistrationStory], closed: Iterable[RegistrationStory], writing: _Writing) -> int:
    """Write registrations as starting one and answering part of it leaves them; return how many answers."""
    # Closed ones come oldest first, so that the last one of a child stays.
    previous = {story.child: story for story in closed}
    pairs = [(_open_registration(story, writing), story) for story in opened]
    Registration.objects.bulk_create([row for row, _ in pairs])
    answers = [
        Answer(
            registration=row,
            milestone_id=writing.milestones[code],
            value=int(score),
            answered_on=source.registered_on,
            author=writing.structure.staff[source.author],
            carried_over=code in story.carried,
        )
        for row, story in pairs
        for code, score in story.answers.items()
        for source in [previous[story.child] if code in story.carried else story]
    ]
    Answer.objects.bulk_create(answers)
    return len(answers)


def _open_registration(story: RegistrationStory, writing: _Writing) -> Registration:
    structure = writing.structure
    return Registration(
        child=writing.children[story.child],
        version=writing.version,
        period=structure.periods[story.period],
        group=structure.groups[story.room, story.school_year],
        registered_on=story.registered_on,
        started_by=structure.staff[story.author],
    )


def _write_notes(stories: Iterable[NoteStory], writing: _Writing) -> int:
    """Write notes, one a child also where several share an entry, with what they are about; return how many."""
    notes: list[Note] = []
    tags: list[NoteLine] = []
    links: list[NoteMilestone] = []
    addenda: list[NoteAddendum] = []
    staff = writing.structure.staff
    for story in stories:
        entry_id = uuid7()
        for number in story.children:
            author, child = staff[story.author], writing.children[number]
            note = Note(child=child, author=author, entry_id=entry_id, observed_on=story.observed_on)
            note.content = NoteText(story.text, story.context)
            notes.append(note)
            tags += [NoteLine(note=note, line_id=writing.content.lines[line].id) for line in story.lines]
            if story.is_linked:
                milestone_id, shows = writing.milestones[story.milestone], NoteMilestone.Shows[story.shows.name]
                links.append(NoteMilestone(note=note, milestone_id=milestone_id, shows=shows))
            addenda += _addenda(story, note, writing)
    Note.objects.bulk_create(notes)
    NoteLine.objects.bulk_create(tags)
    NoteMilestone.objects.bulk_create(links)
    NoteAddendum.objects.bulk_create(addenda)
    # A note can be changed for a week: one that tells of last month was written then.
    written = Cast(F("observed_on"), DateTimeField())
    Note.objects.filter(pk__in=[note.pk for note in notes]).update(created_at=written)
    return len(notes)


def _addenda(story: NoteStory, note: Note, writing: _Writing) -> list[NoteAddendum]:
    told = story.addendum
    if told is None:
        return []
    written_at = timezone.make_aware(datetime.combine(told.written_on, time(15, 30)))
    author = writing.structure.staff[told.author]
    addendum = NoteAddendum(note=note, child_id=note.child_id, author=author, entry_id=uuid7(), written_at=written_at)
    addendum.content = AddendumText(told.text)
    return [addendum]
