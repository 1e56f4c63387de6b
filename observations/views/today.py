"""The first page: what this person has to do now (UX-4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from licensing.domain import current_organisation
from observations.domain.registering.overview import today_of


@page(right=Right.TODAY_VIEW, action="today.viewed")
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show what is due: registrations, children not seen lately; for others where their work is."""
    user = user_of(request)
    now = timezone.localdate()
    context = {
        "first_name": user.name.first_name,
        "organisation": current_organisation(),
        "today": now,
        "may_monitor": user.may(Right.MONITORING_READ),
        "may_read_children": user.may(Right.CHILD_READ),
        "may_write_notes": user.may(Right.NOTE_WRITE),
        "work": today_of(user, today=now) if user.may(Right.REGISTRATION_WRITE) else None,
    }
    return render(request, "observations/today.html", context)
