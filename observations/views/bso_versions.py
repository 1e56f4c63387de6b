"""Opening a closed measurement in out-of-school care again, and the versions that came of it (BSO-1.3)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from kijk.web.page import page
from observations.access import get_bso_registration_for
from observations.domain.bso.measuring import BsoRefused
from observations.domain.bso.reopening import next_version, open_beside, reopen_measurement, versions_of
from observations.views.reopened import Reopening, answer_reopening

_REOPENING = Reopening(
    form="bso.reopen",
    address="observations:bso_registration",
    template="observations/bso/reopen.html",
    reopen=reopen_measurement,
    next_version=next_version,
    open_beside=open_beside,
    refused=BsoRefused,
    done=_("De meting staat weer open. De oude versie blijft bewaard."),
    was_done=_("Deze meting was al opnieuw geopend. Dit is de nieuwe versie."),
)


@page(right=Right.BSO_REOPEN, action="bso.reopen_viewed")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why a closed measurement must be opened again; a POST makes the new version."""
    return answer_reopening(request, get_bso_registration_for(request, pk, Right.BSO_REOPEN), _REOPENING)


@page(right=Right.BSO_READ, action="bso.versions_viewed")
@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the versions of a measurement side by side: what changed, who did it, when and why."""
    found = get_bso_registration_for(request, pk, Right.BSO_READ)
    context = {"registration": found, "child": found.child, "file": found.child.file}
    return render(request, "observations/bso/versions.html", context | {"comparison": versions_of(found)})
