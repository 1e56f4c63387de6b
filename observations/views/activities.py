"""The library of activities (REG-9.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.domain.plans.activities import (
    ActivityConflict,
    ActivityData,
    Card,
    change_activity,
    create_activity,
    find_activities,
    find_card,
    find_own,
    withdraw_activity,
)
from observations.domain.plans.plans import PlanRefused, lines_to_choose
from observations.forms.plans import ActivityForm, ActivitySearchForm, age_label
from observations.models import Activity, Group, Line

PER_PAGE = 30
_CONFLICT = 409


@dataclass(frozen=True)
class ShownCard:
    """An activity with its facts in words."""

    card: Card
    lines: str
    ages: str
    kinds: str


@page(right=Right.PLAN_READ, action="activity.listed")
@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    """List the activities, ours and the organisation's own, by line, age and words."""
    lines = lines_to_choose()
    form = ActivitySearchForm(request.GET or None, lines=lines)
    found = found_by(form) if form.is_bound else find_activities()
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = QueryDict(mutable=True)
    chosen = {name: request.GET.get(name, "") for name in form.fields}
    query.update({name: value for name, value in chosen.items() if value})
    context = {
        "form": form,
        "page": shown,
        "cards": shown_cards(shown.object_list, lines),
        "query": query.urlencode(),
        "may_write": user_of(request).may(Right.PLAN_WRITE),
    }
    return render(request, "observations/plans/library.html", context)


def found_by(form: ActivitySearchForm) -> list[Card]:
    """Return the activities that fit what was filled in; a choice we do not know is no choice."""
    form.full_clean()
    wanted = form.cleaned_data
    age = wanted.get("leeftijd")
    return find_activities(
        lines=[wanted["lijn"]] if wanted.get("lijn") else (),
        age=None if age is None else (age, age + 6),
        words=wanted.get("woorden", ""),
    )


def shown_cards(cards: Iterable[Card], lines: Iterable[Line]) -> list[ShownCard]:
    """Return activities as a list shows them; a line of an older instrument goes by its code."""
    names = {line.code: line.name for line in lines}
    return [
        ShownCard(
            card=card,
            lines=", ".join(names.get(code, code) for code in card.lines),
            ages=_("%(first)s tot %(last)s")
            % {"first": age_label(card.from_months), "last": age_label(card.until_months)},
            kinds=", ".join(str(Group.Kind(kind).label) for kind in card.kinds),
        )
        for card in cards
    ]


@page(right=Right.PLAN_WRITE, action="activity.form")
@require_http_methods(["GET", "POST"])
def activity_new(request: HttpRequest) -> HttpResponse:
    """Show the form for an activity, empty or filled with the one in ``van``, or keep it for all colleagues."""
    lines = lines_to_choose()
    source = find_card(request.GET.get("van", ""))
    shown = {"title": source.title if source else "", "description": source.description if source else ""}
    draft = form_draft(request, form="activity", shown=shown)
    initial = _initial(source) | {name: draft.text(name, text) for name, text in shown.items()}
    form = ActivityForm(request.POST if request.method == "POST" else None, lines=lines, initial=initial)
    if form.is_bound and form.is_valid():
        by = user_of(request)
        try:
            create_activity(data=_data(form), by=by, based_on=source.key if source else "")
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            discard_posted(user_id=by.pk, post=request.POST)
            messages.success(request, _("De activiteit staat in de bibliotheek. Alle collega's kunnen haar gebruiken."))
            return redirect("observations:activities")
    context = {"form": form, "draft": draft, "source": source}
    return render(request, "observations/plans/activity_form.html", context, status=422 if form.errors else 200)


@page(right=Right.PLAN_WRITE, action="activity.change_form")
@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an activity of the organisation's own for everybody, or take it out of the library."""
    found = find_own(str(pk))
    if found is None:
        raise Http404
    if request.POST.get("doe") == "weg":
        withdraw_activity(activity=found, now=timezone.now())
        messages.success(
            request, _("De activiteit is uit de bibliotheek gehaald. Plannen die haar gebruiken, houden haar.")
        )
        return redirect("observations:activities")
    shown = {"title": found.title, "description": found.description}
    draft = form_draft(request, form="activity.change", row=found.pk, shown=shown)
    initial = _initial(find_card(str(pk))) | {name: draft.text(name, text) for name, text in shown.items()}
    initial["version"] = found.version
    posted = request.POST if request.method == "POST" else None
    form = ActivityForm(posted, lines=lines_to_choose(), initial=initial)
    conflict = None
    if form.is_bound and form.is_valid():
        try:
            return _change(request, found, form)
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
        except ActivityConflict as clash:
            conflict = clash.theirs
            form.data = request.POST.copy()
            form.data["version"] = str(conflict.version)
    context = {"form": form, "draft": draft, "activity": found, "conflict": conflict}
    status = _CONFLICT if conflict else 422 if form.errors else 200
    return render(request, "observations/plans/activity_form.html", context, status=status)


def _change(request: HttpRequest, found: Activity, form: ActivityForm) -> HttpResponse:
    change_activity(activity=found, data=_data(form), version=form.cleaned_data["version"])
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    messages.success(request, _("De activiteit is veranderd."))
    return redirect("observations:activities")


def _initial(card: Card | None) -> dict[str, Any]:
    if card is None:
        return {"from_months": 24, "until_months": 48}
    return {
        "lines": list(card.lines),
        "from_months": card.from_months,
        "until_months": card.until_months,
        "kinds": list(card.kinds),
    }


def _data(form: ActivityForm) -> ActivityData:
    data = form.cleaned_data
    return ActivityData(
        title=data["title"],
        description=data["description"],
        lines=tuple(data["lines"]),
        from_months=data["from_months"],
        until_months=data["until_months"],
        kinds=tuple(data["kinds"]),
    )
