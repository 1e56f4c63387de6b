"""What a child's page shows: who it is, where it is and was, its lines, and what other areas add."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from accounts.roles import Right
from observations.domain.children.history import PlacementLine, Placements
from observations.domain.children.in_hand import ChildInHand
from observations.domain.children.listing import visit_in_words
from observations.domain.children.panels import ChildPanel, Place, panels_of
from observations.domain.children.strips import SHOWN, LineAt, Strip, draw_strip
from observations.domain.notes.sensitive import count_readable
from observations.domain.registering.versions import newest_of
from observations.domain.scoring.bands import age_in_months
from observations.domain.signals.words import points_in_words
from observations.models import Child, Group, LineResult, Registration, ScaleScore

# A registration of chosen lines only may stand between two whole ones: a line's last three are among these.
_LOOKED_AT = 6


@dataclass(frozen=True)
class ResultView:
    """A line's outcome at one registration; ``difference`` and ``reached`` in months, None where there is no number."""

    outcome: str
    difference: Fraction | None
    reached: Fraction | None


@dataclass(frozen=True)
class LineHistory:
    """A line with its results at the shown registrations, oldest first; None where it was not registered."""

    name: str
    area: str
    results: tuple[ResultView | None, ...]


@dataclass(frozen=True)
class ScaleHistory:
    """A five-point scale with its points at the shown registrations, oldest first; "" where it was not scored."""

    name: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class ChildFacts:
    """The facts beside the page. ``is_bso``: home language and VVE are not kept of the child (BSO-3)."""

    gender: str
    home_language: str
    vve: bool
    vve_from: date | None
    vve_until: date | None
    half_days: int | None
    gestation_weeks: int | None
    mentor: str
    mentor_left: bool
    remarks: str
    is_bso: bool


@dataclass(frozen=True)
class ChildPage:
    """A child's page. Ages are in months. ``group`` is the main group of today, ``coming`` the next one, if any."""

    pk: UUID
    name: str
    first_name: str
    birth_date: date
    age: Fraction
    group: str
    group_id: UUID | None
    location: str
    coming: PlacementLine | None
    visits: tuple[str, ...]
    facts: ChildFacts
    placements: tuple[PlacementLine, ...]
    registrations: tuple[Registration, ...]
    shown: tuple[Registration, ...]
    lines: tuple[LineHistory, ...]
    strips: tuple[Strip, ...]
    scales: tuple[ScaleHistory, ...]
    # How many sensitive remarks the reader may read; None for who has nothing to do with them (ACC-10).
    remarks_to_read: int | None
    archived_on: date | None
    next_education: str
    main_panels: tuple[ChildPanel, ...]
    aside_panels: tuple[ChildPanel, ...]


def child_page_of(hand: ChildInHand) -> ChildPage:
    """Return the page of a child; registrations and panels only as far as the user may read."""
    child, user, today, placements = hand.child, hand.user, hand.today, hand.placements
    file = child.file
    main = placements.main or (placements.last if child.archived_on else None)
    coming = placements.coming
    lines = placements.lines()
    registrations = hand.registrations if user.may(Right.REGISTRATION_READ) else ()
    closed = [found for found in registrations if found.status == Registration.Status.CLOSED]
    shown = tuple(reversed(closed[:SHOWN]))
    age = age_in_months(child.birth_date, max(today, child.birth_date))
    results = list(_results(child, closed[:_LOOKED_AT]))
    panels = panels_of(hand)
    return ChildPage(
        pk=child.pk,
        name=str(file),
        first_name=file.first_name,
        birth_date=child.birth_date,
        age=age,
        group=main.group.name if main else "",
        group_id=main.group_id if main else None,
        location=main.group.location.name if main else "",
        coming=next((line for line in lines if coming and line.pk == coming.pk), None),
        visits=tuple(visit_in_words(visit) for visit in placements.visits),
        facts=_facts(child, placements, today),
        placements=lines,
        registrations=newest_of(registrations),
        shown=shown,
        lines=tuple(_histories(results, shown)),
        strips=tuple(_strips(results, age)),
        scales=tuple(_scales(shown)),
        remarks_to_read=None if child.archived_on else count_readable(child, user=user, on=today),
        archived_on=child.archived_on,
        next_education=child.get_next_education_display(),
        main_panels=tuple(panel for panel in panels if panel.place is Place.MAIN),
        aside_panels=tuple(panel for panel in panels if panel.place is Place.ASIDE),
    )


def _facts(child: Child, placements: Placements, today: date) -> ChildFacts:
    main = placements.main or placements.last
    return ChildFacts(
        gender=child.get_gender_display(),
        home_language=child.home_language,
        vve=child.vve_from is not None and child.vve_from <= today <= (child.vve_until or today),
        vve_from=child.vve_from,
        vve_until=child.vve_until,
        half_days=child.half_days_per_week,
        gestation_weeks=child.gestation_weeks,
        mentor=child.mentor.get_full_name() if child.mentor else "",
        mentor_left=child.mentor is not None and not child.mentor.is_active,
        remarks=child.file.remarks,
        is_bso=main is not None and main.group.kind == Group.Kind.BSO,
    )


@dataclass(frozen=True)
class _Result:
    """One line at one registration. The order of results is that of the lines, then of the days."""

    position: int
    name: str
    area: str
    registration_id: UUID
    at: LineAt


def _results(child: Child, closed: list[Registration]) -> Iterator[_Result]:
    rows = LineResult.objects.filter(registration__in=closed).order_by("line__position", "registered_on", "pk")
    for row in rows.values_list(
        "line__position",
        "line__name",
        "line__area__name",
        "registration_id",
        "registered_on",
        "outcome",
        "developmental_age",
        "difference",
        "at_least",
    ):
        position, name, area, registration_id, registered_on, outcome, reached, difference, at_least = row
        number = None if reached is None else Fraction(reached)
        apart = None if difference is None else Fraction(difference)
        # Where both numbers are there, the age is the one the line was held against.
        age = age_in_months(child.birth_date, registered_on) if number is None or apart is None else number - apart
        yield _Result(
            position, name, area, registration_id, LineAt(registered_on, age, outcome, number, apart, at_least)
        )


def _by_line(results: Iterable[_Result]) -> dict[tuple[int, str, str], list[_Result]]:
    found: dict[tuple[int, str, str], list[_Result]] = {}
    for result in results:
        found.setdefault((result.position, result.name, result.area), []).append(result)
    return found


def _histories(results: list[_Result], shown: tuple[Registration, ...]) -> Iterator[LineHistory]:
    ids = {registration.pk for registration in shown}
    for (_position, name, area), of_line in _by_line(row for row in results if row.registration_id in ids).items():
        views = {row.registration_id: ResultView(row.at.outcome, row.at.difference, row.at.reached) for row in of_line}
        yield LineHistory(name, area, tuple(views.get(registration.pk) for registration in shown))


def _strips(results: list[_Result], age: Fraction) -> Iterator[Strip]:
    for (_position, name, area), of_line in _by_line(results).items():
        yield draw_strip(name, area, [row.at for row in of_line], age=age)


def _scales(shown: tuple[Registration, ...]) -> Iterator[ScaleHistory]:
    rows = ScaleScore.objects.filter(registration__in=shown).order_by("scale__position", "scale__code")
    found: dict[tuple[str, str], dict[UUID, str]] = {}
    for code, name, registration_id, doubled in rows.values_list(
        "scale__code", "scale__name", "registration_id", "half_points"
    ):
        found.setdefault((code, name), {})[registration_id] = points_in_words(doubled / 2)
    for (_code, name), points in found.items():
        yield ScaleHistory(name, tuple(points.get(registration.pk, "") for registration in shown))
