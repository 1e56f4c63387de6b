"""What a child's page shows: who it is, its lines at the last registrations, its notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from accounts.models import User
from accounts.roles import Right
from observations.domain.children.records import main_placement
from observations.domain.notes.sensitive import count_readable
from observations.domain.notes.writing import NoteView, notes_of
from observations.domain.scoring.bands import age_in_months
from observations.models import Child, LineResult, Registration

# The last three tell the course of a child; older ones are in the registrations themselves.
SHOWN_REGISTRATIONS = 3


@dataclass(frozen=True)
class ResultView:
    """A line's outcome at one registration; ``difference`` in months, None where there is no number."""

    outcome: str
    difference: Fraction | None


@dataclass(frozen=True)
class LineHistory:
    """A line with its results at the shown registrations, oldest first; None where it was not registered."""

    name: str
    area: str
    results: tuple[ResultView | None, ...]


@dataclass(frozen=True)
class ChildPage:
    """A child's page. Ages are in months."""

    pk: UUID
    name: str
    first_name: str
    birth_date: date
    age: Fraction
    group: str
    gender: str
    home_language: str
    vve: bool
    half_days: int | None
    mentor: str
    remarks: str
    registrations: tuple[Registration, ...]
    shown: tuple[Registration, ...]
    lines: tuple[LineHistory, ...]
    notes: tuple[NoteView, ...]
    opened: Registration | None
    # How many sensitive remarks the reader may read; None for who has nothing to do with them (ACC-10).
    remarks_to_read: int | None


def child_page_of(child: Child, *, user: User, today: date) -> ChildPage:
    """Return the page of a child; notes and lines only as far as the user may read them."""
    file = child.file
    placement = main_placement(child, today)
    registrations = _registrations(child) if user.may(Right.REGISTRATION_READ) else ()
    closed = [found for found in registrations if found.status == Registration.Status.CLOSED]
    shown = tuple(reversed(closed[:SHOWN_REGISTRATIONS]))
    return ChildPage(
        pk=child.pk,
        name=str(file),
        first_name=file.first_name,
        birth_date=child.birth_date,
        age=age_in_months(child.birth_date, max(today, child.birth_date)),
        group=placement.group.name if placement else "",
        gender=child.get_gender_display(),
        home_language=child.home_language,
        vve=child.vve_from is not None and child.vve_from <= today <= (child.vve_until or today),
        half_days=child.half_days_per_week,
        mentor=child.mentor.get_full_name() if child.mentor else "",
        remarks=file.remarks,
        registrations=registrations,
        shown=shown,
        lines=tuple(_histories(shown)),
        notes=tuple(notes_of(child)) if user.may(Right.NOTE_READ) else (),
        opened=next((found for found in registrations if found.status == Registration.Status.OPEN), None),
        remarks_to_read=count_readable(child, user=user, on=today),
    )


def _registrations(child: Child) -> tuple[Registration, ...]:
    found = Registration.objects.filter(child=child, superseded=False).select_related("period", "version", "group")
    return tuple(found.order_by("-registered_on", "-revision"))


def _histories(shown: tuple[Registration, ...]) -> Iterable[LineHistory]:
    results = LineResult.objects.filter(registration__in=shown).select_related("line", "line__area")
    found: dict[tuple[int, str, str], dict[UUID, ResultView]] = {}
    for result in results.order_by("line__position"):
        key = (result.line.position, result.line.name, result.line.area.name)
        difference = None if result.difference is None else Fraction(result.difference)
        found.setdefault(key, {})[result.registration_id] = ResultView(result.outcome, difference)
    for (_position, name, area), by_registration in sorted(found.items()):
        yield LineHistory(name, area, tuple(by_registration.get(registration.pk) for registration in shown))
