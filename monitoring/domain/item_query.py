"""The query of a cross-section by item: per item the children assessed and those who passed (MON-1).

In SQL, because it groups twice: first to each child's latest answer, then to the item.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kijk.tenancy.context import current_organisation_id
from monitoring.domain.measured import Period
from monitoring.domain.selection import AgeWindow, Selection, results_of
from observations.models import Answer, LineResult, Registration


class ItemCount(NamedTuple):
    """Children assessed on an item, and those of them whose latest answer is a pass."""

    assessed: int
    passed: int


# Which registrations: closed, not replaced by a later revision, of one version.
_REGISTRATIONS = f"""
    registration.organisation_id = %(organisation)s AND registration.version_id = %(version)s
    AND registration.status = '{Registration.Status.CLOSED}' AND NOT registration.superseded
"""

# The latest of a child's answers to an item is the greatest number "day and answer" makes: no sorting, one pass.
# The answers that count as assessed are 0, 1 and 2, so four to a day. Two registrations that count cannot be of one
# day (registration_once_a_day, superseded revisions aside).
_ITEMS = """
    SELECT milestone_id, count(*), count(*) FILTER (WHERE latest %% 4 = {passed})
    FROM (
        SELECT answer.milestone_id, registration.child_id,
               max((registration.registered_on - DATE '1900-01-01') * 4 + answer.value) AS latest
        FROM "observations_answer" AS answer
        JOIN "observations_registration" AS registration ON registration.id = answer.registration_id
        {ages}
        WHERE answer.organisation_id = %(organisation)s AND answer.value <> {not_observed} AND {registrations}
        GROUP BY answer.milestone_id, registration.child_id
    ) AS child_item
    GROUP BY milestone_id
"""

_CHILDREN = """
    SELECT count(DISTINCT registration.child_id)
    FROM "observations_registration" AS registration
    {ages}
    WHERE {registrations}
"""

# PostgreSQL takes any range of a difference of two columns for half a percent of the rows, and then looks up the
# answers registration by registration: right for a narrow window (a tenth of the time), slower for a wide one. Said
# as a CASE over an outer join it expects half of the rows and reads the organisation's answers in one pass.
# Measured in benchmarks/bench_cross_section.py.
_WIDE_DAYS = 366
_NARROW_JOIN = 'JOIN "observations_child" AS child ON child.id = registration.child_id'
_WIDE_JOIN = "LEFT " + _NARROW_JOIN
_AGE = "registration.registered_on - child.birth_date BETWEEN %(from_days)s AND %(to_days)s"
_AT_ANY_AGE = 100_000


def count_items(selection: Selection, version_id: UUID, period: Period | None) -> dict[UUID, ItemCount]:
    """Return the counts by milestone id of a version, items nobody was assessed on left out: one query.

    Every child counts once an item: with its latest assessed answer within the selection. Not observed is not
    assessed. Passed is "secure", also on the milestone scale.
    """
    rows = _rows(_ITEMS, selection, version_id, period)
    return {milestone_id: ItemCount(assessed, passed) for milestone_id, assessed, passed in rows}


def count_assessed(selection: Selection, version_id: UUID, period: Period | None) -> int:
    """Return the number of children with a registration within the selection."""
    [(children,)] = _rows(_CHILDREN, selection, version_id, period)
    return int(children)


def _rows(query: str, selection: Selection, version_id: UUID, period: Period | None) -> list[tuple[Any, ...]]:
    parameters: dict[str, Any] = {"organisation": current_organisation_id(), "version": version_id}
    join, conditions = _ages(selection.age, parameters)
    conditions.append(_REGISTRATIONS)
    if period is not None:
        conditions.append("registration.period_id = %(period)s")
        parameters["period"] = period.pk
    if selection.looks_at_results:
        conditions.append(_with_results(results_of(selection), parameters))
    sql = query.format(
        passed=Answer.Value.SECURE.value,
        not_observed=Answer.Value.NOT_OBSERVED.value,
        ages=join,
        registrations=" AND ".join(conditions),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _ages(window: AgeWindow | None, parameters: dict[str, Any]) -> tuple[str, list[str]]:
    if window is None:
        return "", []
    to_days = _AT_ANY_AGE if window.to_days is None else min(window.to_days, _AT_ANY_AGE)
    parameters.update(from_days=min(window.from_days, _AT_ANY_AGE), to_days=to_days)
    if to_days - window.from_days < _WIDE_DAYS:
        return _NARROW_JOIN, [_AGE]
    return _WIDE_JOIN, [f"CASE WHEN {_AGE} THEN true ELSE false END"]


def _with_results(condition: Q, parameters: dict[str, Any]) -> str:
    """Return the condition that a registration has results of this place and these children, with what held then."""
    chosen = LineResult.objects.filter(condition, is_current=True).values("registration_id")
    sql, values = chosen.query.sql_with_params()
    names = [f"result{number}" for number in range(len(values))]
    parameters.update(zip(names, values, strict=True))
    return f"registration.id IN ({sql % tuple(f'%({name})s' for name in names)})"
