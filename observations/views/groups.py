"""The groups: the list of them, and the form to make or change one (CHD-2)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from licensing.models import Location
from observations.access import get_group_for
from observations.domain.children.groups import (
    GroupData,
    GroupLine,
    GroupRefused,
    add_group,
    change_group,
    list_groups,
    school_year_of,
)
from observations.forms.placements import GroupForm
from observations.models import Group
from observations.views.group_tabs import tabs_of

PER_PAGE = 100
EVERY_YEAR = "alle"


@page(right=Right.CHILD_READ, action="groups.listed")
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """List the groups the user may see with who works there now; ``collega`` is somebody to choose a group for."""
    user, today = user_of(request), timezone.localdate()
    past = request.GET.get("jaren") == EVERY_YEAR
    shown = Paginator(list_groups(user, today=today, past=past), PER_PAGE).get_page(request.GET.get("page"))
    chosen = _chosen(request) if user.may(Right.GROUP_STAFF_WRITE) else None
    query = {"collega": str(chosen.pk)} if chosen else {}
    query |= {"jaren": EVERY_YEAR} if past else {}
    context = {
        "page": shown,
        "links": [(line, _way_to(line, chosen, user)) for line in shown.object_list],
        "chosen": chosen,
        "name": chosen.get_full_name() if chosen else "",
        "query": urlencode(query),
        "past": past,
        "may_make": user.may(Right.GROUP_WRITE),
    }
    return render(request, "observations/groups.html", context)


def _way_to(line: GroupLine, chosen: User | None, user: User) -> str:
    """Return where a group's name leads: to who works there for somebody to be chosen, else to its work.

    That is the BSO page for a group of out-of-school care, the overview for others, and the children where the licence
    holds neither.
    """
    if chosen is not None:
        return f"{reverse('observations:group_staff', args=[line.pk])}?{urlencode({'collega': str(chosen.pk)})}"
    if line.is_bso and user.may(Right.BSO_READ):
        return reverse("observations:bso_group", args=[line.pk])
    if not line.is_bso and user.may(Right.REGISTRATION_READ):
        return reverse("observations:group", args=[line.pk])
    return f"{reverse('observations:children')}?{urlencode({'groep': str(line.pk)})}"


@page(right=Right.GROUP_WRITE, action="group.form")
@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a new group, or make it."""
    form = _form(request, None)
    if form.is_bound and form.is_valid():
        try:
            made = add_group(data=_data(form))
        except GroupRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("De groep is gemaakt. Kies nu wie er werken."))
            return redirect("observations:group_staff", pk=made.pk)
    return render(request, "observations/groups_new.html", {"form": form}, status=422 if form.errors else 200)


@page(right=Right.GROUP_WRITE, action="group.form")
@require_http_methods(["GET", "POST"])
def group_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form with what is kept of a group, or keep what was changed."""
    group = get_group_for(request, pk, Right.GROUP_WRITE)
    form = _form(request, group)
    if form.is_bound and form.is_valid():
        try:
            changed = change_group(group=group, data=_data(form))
        except GroupRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("De groep is gewijzigd.") if changed else _("Er was niets veranderd."))
            return redirect("observations:groups")
    tabs = tabs_of(group, user=user_of(request), current="observations:group_change")
    context = {"form": form, "group": group, "tabs": tabs}
    return render(request, "observations/groups_change.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, group: Group | None) -> GroupForm:
    year = school_year_of(timezone.localdate())
    years = sorted({year - 1, year, year + 1} | ({group.school_year} if group else set()), reverse=True)
    locations = list(Location.objects.order_by("name"))
    initial: dict[str, object] = {"school_year": year}
    if group is not None:
        initial = {
            "name": group.name,
            "location": str(group.location_id),
            "school_year": group.school_year,
            "kind": group.kind,
        }
    return GroupForm(
        request.POST if request.method == "POST" else None, locations=locations, years=years, initial=initial
    )


def _data(form: GroupForm) -> GroupData:
    cleaned = form.cleaned_data
    return GroupData(cleaned["location"], cleaned["name"], cleaned["kind"], cleaned["school_year"])


def _chosen(request: HttpRequest) -> User | None:
    """Return the colleague whose page led here, if any."""
    try:
        return User.objects.filter(pk=UUID(request.GET.get("collega", "")), is_active=True).first()
    except ValueError:
        return None
