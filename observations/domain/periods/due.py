"""Which registrations of which children are due, why, and by when (REG-2.1).

For the overview of what is to be done and for starting a registration: one answer for both.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from observations.domain.periods.ages import day_of_age
from observations.models import Child, ExtraRegistration, Group, Placement, PlannedAge, Registration, RegistrationPeriod

#: The kinds of group whose children are registered with the instrument for development.
DEVELOPMENT_KINDS = frozenset({Group.Kind.BABY, Group.Kind.TODDLER, Group.Kind.VVE, Group.Kind.INFANTS})


class DueKind(StrEnum):
    """Why a registration is due."""

    PERIOD = "period"
    AGE = "age"
    EXTRA = "extra"


class DueStatus(StrEnum):
    """How far it is. ``LATE``: not closed, and its last day is behind us."""

    TO_DO = "to_do"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True)
class Due:
    """One registration that a child is due, from a day, until a day.

    ``lines`` holds the codes of an extra registration, empty: all lines. ``registration_id`` is the one that was begun
    for it, None while there is none. ``name`` is how the period or the extra registration is called.
    """

    kind: DueKind
    due_from: date
    due_until: date
    status: DueStatus
    name: str = ""
    period_id: UUID | None = None
    planned_age_months: int | None = None
    extra_id: UUID | None = None
    lines: tuple[str, ...] = ()
    registration_id: UUID | None = None

    @property
    def is_done(self) -> bool:
        """Say whether the registration was made and closed."""
        return self.status == DueStatus.CLOSED


@dataclass(frozen=True)
class DueRegistration:
    """One registration that is to be made, was begun or was closed, with all that it is due for.

    ``reasons``: a period, an age or both, the period first; or one extra registration. The earliest deadline counts.
    """

    reasons: tuple[Due, ...]

    @property
    def _first(self) -> Due:
        return min(self.reasons, key=lambda due: due.due_until)

    @property
    def due_until(self) -> date:
        """Return the last day of what ends first."""
        return self._first.due_until

    @property
    def status(self) -> DueStatus:
        """How far it is, by that day."""
        return self._first.status

    @property
    def registration_id(self) -> UUID | None:
        """The one that was begun, None while there is none."""
        return self.reasons[0].registration_id

    @property
    def extra_id(self) -> UUID | None:
        """The extra registration that it is, None for a usual one."""
        return self.reasons[0].extra_id

    @property
    def is_done(self) -> bool:
        """Say whether the registration was made and closed."""
        return self.status == DueStatus.CLOSED

    @property
    def is_for_period(self) -> bool:
        """Say whether the present period asks for it."""
        return self.reasons[0].kind == DueKind.PERIOD


@dataclass(frozen=True)
class _Made:
    """A registration that was begun, as far as it matters here."""

    pk: UUID
    registered_on: date
    status: str
    period_id: UUID | None
    extra_id: UUID | None
    replaces_id: UUID | None


@dataclass(frozen=True)
class _Candidate:
    """What is known of one child: who it is, where it is, and what was registered."""

    child_id: UUID
    birth_date: date
    vve_from: date | None
    vve_until: date | None
    kind: str
    group_id: UUID
    here_since: date
    made: tuple[_Made, ...]


def due_of(*, child_ids: Collection[UUID], today: date) -> Mapping[UUID, tuple[Due, ...]]:
    """Return per child what is due today, the earliest deadline first; six queries, whatever the number of children.

    In it are the period that began last and is not closed, the planned age that was reached last, and each extra
    registration that the child is meant in; what is done stays in it, as closed, until the next one begins. A child
    without a main group today, or in one that is not registered for development, has nothing due.
    """
    return _all_due(_candidates(child_ids, today), today)


def registrations_due(due: Iterable[Due]) -> list[DueRegistration]:
    """Return what one child is due as registrations, the earliest deadline first (REG-7.3).

    The period and a planned age are served by one registration when the same was begun for both, and while none was:
    who begins a usual one begins it for both. Extra registrations stay their own.
    """
    together: dict[tuple[UUID | None, UUID | None], list[Due]] = {}
    for each in due:
        together.setdefault((each.extra_id, each.registration_id), []).append(each)
    found = [
        DueRegistration(tuple(sorted(reasons, key=lambda reason: reason.kind != DueKind.PERIOD)))
        for reasons in together.values()
    ]
    return sorted(found, key=lambda each: (each.is_done, each.due_until))


def due_of_child(
    child: Child, *, placements: Iterable[Placement], registrations: Iterable[Registration], today: date
) -> tuple[Due, ...]:
    """Return the same of one child of whom all placements, with their groups, and registrations were read before.

    ``registrations`` are those that were not superseded. Three queries.
    """
    candidate = _candidate(child, list(placements), registrations, today)
    return _all_due([candidate], today)[child.pk] if candidate else ()


def _all_due(found: Collection[_Candidate], today: date) -> Mapping[UUID, tuple[Due, ...]]:
    if not found:
        return {}
    period = latest_period(today)
    ages = list(PlannedAge.objects.order_by("months"))
    extras = list(ExtraRegistration.objects.filter(begins_on__lte=today).order_by("begins_on", "pk"))
    return {
        candidate.child_id: tuple(
            sorted(_due_of(candidate, period, ages, extras, today), key=lambda due: (due.is_done, due.due_until))
        )
        for candidate in found
    }


def latest_period(today: date) -> RegistrationPeriod | None:
    """Return the period that began last, if it was not closed by hand; also when its last day is behind us."""
    begun = RegistrationPeriod.objects.filter(begins_on__lte=today).order_by("-begins_on").first()
    return None if begun is None or begun.closed_at is not None else begun


def _candidates(child_ids: Collection[UUID], today: date) -> list[_Candidate]:
    placements = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        child_id__in=child_ids,
        begins_on__lte=today,
        is_main=True,
        group__kind__in=DEVELOPMENT_KINDS,
    )
    # Values, not rows: of a location's two thousand children no file has to be carried along.
    rows = list(
        placements.values_list(
            "child_id", "child__birth_date", "child__vve_from", "child__vve_until", "group__kind", "group_id"
        )
    )
    ids = [row[0] for row in rows]
    made, here_since = _made(ids), _here_since(ids)
    return [_Candidate(*row, here_since[row[0]], tuple(made[row[0]])) for row in rows]


def _candidate(
    child: Child, placements: Collection[Placement], registrations: Iterable[Registration], today: date
) -> _Candidate | None:
    here = (row for row in placements if row.is_main and row.begins_on <= today <= (row.ends_on or today))
    main = next((row for row in here if row.group.kind in DEVELOPMENT_KINDS), None)
    if main is None:
        return None
    ordered = sorted(registrations, key=lambda each: (each.registered_on, each.revision))
    return _Candidate(
        child_id=child.pk,
        birth_date=child.birth_date,
        vve_from=child.vve_from,
        vve_until=child.vve_until,
        kind=main.group.kind,
        group_id=main.group_id,
        here_since=min(row.begins_on for row in placements),
        made=tuple(
            _Made(each.pk, each.registered_on, each.status, each.period_id, each.extra_id, each.replaces_id)
            for each in ordered
        ),
    )


def _made(child_ids: Collection[UUID]) -> Mapping[UUID, list[_Made]]:
    rows = Registration.objects.filter(child_id__in=child_ids, superseded=False).order_by("registered_on", "revision")
    found: defaultdict[UUID, list[_Made]] = defaultdict(list)
    columns = rows.values_list("child_id", "pk", "registered_on", "status", "period_id", "extra_id", "replaces_id")
    for child_id, pk, registered_on, status, period_id, extra_id, replaces_id in columns:
        found[child_id].append(_Made(pk, registered_on, status, period_id, extra_id, replaces_id))
    return found


def _here_since(child_ids: Collection[UUID]) -> Mapping[UUID, date]:
    rows = Placement.objects.filter(child_id__in=child_ids).order_by("-begins_on").values_list("child_id", "begins_on")
    # The earliest one, written last, stays.
    return dict(rows)


def _due_of(
    candidate: _Candidate,
    period: RegistrationPeriod | None,
    ages: Iterable[PlannedAge],
    extras: Iterable[ExtraRegistration],
    today: date,
) -> Iterable[Due]:
    if period is not None and (not period.kinds or candidate.kind in period.kinds):
        yield _of_period(candidate, period, today)
    yield from _of_age(candidate, ages, today)
    for extra in extras:
        yield from _of_extra(candidate, extra, today)


def _of_period(candidate: _Candidate, period: RegistrationPeriod, today: date) -> Due:
    made = _serving(made for made in candidate.made if made.period_id == period.pk and made.extra_id is None)
    return Due(
        kind=DueKind.PERIOD,
        name=period.name,
        period_id=period.pk,
        due_from=period.begins_on,
        due_until=period.ends_on,
        status=_status(made, period.ends_on, today),
        registration_id=made.pk if made else None,
    )


def _of_age(candidate: _Candidate, ages: Iterable[PlannedAge], today: date) -> Iterable[Due]:
    """Yield the planned age that was reached last, when the child was here in its weeks and the plan existed then."""
    reached = [age for age in ages if age.kind in {"", candidate.kind} and _window(candidate, age)[0] <= today]
    if not reached:
        return
    age = reached[-1]
    first, last = _window(candidate, age)
    if last < candidate.here_since or last < age.planned_on:
        return
    made = _serving(made for made in candidate.made if made.extra_id is None and made.registered_on >= first)
    yield Due(
        kind=DueKind.AGE,
        planned_age_months=age.months,
        due_from=first,
        due_until=last,
        status=_status(made, last, today),
        registration_id=made.pk if made else None,
    )


def _window(candidate: _Candidate, age: PlannedAge) -> tuple[date, date]:
    day, around = day_of_age(candidate.birth_date, age.months), timedelta(weeks=age.window_weeks)
    return day - around, day + around


def _of_extra(candidate: _Candidate, extra: ExtraRegistration, today: date) -> Iterable[Due]:
    days = _days_of_extra(candidate, extra, today)
    if days is None:
        return
    made = _serving(made for made in candidate.made if made.extra_id == extra.pk)
    first, last = days
    # Once it is over it is no longer asked of who was never begun: a measurement at entry has no meaning later.
    if first > today or (last < today and not made):
        return
    yield Due(
        kind=DueKind.EXTRA,
        name=extra.name,
        extra_id=extra.pk,
        lines=tuple(extra.lines),
        due_from=first,
        due_until=last,
        status=_status(made, last, today),
        registration_id=made.pk if made else None,
    )


def _days_of_extra(candidate: _Candidate, extra: ExtraRegistration, today: date) -> tuple[date, date] | None:
    """Return from when until when a child is due an extra registration; None for a child it is not meant for."""
    audience, vve_from = ExtraRegistration.Audience, candidate.vve_from
    if extra.audience == audience.VVE_ENTRY:
        if vve_from is None or vve_from < extra.begins_on:
            return None
        entered = max(vve_from, candidate.here_since)
        return entered, entered + timedelta(weeks=extra.weeks or 0)
    is_vve = vve_from is not None and vve_from <= today <= (candidate.vve_until or today)
    meant = {
        audience.CHILD: candidate.child_id == extra.child_id,
        audience.GROUP: candidate.group_id == extra.group_id,
        audience.VVE: is_vve,
    }
    return (extra.begins_on, extra.ends_on or extra.begins_on) if meant[audience(extra.audience)] else None


def _serving(found: Iterable[_Made]) -> _Made | None:
    """Return the registration that counts: the first that is closed and was not opened again, else the last begun.

    What was done stays done: a next registration of the child, for another age or without a reason, opens it not again.
    """
    made = list(found)
    replaced = {each.replaces_id for each in made}
    newest = [each for each in made if each.pk not in replaced]
    closed = (each for each in newest if each.status == Registration.Status.CLOSED)
    return next(closed, newest[-1] if newest else None)


def _status(made: _Made | None, due_until: date, today: date) -> DueStatus:
    if made is not None and made.status == Registration.Status.CLOSED:
        return DueStatus.CLOSED
    if due_until < today:
        return DueStatus.LATE
    return DueStatus.OPEN if made else DueStatus.TO_DO
