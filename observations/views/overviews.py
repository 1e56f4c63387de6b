"""The overview of a group, on the screen and as a PDF, and what is still to be registered (REG-7)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Reach, Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from licensing.domain import current_organisation
from observations.access import get_group_for
from observations.domain.overviews.group import (
    BY_AGE,
    BY_ATTENTION,
    BY_NAME,
    GroupOverview,
    OverviewChoice,
    group_overview_of,
)
from observations.domain.overviews.to_do import groups_to_do, has_few_groups, progress_by_location, total_of
from observations.forms.overviews import LocationForm, OverviewFilterForm
from observations.overview_pdf import overview_pdf
from observations.views.group_tabs import add_child_url, tabs_of
from observations.views.handing_out import pdf_name, pdf_response


@page(right=Right.REGISTRATION_READ, action="group_overview.viewed")
@require_safe
def group(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the children of a group by their lines, sorted and chosen as the address asks."""
    found = get_group_for(request, pk, Right.REGISTRATION_READ)
    user, form = user_of(request), OverviewFilterForm(request.GET)
    choice = form.choice()
    overview = group_overview_of(found, user=user, choice=choice, today=timezone.localdate())
    context = {
        "group": found,
        "form": form,
        "choice": choice,
        "overview": overview,
        "orders": _orders(form, overview, choice),
        "tabs": tabs_of(found, user=user, current="observations:group"),
        "add_child_url": add_child_url(found, user=user),
        "may_export": user.may(Right.REPORT_EXPORT) and bool(overview.children),
        "may_read_signals": user.may(Right.SIGNAL_READ),
        "pdf_query": form.query(alles=""),
        "fold_url": f"?{form.query(alles='' if choice.unfolded else 'on')}",
    }
    return render(request, "observations/overviews/group.html", context)


@page(right=Right.REPORT_EXPORT, action="group_overview.exported")
@require_safe
def group_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the overview as a PDF on one A3, with the same order and choice as on the screen."""
    found = get_group_for(request, pk, Right.REPORT_EXPORT)
    choice = OverviewFilterForm(request.GET).choice()
    overview = group_overview_of(found, user=user_of(request), choice=choice, today=timezone.localdate())
    today = timezone.localdate()
    pdf = overview_pdf(found, overview, choice, organisation=current_organisation().name, today=today)
    name = pdf_name("groepsoverzicht", found, today)
    return pdf_response(pdf, name)


@page(right=Right.REGISTRATION_READ, action="to_do.viewed")
@require_safe
def to_do(request: HttpRequest) -> HttpResponse:
    """Show what is still to be registered: one's own groups, or a location with its groups."""
    user, today = user_of(request), timezone.localdate()
    widely = user.access.reach(Right.REGISTRATION_READ) != Reach.GROUPS
    locations = progress_by_location(user, Right.REGISTRATION_READ, today=today) if widely else []
    form = LocationForm(request.GET, locations=locations)
    chosen = form.location_id() or (locations[0].pk if len(locations) > 1 else None)
    few = has_few_groups(user, Right.REGISTRATION_READ, today=today, location_id=chosen)
    groups = groups_to_do(user, Right.REGISTRATION_READ, today=today, location_id=chosen, with_children=few)
    context = {
        "groups": groups,
        "locations": locations,
        "chosen": chosen,
        "place": next((location.name for location in locations if location.pk == chosen), ""),
        "total": total_of(groups),
        "today": today,
        "may_register": user.may(Right.REGISTRATION_WRITE),
    }
    return render(request, "observations/overviews/to_do.html", context)


def _orders(form: OverviewFilterForm, overview: GroupOverview, choice: OverviewChoice) -> dict[str, Any]:
    """Return, for each column, the address that sorts by it; a column that is sorted by turns round."""
    orders = {}
    for name in (BY_NAME, BY_AGE, BY_ATTENTION, *(column.code for column in overview.columns)):
        current = choice.order == name
        turned = current and not choice.descending
        orders[name] = {
            "url": f"?{form.query(op=name, om='on' if turned else '')}",
            "sorted": ("descending" if choice.descending else "ascending") if current else "",
        }
    return orders
