"""Which signals somebody sees: those of the children their right reaches, as far as the rule's audience goes."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import Right
from observations.domain.signals.choices import RuleChoices, chosen_rules
from observations.domain.signals.rules import Audience
from observations.models import Child, Placement, Signal
from observations.rules import groups_in_reach, reaches


def signals_in_reach(user: User, right: Right, *, on: date, choices: RuleChoices | None = None) -> QuerySet[Signal]:
    """Return the signals that ``right`` lets the user reach on a day; none of archived children. Four queries at most.

    Who reaches children by location (internal support, coach, administrator) sees all of them. Who reaches them by
    group sees those for the team, and those for the mentor when that is they, or when the child has none: a signal
    that nobody would see is worse than one too many eyes of the same group.
    """
    rows = Signal.objects.filter(child__archived_on__isnull=True)
    if not user.may(right):
        return rows.none()
    locations = user.access.locations(right)
    if locations is None:
        return rows
    # Read first and named by id: as sub-selects inside one another the database has been seen to take minutes.
    groups = dict(groups_in_reach(user, right, on=on).order_by("pk").values_list("pk", "location_id"))
    children = children_placed(groups, on=on)
    chosen = choices or chosen_rules()
    for_mentor = Q(rule__in=chosen.with_audience(Audience.MENTOR))
    seen = Q(rule__in=chosen.with_audience(Audience.TEAM)) | (
        for_mentor & (Q(child__mentor=user.pk) | Q(child__mentor__isnull=True))
    )
    if locations:
        overseen = [group for group, location in groups.items() if location in locations]
        seen |= Q(child__in=children_placed(overseen, on=on))
    return rows.filter(seen, child__in=children)


def signals_of_child(
    child: Child, user: User, right: Right, *, on: date, choices: RuleChoices | None = None
) -> QuerySet[Signal]:
    """Return the signals of ``signals_in_reach`` that are about one child, without looking at the others.

    Three queries at most.
    """
    rows = Signal.objects.filter(child=child)
    if not reaches(user, right, child, on=on):
        return rows.none()
    locations = user.access.locations(right)
    if locations is None or (locations and _is_at(child, locations, on)):
        return rows
    chosen = choices or chosen_rules()
    audiences = [Audience.TEAM, *([Audience.MENTOR] if child.mentor_id in {user.pk, None} else [])]
    return rows.filter(rule__in=[code for audience in audiences for code in chosen.with_audience(audience)])


def _is_at(child: Child, locations: Collection[UUID], on: date) -> bool:
    placed = _placed(on).filter(child=child)
    return placed.filter(group__location__in=locations).exists()


def children_placed(groups: Collection[UUID], *, on: date) -> set[UUID]:
    """Return the children who are placed in one of the groups on a day, as main group or on a visit; one query."""
    return set(_placed(on).filter(group__in=groups).values_list("child_id", flat=True))


def _placed(on: date) -> QuerySet[Placement]:
    return Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), begins_on__lte=on)


def open_signals(rows: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return the signals among ``rows`` that are not closed."""
    return rows.exclude(status=Signal.Status.CLOSED)
