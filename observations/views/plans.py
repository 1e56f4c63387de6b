"""Group plans: the list of a group, making one, arranging children, writing, and what came of it (REG-9)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.pdf.render import render_pdf
from kijk.web.dutch import format_date
from kijk.web.page import page
from observations.access import get_group_for, get_plan_for
from observations.domain.plans.effect import effect_of
from observations.domain.plans.page import list_plans, plan_page_of
from observations.domain.plans.plans import (
    USUAL,
    PlanRefused,
    activate_plan,
    copy_plan,
    create_plan,
    delete_plan,
    evaluate_plan,
    lines_to_choose,
    move_child,
    refresh_plan,
    reopen_plan,
)
from observations.domain.plans.proposals import children_in_group, latest_results
from observations.forms.plans import PlanDaysForm, PlanForm
from observations.models import Group, GroupPlan, Line, LineResult
from observations.views.group_tabs import tabs_of
from observations.views.handing_out import pdf_name, pdf_response

_CONFLICT = 409
_THROW_AWAY = "gooi-weg"
_ATTENTION = {LineResult.Outcome.ATTENTION, LineResult.Outcome.CONCERN}


@dataclass(frozen=True)
class LineChoice:
    """A line to choose for a plan, with how many children ask for attention there and how many have an outcome."""

    code: str
    name: str
    area: str
    attention: int
    seen: int
    chosen: bool


@page(right=Right.PLAN_READ, action="plan.listed")
@require_safe
def group_plans(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the plans of a group."""
    group, user = get_group_for(request, pk, Right.PLAN_READ), user_of(request)
    plans = list_plans(group)
    context = {
        "group": group,
        "tabs": tabs_of(group, user=user, current="observations:group_plans"),
        "current": [plan for plan in plans if plan.status != GroupPlan.Status.EVALUATED],
        "evaluated": [plan for plan in plans if plan.status == GroupPlan.Status.EVALUATED],
        "may_write": user.may(Right.PLAN_WRITE),
    }
    return render(request, "observations/plans/list.html", context)


@page(right=Right.PLAN_WRITE, action="plan.form")
@require_http_methods(["GET", "POST"])
def group_plan_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form for a new plan, or make it and open it."""
    group, today, lines = get_group_for(request, pk, Right.PLAN_WRITE), timezone.localdate(), lines_to_choose()
    initial = {"begins_on": today, "ends_on": today + USUAL}
    form = PlanForm(request.POST if request.method == "POST" else None, lines=lines, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        chosen = [line for line in lines if line.code in data["lines"]]
        try:
            plan = create_plan(
                group=group,
                lines=chosen,
                begins_on=data["begins_on"],
                ends_on=data["ends_on"],
                by=user_of(request),
                now=timezone.now(),
                today=today,
            )
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Het plan staat klaar als concept. Kijk de clusters na."))
            return redirect("observations:group_plan", pk=plan.pk)
    choices = _choices(group, lines, form, today)
    areas = {choice.area: [other for other in choices if other.area == choice.area] for choice in choices}
    context = {"form": form, "group": group, "areas": areas.items()}
    return render(request, "observations/plans/new.html", context, status=422 if form.errors else 200)


def _choices(group: Group, lines: list[Line], form: PlanForm, today: date) -> list[LineChoice]:
    """Return the lines with what the latest registrations say of each: that is what one chooses them by."""
    children = children_in_group(group, on=today)
    results = latest_results(children, [line.code for line in lines], today=today)
    chosen = form["lines"].value() or []
    found = []
    for line in lines:
        outcomes = [result.outcome for result in results[line.code].values() if result.difference is not None]
        attention = sum(outcome in _ATTENTION for outcome in outcomes)
        found.append(LineChoice(line.code, line.name, line.area.name, attention, len(outcomes), line.code in chosen))
    return found


@page(right=Right.PLAN_READ, action="plan.viewed")
@require_safe
def group_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a plan, whole: it prints on one or two sheets."""
    return _show(request, get_plan_for(request, pk, Right.PLAN_READ))


def _show(
    request: HttpRequest, plan: GroupPlan, *, status: int = 200, refusal: PlanRefused | None = None
) -> HttpResponse:
    shown, may_write = plan_page_of(plan), user_of(request).may(Right.PLAN_WRITE)
    context = {"page": shown, "may_write": may_write, "may_change": may_write and shown.is_open, "refusal": refusal}
    return render(request, "observations/plans/plan.html", context, status=status)


@page(right=Right.PLAN_READ, action="plan.exported")
@require_safe
def group_plan_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out a plan as PDF."""
    plan = get_plan_for(request, pk, Right.PLAN_READ)
    words = {"group": plan.group.name, "first": format_date(plan.begins_on), "last": format_date(plan.ends_on)}
    title = _("Groepsplan %(group)s") % words
    context = {
        "page": plan_page_of(plan),
        "days": _("%(first)s tot en met %(last)s") % words,
        "source": _("Vertrouwelijk: over kinderen. Gemaakt op %(day)s") % {"day": format_date(timezone.localdate())},
    }
    pdf = render_pdf("observations/plans/plan_pdf.html", context, title=title)
    name = pdf_name("groepsplan", plan.group, plan.begins_on)
    return pdf_response(pdf, name)


@page(right=Right.PLAN_WRITE, action="plan.arranging")
@require_http_methods(["GET", "POST"])
def group_plan_arrange(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """Show who is in which cluster of a line, with a button for each other cluster, or put a child elsewhere."""
    plan = get_plan_for(request, pk, Right.PLAN_WRITE)
    shown = plan_page_of(plan)
    line = shown.line(code)
    if line is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        member, _sep, level = request.POST.get("zet", "").partition(":")
        try:
            member_id = _id(member)
            move_child(plan=plan, member_id=member_id, level=level)
        except PlanRefused as found:
            refusal = str(found)
        else:
            address = redirect("observations:group_plan_arrange", pk=pk, code=code)
            address["Location"] += f"#kind-{member_id}"
            return address
    context = {"page": shown, "line": line, "refusal": refusal}
    return render(request, "observations/plans/arrange.html", context, status=_CONFLICT if refusal else 200)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise PlanRefused(_("Dit kind staat niet meer in dit plan. Laad de pagina opnieuw.")) from None


@page(right=Right.PLAN_WRITE, action="plan.step")
@require_POST
def group_plan_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin, close or reopen a plan, bring its children up to date, or throw a draft away."""
    plan = get_plan_for(request, pk, Right.PLAN_WRITE)
    try:
        done = _take(plan, request.POST.get("doe", ""))
    except PlanRefused as refusal:
        return _show(request, plan, status=_CONFLICT, refusal=refusal)
    messages.success(request, done)
    if request.POST.get("doe") == _THROW_AWAY:
        return redirect("observations:group_plans", pk=plan.group_id)
    return redirect("observations:group_plan", pk=pk)


def _take(plan: GroupPlan, step: str) -> str:
    """Do what was asked, and say what was done; raises PlanRefused."""
    if step == "begin":
        activate_plan(plan=plan)
        return _("Het plan loopt.")
    if step == "evalueer":
        evaluate_plan(plan=plan, now=timezone.now())
        return _("Het plan is geëvalueerd en afgesloten.")
    if step == "heropen":
        reopen_plan(plan=plan)
        return _("Het plan loopt weer.")
    if step == _THROW_AWAY:
        delete_plan(plan=plan)
        return _("Het concept is weggegooid.")
    if step == "werk-bij":
        count = refresh_plan(plan=plan, today=timezone.localdate())
        changed = ngettext(
            "%(count)s plek in de clusters is bijgewerkt.", "%(count)s plekken in de clusters zijn bijgewerkt.", count
        )
        return changed % {"count": count} if count else _("De clusters waren al bij.")
    raise PlanRefused(_("We begrepen niet welke knop u koos. Kies er nog een keer een."))


@page(right=Right.PLAN_WRITE, action="plan.next_form")
@require_http_methods(["GET", "POST"])
def group_plan_next(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form for the plan that follows this one, or make it from this one and open it."""
    plan, today = get_plan_for(request, pk, Right.PLAN_WRITE), timezone.localdate()
    begins_on = max(plan.ends_on + timedelta(days=1), today)
    initial = {"begins_on": begins_on, "ends_on": begins_on + USUAL}
    form = PlanDaysForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        days = form.cleaned_data
        try:
            made = copy_plan(
                plan=plan,
                begins_on=days["begins_on"],
                ends_on=days["ends_on"],
                by=user_of(request),
                now=timezone.now(),
                today=today,
            )
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Het volgende plan staat klaar als concept. De clusters zijn opnieuw voorgesteld.")
            )
            return redirect("observations:group_plan", pk=made.pk)
    context = {"form": form, "plan": plan, "group": plan.group}
    return render(request, "observations/plans/next.html", context, status=422 if form.errors else 200)


@page(right=Right.PLAN_READ, action="plan.effect_viewed")
@require_safe
def group_plan_effect(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the same children's next registration beside the plan."""
    plan = get_plan_for(request, pk, Right.PLAN_READ)
    context = {"plan": plan, "group": plan.group, "lines": effect_of(plan)}
    return render(request, "observations/plans/effect.html", context)
