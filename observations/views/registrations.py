"""Registering a child on the screen (REG-3, REG-6). Every form also works without JavaScript."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import FormDraft, form_draft
from kijk.web.page import page
from observations.access import get_child_for, get_registration_for
from observations.domain.instruments.catalogue import content_of
from observations.domain.periods.due import DueKind, due_of
from observations.domain.registering.answering import Replaced, mark_of
from observations.domain.registering.closed_page import line_outcomes
from observations.domain.registering.page import (
    ANSWER_VALUES,
    LinePage,
    RegistrationPage,
    changed_milestones,
    line_page_of,
    progress_of,
    registration_page_of,
    with_answers,
    with_replaced,
)
from observations.domain.registering.registrations import (
    ConclusionChanged,
    RegistrationRefused,
    answers_of,
    close_registration,
    confirm_line,
    open_beside,
    reopen_registration,
    save_answer,
    save_conclusion,
    save_scale,
    start_registration,
)
from observations.domain.registering.versions import next_version, versions_of
from observations.models import Child, ExtraRegistration, Registration
from observations.views.closed_meanwhile import LINE_FORM, line_closed
from observations.views.reopened import Reopening, answer_reopening
from observations.views.seen import (
    answer_in_words,
    plain_text,
    point_in_words,
    seen_answer,
    seen_point,
    seen_text,
    told_as_answers,
)

_REFUSED = 409
_WRONG = 422


@page(right=Right.REGISTRATION_WRITE, action="registration.start")
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a child's registration, or go on with the one that is open; ``extra`` names one of chosen lines."""
    child = get_child_for(request, pk, Right.REGISTRATION_WRITE)
    extra = _extra(request, child)
    try:
        registration = start_registration(child=child, today=timezone.localdate(), by=user_of(request), extra=extra)
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
    newer = next_version(found) if closed else None
    if newer is not None:
        context |= {"newer": newer, "has_versions": True, "may_reopen": False}
    return render(request, "observations/registration.html", context)


@page(right=Right.REGISTRATION_WRITE, action="registration.line_viewed")
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """Show one line to be answered. A POST is the form without JavaScript: it keeps all answers and goes on."""
    found = get_registration_for(request, pk, Right.REGISTRATION_WRITE)
    if request.method == "POST":
        return _save_line(request, found, code)
    if found.status != Registration.Status.OPEN:
        return line_closed(request, found)
    shown = line_page_of(found, code)
    if shown is None:
        raise Http404
    return _line_shown(request, found, shown)


@page(right=Right.REGISTRATION_WRITE, action="registration.answer")
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep one answer, as it is given; answers JSON with the progress, or the reason why not.

    For a milestone also ``bands``: the numbers of the age bands its line shows now, as an answer can open a lower one.
    ``replaced`` names the colleague whose answer this one took the place of without its sender having seen it.
    """
    found = get_registration_for(request, pk, Right.REGISTRATION_WRITE)
    try:
        return JsonResponse(_keep_one(request, found))
    except ConclusionChanged as refusal:
        mark = mark_of(refusal.theirs)
        return JsonResponse({"error": str(refusal), "theirs": refusal.theirs, "mark": mark}, status=_REFUSED)
    except RegistrationRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=_REFUSED)
    except (ValueError, KeyError):
        return JsonResponse({"error": _("Dit antwoord kennen we niet.")}, status=_WRONG)


@page(right=Right.REGISTRATION_CLOSE, action="registration.close_viewed")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether the registration can be closed, saying what is still open; a POST closes it."""
    found = get_registration_for(request, pk, Right.REGISTRATION_CLOSE)
    if found.status != Registration.Status.OPEN:
        if request.method == "POST":
            messages.info(request, _("Deze registratie was al afgesloten."))
        return redirect("observations:registration", pk=pk)
    problem = ""
    if request.method == "POST":
        confirmed = "confirm_carried_over" in request.POST
        try:
            close_registration(
                registration=found, now=timezone.now(), by=user_of(request), confirm_carried_over=confirmed
            )
        except RegistrationRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("De registratie is afgesloten."))
            return redirect("observations:registration", pk=pk)
    context = _context(request, found) | {"problem": problem}
    return render(request, "observations/registration_close.html", context, status=_REFUSED if problem else 200)


_REOPENING = Reopening(
    form="registration.reopen",
    address="observations:registration",
    template="observations/registration_reopen.html",
    reopen=reopen_registration,
    next_version=next_version,
    open_beside=open_beside,
    refused=RegistrationRefused,
    done=gettext_lazy("De registratie staat weer open. De oude versie blijft bewaard."),
    was_done=gettext_lazy("Deze registratie was al opnieuw geopend. Dit is de nieuwe versie."),
)


@page(right=Right.REGISTRATION_REOPEN, action="registration.reopen_viewed")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why a closed registration must be opened again; a POST makes the new revision."""
    found = get_registration_for(request, pk, Right.REGISTRATION_REOPEN)
    return answer_reopening(request, found, _REOPENING)


@page(right=Right.REGISTRATION_READ, action="registration.versions_viewed")
@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the versions of a registration side by side: what changed, who did it, when and why (REG-6.4)."""
    found = get_registration_for(request, pk, Right.REGISTRATION_READ)
    context = {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "comparison": versions_of(found),
    }
    return render(request, "observations/registration_versions.html", context)


def _extra(request: HttpRequest, child: Child) -> ExtraRegistration | None:
    """Return the extra registration that is asked for; Http404 for one that this child is not due."""
    asked = request.POST.get("extra", "")
    if not asked:
        return None
    due = due_of(child_ids=[child.pk], today=timezone.localdate()).get(child.pk, ())
    meant = {str(each.extra_id) for each in due if each.kind == DueKind.EXTRA}
    if asked not in meant:
        raise Http404
    return ExtraRegistration.objects.get(pk=asked)


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
        "has_versions": found.revision > 1 or found.superseded,
        # Of what was corrected, or is about some lines only, no report is made.
        "may_report": user.may(Right.REPORT_EXPORT) and not found.superseded and found.extra_id is None,
    }


def _keep_one(request: HttpRequest, found: Registration) -> dict[str, Any]:
    """Keep the one answer of an autosaved form: a milestone's (m-<id>), a scale's (s-<id>) or the conclusion.

    Returns what to answer. Raises ValueError or KeyError for what makes no sense.
    """
    user = user_of(request)
    if "conclusion" in request.POST:
        seen = seen_text(request)
        mark = save_conclusion(registration=found, conclusion=plain_text(request, "conclusion"), by=user, seen=seen)
        discard_posted(user_id=user.pk, post=request.POST)
        return {"saved": True, "progress": _progress(registration_page_of(found)), "mark": mark}
    names = [name for name in request.POST if name.startswith(("m-", "s-"))]
    if len(names) != 1:
        raise ValueError
    key, value = UUID(names[0][2:]), request.POST[names[0]]
    if names[0].startswith("s-"):
        replaced = save_scale(
            registration=found, scale_id=key, half_points=int(value), by=user, seen=seen_point(request, key)
        )
        return {"saved": True, "progress": _progress(registration_page_of(found))} | point_in_words(replaced)
    today = timezone.localdate()
    kept = save_answer(
        registration=found,
        milestone_id=key,
        value=ANSWER_VALUES[value],
        today=today,
        by=user,
        seen=seen_answer(request, key),
    )
    lines = progress_of(kept.registration, kept.answers, age_months=kept.age_months)
    code = content_of(found.version_id).milestones[key].line_code
    progress = {"answered": sum(each.done for each in lines), "total": len(lines)}
    bands = next(each.bands for each in lines if each.code == code)
    return {"saved": True, "progress": progress, "bands": bands} | answer_in_words(kept.replaced)


def _progress(overview: RegistrationPage) -> dict[str, int]:
    return {"answered": overview.lines_done, "total": len(overview.lines)}


def _save_line(request: HttpRequest, found: Registration, code: str) -> HttpResponse:
    shown = line_page_of(found, code)
    if shown is None:
        raise Http404
    if found.status != Registration.Status.OPEN:
        return line_closed(request, found)
    today = timezone.localdate()
    try:
        replaced = _save_answers(request, found, today)
        if "confirm" in request.POST and not replaced:
            return _confirm(request, found, shown, today)
    except RegistrationRefused as refusal:
        return _line_refused(request, found, refusal)
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    return _line_saved(request, found, code, replaced)


def _line_refused(request: HttpRequest, found: Registration, refusal: RegistrationRefused) -> HttpResponse:
    """Say why; give the answers back where a colleague closed the registration in the moment before."""
    found.refresh_from_db(fields=["status", "closed_at", "closed_by"])
    if found.status != Registration.Status.OPEN:
        return line_closed(request, found)
    messages.error(request, str(refusal))
    return redirect("observations:registration", pk=found.pk)


def _line_saved(request: HttpRequest, found: Registration, code: str, replaced: dict[UUID, Replaced]) -> HttpResponse:
    """Go on from a line that was kept: to what it opened, to what was replaced, or where the button leads."""
    opened = _bands_opened(request, found, code)
    if opened:
        messages.info(request, _("Er is een jongere leeftijdsfase bijgekomen. Kijk daar ook naar en ga dan verder."))
    now = line_page_of(found, code) if replaced else None
    if now is not None:
        # Shown at once and not after leading on: what was replaced is kept nowhere.
        messages.warning(request, _("Een collega had intussen anders gekozen. Kijk hieronder wat het moet zijn."))
        return _line_shown(request, found, with_replaced(now, replaced))
    if opened:
        return redirect(f"{_line_url(found, code)}#fase-{opened[0]}")
    if "restore" in request.POST:
        messages.success(request, _("Teruggezet."))
        return redirect(_line_url(found, code))
    if "propose" in request.POST:
        return redirect(_line_url(found, code) + _first_open(found, code))
    following = request.POST.get("go", "")
    if following in content_of(found.version_id).lines:
        return redirect("observations:registration_line", pk=found.pk, code=following)
    return redirect("observations:registration", pk=found.pk)


def _confirm(request: HttpRequest, found: Registration, shown: LinePage, today: date) -> HttpResponse:
    """Keep that everything taken over still holds, and go on; stay where something has no answer yet (REG-3.8)."""
    count = confirm_line(registration=found, line=shown.line, today=today, by=user_of(request))
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    told = ngettext("%(n)s antwoord bevestigd.", "%(n)s antwoorden bevestigd.", count) % {"n": count}
    code = shown.line.code
    progress = registration_page_of(found).line(code)
    if not progress.done:
        left = progress.shown - progress.answered
        told += " " + ngettext("Nog %(n)s mijlpaal zonder antwoord.", "Nog %(n)s mijlpalen zonder antwoord.", left) % {
            "n": left
        }
        messages.success(request, told)
        return redirect(_line_url(found, code) + _first_open(found, code))
    messages.success(request, f"{shown.line.name}: {told}")
    if shown.following is not None:
        return redirect("observations:registration_line", pk=found.pk, code=shown.following.code)
    return redirect("observations:registration", pk=found.pk)


def _first_open(found: Registration, code: str) -> str:
    """Return the fragment of the first milestone of a line that still needs an answer; nothing when there is none."""
    shown = line_page_of(found, code)
    items = [item for band in shown.bands for item in band.milestones] if shown else []
    return next((f"#{item.content.code}" for item in items if not item.answer or item.carried_over), "")


def _line_url(found: Registration, code: str) -> str:
    return reverse("observations:registration_line", kwargs={"pk": found.pk, "code": code})


def _bands_opened(request: HttpRequest, found: Registration, code: str) -> list[int]:
    """Return the bands that the answers opened: those the line shows now and the form that was sent did not.

    Somebody without JavaScript would otherwise never see them.
    """
    sent = set(request.POST.getlist("band"))
    if not sent:
        return []
    return [band for band in registration_page_of(found).line(code).bands if str(band) not in sent]


def _line_shown(request: HttpRequest, found: Registration, shown: LinePage) -> HttpResponse:
    draft = _line_draft(request, found, shown)
    if draft.resumed is not None:
        shown = with_answers(shown, {name: draft.text(name) for name in draft.resumed.fields})
    context = {"registration": found, "child": found.child, "file": found.child.file, "page": shown, "draft": draft}
    return render(request, "observations/registration_line.html", context)


def _save_answers(request: HttpRequest, found: Registration, today: date) -> dict[UUID, Replaced]:
    """Keep what was chosen on a line's form; return the answers of colleagues that it took the place of, unseen.

    A proposal that was taken over comes as ``propose``, and a colleague's answer that is put back as ``restore``: the
    name of the field and the answer.
    """
    post = request.POST
    field, _sign, code = (post.get("propose") or post.get("restore", "")).partition("=")
    chosen = {name: post[name] for name in post if name.startswith("m-")}
    if field.startswith("m-"):
        chosen[field] = code
    if any(value and value not in ANSWER_VALUES for value in chosen.values()):
        # No page of ours offers it. Left out, it would look as if it was kept.
        raise BadRequest
    seen = {name[4:]: post[name] for name in post if name.startswith("was-")}
    pairs = [(name[2:], value) for name, value in chosen.items()]
    changed = changed_milestones(pairs, answers_of(found), seen)
    if field.startswith("m-"):
        # Choosing what stood there already confirms it.
        changed |= changed_milestones([(field[2:], code)], {})
    replaced: dict[UUID, Replaced] = {}
    for milestone_id, value in changed.items():
        try:
            shown = seen_answer(request, milestone_id)
        except KeyError as unknown:
            raise BadRequest from unknown
        kept = save_answer(
            registration=found, milestone_id=milestone_id, value=value, today=today, by=user_of(request), seen=shown
        )
        if kept.replaced is not None:
            replaced[milestone_id] = kept.replaced
    return replaced


def _line_draft(request: HttpRequest, found: Registration, shown: LinePage) -> FormDraft:
    """Return the draft of a line's form: answers that were sent when the session was over (ACC-6.3)."""
    answers = {item.field: item.answer for band in shown.bands for item in band.milestones}
    draft = form_draft(request, form=LINE_FORM, row=found.pk, shown=answers)
    return told_as_answers(draft)
