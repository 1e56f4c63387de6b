"""The gallery of components at /components/: every building block on one page, to look at and to test.

Only where the setting SHOW_COMPONENT_GALLERY says so (never in production).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kijk.web.gallery_samples import (
    SampleFilter,
    SampleForm,
    SamplePassword,
    sample_distribution,
    sample_draft,
    sample_items,
    sample_strip,
)
from kijk.web.page import public


@dataclass(frozen=True)
class Link:
    """A place to go, as menus, tabs and breadcrumbs want it."""

    label: str
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody made up: the account in the page's head, or a child."""

    name: str
    role: str = ""
    url: str = ""


@public
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component and chart with made-up contents. Raises Http404 where the gallery is switched off."""
    if not settings.SHOW_COMPONENT_GALLERY:
        raise Http404
    messages.success(request, _("De registratie van Sem is afgesloten."))
    messages.warning(request, _("Twee kinderen zijn deze maand nog niet gezien."))
    return render(request, "gallery.html", {**_ways_around(), **_contents()})


def _ways_around() -> Mapping[str, Any]:
    labels = [_("Vandaag"), _("Kinderen"), _("Groepsoverzicht"), _("Signalen"), _("Monitoring"), _("Beheer")]
    return {
        "navigation": [Link(label, "#", current=i == 1) for i, label in enumerate(labels)],
        "account": Person("Noor van den Berg", _("pedagogisch medewerker")),
        "crumbs": [Link(_("Kinderen"), "#"), Link("Sem de Wit", "#"), Link(_("Registratie"))],
        "tabs": [Link(_("Tijdlijn"), "#", current=True), Link(_("Lijnen"), "#"), Link(_("Gegevens"), "#")],
        "page_of_list": Paginator(range(90), 30).page(2),
    }


def _contents() -> Mapping[str, Any]:
    wrong = SampleForm({"first_name": "Sem", "born_on": "31-31-2023", "group": "", "remarks": "Slaapt om 12 uur."})
    bars, bars_table = sample_distribution()
    items, items_table = sample_items()
    strip, strip_table = sample_strip()
    return {
        "form": wrong,
        "filter": SampleFilter(auto_id="filter_%s"),
        "password": SamplePassword(),
        "note_children": [Person("Sem de Wit", url="#"), Person("Aïsha Yıldız", url="#")],
        "draft": sample_draft(),
        "note_lines": ["Mondelinge taal", "Spel"],
        "note_text": "Sem bouwt met Aïsha een toren en zegt: “Nog eentje, dan valt-ie!”\n\nZe tellen samen tot zeven.",
        "a_day": date(2026, 11, 3),
        "bars": bars,
        "bars_table": bars_table,
        "items": items,
        "items_table": items_table,
        "strip": strip,
        "strip_table": strip_table,
    }
