"""The list of children, a child's page, and the forms to add and change a child (CHD-1, CHD-6)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import FormDraft, form_draft
from kijk.web.page import page
from licensing.domain import current_organisation
from licensing.modules import Module
from observations.access import get_child_for
from observations.domain.children.groups import groups_now
from observations.domain.children.history import mentors_for, placements_of
from observations.domain.children.in_hand import ChildInHand, take_in_hand
from observations.domain.children.listing import list_children
from observations.domain.children.next_step import next_step_of
from observations.domain.children.page import ChildPage, child_page_of
from observations.domain.children.records import (
    ChildData,
    ChildRefused,
    create_child,
    data_of,
    same_children,
    update_child,
)
from observations.domain.registering.overview import current_period
from observations.forms.children import LANGUAGES, ChildFilterForm, ChildForm, NewChildForm
from observations.models import Child, Group
from observations.views.archived import tells_archived
from observations.views.searching import asked_page, leafing

ANOTHER_CHILD = "ander_kind"
_FIELDS = (
    "first_name",
    "infix",
    "last_name",
    "birth_date",
    "gender",
    "home_language",
    "half_days_per_week",
    "vve_from",
    "vve_until",
    "gestation_weeks",
    "mentor",
    "remarks",
    "group",
    "placed_on",
)


@page(right=Right.CHILD_READ, action="children.listed")
@require_http_methods(["GET", "POST"])
def children(request: HttpRequest) -> HttpResponse:
    """List the children the user may see, a page at a time; all of them, of a group or location, or by name."""
    user, today = user_of(request), timezone.localdate()
    period = current_period(today)
    is_search = request.method == "POST"
    groups = list(groups_now(user, Right.CHILD_READ, today=today))
    everybody = user.access.locations(Right.CHILD_READ) is None
    form = ChildFilterForm(request.POST if is_search else _without_name(request), groups=groups, everybody=everybody)
    wanted = form.wanted()
    chosen = form.cleaned_data.get("groep", "")
    address = urlencode({"groep": chosen}) if chosen else ""
    if is_search and not wanted.query and not form.errors:
        return redirect(f"{request.path}?{address}" if address else request.path)
    found = list_children(user, wanted, today=today, page=asked_page(request), period=period)
    context = {
        "form": form,
        "wanted": wanted,
        "is_filtered": bool(wanted.query or chosen),
        "children": found.rows,
        "count": found.count,
        "leafing": leafing(found, address=None if is_search else address),
        "period": period,
        "may_register": user.may(Right.REGISTRATION_WRITE),
        "may_add": user.may(Right.CHILD_WRITE),
        "may_see_archive": user.may(Right.ARCHIVE_READ),
    }
    return render(request, "observations/children.html", context, status=422 if is_search and form.errors else 200)


def _without_name(request: HttpRequest) -> Any:
    """Return what an address may ask: a name that somebody put in one is not searched."""
    asked = request.GET.copy()
    asked.pop("naam", None)
    return asked


@page(right=Right.CHILD_READ, action="child.viewed")
@require_safe
def child(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one child: who and where it is, its lines over time, its registrations, and what other areas add."""
    user, today = user_of(request), timezone.localdate()
    found = get_child_for(request, pk, Right.CHILD_READ)
    hand = take_in_hand(found, user=user, today=today)
    shown = child_page_of(hand)
    return render(request, "observations/child.html", {"page": shown, **_may(hand, shown)})


def _may(hand: ChildInHand, shown: ChildPage) -> dict[str, object]:
    """Return what the user may do with this child; of one in the archive nothing is written."""
    user = hand.user
    if hand.child.archived_on is not None:
        return {"may_return": user.may(Right.ARCHIVE_WRITE)}
    registers = shown.group_id is not None and not shown.facts.is_bso
    may_register = registers and user.may(Right.REGISTRATION_WRITE)
    return {
        "next": next_step_of(hand) if may_register else None,
        "may_export": user.may(Right.REPORT_EXPORT),
        "may_plan": registers and user.may(Right.PERIOD_WRITE),
        "may_write_notes": user.may(Right.NOTE_WRITE),
        "may_change": user.may(Right.CHILD_WRITE),
        "may_archive": user.may(Right.ARCHIVE_WRITE),
    }


@page(right=Right.CHILD_WRITE, action="child.form")
@require_http_methods(["GET", "POST"])
def child_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a child that comes, or keep it; a child that seems to be here already is shown first."""
    user, today = user_of(request), timezone.localdate()
    draft = form_draft(request, form="child", shown={"first_name": "", "last_name": "", "remarks": ""})
    initial = {"placed_on": today, "group": request.GET.get("groep", ""), **_resumed(draft)}
    groups = groups_now(user, Right.CHILD_WRITE, today=today)
    form = NewChildForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        groups=groups,
        today=today,
        corrects_age=_corrects_age(),
    )
    same: list[Child] = []
    if form.is_bound and form.is_valid():
        data = form.child_data()
        same = [] if ANOTHER_CHILD in request.POST else same_children(data)
        if not same and (made := _create(form, data)) is not None:
            discard_posted(user_id=user.pk, post=request.POST)
            messages.success(request, _("%(name)s staat nu in de lijst.") % {"name": data.file.first_name})
            return redirect("observations:child", pk=made.pk)
    context = {"form": form, "draft": draft, "same": same, "languages": LANGUAGES}
    return render(request, "observations/children/new.html", context, status=422 if form.errors or same else 200)


def _create(form: NewChildForm, data: ChildData) -> Child | None:
    try:
        return create_child(data=data, group=form.cleaned_data["group"], placed_on=form.cleaned_data["placed_on"])
    except ChildRefused as refusal:
        form.add_error(None, str(refusal))
        return None


@page(right=Right.CHILD_WRITE, action="child.form")
@require_http_methods(["GET", "POST"])
@tells_archived
def child_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form with what is kept of a child, or keep what was changed."""
    user, today = user_of(request), timezone.localdate()
    found = get_child_for(request, pk, Right.CHILD_WRITE)
    before = data_of(found)
    shown = {"first_name": before.file.first_name, "last_name": before.file.last_name, "remarks": before.file.remarks}
    draft = form_draft(request, form="child_change", row=found.pk, shown=shown)
    form = _change_form(request, found, before, draft, today)
    same: list[Child] = []
    if form.is_bound and form.is_valid():
        data = form.child_data(before)
        is_renamed = (data.file, data.birth_date) != (before.file, before.birth_date)
        same = same_children(data, except_for=pk) if is_renamed and ANOTHER_CHILD not in request.POST else []
        if not same:
            changed = update_child(child=found, data=data)
            discard_posted(user_id=user.pk, post=request.POST)
            messages.success(request, _("De gegevens zijn opgeslagen.") if changed else _("Er was niets veranderd."))
            return redirect("observations:child", pk=pk)
    context = {"form": form, "draft": draft, "same": same, "languages": LANGUAGES, "child": found, "file": before.file}
    return render(request, "observations/children/change.html", context, status=422 if form.errors or same else 200)


def _change_form(request: HttpRequest, found: Child, before: ChildData, draft: FormDraft, today: date) -> ChildForm:
    placed = placements_of(found, today=today)
    main = placed.main or placed.coming
    initial = {name: getattr(before, name, getattr(before.file, name, None)) for name in _FIELDS}
    initial |= {"mentor": str(before.mentor_id or ""), **_resumed(draft)}
    return ChildForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        today=today,
        corrects_age=_corrects_age(),
        in_bso=main is not None and main.group.kind == Group.Kind.BSO,
        mentors=mentors_for(main.group if main else None, today=today, present=found.mentor),
    )


def _resumed(draft: FormDraft) -> dict[str, str]:
    """Return the fields of a draft that is gone on with; nothing where the form starts anew."""
    return {name: draft.text(name) for name in _FIELDS} if draft.resumed is not None else {}


def _corrects_age() -> bool:
    return current_organisation().has_module(Module.CORRECTED_AGE)
