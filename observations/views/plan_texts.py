"""What is written in a plan about a cluster, and the activities that are done with it (REG-9.2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.access import get_plan_for
from observations.domain.plans.activities import (
    Card,
    adapt_activity,
    add_activity,
    ages_in,
    find_activities,
    find_in_plan,
    remove_activity,
)
from observations.domain.plans.page import plan_page_of
from observations.domain.plans.plans import PlanRefused, lines_to_choose
from observations.domain.plans.texts import PARTS, TextsConflict, find_cluster, save_texts
from observations.forms.plans import ActivitySearchForm, AdaptActivityForm, ClusterTextsForm
from observations.models import GroupPlan, Level, Line, PlanCluster
from observations.views.activities import found_by, shown_cards

_CONFLICT = 409
# A page of more is not read; who looks for less, gives a word or an age.
_MOST_FOUND = 60


@page(right=Right.PLAN_WRITE, action="plan.texts_form")
@require_http_methods(["GET", "POST"])
def group_plan_texts(request: HttpRequest, pk: UUID, cluster_id: UUID) -> HttpResponse:
    """Show the form with the texts of a cluster, or keep them; a change by somebody else is shown beside what was typed."""
    plan, cluster = _cluster(request, pk, cluster_id)
    shown = {part: getattr(cluster.texts, part) for part in PARTS}
    draft = form_draft(request, form="plan.texts", row=cluster.pk, shown=shown)
    initial: dict[str, Any] = {part: draft.text(part, shown[part]) for part in PARTS} | {"version": cluster.version}
    form = ClusterTextsForm(request.POST if request.method == "POST" else None, initial=initial)
    conflict = None
    if form.is_bound and form.is_valid():
        try:
            return _keep_texts(request, plan, cluster, form)
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
        except TextsConflict as found:
            # Sent again, it goes over theirs: by then both have been seen.
            conflict = found
            form.data = request.POST.copy()
            form.data["version"] = str(found.version)
    theirs = [(form.fields[part].label, getattr(conflict.theirs, part)) for part in PARTS] if conflict else []
    context = {"form": form, "draft": draft, "conflict": conflict, "theirs": theirs}
    status = _CONFLICT if conflict else 422 if form.errors else 200
    return _show_texts(request, plan, cluster, context, status)


def _show_texts(
    request: HttpRequest, plan: GroupPlan, cluster: PlanCluster, context: dict[str, Any], status: int
) -> HttpResponse:
    line = plan_page_of(plan).line(cluster.plan_line.line.code)
    members = next((found.members for found in line.clusters if found.pk == cluster.pk), ()) if line else ()
    context |= {"plan": plan, "cluster": cluster, "label": Level(cluster.level).label, "members": members}
    return render(request, "observations/plans/texts.html", context, status=status)


def _keep_texts(request: HttpRequest, plan: GroupPlan, cluster: PlanCluster, form: ClusterTextsForm) -> HttpResponse:
    by = user_of(request)
    save_texts(
        plan=plan,
        cluster_id=cluster.pk,
        texts=form.texts,
        version=form.cleaned_data["version"],
        by=by,
        now=timezone.now(),
    )
    discard_posted(user_id=by.pk, post=request.POST)
    messages.success(request, _("De teksten zijn opgeslagen."))
    return _back(plan, cluster)


@page(right=Right.PLAN_WRITE, action="plan.activities_viewed")
@require_http_methods(["GET", "POST"])
def group_plan_activities(request: HttpRequest, pk: UUID, cluster_id: UUID) -> HttpResponse:
    """Look for activities for a cluster, or put one in it."""
    plan, cluster = _cluster(request, pk, cluster_id)
    lines, refusal = lines_to_choose(), ""
    if request.method == "POST":
        try:
            is_new = add_activity(plan=plan, cluster=cluster, key=request.POST.get("kies", ""))
        except PlanRefused as found:
            refusal = str(found)
        else:
            messages.success(
                request, _("De activiteit staat in het plan.") if is_new else _("Deze activiteit stond er al.")
            )
            return _back(plan, cluster)
    form, found_cards = _search(request, plan, cluster, lines)
    context = {
        "plan": plan,
        "cluster": cluster,
        "label": Level(cluster.level).label,
        "form": form,
        "cards": shown_cards(found_cards[:_MOST_FOUND], lines),
        "left_out": max(0, len(found_cards) - _MOST_FOUND),
        "refusal": refusal,
        "used": set(cluster.activities.values_list("source", flat=True)),
    }
    return render(request, "observations/plans/choose.html", context, status=_CONFLICT if refusal else 200)


def _search(
    request: HttpRequest, plan: GroupPlan, cluster: PlanCluster, lines: list[Line]
) -> tuple[ActivitySearchForm, list[Card]]:
    """Return the search form and what is found: at first what fits the cluster's line and ages."""
    asked = request.GET if any(name in request.GET for name in ("lijn", "leeftijd", "woorden")) else None
    form = ActivitySearchForm(asked, lines=lines, initial={"lijn": cluster.plan_line.line.code})
    if asked is None:
        code, age = cluster.plan_line.line.code, ages_in(cluster, on=timezone.localdate())
        return form, find_activities(lines=[code], age=age, kind=plan.group.kind)
    return form, found_by(form)


@page(right=Right.PLAN_WRITE, action="plan.activity_form")
@require_http_methods(["GET", "POST"])
def group_plan_activity(request: HttpRequest, pk: UUID, activity_id: UUID) -> HttpResponse:
    """Adapt an activity to the children of a cluster, or take it out of the plan."""
    plan = get_plan_for(request, pk, Right.PLAN_WRITE)
    activity = find_in_plan(plan, activity_id)
    if activity is None:
        raise Http404
    shown = {"title": activity.content.title, "description": activity.content.description}
    draft = form_draft(request, form="plan.activity", row=activity.pk, shown=shown)
    initial = {name: draft.text(name, text) for name, text in shown.items()}
    removes = request.POST.get("doe") == "weg"
    form = AdaptActivityForm(request.POST if request.method == "POST" and not removes else None, initial=initial)
    try:
        if removes:
            remove_activity(plan=plan, activity=activity)
        elif form.is_bound and form.is_valid():
            adapt_activity(plan=plan, activity=activity, **form.cleaned_data)
        if removes or (form.is_bound and not form.errors):
            discard_posted(user_id=user_of(request).pk, post=request.POST)
            messages.success(
                request, _("De activiteit is uit het plan gehaald.") if removes else _("De activiteit is aangepast.")
            )
            return _back(plan, activity.cluster)
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("observations:group_plan", pk=plan.pk)
    label = Level(activity.cluster.level).label
    context = {
        "plan": plan,
        "activity": activity,
        "cluster": activity.cluster,
        "label": label,
        "form": form,
        "draft": draft,
    }
    return render(request, "observations/plans/activity.html", context, status=422 if form.errors else 200)


def _cluster(request: HttpRequest, pk: UUID, cluster_id: UUID) -> tuple[GroupPlan, PlanCluster]:
    plan = get_plan_for(request, pk, Right.PLAN_WRITE)
    cluster = find_cluster(plan, cluster_id)
    if cluster is None:
        raise Http404
    return plan, cluster


def _back(plan: GroupPlan, cluster: PlanCluster) -> HttpResponse:
    """Return to the plan, at the cluster."""
    address = redirect("observations:group_plan", pk=plan.pk)
    address["Location"] += f"#cluster-{cluster.pk}"
    return address
