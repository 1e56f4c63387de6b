"""Accessors: views get an object through these, or not at all (STYLE rule 9)."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight
from observations.models import BsoRegistration, Child, Group, GroupPlan, Registration
from observations.rules import groups_in_reach, may_read_archived, reaches


def get_child_for(request: HttpRequest, pk: UUID, right: Right) -> Child:
    """Return the child: Http404 when it is not this organisation's, MissingRight when the right does not reach it.

    A child in the archive is there for who may read the archive, and with a right to read only (CHD-5).
    """
    child = Child.objects.select_related("mentor").filter(pk=pk).first()
    if child is None:
        raise Http404
    _check_reach(user_of(request), right, child, timezone.localdate())
    return child


def get_registration_for(request: HttpRequest, pk: UUID, right: Right) -> Registration:
    """Return the registration with its child, version and group; errors as ``get_child_for``."""
    found = Registration.objects.select_related("child", "version", "group", "period", "extra").filter(pk=pk).first()
    if found is None:
        raise Http404
    _check_reach(user_of(request), right, found.child, timezone.localdate())
    return found


def get_bso_registration_for(request: HttpRequest, pk: UUID, right: Right) -> BsoRegistration:
    """Return the measurement in out-of-school care with its child and group; errors as ``get_child_for``."""
    found = BsoRegistration.objects.select_related("child", "group").filter(pk=pk).first()
    if found is None:
        raise Http404
    _check_reach(user_of(request), right, found.child, timezone.localdate())
    return found


def get_group_for(request: HttpRequest, pk: UUID, right: Right) -> Group:
    """Return the group with its location; errors as ``get_child_for``."""
    group = Group.objects.select_related("location").filter(pk=pk).first()
    if group is None:
        raise Http404
    if not groups_in_reach(user_of(request), right, on=timezone.localdate()).filter(pk=pk).exists():
        raise MissingRight(right)
    return group


def get_plan_for(request: HttpRequest, pk: UUID, right: Right) -> GroupPlan:
    """Return the group plan with its period and its group; errors as ``get_child_for``, about the plan's group."""
    plan = GroupPlan.objects.select_related("group__location", "period").filter(pk=pk).first()
    if plan is None:
        raise Http404
    if not groups_in_reach(user_of(request), right, on=timezone.localdate()).filter(pk=plan.group_id).exists():
        raise MissingRight(right)
    return plan


def _check_reach(user: User, right: Right, child: Child, on: date) -> None:
    archived = child.archived_on is not None
    if not (may_read_archived(user, right, child.pk) if archived else reaches(user, right, child, on=on)):
        raise MissingRight(right)
