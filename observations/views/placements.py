"""Where a child is: moving it, visits on fixed half-days, and putting a placement right (CHD-2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from observations.access import get_child_for
from observations.domain.children.groups import groups_now
from observations.domain.children.history import placements_of
from observations.domain.children.placements import PlacementRefused, loses_in_bso, place_child
from observations.domain.children.visits import PlacementData, add_visit, correct_placement, remove_placement
from observations.forms.placements import MoveForm, PlacementForm, VisitForm
from observations.models import Group, HalfDay, Placement
from observations.rules import groups_in_reach
from observations.views.archived import tells_archived

TAKE_AWAY = "weghalen"


@page(right=Right.CHILD_WRITE, action="child.place_form")
@require_http_methods(["GET", "POST"])
@tells_archived
def child_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form to move a child to another group, also at another location, or move it."""
    user, today = user_of(request), timezone.localdate()
    child = get_child_for(request, pk, Right.CHILD_WRITE)
    placed = placements_of(child, today=today)
    groups = list(groups_now(user, Right.CHILD_WRITE, today=today))
    form = MoveForm(request.POST if request.method == "POST" else None, groups=groups, initial={"begins_on": today})
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            place_child(child=child, group=cleaned["group"], begins_on=cleaned["begins_on"], by=user, today=today)
        except PlacementRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De nieuwe plaatsing is opgeslagen."))
            return redirect("observations:child", pk=pk)
    context = {
        "form": form,
        "child": child,
        "file": child.file,
        "main": placed.main,
        "coming": placed.coming,
        "loses_in_bso": loses_in_bso(child, groups),
    }
    return render(request, "observations/children/move.html", context, status=422 if form.errors else 200)


@page(right=Right.CHILD_WRITE, action="visit.form")
@require_http_methods(["GET", "POST"])
@tells_archived
def visit_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form to let a child visit another group on fixed half-days, or keep it."""
    user, today = user_of(request), timezone.localdate()
    child = get_child_for(request, pk, Right.CHILD_WRITE)
    groups = groups_now(user, Right.CHILD_WRITE, today=today)
    form = VisitForm(request.POST if request.method == "POST" else None, groups=groups, initial={"begins_on": today})
    if form.is_bound and form.is_valid():
        try:
            add_visit(child=child, data=_data(form.cleaned_data), by=user)
        except PlacementRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Het bezoek is opgeslagen. De collega's van die groep zien dit kind nu ook."))
            return redirect("observations:child", pk=pk)
    context = {"form": form, "child": child, "file": child.file, "week": week_of(form)}
    return render(request, "observations/children/visit.html", context, status=422 if form.errors else 200)


@page(right=Right.CHILD_WRITE, action="placement.form")
@require_http_methods(["GET", "POST"])
@tells_archived
def placement_change(request: HttpRequest, pk: UUID, placement_id: UUID) -> HttpResponse:
    """Show a placement or a visit to put right: its group, its days, or that it never was."""
    user, today = user_of(request), timezone.localdate()
    child = get_child_for(request, pk, Right.CHILD_WRITE)
    placement = (
        Placement.objects.select_related("group__location", "child").filter(pk=placement_id, child=child).first()
    )
    if placement is None:
        raise Http404
    groups = groups_in_reach(user, Right.CHILD_WRITE, on=today).select_related("location")
    form = _form_of(request, placement, list(groups))
    if form.is_bound:
        is_valid = form.is_valid()
        try:
            if request.POST.get("doe") == TAKE_AWAY:
                remove_placement(placement=placement)
                messages.success(request, _("De plaatsing is weggehaald."))
                return redirect("observations:child", pk=pk)
            if is_valid:
                correct_placement(placement=placement, data=_data(form.cleaned_data), by=user)
                messages.success(request, _("De plaatsing is verbeterd."))
                return redirect("observations:child", pk=pk)
        except PlacementRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "child": child, "file": child.file, "placement": placement, "week": week_of(form)}
    return render(request, "observations/children/placement.html", context, status=422 if form.errors else 200)


def _form_of(request: HttpRequest, placement: Placement, groups: list[Group]) -> PlacementForm:
    kind = PlacementForm if placement.is_main else VisitForm
    initial: dict[str, Any] = {
        "group": str(placement.group_id),
        "begins_on": placement.begins_on,
        "ends_on": placement.ends_on,
        "half_days": [int(part) for part in HalfDay.parts_of(placement.half_days)],
    }
    return kind(request.POST if request.method == "POST" else None, groups=groups, initial=initial)


def _data(cleaned: dict[str, Any]) -> PlacementData:
    return PlacementData(cleaned["group"], cleaned["begins_on"], cleaned["ends_on"], cleaned.get("half_days", 0))


def week_of(form: PlacementForm) -> list[tuple[str, list[Any]]]:
    """Return the half-days to tick, a day with its two parts each; nothing for a main placement."""
    if "half_days" not in form.fields:
        return []
    boxes = list(form["half_days"])
    days = (_("maandag"), _("dinsdag"), _("woensdag"), _("donderdag"), _("vrijdag"))
    return [(day, boxes[2 * number : 2 * number + 2]) for number, day in enumerate(days)]
