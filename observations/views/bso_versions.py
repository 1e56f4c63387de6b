"""Opening a closed measurement in out-of-school care again, and the versions that came of it (BSO-1.3)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.access import get_bso_registration_for
from observations.domain.bso.measuring import BsoRefused
from observations.domain.bso.reopening import MAX_REASON, next_version, reopen_measurement, versions_of
from observations.views.reopened import came_second, to_newer_version

_REFUSED = 409


@page(right=Right.BSO_REOPEN, action="bso.reopen_viewed")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why a closed measurement must be opened again; a POST makes the new version."""
    found, user = get_bso_registration_for(request, pk, Right.BSO_REOPEN), user_of(request)
    draft = form_draft(request, form="bso.reopen", row=found.pk, shown={"reason": ""})
    reason = request.POST.get("reason", "").replace("\x00", "") or draft.text("reason")
    newer, problem = next_version(found), ""
    told = _("Deze meting was al opnieuw geopend. Dit is de nieuwe versie.")
    if not draft.offers:
        there = to_newer_version(request, newer, reason=reason, address="observations:bso_registration", told=told)
        if there is not None:
            return there
    if request.method == "POST":
        try:
            opened = reopen_measurement(registration=found, reason=reason, by=user)
        except BsoRefused as refusal:
            problem = came_second(newer, str(refusal))
        else:
            discard_posted(user_id=user.pk, post=request.POST)
            messages.success(request, _("De meting staat weer open. De oude versie blijft bewaard."))
            return redirect("observations:bso_registration", pk=opened.pk)
    context = {"registration": found, "child": found.child, "file": found.child.file, "draft": draft}
    context |= {"problem": problem, "reason": reason, "most": MAX_REASON, "newer": newer}
    return render(request, "observations/bso/reopen.html", context, status=_REFUSED if problem else 200)


@page(right=Right.BSO_READ, action="bso.versions_viewed")
@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the versions of a measurement side by side: what changed, who did it, when and why."""
    found = get_bso_registration_for(request, pk, Right.BSO_READ)
    context = {"registration": found, "child": found.child, "file": found.child.file}
    return render(request, "observations/bso/versions.html", context | {"comparison": versions_of(found)})
