"""The roles of one colleague: giving one, changing its end, taking it away (ACC-9, ACC-12)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.colleagues import RoleLine, colleague_of
from accounts.domain.role_changes import RoleRefused, change_role_end, end_role, give_role
from accounts.domain.users import ConfidentialityMissing, RoleNotHere
from accounts.forms.roles import ConfirmForm, RoleEndForm, RoleForm
from accounts.models import RoleAssignment, User
from accounts.roles import Right, Role
from accounts.views.colleague import get_colleague_for
from accounts.views.own_scope import user_of
from kijk.web.page import page

END_NOW = "beeindig"


@page(right=Right.ROLE_DECIDE, action="colleague.role_form", fresh=True)
@require_http_methods(["GET", "POST"])
def colleague_role_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a colleague a role."""
    user = get_colleague_for(pk)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"begins_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            give_role(user=user, **form.role_data())
        except (RoleRefused, RoleNotHere, ConfidentialityMissing) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De rol is gegeven. Uw collega kan er meteen mee werken, vanaf de eerste dag."))
            return redirect("accounts:colleague", pk=pk)
    context = {"form": form, "colleague_id": pk, "name": user.get_full_name()}
    return render(request, "accounts/colleague_role_new.html", context, status=422 if form.errors else 200)


@page(right=Right.ROLE_DECIDE, action="colleague.role_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def colleague_role(request: HttpRequest, pk: UUID, assignment_id: UUID) -> HttpResponse:
    """Change until when a role runs, or take it away at once."""
    user = get_colleague_for(pk)
    assignment = RoleAssignment.objects.select_related("user").filter(pk=assignment_id, user=user).first()
    if assignment is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form, sure = RoleEndForm(data, initial={"ends_on": assignment.ends_on}), ConfirmForm(data)
    if data is not None and form.is_valid() and sure.is_valid() and _change(request, assignment, form, sure):
        return redirect("accounts:colleague", pk=pk)
    context = {
        "form": form,
        "sure": sure if _is_own_administration(assignment, user_of(request)) else None,
        "role": _line_of(user, assignment_id),
        "colleague_id": pk,
        "name": user.get_full_name(),
    }
    return render(request, "accounts/colleague_role.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, assignment: RoleAssignment, form: RoleEndForm, sure: ConfirmForm) -> bool:
    """Do what was asked; False, with the reason in the form, when it cannot be."""
    common: dict[str, Any] = {
        "assignment": assignment,
        "by": user_of(request),
        "now": timezone.now(),
        "own_confirmed": sure.cleaned_data["confirmed"],
    }
    try:
        if request.POST.get("doe") == END_NOW:
            end_role(**common)
            messages.success(request, _("De rol is beëindigd. Uw collega is overal uitgelogd."))
        else:
            change_role_end(ends_on=form.cleaned_data["ends_on"], **common)
            messages.success(request, _("De laatste dag van de rol is bewaard."))
    except RoleRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _is_own_administration(assignment: RoleAssignment, by: User) -> bool:
    return assignment.role == Role.ADMINISTRATOR and assignment.user_id == by.pk


def _line_of(user: User, assignment_id: UUID) -> RoleLine:
    roles = colleague_of(user, now=timezone.now()).roles
    return next(role for role in roles if role.pk == assignment_id)
