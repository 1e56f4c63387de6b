"""Registering a group: how far it is, one line for all its children, and closing what is complete (REG-4, REG-6)."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight, page
from observations.domain.periods.due import Due, DueKind, due_of
from observations.domain.registering.answering import confirm_answers
from observations.domain.registering.group_grid import GroupChild, GroupPage, LineGrid, group_page_of, line_grid_of
from observations.domain.registering.page import RegistrationPage
from observations.domain.registering.registrations import (
    RegistrationRefused,
    close_registration,
    start_registrations,
)
from observations.models import Group, Registration
from observations.rules import groups_in_reach
from observations.views.group_tabs import tabs_of

_REFUSED, _WRONG = 409, 422


@page(right=Right.REGISTRATION_READ, action="group_registration.viewed")
@require_safe
def group_registrations(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far the registrations of a group are, by line and by child."""
    group, today = _group(request, pk, Right.REGISTRATION_READ), timezone.localdate()
    user = user_of(request)
    shown = group_page_of(group, today=today)
    context = {
        "group": group,
        "tabs": tabs_of(group, user=user, current="observations:group_registrations"),
        "page": shown,
        "extras": _extras(shown, today),
        "may_write": user.may(Right.REGISTRATION_WRITE),
        "may_close": user.may(Right.REGISTRATION_CLOSE),
    }
    return render(request, "observations/registering/group.html", context)


@page(right=Right.REGISTRATION_WRITE, action="group_registration.start")
@require_POST
def group_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the registrations of the children who have none; goes on to the line that is named (``line``)."""
    group, today = _group(request, pk, Right.REGISTRATION_WRITE), timezone.localdate()
    to_begin = [child.child for child, _p in group_page_of(group, today=today).children if child.registration is None]
    begun = start_registrations(children=to_begin, group=group, today=today, by=user_of(request))
    told = ngettext("%(n)s registratie begonnen.", "%(n)s registraties begonnen.", begun) % {"n": begun}
    messages.success(request, told)
    code = request.POST.get("line", "")
    if line_grid_of(group, code, today=today) is not None:
        return redirect("observations:line_grid", pk=pk, code=code)
    return redirect("observations:group_registrations", pk=pk)


@page(right=Right.REGISTRATION_WRITE, action="group_registration.line_viewed")
@require_http_methods(["GET", "POST"])
def line_grid(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """Show one line for all children of a group; a POST confirms a whole row or column of what was taken over.

    Each answer goes to the child's own registration, as from its own screen.
    """
    group, today = _group(request, pk, Right.REGISTRATION_WRITE), timezone.localdate()
    grid = line_grid_of(group, code, today=today)
    if grid is None:
        raise Http404
    if request.method == "POST":
        return _confirm(request, group, grid)
    return render(request, "observations/registering/line_grid.html", {"group": group, "grid": grid})


@page(right=Right.REGISTRATION_CLOSE, action="group_registration.close_viewed")
@require_http_methods(["GET", "POST"])
def group_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what each registration of a group still misses; a POST closes those chosen, as far as they are complete."""
    group, today = _group(request, pk, Right.REGISTRATION_CLOSE), timezone.localdate()
    shown = group_page_of(group, today=today)
    problem = ""
    if request.method == "POST":
        problem = _close_chosen(request, {child.registration_id: (child, each) for child, each in shown.opened})
        if not problem:
            return redirect("observations:group_registrations", pk=pk)
        shown = group_page_of(group, today=today)
    complete = sum(each.complete and not each.waiting for _child, each in shown.opened)
    context = {"group": group, "page": shown, "complete": complete, "problem": problem}
    return render(request, "observations/registering/group_close.html", context, status=_WRONG if problem else 200)


def _group(request: HttpRequest, pk: UUID, right: Right) -> Group:
    """Return the group: Http404 when it is not this organisation's, MissingRight when the right does not reach it."""
    found = Group.objects.select_related("location").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not groups_in_reach(user_of(request), right, on=timezone.localdate()).filter(pk=pk).exists():
        raise MissingRight(right)
    return found


def _extras(shown: GroupPage, today: date) -> list[tuple[GroupChild, Due]]:
    """Return the extra registrations that children of the group are due and that are not done."""
    due = due_of(child_ids=[child.child.pk for child, _page in shown.children], today=today)
    return [
        (child, each)
        for child, _page in shown.children
        for each in due.get(child.child.pk, ())
        if each.kind == DueKind.EXTRA and not each.is_done
    ]


def _confirm(request: HttpRequest, group: Group, grid: LineGrid) -> HttpResponse:
    """Confirm the row of a registration or the column of a milestone; JSON for a script, the page for a form."""
    row, column = request.POST.get("row", ""), request.POST.get("column", "")
    items = [item.id for item in grid.milestones if not column or str(item.id) == column]
    chosen = [each for each in grid.rows if each.waiting and (not row or str(each.child.registration_id) == row)]
    if bool(row) == bool(column) or not items:
        return _refuse(request, group, grid, _("Deze rij of kolom kennen we niet."))
    try:
        count = sum(_confirm_row(each.child.registration, items, user_of(request)) for each in chosen)
    except RegistrationRefused as refusal:
        return _refuse(request, group, grid, str(refusal))
    if _wants_json(request):
        return JsonResponse({"saved": True, "confirmed": count})
    told = ngettext("%(n)s antwoord bevestigd.", "%(n)s antwoorden bevestigd.", count) % {"n": count}
    messages.success(request, told)
    return redirect("observations:line_grid", pk=group.pk, code=grid.line.code)


def _confirm_row(registration: Registration | None, items: list[UUID], by: User) -> int:
    if registration is None:
        return 0
    return confirm_answers(registration=registration, milestone_ids=items, today=timezone.localdate(), by=by)


def _refuse(request: HttpRequest, group: Group, grid: LineGrid, problem: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": problem}, status=_REFUSED)
    messages.error(request, problem)
    return redirect("observations:line_grid", pk=group.pk, code=grid.line.code)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _close_chosen(request: HttpRequest, opened: Mapping[UUID | None, tuple[GroupChild, RegistrationPage]]) -> str:
    """Close the registrations that were chosen, all of them or none; return why not, or nothing."""
    chosen = {str(pk): found for pk, found in opened.items()}
    wanted = [chosen[pk] for pk in dict.fromkeys(request.POST.getlist("registration")) if pk in chosen]
    if not wanted:
        return _("Kies minstens één kind van wie alles is ingevuld.")
    incomplete = [child.name for child, each in wanted if not each.complete or each.waiting]
    if incomplete:
        return _("Nog niet compleet: %(names)s. Vul dat eerst aan, of sluit dit kind apart af.") % {
            "names": ", ".join(incomplete)
        }
    now, user = timezone.now(), user_of(request)
    try:
        with transaction.atomic():
            for child, _each in wanted:
                if child.registration is not None:
                    close_registration(registration=child.registration, now=now, by=user)
    except RegistrationRefused as refusal:
        return str(refusal)
    told = ngettext("%(n)s registratie afgesloten.", "%(n)s registraties afgesloten.", len(wanted))
    messages.success(request, told % {"n": len(wanted)})
    return ""
