"""Which children a user's right reaches (ACC-9): a policy for a user, an object and a queryset.

Somebody who works with groups reaches a child on the days it is placed in one of them, as its main group or on a
visit. Whoever has a right for the whole organisation reaches every child, also one that is in no group at the moment:
somebody must be able to place it. A child in the archive is read by who may read the archive, and by nobody else.
"""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.roles import Right
from observations.models import Child, Group, GroupStaff, Placement

# What may be read of a child in the archive, with the right to read the archive beside the right itself (CHD-5).
_ARCHIVE_READS = frozenset({Right.CHILD_READ, Right.NOTE_READ, Right.REGISTRATION_READ, Right.BSO_READ})


def groups_in_reach(user: User, right: Right, *, on: date) -> QuerySet[Group]:
    """Return the groups whose children ``right`` lets the user reach on a day.

    By role: one's own groups (as staff on that day), the groups of one's locations, or all.
    """
    groups = Group.objects.all()
    if user.access.reach(right) is None:
        return groups.none()
    locations = user.access.locations(right)
    if locations is None:
        return groups
    return groups.filter(Q(location__in=locations) | Q(pk__in=_own_groups(user, on)))


def children_in_reach(user: User, right: Right, *, on: date) -> QuerySet[Child]:
    """Return the children, not archived, that the right reaches on a day."""
    present = Child.objects.filter(archived_on__isnull=True)
    if user.access.reach(right) is None:
        return present.none()
    if user.access.locations(right) is None:
        return present
    return present.filter(Exists(_placed_in_reach(user, right, on).filter(child=OuterRef("pk"))))


def may_reach_child(user: User, right: Right, child_id: UUID, *, on: date) -> bool:
    """Say whether the right reaches this child, not archived, on a day."""
    return children_in_reach(user, right, on=on).filter(pk=child_id).exists()


def reaches(user: User, right: Right, child: Child, *, on: date) -> bool:
    """Say the same of a child that was read before.

    A page asks it for several rights that reach equally far: what was found is kept on the child, for as long as that
    is in hand.
    """
    if child.archived_on is not None or user.access.reach(right) is None:
        return False
    locations = user.access.locations(right)
    if locations is None:
        return True
    found: dict[object, bool] = vars(child).setdefault("_reached", {})
    asked = (user.pk, locations, on)
    if asked not in found:
        found[asked] = _placed_in_reach(user, right, on).filter(child=child).exists()
    return found[asked]


def archived_in_reach(user: User) -> QuerySet[Child]:
    """Return the archived children whose file the user may read: by location, those who were last placed there."""
    archived = Child.objects.filter(archived_on__isnull=False)
    if user.access.reach(Right.ARCHIVE_READ) is None:
        return archived.none()
    locations = user.access.locations(Right.ARCHIVE_READ)
    if locations is None:
        return archived
    last = Placement.objects.filter(child=OuterRef("pk"), is_main=True).order_by("-begins_on")
    return archived.alias(last_location=Subquery(last.values("group__location")[:1])).filter(
        last_location__in=locations
    )


def may_read_archived(user: User, right: Right, child_id: UUID) -> bool:
    """Say whether the user may use a right to read on this child in the archive; a right to write never is one."""
    if right not in _ARCHIVE_READS or not user.may(right):
        return False
    return archived_in_reach(user).filter(pk=child_id).exists()


def _placed_in_reach(user: User, right: Right, on: date) -> QuerySet[Placement]:
    placed = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), begins_on__lte=on)
    return placed.filter(group__in=groups_in_reach(user, right, on=on))


def _own_groups(user: User, on: date) -> QuerySet[GroupStaff, UUID]:
    staff = GroupStaff.objects.filter(user=user, begins_on__lte=on)
    return staff.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).values_list("group_id", flat=True)
