"""One's own groups of out-of-school care on the first page, with how far their measurements are (BSO-1, UX-4)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import User
from accounts.roles import Reach, Right
from observations.domain.bso.group import CURRENT
from observations.domain.children.placements import main_placements
from observations.models import BsoRegistration, Group
from observations.rules import groups_in_reach


@dataclass(frozen=True)
class BsoGroupWork:
    """A group with its children, and of how many the present measurement is closed."""

    pk: UUID
    name: str
    location: str
    closed: int
    children: int


def bso_groups_of(user: User, *, today: date) -> list[BsoGroupWork]:
    """Return the groups of out-of-school care that somebody works on, by location and name; two queries.

    None for who does not fill in measurements, or does so for a location or more: they come by the list of groups.
    """
    if user.access.reach(Right.BSO_WRITE) != Reach.GROUPS:
        return []
    groups = groups_in_reach(user, Right.BSO_WRITE, on=today).filter(kind=Group.Kind.BSO)
    placed = main_placements(today).filter(group__in=groups, child__archived_on__isnull=True)
    rows = list(placed.select_related("group__location").order_by("group__location__name", "group__name", "pk"))
    closed = _closed([row.child_id for row in rows], today)
    by_group: dict[UUID, list[bool]] = {}
    for row in rows:
        by_group.setdefault(row.group_id, []).append(row.child_id in closed)
    named = {row.group_id: row.group for row in rows}
    return [
        BsoGroupWork(pk, named[pk].name, named[pk].location.name, sum(found), len(found))
        for pk, found in by_group.items()
    ]


def _closed(child_ids: list[UUID], today: date) -> set[UUID]:
    """Return the children whose present measurement is closed: lately, and none is open beside it."""
    if not child_ids:
        return set()
    found = BsoRegistration.objects.filter(child__in=child_ids, superseded=False)
    status = found.values_list("child_id", "status", "observed_on")
    lately = {child_id for child_id, _status, day in status if day > today - CURRENT}
    return lately - {child_id for child_id, state, _day in status if state == BsoRegistration.Status.OPEN}
