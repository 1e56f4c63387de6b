"""The queries of a cross-section by line: one grouped query over the results, two counts of children (MON-1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from monitoring.domain.measured import Period
from monitoring.domain.selection import (
    Selection,
    ages_of,
    born_for,
    children_of,
    groups_of,
    results_of,
    window_in_months,
)
from observations.models import Child, LineResult, Placement


@dataclass(slots=True)
class LineCounts:
    """The children of one line by stored outcome, and the sum of the shares of those who have one."""

    outcomes: dict[str, int] = field(default_factory=dict)
    with_share: int = 0
    sum_of_shares: Fraction = Fraction(0)

    @property
    def share_passed(self) -> Fraction | None:
        """The mean share passed, or None when no child has one."""
        return self.sum_of_shares / self.with_share if self.with_share else None


@dataclass(frozen=True, slots=True)
class CountedLines:
    """What the grouped query gave: figures by line code, and the versions and rules they were made with."""

    lines: Mapping[str, LineCounts]
    version_ids: frozenset[UUID]
    rules: tuple[str, ...]


#: Of each line id: the line's code, and the version of the instrument it belongs to.
Lines = Mapping[UUID, tuple[str, UUID]]


def count_lines(selection: Selection, lines: Lines, period: Period | None) -> CountedLines:
    """Count the children by line and outcome, of a period or (None) of all registrations: one grouped query.

    Where a child was registered more than once, the latest result of a line counts.
    """
    rows = (
        _chosen(selection, lines, period)
        .filter(~Exists(_later(selection, lines, period)))
        .values("line_id", "outcome", "rule_version")
        .annotate(children=Count("pk"), with_share=Count("share_passed"), shares=Sum("share_passed"))
        .order_by("line_id", "outcome", "rule_version")
    )
    found: dict[str, LineCounts] = {}
    versions: set[UUID] = set()
    rules: set[str] = set()
    for row in rows:
        code, version_id = lines[row["line_id"]]
        counts = found.setdefault(code, LineCounts())
        counts.outcomes[row["outcome"]] = counts.outcomes.get(row["outcome"], 0) + row["children"]
        counts.with_share += row["with_share"]
        counts.sum_of_shares += Fraction(row["shares"] or 0)
        versions.add(version_id)
        rules.add(row["rule_version"])
    return CountedLines(found, frozenset(versions), tuple(sorted(rules)))


def count_registered(selection: Selection, lines: Lines, period: Period | None) -> int:
    """Count the children with any of the results that ``count_lines`` looks at."""
    counted = _chosen(selection, lines, period).aggregate(children=Count("child_id", distinct=True))
    return int(counted["children"])


def count_unregistered(
    selection: Selection, lines: Lines, period: Period, *, today: date, below_months: int | None
) -> int:
    """Count the children who were in a group on the period's last day (or today) and have no result of it at all.

    ``below_months`` is the age up to which the instrument goes: older children are not expected to be registered.
    A child that was registered in another group of the organisation counts there.
    """
    on = min(period.ends_on, today)
    placed = Placement.objects.filter(
        groups_of(selection),
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        child=OuterRef("pk"),
        is_main=True,
        begins_on__lte=on,
    )
    registered = LineResult.objects.filter(
        child=OuterRef("pk"), period_id=period.pk, line_id__in=list(lines), is_current=True
    )
    expected = Child.objects.filter(
        children_of(selection, on=on),
        born_for(window_in_months(None, below_months), on),
        Q(archived_on__isnull=True) | Q(archived_on__gt=on),
    )
    return expected.filter(Exists(placed), ~Exists(registered)).count()


def _later(selection: Selection, lines: Lines, period: Period | None) -> QuerySet[LineResult]:
    """Return the results that take the place of an earlier one: same child, same line, on a later day.

    Not exists, because nearly every child has one result: measured, that takes half the time of sorting them all.
    """
    later = Q(registered_on__gt=OuterRef("registered_on"))
    same_day = Q(registered_on=OuterRef("registered_on"), pk__gt=OuterRef("pk"))
    found = _chosen(selection, lines, period).filter(later | same_day, child=OuterRef("child"))
    if len({version_id for _code, version_id in lines.values()}) == 1:
        return found.filter(line=OuterRef("line"))
    # Of two versions of an instrument the lines are other rows with the same code.
    return found.filter(line__code=OuterRef("line__code"))


def _chosen(selection: Selection, lines: Lines, period: Period | None) -> QuerySet[LineResult]:
    results = LineResult.objects.filter(
        results_of(selection), ages_of(selection.age), line_id__in=list(lines), is_current=True
    )
    return results if period is None else results.filter(period_id=period.pk)
