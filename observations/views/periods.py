"""Planning when children are registered: periods, ages and extra registrations (REG-2)."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from observations.domain.periods.ages import age_in_words
from observations.domain.periods.by_age import USUAL_AGES, list_planned_ages, plan_age, remove_planned_age
from observations.domain.periods.due import DEVELOPMENT_KINDS
from observations.domain.periods.extra import ExtraData, development_content, list_extras, plan_extra, remove_extra
from observations.domain.periods.planning import (
    PeriodRefused,
    change_period,
    close_period,
    list_periods,
    plan_period,
    plan_periods,
    propose_periods,
    remove_period,
    reopen_period,
    state_of,
    usual_months,
)
from observations.forms.periods import ExtraForm, PeriodForm, PlannedAgeForm, ProposalForm
from observations.models import Child, ExtraRegistration, Group, PlannedAge, RegistrationPeriod

_WRONG, _REFUSED = 422, 409
_WEEKS = 8
_AUGUST = 8


@page(right=Right.PERIOD_WRITE, action="periods.listed")
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """Show what is planned: the periods, the ages and the extra registrations."""
    context = {
        "periods": list_periods(today=timezone.localdate()),
        "ages": list_planned_ages(),
        "extras": list_extras(),
        "usual_ages": ", ".join(age_in_words(months) for months in USUAL_AGES),
        "may_see_progress": user_of(request).may(Right.REGISTRATION_READ),
    }
    return render(request, "observations/periods/list.html", context)


@page(right=Right.PERIOD_WRITE, action="periods.proposed")
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest) -> HttpResponse:
    """Propose the periods of a school year from the months; with ``doe`` the ones that are free are planned."""
    school_year = _school_year(timezone.localdate())
    months = [str(month) for month in usual_months()]
    initial = {"school_year": school_year, "months": months, "weeks": _WEEKS}
    form = ProposalForm(request.POST if request.method == "POST" else None, school_year=school_year, initial=initial)
    asked = form.is_bound and form.is_valid()
    proposed = propose_periods(**form.cleaned_data) if asked else []
    free = [each.days for each in proposed if not each.in_the_way]
    if "doe" in request.POST and free:
        try:
            made = plan_periods(wanted=free, by=user_of(request))
        except PeriodRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            text = ngettext("%(n)s periode gepland.", "%(n)s perioden gepland.", len(made)) % {"n": len(made)}
            messages.success(request, text)
            return redirect("observations:periods")
    context = {"form": form, "proposed": proposed, "free": len(free), "asked": asked}
    return render(request, "observations/periods/proposal.html", context, status=_WRONG if form.errors else 200)


@page(right=Right.PERIOD_WRITE, action="period.form")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan one period with days of one's own."""
    form = PeriodForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            plan_period(days=form.days(), by=user_of(request))
        except PeriodRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De periode is gepland."))
            return redirect("observations:periods")
    return render(request, "observations/periods/period.html", {"form": form}, status=_WRONG if form.errors else 200)


@page(right=Right.PERIOD_WRITE, action="period.form")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a period; with ``doe`` close it, open it again or take it away."""
    period = RegistrationPeriod.objects.select_related("version").filter(pk=pk).first()
    if period is None:
        raise Http404
    today = timezone.localdate()
    doing = request.POST.get("doe", "")
    initial = {
        "name": period.name,
        "begins_on": period.begins_on,
        "ends_on": period.ends_on,
        "kinds": period.kinds,
    }
    form = PeriodForm(request.POST if request.method == "POST" and not doing else None, initial=initial)
    problem = ""
    if doing or (form.is_bound and form.is_valid()):
        try:
            text = _do(request, period, doing, form, today)
        except PeriodRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, text)
            return redirect("observations:periods")
    context = {
        "form": form,
        "period": period,
        "state": state_of(period, today).value,
        "registrations": period.registrations.count(),
        "problem": problem,
    }
    status = _REFUSED if problem else _WRONG if form.errors else 200
    return render(request, "observations/periods/period.html", context, status=status)


@page(right=Right.PERIOD_WRITE, action="planned_age.form")
@require_http_methods(["GET", "POST"])
def planned_age_new(request: HttpRequest) -> HttpResponse:
    """Plan a registration at an age."""
    form = PlannedAgeForm(request.POST if request.method == "POST" else None, initial={"window_weeks": 4})
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            plan_age(
                months=cleaned["age"],
                kind=cleaned["kind"],
                window_weeks=cleaned["window_weeks"],
                today=timezone.localdate(),
                by=user_of(request),
            )
        except PeriodRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De leeftijd is gepland."))
            return redirect("observations:periods")
    return render(request, "observations/periods/age_new.html", {"form": form}, status=_WRONG if form.errors else 200)


@page(right=Right.PERIOD_WRITE, action="planned_age.form")
@require_http_methods(["GET", "POST"])
def planned_age(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether a planned age goes; a POST takes it away."""
    planned = PlannedAge.objects.filter(pk=pk).first()
    if planned is None:
        raise Http404
    if request.method == "POST":
        remove_planned_age(planned=planned, by=user_of(request))
        messages.success(request, _("Deze leeftijd is niet meer gepland."))
        return redirect("observations:periods")
    return render(request, "observations/periods/age.html", {"planned": planned, "age": age_in_words(planned.months)})


@page(right=Right.PERIOD_WRITE, action="extra_registration.form")
@require_http_methods(["GET", "POST"])
def extra_new(request: HttpRequest) -> HttpResponse:
    """Plan an extra registration; ``kind`` in the address is the child it is for."""
    child, today = _chosen_child(request), timezone.localdate()
    name = str(child.file) if child else ""
    lines = [(line.code, line.name) for line in development_content().lines.values()]
    initial = {"audience": ExtraRegistration.Audience.CHILD if child else "", "begins_on": today}
    form = ExtraForm(
        request.POST if request.method == "POST" else None,
        lines=lines,
        groups=_groups(today),
        child_name=name,
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        try:
            plan_extra(data=_extra_data(form, child), by=user_of(request))
        except PeriodRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De extra registratie is gepland."))
            return redirect("observations:child", pk=child.pk) if child else redirect("observations:periods")
    context = {"form": form, "child": child, "name": name}
    return render(request, "observations/periods/extra_new.html", context, status=_WRONG if form.errors else 200)


@page(right=Right.PERIOD_WRITE, action="extra_registration.form")
@require_http_methods(["GET", "POST"])
def extra(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an extra registration, and let it be taken away."""
    found = ExtraRegistration.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            remove_extra(extra=found, by=user_of(request))
        except PeriodRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("De extra registratie is niet meer gepland."))
            return redirect("observations:periods")
    line = next(each for each in list_extras() if each.pk == pk)
    context = {"extra": line, "problem": problem}
    return render(request, "observations/periods/extra.html", context, status=_REFUSED if problem else 200)


def _do(request: HttpRequest, period: RegistrationPeriod, doing: str, form: PeriodForm, today: date) -> str:
    """Do what a button or the form asks of a period, and return what to tell. Raises PeriodRefused."""
    by = user_of(request)
    if doing == "sluiten":
        close_period(period=period, now=timezone.now(), today=today, by=by)
        return _("De periode is gesloten. Wat nog openstaat, kan worden afgemaakt.")
    if doing == "openen":
        reopen_period(period=period, by=by)
        return _("De periode is weer open.")
    if doing == "weghalen":
        remove_period(period=period, by=by)
        return _("De periode is weggehaald.")
    if doing:
        raise Http404
    change_period(period=period, days=form.days(), today=today, by=by)
    return _("De periode is opgeslagen.")


def _school_year(today: date) -> int:
    return today.year if today.month >= _AUGUST else today.year - 1


def _groups(today: date) -> list[tuple[UUID, str]]:
    rows = Group.objects.filter(school_year=_school_year(today), kind__in=DEVELOPMENT_KINDS).select_related("location")
    return [(row.pk, f"{row.name} ({row.location.name})") for row in rows.order_by("location__name", "name")]


def _extra_data(form: ExtraForm, child: Child | None) -> ExtraData:
    cleaned = form.cleaned_data
    group = Group.objects.filter(pk=cleaned["group"]).first() if cleaned["group"] else None
    return ExtraData(
        name=cleaned["name"],
        lines=cleaned["lines"],
        audience=cleaned["audience"],
        begins_on=cleaned["begins_on"],
        ends_on=cleaned["ends_on"],
        weeks=cleaned["weeks"],
        child=child,
        group=group,
    )


def _chosen_child(request: HttpRequest) -> Child | None:
    """Return the child whose page led here, if any."""
    try:
        return Child.objects.filter(pk=UUID(request.GET.get("kind", "")), archived_on__isnull=True).first()
    except ValueError:
        return None
