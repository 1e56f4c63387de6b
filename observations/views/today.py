"""The first page: what this person has to do now (UX-4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from licensing.domain import current_organisation
from observations.domain.overviews.today import today_of


@page(right=Right.TODAY_VIEW, action="today.viewed")
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show what is due: registrations, signals, children not seen lately, and what is to be arranged."""
    user = user_of(request)
    now = timezone.localdate()
    work = today_of(user, today=now)
    context = {
        "first_name": user.name.first_name,
        "organisation": current_organisation(),
        "today": now,
        "work": work,
        "may_monitor": user.may(Right.MONITORING_READ),
        "may_read_children": user.may(Right.CHILD_READ),
        "may_read_notes": user.may(Right.NOTE_READ),
        "may_write_notes": user.may(Right.NOTE_WRITE),
    }
    return render(request, "observations/today.html", context)
