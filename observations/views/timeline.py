"""Timelines of notes: of a child, of a group, and of all one may read (OBS-4).

What is searched for never stands in an address, and so in no log: a search is sent as a form and its pages are too.
The filters alone are an ordinary address, to go back to and to link to.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight, page
from observations.access import get_child_for
from observations.domain.notes.quick import instrument_lines
from observations.domain.notes.timeline import Timeline, authors_of, timeline_of
from observations.domain.registering.overview import ChildRow, children_of
from observations.forms.note_work import TimelineForm
from observations.models import Group
from observations.rules import groups_in_reach
from observations.views.group_tabs import tabs_of

PAGE_NAME = "bladzijde"
_LAST_PAGE = 10_000


@page(right=Right.NOTE_READ, action="notes.viewed_of_child")
@require_http_methods(["GET", "POST"])
def child_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the notes about a child in the order of time."""
    child = get_child_for(request, pk, Right.NOTE_READ)
    context = {"child": child, "file": child.file}
    return _timeline(request, [pk], [], "observations/notes/of_child.html", context)


@page(right=Right.NOTE_READ, action="notes.viewed_of_group")
@require_http_methods(["GET", "POST"])
def group_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the notes about the children who are in a group now."""
    user, today = user_of(request), timezone.localdate()
    group = Group.objects.select_related("location").filter(pk=pk).first()
    if group is None:
        raise Http404
    if not groups_in_reach(user, Right.NOTE_READ, on=today).filter(pk=pk).exists():
        raise MissingRight(Right.NOTE_READ)
    rows = [row for row in children_of(user, right=Right.NOTE_READ, today=today) if row.group_id == pk]
    context = {"group": group, "tabs": tabs_of(group, user=user, current="observations:group_notes")}
    return _timeline(request, [row.pk for row in rows], rows, "observations/notes/of_group.html", context)


@page(right=Right.NOTE_READ, action="notes.viewed")
@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest) -> HttpResponse:
    """Show the notes about all children the user may read about."""
    rows = children_of(user_of(request), right=Right.NOTE_READ, today=timezone.localdate())
    return _timeline(request, [row.pk for row in rows], rows, "observations/notes/all.html", {})


def _timeline(
    request: HttpRequest, child_ids: Collection[UUID], rows: Sequence[ChildRow], template: str, context: dict[str, Any]
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else _without_search(request.GET)
    form = TimelineForm(asked, lines=instrument_lines(), authors=authors_of(child_ids))
    form.is_valid()
    filters = form.filters()
    if request.method == "POST" and not filters.search and not form.errors:
        return redirect(f"{request.path}?{_address(form)}")
    found = timeline_of(child_ids, filters=filters, number=_number(asked), user=user_of(request), now=timezone.now())
    names = {row.pk: row.name for row in rows}
    context = {
        **context,
        "form": form,
        "timeline": found,
        "filters": filters,
        "entries": [(note, names.get(note.child_id, "")) for note in found.notes],
        "pages": _pages(found, form, is_search=bool(filters.search)),
        "opens": filters.any or bool(form.errors),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _without_search(asked: QueryDict) -> QueryDict:
    """Return what the address asks for; a search in an address is not looked at, for it would stand in logs."""
    kept = asked.copy()
    kept.pop("zoek", None)
    return kept


def _address(form: TimelineForm) -> str:
    chosen = {name: value for name in ("lijn", "schrijver", "van", "tot") if (value := form.data.get(name))}
    return urlencode(chosen)


def _number(asked: QueryDict) -> int:
    text = asked.get(PAGE_NAME, "1")
    return min(int(text), _LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _pages(found: Timeline, form: TimelineForm, *, is_search: bool) -> dict[str, Any]:
    """Return where newer and older notes are: addresses, or for a search the numbers its form sends."""
    if is_search:
        return {"newer": found.previous, "older": found.following, "is_search": True}
    filters = _address(form)
    before = f"{filters}&" if filters else ""
    return {
        "newer": f"?{before}{PAGE_NAME}={found.previous}" if found.previous else None,
        "older": f"?{before}{PAGE_NAME}={found.following}" if found.following else None,
        "is_search": False,
    }
