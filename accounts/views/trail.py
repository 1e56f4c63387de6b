"""The organisation's trail as a page and as a file (AUD-2.1)."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain.trail import (
    EXPORT_AT_MOST,
    Actors,
    Teller,
    export_header,
    export_rows,
    find_actors,
    find_events,
    page_of,
)
from accounts.forms.trail import PositionForm, TrailForm
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.audit.models import AuditEvent
from kijk.web.csv_export import csv_response
from kijk.web.page import page

CSV_NAME = "logboek.csv"


@dataclass(frozen=True)
class Asked:
    """What a request asks for: the choices, and the events they come to."""

    form: TrailForm
    actors: Actors
    found: QuerySet[AuditEvent]
    chosen: bool


@page(right=Right.AUDIT_READ, action="trail.viewed")
@require_safe
def show_trail(request: HttpRequest) -> HttpResponse:
    """Show the events that the address asks for, newest first."""
    return _show(request, _asked(request), status=200)


@page(right=Right.AUDIT_EXPORT, action="trail.exported", fresh=True)
@require_safe
def export_trail(request: HttpRequest) -> HttpResponse:
    """Give the same events as a file. A choice that is wrong gives no file, but the page that says what is wrong."""
    asked = _asked(request)
    if asked.form.errors:
        return _show(request, asked, status=422)
    return csv_response(CSV_NAME, export_header(), export_rows(asked.found, asked.actors))


def _show(request: HttpRequest, asked: Asked, *, status: int) -> HttpResponse:
    position = PositionForm(request.GET)
    position.full_clean()
    where = position.cleaned_data
    found = page_of(asked.found, before=where.get("voor"), after=where.get("na"))
    teller = Teller(asked.actors)
    context = {
        "form": asked.form,
        "rows": [teller.tell(event) for event in found.events],
        "page": found,
        "query": asked.form.query,
        "chosen": asked.chosen,
        "lost": bool(position.errors),
        "may_export": user_of(request).may(Right.AUDIT_EXPORT),
        "export_at_most": EXPORT_AT_MOST,
    }
    return render(request, "accounts/trail.html", context, status=status)


def _asked(request: HttpRequest) -> Asked:
    actors = find_actors()
    form = TrailForm(request.GET, actors.people)
    selection = form.selection()
    return Asked(form, actors, find_events(selection, actors), chosen=not selection.is_everything)
