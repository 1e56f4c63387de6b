"""Accessors: views get an object through these, or not at all (STYLE rule 9)."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight
from observations.models import Child, Registration
from observations.rules import may_reach_child


def get_child_for(request: HttpRequest, pk: UUID, right: Right) -> Child:
    """Return the child: Http404 when it is not this organisation's, MissingRight when the right does not reach it."""
    child = Child.objects.filter(pk=pk).first()
    if child is None:
        raise Http404
    if not may_reach_child(user_of(request), right, pk, on=timezone.localdate()):
        raise MissingRight(right)
    return child


def get_registration_for(request: HttpRequest, pk: UUID, right: Right) -> Registration:
    """Return the registration with its child, version and group; errors as ``get_child_for``."""
    found = Registration.objects.select_related("child", "version", "group", "period").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not may_reach_child(user_of(request), right, found.child_id, on=timezone.localdate()):
        raise MissingRight(right)
    return found
