"""Which children a user's right reaches (ACC-9): a policy for a user, an object and a queryset."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import Right
from observations.models import Child, Group, GroupStaff, Placement


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
    """Return the children, not archived, that are placed on a day in a group the right reaches."""
    placed = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        child=OuterRef("pk"),
        begins_on__lte=on,
        group__in=groups_in_reach(user, right, on=on),
    )
    return Child.objects.filter(Exists(placed), archived_on__isnull=True)


def may_reach_child(user: User, right: Right, child_id: UUID, *, on: date) -> bool:
    """Say whether the right reaches this child on a day."""
    return children_in_reach(user, right, on=on).filter(pk=child_id).exists()


def _own_groups(user: User, on: date) -> QuerySet[GroupStaff, UUID]:
    staff = GroupStaff.objects.filter(user=user, begins_on__lte=on)
    return staff.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).values_list("group_id", flat=True)
