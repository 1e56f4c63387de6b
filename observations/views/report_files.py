"""Handing out reports as PDF: read in one short scope, drawn while no transaction is open, told in another (REG-8)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.roles import Right
from accounts.views.own_scope import own_scope
from kijk.web.page import own_scopes, page
from observations.access import get_group_for
from observations.domain.reports.group import group_report
from observations.domain.reports.parents import parents_report
from observations.domain.reports.signalled import signals_for_report
from observations.domain.reports.support import support_report
from observations.domain.reports.transfer import transfer_report
from observations.report_pdf import LANGUAGE, ReportTooLong, group_pdf, parents_pdf, support_pdf, transfer_pdf
from observations.views.handing_out import CHILD, GROUP, hand_out, pdf_name
from observations.views.reports import registration_of


@own_scopes
@page(right=Right.REPORT_EXPORT, action="report.parents_fetched")
@require_safe
def parents_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the report for parents: two pages. What does not fit leads back to where it can be made shorter."""
    with own_scope(request), translation.override(LANGUAGE):
        registration = registration_of(request, pk)
        report = parents_report(registration, today=timezone.localdate())
    try:
        content, _fitted = parents_pdf(report)
    except ReportTooLong as problem:
        messages.error(request, str(problem))
        return redirect("observations:parents_report", pk=pk)
    name = pdf_name("verslag-ouders", registration.group, registration.registered_on)
    return _hand_out(request, content, name, "parents", registration.child_id)


@own_scopes
@page(right=Right.REPORT_EXPORT, action="report.support_fetched")
@require_safe
def support_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the report for internal support."""
    today = timezone.localdate()
    with own_scope(request) as user, translation.override(LANGUAGE):
        registration = registration_of(request, pk)
        signals = signals_for_report(registration.child, user=user, today=today)
        report = support_report(registration, today=today, signals=signals)
    name = pdf_name("verslag-begeleiding", registration.group, registration.registered_on)
    return _hand_out(request, support_pdf(report), name, "support", registration.child_id)


@own_scopes
@page(right=Right.REPORT_EXPORT, action="report.transfer_fetched")
@require_safe
def transfer_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the report for the next school, marked as a draft."""
    with own_scope(request), translation.override(LANGUAGE):
        registration = registration_of(request, pk)
        report = transfer_report(registration, today=timezone.localdate())
    name = pdf_name("overdracht-concept", registration.group, registration.registered_on)
    return _hand_out(request, transfer_pdf(report), name, "transfer", registration.child_id)


@own_scopes
@page(right=Right.REPORT_EXPORT, action="report.group_fetched")
@require_safe
def group_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the report of a group. Raises Http404 while nobody in it was registered."""
    with own_scope(request), translation.override(LANGUAGE):
        group = get_group_for(request, pk, Right.REPORT_EXPORT)
        report = group_report(group, today=timezone.localdate())
    if report is None:
        raise Http404
    name = pdf_name("groepsverslag", group, report.made_on)
    made = group_pdf(report)
    return hand_out(request, made, name, "report.group_made", about=(GROUP, group.pk), report="group")


def _hand_out(request: HttpRequest, content: bytes, name: str, report: str, child_id: UUID) -> HttpResponse:
    return hand_out(request, content, name, "report.made", about=(CHILD, child_id), report=report)
