"""The list of children, and a child's page (CHD-1)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from observations.access import get_child_for
from observations.domain.children.page import child_page_of
from observations.domain.registering.overview import children_of, current_period


@page(right=Right.CHILD_READ, action="children.listed")
@require_safe
def children(request: HttpRequest) -> HttpResponse:
    """List the children the user works with, by group."""
    now = timezone.localdate()
    user = user_of(request)
    period = current_period(now)
    context = {
        "children": children_of(user, right=Right.CHILD_READ, today=now, period=period),
        "period": period,
        "today": now,
        "may_register": user.may(Right.REGISTRATION_WRITE),
    }
    return render(request, "observations/children.html", context)


@page(right=Right.CHILD_READ, action="child.viewed")
@require_safe
def child(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one child: who it is, its lines over time, its notes and registrations."""
    user = user_of(request)
    found = get_child_for(request, pk, Right.CHILD_READ)
    context = {
        "page": child_page_of(found, user=user, today=timezone.localdate()),
        "may_register": user.may(Right.REGISTRATION_WRITE),
        "may_write_notes": user.may(Right.NOTE_WRITE),
        "may_reopen": user.may(Right.REGISTRATION_REOPEN),
    }
    return render(request, "observations/child.html", context)
