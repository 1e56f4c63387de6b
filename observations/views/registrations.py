"""Registering a child on the screen (REG-3, REG-6). Every form also works without JavaScript."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import FormDraft, form_draft
from kijk.web.page import page
from observations.access import get_child_for, get_registration_for
from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.closed_page import line_outcomes
from observations.domain.registering.page import (
    ANSWER_VALUES,
    RegistrationPage,
    changed_milestones,
    line_page_of,
    registration_page_of,
)
from observations.domain.registering.registrations import (
    NotConfirmed,
    RegistrationRefused,
    answers_of,
    close_registration,
    confirm_line,
    reopen_registration,
    save_answer,
    save_conclusion,
    save_scale,
    start_registration,
)
from observations.models import Registration

_REFUSED = 409
_WRONG = 422


@page(right=Right.REGISTRATION_WRITE, action="registration.start")
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a child's registration, or go on with the one that is open."""
    child = get_child_for(request, pk, Right.REGISTRATION_WRITE)
    try:
        registration = start_registration(child=child, today=timezone.localdate(), by=user_of(request))
    except RegistrationRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("observations:child", pk=pk)
    return redirect("observations:registration", pk=registration.pk)


@page(right=Right.REGISTRATION_READ, action="registration.viewed")
@require_safe
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the lines of a registration with their progress; of a closed one, the results."""
    found = get_registration_for(request, pk, Right.REGISTRATION_READ)
    closed = found.status == Registration.Status.CLOSED
    context = _context(request, found) | {"outcomes": line_outcomes(found) if closed else ()}
    return render(request, "observations/registration.html", context)


@page(right=Right.REGISTRATION_WRITE, action="registration.line_viewed")
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """Show one line to be answered. A POST is the form without JavaScript: it keeps all answers and goes on."""
    found = get_registration_for(request, pk, Right.REGISTRATION_WRITE)
    if found.status != Registration.Status.OPEN:
        return redirect("observations:registration", pk=pk)
    if request.method == "POST":
        return _save_line(request, found, code)
    shown = line_page_of(found, code)
    if shown is None:
        raise Http404
    context = {"registration": found, "child": found.child, "file": found.child.file, "page": shown}
    return render(request, "observations/registration_line.html", context)


@page(right=Right.REGISTRATION_WRITE, action="registration.answer")
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep one answer, as it is given; answers JSON with the progress, or the reason why not.

    For a milestone also ``bands``: the numbers of the age bands its line shows now, as an answer can open a lower one.
    """
    found = get_registration_for(request, pk, Right.REGISTRATION_WRITE)
    try:
        milestone_id = _keep_one(request, found)
    except RegistrationRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=_REFUSED)
    except (ValueError, KeyError):
        return JsonResponse({"error": _("Dit antwoord kennen we niet.")}, status=_WRONG)
    overview = registration_page_of(found)
    progress = {"answered": overview.lines_done, "total": len(overview.lines)}
    if milestone_id is None:
        return JsonResponse({"saved": True, "progress": progress})
    code = content_of(found.version_id).milestones[milestone_id].line_code
    return JsonResponse({"saved": True, "progress": progress, "bands": overview.line(code).bands})


@page(right=Right.REGISTRATION_WRITE, action="registration.scales_viewed")
@require_http_methods(["GET", "POST"])
def scales(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show well-being, involvement and basic characteristics, and the conclusion; a POST keeps them all."""
    found = get_registration_for(request, pk, Right.REGISTRATION_WRITE)
    if found.status != Registration.Status.OPEN:
        return redirect("observations:registration", pk=pk)
    if request.method == "POST":
        try:
            # All of it or nothing: the page that says what is wrong is an answer like others, and is committed.
            with transaction.atomic():
                _save_scales(request, found)
        except (RegistrationRefused, ValueError) as refusal:
            known = str(refusal) if isinstance(refusal, RegistrationRefused) else _("Kies een punt van 1 tot en met 5.")
            return _scales_page(request, found, problem=known)
        discard_posted(user_id=user_of(request).pk, post=request.POST)
        messages.success(request, _("Bewaard."))
        return redirect("observations:registration", pk=pk)
    return _scales_page(request, found)


@page(right=Right.REGISTRATION_CLOSE, action="registration.close_viewed")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether the registration can be closed, saying what is still open; a POST closes it."""
    found = get_registration_for(request, pk, Right.REGISTRATION_CLOSE)
    if found.status != Registration.Status.OPEN:
        return redirect("observations:registration", pk=pk)
    problem = ""
    if request.method == "POST":
        confirmed = "confirm_carried_over" in request.POST
        try:
            close_registration(
                registration=found, now=timezone.now(), by=user_of(request), confirm_carried_over=confirmed
            )
        except NotConfirmed as refusal:
            problem = str(refusal)
        except RegistrationRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("De registratie is afgesloten."))
            return redirect("observations:registration", pk=pk)
    context = _context(request, found) | {"problem": problem}
    return render(request, "observations/registration_close.html", context, status=_REFUSED if problem else 200)


@page(right=Right.REGISTRATION_REOPEN, action="registration.reopen_viewed")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why a closed registration must be opened again; a POST makes the new revision."""
    found = get_registration_for(request, pk, Right.REGISTRATION_REOPEN)
    draft = form_draft(request, form="registration.reopen", row=found.pk, shown={"reason": ""})
    problem, reason = "", _text(request, "reason") or draft.text("reason")
    if request.method == "POST":
        try:
            opened = reopen_registration(registration=found, reason=reason, by=user_of(request))
        except RegistrationRefused as refusal:
            problem = str(refusal)
        else:
            discard_posted(user_id=user_of(request).pk, post=request.POST)
            messages.success(request, _("De registratie staat weer open. De oude versie blijft bewaard."))
            return redirect("observations:registration", pk=opened.pk)
    context = _context(request, found) | {"problem": problem, "reason": reason, "draft": draft}
    return render(request, "observations/registration_reopen.html", context, status=_REFUSED if problem else 200)


def _context(request: HttpRequest, found: Registration) -> dict[str, Any]:
    user = user_of(request)
    return {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "page": registration_page_of(found),
        "is_open": found.status == Registration.Status.OPEN,
        "may_write": user.may(Right.REGISTRATION_WRITE),
        "may_close": user.may(Right.REGISTRATION_CLOSE),
        "may_reopen": user.may(Right.REGISTRATION_REOPEN) and not found.superseded,
    }


def _keep_one(request: HttpRequest, found: Registration) -> UUID | None:
    """Keep the one answer of an autosaved form: a milestone's (m-<id>), a scale's (s-<id>) or the conclusion.

    Returns the id of the milestone, or None for the others. Raises ValueError or KeyError for what makes no sense.
    """
    if "conclusion" in request.POST:
        save_conclusion(registration=found, conclusion=_text(request, "conclusion"))
        discard_posted(user_id=user_of(request).pk, post=request.POST)
        return None
    names = [name for name in request.POST if name.startswith(("m-", "s-"))]
    if len(names) != 1:
        raise ValueError
    key, value = UUID(names[0][2:]), request.POST[names[0]]
    if names[0].startswith("s-"):
        save_scale(registration=found, scale_id=key, half_points=int(value))
        return None
    today, user = timezone.localdate(), user_of(request)
    save_answer(registration=found, milestone_id=key, value=ANSWER_VALUES[value], today=today, by=user)
    return key


def _save_line(request: HttpRequest, found: Registration, code: str) -> HttpResponse:
    content = content_of(found.version_id)
    if code not in content.lines:
        raise Http404
    today, user = timezone.localdate(), user_of(request)
    try:
        _save_answers(request, found, today)
        if "confirm" in request.POST:
            count = confirm_line(registration=found, line=content.lines[code], today=today, by=user)
            messages.success(
                request, ngettext("%(n)s antwoord bevestigd.", "%(n)s antwoorden bevestigd.", count) % {"n": count}
            )
            return redirect("observations:registration_line", pk=found.pk, code=code)
    except RegistrationRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("observations:registration", pk=found.pk)
    if opened := _bands_opened(request, found, code):
        messages.info(request, _("Er is een jongere leeftijdsfase bijgekomen. Kijk daar ook naar en ga dan verder."))
        here = reverse("observations:registration_line", kwargs={"pk": found.pk, "code": code})
        return redirect(f"{here}#fase-{opened[0]}")
    following = request.POST.get("go", "")
    if following in content.lines:
        return redirect("observations:registration_line", pk=found.pk, code=following)
    return redirect("observations:registration", pk=found.pk)


def _bands_opened(request: HttpRequest, found: Registration, code: str) -> list[int]:
    """Return the bands that the answers opened: those the line shows now and the form that was sent did not.

    Somebody without JavaScript would otherwise never see them.
    """
    sent = set(request.POST.getlist("band"))
    if not sent:
        return []
    return [band for band in registration_page_of(found).line(code).bands if str(band) not in sent]


def _save_answers(request: HttpRequest, found: Registration, today: date) -> None:
    pairs = [(name[2:], request.POST[name]) for name in request.POST if name.startswith("m-")]
    if any(value and value not in ANSWER_VALUES for _name, value in pairs):
        # No page of ours offers it. Left out, it would look as if it was kept.
        raise BadRequest
    for milestone_id, value in changed_milestones(pairs, answers_of(found)).items():
        save_answer(registration=found, milestone_id=milestone_id, value=value, today=today, by=user_of(request))


def _save_scales(request: HttpRequest, found: Registration) -> None:
    for name in request.POST:
        value = request.POST[name]
        if name.startswith("s-") and value:
            save_scale(registration=found, scale_id=UUID(name[2:]), half_points=int(value))
    save_conclusion(registration=found, conclusion=_text(request, "conclusion"))


def _scales_page(request: HttpRequest, found: Registration, problem: str = "") -> HttpResponse:
    conclusion = found.texts.conclusion if found.texts else ""
    draft = form_draft(request, form="registration.scales", row=found.pk, shown={"conclusion": conclusion})
    context = {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "page": _with_draft(registration_page_of(found), draft),
        "conclusion": request.POST.get("conclusion", draft.text("conclusion", conclusion)),
        "problem": problem,
        "draft": draft,
    }
    status = _WRONG if problem else 200
    return render(request, "observations/registration_scales.html", context, status=status)


def _with_draft(overview: RegistrationPage, draft: FormDraft) -> RegistrationPage:
    """Return the page with the points that a draft has, in place of those that are kept."""
    if draft.resumed is None:
        return overview
    points = {scale.content.id: draft.text(f"s-{scale.content.id}") for scale in overview.scales}
    scales = tuple(
        replace(scale, half_points=int(points[scale.content.id])) if points[scale.content.id].isdecimal() else scale
        for scale in overview.scales
    )
    return replace(overview, scales=scales)


def _text(request: HttpRequest, name: str) -> str:
    """Return a text that was typed, without NUL, which the database cannot keep."""
    return request.POST.get(name, "").replace("\x00", "")
