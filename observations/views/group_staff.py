"""Who works on which group (ACC-9.8)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from observations.domain.children.group_staff import (
    GroupStaffRefused,
    change_last_day,
    end_group_staff,
    give_group,
    people_for_groups,
    staff_of,
)
from observations.forms.group_staff import GroupStaffForm, LastDayForm
from observations.models import Group, GroupStaff
from observations.views.group_tabs import tabs_of

END_NOW = "beeindig"


@page(right=Right.GROUP_STAFF_WRITE, action="group_staff.viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def group_staff(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show who works on a group, and let somebody work on it."""
    group, today, chosen = _group(pk), timezone.localdate(), _chosen(request)
    people = people_for_groups(today=today)
    initial = {"begins_on": today, "user": str(chosen.pk) if chosen else ""}
    form = GroupStaffForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        user = User.objects.get(pk=cleaned["user"])
        try:
            give_group(group=group, user=user, begins_on=cleaned["begins_on"], ends_on=cleaned["ends_on"])
        except GroupStaffRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Uw collega staat nu bij deze groep."))
            return redirect("observations:group_staff", pk=pk)
    tabs = tabs_of(group, user=user_of(request), current="observations:group_staff")
    context = {"form": form, "group": group, "staff": staff_of(group, today=today), "people": people, "tabs": tabs}
    return render(request, "observations/group_staff.html", context, status=422 if form.errors else 200)


@page(right=Right.GROUP_STAFF_WRITE, action="group_staff.form", fresh=True)
@require_http_methods(["GET", "POST"])
def group_staff_change(request: HttpRequest, pk: UUID, staff_id: UUID) -> HttpResponse:
    """Change until when somebody works on a group, or let it end now."""
    group, today = _group(pk), timezone.localdate()
    staff = GroupStaff.objects.select_related("user", "group").filter(pk=staff_id, group=group).first()
    if staff is None:
        raise Http404
    form = LastDayForm(request.POST if request.method == "POST" else None, initial={"ends_on": staff.ends_on})
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("doe") == END_NOW:
                end_group_staff(staff=staff, today=today)
            else:
                change_last_day(staff=staff, ends_on=form.cleaned_data["ends_on"], today=today)
        except GroupStaffRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De dagen op deze groep zijn opgeslagen."))
            return redirect("observations:group_staff", pk=pk)
    line = next(each for each in staff_of(group, today=today) if each.pk == staff_id)
    context = {"form": form, "group": group, "line": line}
    return render(request, "observations/group_staff_change.html", context, status=422 if form.errors else 200)


def _group(pk: UUID) -> Group:
    found = Group.objects.select_related("location").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _chosen(request: HttpRequest) -> User | None:
    """Return the colleague whose page led here, if any."""
    try:
        return User.objects.filter(pk=UUID(request.GET.get("collega", "")), is_active=True).first()
    except ValueError:
        return None
