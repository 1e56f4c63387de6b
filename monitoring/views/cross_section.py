"""The cross-section as a page and as a PDF (MON-1)."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from monitoring.domain.offer import offer_for
from monitoring.forms import CrossSectionForm
from monitoring.pdf import cross_section_pdf
from monitoring.report import Report, make_report
from monitoring.rules import hides_small_numbers, locations_in_reach

PDF_NAME = "dwarsdoorsnede.pdf"


@dataclass(frozen=True)
class Asked:
    """What a request asks for: the choices, and what they come to."""

    form: CrossSectionForm
    report: Report


@page(right=Right.MONITORING_READ, action="monitoring.cross_section.viewed")
@require_safe
def show_cross_section(request: HttpRequest) -> HttpResponse:
    """Show the cross-section that the address asks for."""
    user = user_of(request)
    asked = _asked(request, user, Right.MONITORING_READ)
    context = {
        "form": asked.form if asked else None,
        "report": asked.report if asked else None,
        "may_export": user.may(Right.MONITORING_EXPORT),
    }
    return render(request, "monitoring/cross_section.html", context)


@page(right=Right.MONITORING_EXPORT, action="monitoring.cross_section.exported")
@require_safe
def export_cross_section(request: HttpRequest) -> HttpResponse:
    """Give the same as a PDF; it names a choice that was wrong. Raises Http404 when nothing was measured yet."""
    asked = _asked(request, user_of(request), Right.MONITORING_EXPORT, on_paper=True)
    if asked is None:
        raise Http404
    content = cross_section_pdf(asked.report, language=get_language() or settings.LANGUAGE_CODE)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{PDF_NAME}"'
    return response


def _asked(request: HttpRequest, user: User, right: Right, *, on_paper: bool = False) -> Asked | None:
    """Return what the request asks for, or None when nothing was measured yet."""
    today, protect = timezone.localdate(), hides_small_numbers(user, right)
    offer = offer_for(
        wanted=request.GET.get("instrument", ""),
        within=locations_in_reach(user, right),
        hides_small_numbers=protect,
        today=today,
    )
    if offer is None:
        return None
    form = CrossSectionForm(request.GET, offer)
    selection = form.selection()
    report = make_report(
        selection,
        offer.chosen,
        protect=protect,
        today=today,
        on_paper=on_paper,
        remarks=form.mistakes if on_paper else (),
    )
    return Asked(form, report)
