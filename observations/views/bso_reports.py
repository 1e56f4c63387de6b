"""Handing out reports of out-of-school care (BSO-2.2): read in one short scope, drawn in none, told in another."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Right
from accounts.views.own_scope import own_scope, user_of
from kijk.jobs.domain import start_job
from kijk.jobs.kinds import JobRefused
from kijk.web.page import own_scopes, page
from observations.access import get_bso_registration_for, get_group_for
from observations.bso_report_jobs import KIND
from observations.bso_report_pdf import child_pdf, group_pdf
from observations.domain.bso.child_report import child_report
from observations.domain.bso.group_report import group_report
from observations.domain.bso.measured import latest_of
from observations.models import Group
from observations.report_pdf import LANGUAGE, ReportTooLong
from observations.views.handing_out import CHILD, GROUP, hand_out, pdf_name


@own_scopes
@page(right=Right.BSO_EXPORT, action="bso.report_fetched")
@require_safe
def child_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the report of a measurement in its last closed version: two pages. Raises Http404 while it is open."""
    with own_scope(request) as user, translation.override(LANGUAGE):
        found = latest_of(get_bso_registration_for(request, pk, Right.BSO_EXPORT))
        if found is None:
            raise Http404
        report = child_report(found, today=timezone.localdate(), made_by=user.get_full_name())
    try:
        content, _fitted = child_pdf(report)
    except ReportTooLong as problem:
        messages.error(request, str(problem))
        return redirect("observations:bso_registration", pk=pk)
    name = pdf_name("bso-verslag", found.group, found.observed_on)
    return hand_out(request, content, name, "bso.report_made", about=(CHILD, found.child_id))


@own_scopes
@page(right=Right.BSO_EXPORT, action="bso.group_report_fetched")
@require_safe
def group_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the report of a group for its team; while nobody was measured, say so."""
    with own_scope(request) as user, translation.override(LANGUAGE):
        group = _bso_group(request, pk)
        report = group_report(group, today=timezone.localdate(), made_by=user.get_full_name())
    if report is None:
        messages.info(request, _("In deze groep is nog geen meting afgesloten. Daarna is er een verslag."))
        return redirect("observations:bso_group", pk=pk)
    name = pdf_name("bso-groepsverslag", group, timezone.localdate())
    return hand_out(request, group_pdf(report), name, "bso.group_report_made", about=(GROUP, group.pk))


@page(right=Right.BSO_EXPORT, action="bso.reports_asked")
@require_POST
def group_reports(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin to make the reports of all children of a group."""
    group = _bso_group(request, pk)
    try:
        job = start_job(kind=KIND, user_id=user_of(request).pk, parameters={"group": str(group.pk)}, now=timezone.now())
    except JobRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("observations:bso_group", pk=pk)
    return redirect("jobs:job", pk=job.pk)


def _bso_group(request: HttpRequest, pk: UUID) -> Group:
    found = get_group_for(request, pk, Right.BSO_EXPORT)
    if found.kind != Group.Kind.BSO:
        raise Http404
    return found
