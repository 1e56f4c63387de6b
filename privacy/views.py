"""Leaflet and record of processing, each as a page and as a PDF."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.roles import Right
from kijk.pdf.render import render_pdf
from kijk.web.page import page
from privacy.domain.documents import LEAFLET, LEGAL_LANGUAGE, PROCESSING_REGISTER, Kind, make_document
from privacy.domain.facts import facts_of_organisation


class Tab(NamedTuple):
    """One of the two documents, as a tab above the page."""

    url: str
    label: Promise
    current: bool


@page(right=Right.PRIVACY_READ, action="privacy.leaflet.viewed")
@require_safe
def leaflet(request: HttpRequest) -> HttpResponse:
    """Show the privacy leaflet."""
    return _show(request, LEAFLET, "privacy:leaflet")


@page(right=Right.PRIVACY_READ, action="privacy.leaflet.exported")
@require_safe
def leaflet_pdf(request: HttpRequest) -> HttpResponse:
    """Hand out the privacy leaflet as PDF."""
    return _issue(LEAFLET, "privacybijsluiter.pdf")


@page(right=Right.PRIVACY_READ, action="privacy.register.viewed")
@require_safe
def processing_register(request: HttpRequest) -> HttpResponse:
    """Show the record of processing activities."""
    return _show(request, PROCESSING_REGISTER, "privacy:processing_register")


@page(right=Right.PRIVACY_READ, action="privacy.register.exported")
@require_safe
def processing_register_pdf(request: HttpRequest) -> HttpResponse:
    """Hand out the record of processing activities as PDF."""
    return _issue(PROCESSING_REGISTER, "verwerkingsregister.pdf")


def _show(request: HttpRequest, kind: Kind, view_name: str) -> HttpResponse:
    document = make_document(kind, facts_of_organisation(on=timezone.localdate()))
    names = (("privacy:leaflet", LEAFLET.title), ("privacy:processing_register", PROCESSING_REGISTER.title))
    context = {
        "document": document,
        "content": document.content,
        "tabs": [Tab(reverse(name), label, name == view_name) for name, label in names],
        "pdf_url": reverse(f"{view_name}_pdf"),
    }
    return render(request, "privacy/document.html", context)


def _issue(kind: Kind, file_name: str) -> HttpResponse:
    with translation.override(LEGAL_LANGUAGE):
        document = make_document(kind, facts_of_organisation(on=timezone.localdate()))
        source = gettext("%(organisation)s, versie %(version)s") % {
            "organisation": document.content.organisation,
            "version": document.version,
        }
    context = {
        "document": document,
        "content": document.content,
        "subtitle": document.content.organisation,
        "eyebrow": document.subject,
        "facts": [{"label": fact.label, "value": fact.text} for fact in document.facts],
        "source": source,
    }
    pdf = render_pdf("privacy/document_pdf.html", context, title=document.title, language=LEGAL_LANGUAGE)
    headers = {"Content-Disposition": f'inline; filename="{file_name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
