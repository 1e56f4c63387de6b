"""Out-of-school care: the group on one screen, and one child's measurement (BSO-1). All of it works without script."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.access import get_bso_registration_for, get_child_for, get_group_for
from observations.domain.bso.comparing import comparison_of
from observations.domain.bso.follow_ups import follow_ups_of
from observations.domain.bso.group import bso_group_page_of
from observations.domain.bso.measuring import (
    BsoRefused,
    close_measurement,
    missing_of,
    save_answer,
    save_conclusion,
    save_point,
    start_measurement,
    start_measurements,
)
from observations.domain.bso.page import choices, measurement_page_of, with_given
from observations.domain.bso.reading import code_of, label_of, points_in_words
from observations.domain.bso.reopening import next_version
from observations.domain.bso.self_report import is_old_enough, self_report_age
from observations.domain.bso.unsaved import late_points
from observations.domain.instruments.catalogue import InstrumentNotPublishedError
from observations.domain.registering.answering import Replaced, mark_of
from observations.domain.registering.refusals import ConclusionChanged, RegistrationRefused
from observations.forms.bso import (
    UnknownAnswer,
    answers_in,
    given_in,
    points_in,
    row_and_scale,
    seen_answer,
    seen_point,
)
from observations.models import BsoRegistration, Group
from observations.views.closed_meanwhile import BSO_FORM, bso_closed
from observations.views.group_tabs import add_child_url, tabs_of
from observations.views.seen import seen_text

_REFUSED, _WRONG = 409, 422


@page(right=Right.BSO_READ, action="bso.group_viewed")
@require_safe
def group(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show all children of a BSO group by three scales; who may write fills them in here."""
    found = _bso_group(request, pk, Right.BSO_READ)
    return _group_page(request, found)


@page(right=Right.BSO_WRITE, action="bso.group_saved")
@require_POST
def group_save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the points of the group's form; one of them for a script (JSON), all that changed for a form."""
    found = _bso_group(request, pk, Right.BSO_WRITE)
    wants_json = _wants_json(request)
    try:
        with transaction.atomic():
            replaced = _save_group(request, found)
    except (UnknownAnswer, RegistrationRefused) as refusal:
        told = str(refusal) or _("Dit antwoord kennen we niet.")
        status = _REFUSED if isinstance(refusal, RegistrationRefused) else _WRONG
        if wants_json:
            return JsonResponse({"error": told}, status=status)
        messages.error(request, told)
        return _group_page(request, found, status=status)
    if wants_json:
        shown = bso_group_page_of(found, today=timezone.localdate())
        progress = {"answered": shown.done, "total": len(shown.rows)}
        return JsonResponse({"saved": True, "progress": progress} | replaced)
    messages.success(request, _("Opgeslagen."))
    return redirect("observations:bso_group", pk=pk)


@page(right=Right.BSO_WRITE, action="bso.group_start")
@require_POST
def group_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the measurements of the children who have none now."""
    found, today = _bso_group(request, pk, Right.BSO_WRITE), timezone.localdate()
    try:
        wanted = bso_group_page_of(found, today=today).to_begin
        begun = start_measurements(children=wanted, group=found, today=today, by=user_of(request))
    except InstrumentNotPublishedError as missing:
        messages.error(request, str(missing))
    else:
        messages.success(request, ngettext("%(n)s meting begonnen.", "%(n)s metingen begonnen.", begun) % {"n": begun})
    return redirect("observations:bso_group", pk=pk)


@page(right=Right.BSO_WRITE, action="bso.start")
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a child's measurement, or go on with the one that is open."""
    child = get_child_for(request, pk, Right.BSO_WRITE)
    try:
        made = start_measurement(child=child, today=timezone.localdate(), by=user_of(request))
    except (BsoRefused, InstrumentNotPublishedError) as refusal:
        messages.error(request, str(refusal))
        return redirect("observations:child", pk=pk)
    return redirect("observations:bso_fill", pk=made.pk)


@page(right=Right.BSO_READ, action="bso.viewed")
@require_safe
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a measurement: points, both views of each statement side by side, conclusion and follow-up (BSO-2)."""
    found, user = get_bso_registration_for(request, pk, Right.BSO_READ), user_of(request)
    present, is_open = found.child.archived_on is None, found.status == BsoRegistration.Status.OPEN
    today, newer = timezone.localdate(), None if is_open else next_version(found)
    may_reopen = present and not is_open and newer is None and user.may(Right.BSO_REOPEN)
    context = _context(request, found) | {
        "conclusion": found.texts.conclusion if found.texts else "",
        "comparison": comparison_of(found),
        "follow_ups": follow_ups_of(found, today=today),
        "self_from": self_report_age() if is_open and not is_old_enough(found, on=today) else None,
        "may_follow_up": present and user.may(Right.BSO_WRITE),
        "may_export": present and not is_open and user.may(Right.BSO_EXPORT),
        "may_reopen": may_reopen,
        "newer": newer,
        "has_versions": found.revision > 1 or newer is not None,
    }
    return render(request, "observations/bso/registration.html", context)


@page(right=Right.BSO_WRITE, action="bso.form")
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a measurement to be filled in; a POST keeps it: one answer for a script (JSON), all of it for a form."""
    found = get_bso_registration_for(request, pk, Right.BSO_WRITE)
    if request.method == "POST":
        return _save(request, found)
    if found.status != BsoRegistration.Status.OPEN:
        return bso_closed(request, found)
    return _form_page(request, found)


@page(right=Right.BSO_WRITE, action="bso.close_viewed")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a measurement still misses, and close it."""
    found = get_bso_registration_for(request, pk, Right.BSO_WRITE)
    if found.status != BsoRegistration.Status.OPEN:
        if request.method == "POST":
            messages.info(request, _("Deze meting was al afgesloten."))
        return redirect("observations:bso_registration", pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            close_measurement(registration=found, by=user_of(request), now=timezone.now())
        except BsoRefused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("De meting is afgesloten."))
            return redirect("observations:bso_registration", pk=pk)
    context = _context(request, found) | {"missing": missing_of(found), "problem": problem}
    return render(request, "observations/bso/close.html", context, status=_REFUSED if problem else 200)


def _bso_group(request: HttpRequest, pk: UUID, right: Right) -> Group:
    found = get_group_for(request, pk, right)
    if found.kind != Group.Kind.BSO:
        raise Http404
    return found


def _group_page(request: HttpRequest, found: Group, status: int = 200) -> HttpResponse:
    user, shown, problem = user_of(request), None, ""
    try:
        shown = bso_group_page_of(found, today=timezone.localdate())
    except InstrumentNotPublishedError as missing:
        problem = str(missing)
    context = {
        "group": found,
        "tabs": tabs_of(found, user=user, current="observations:bso_group"),
        "add_child_url": add_child_url(found, user=user),
        "page": shown,
        "problem": problem,
        "may_write": user.may(Right.BSO_WRITE),
        "may_export": user.may(Right.BSO_EXPORT),
        "steps": [(str(doubled), points_in_words(doubled)) for doubled in range(2, 11)],
    }
    return render(request, "observations/bso/group.html", context, status=status)


def _save_group(request: HttpRequest, found: Group) -> dict[str, Any]:
    """Keep the points that were changed, each in its child's measurement; return what a script is told of it."""
    answer: dict[str, Any] = {}
    late: list[tuple[UUID, UUID, int]] = []
    rows = {row.pk: row for row in BsoRegistration.objects.filter(group=found, status=BsoRegistration.Status.OPEN)}
    for key, half_points in points_in(request.POST).items():
        row_id, scale_id = row_and_scale(key)
        seen = seen_point(request.POST, key)
        if seen is not None and seen.value == half_points:
            # Not touched: what a colleague chose meanwhile stays.
            continue
        if row_id not in rows:
            if _wants_json(request):
                raise BsoRefused(_("Deze meting is afgesloten en verandert niet meer."))
            late.append((row_id, scale_id, half_points))
            continue
        replaced = save_point(
            registration=rows[row_id], scale_id=scale_id, half_points=half_points, by=user_of(request), seen=seen
        )
        answer |= _tell(request, replaced, _point_words)
    if late:
        _tell_late(request, found, late)
    return answer


def _tell_late(request: HttpRequest, found: Group, late: list[tuple[UUID, UUID, int]]) -> None:
    """Tell which points came after their measurement was closed; raises BsoRefused for one that is not the group's."""
    told = late_points(found, late)
    if told is None:
        raise BsoRefused(_("Deze meting is afgesloten en verandert niet meer."))
    if told:
        words = _("Niet bewaard. De meting was al afgesloten: %(points)s.") % {"points": "; ".join(told)}
        messages.error(request, words)


def _save(request: HttpRequest, found: BsoRegistration) -> HttpResponse:
    wants_json = _wants_json(request)
    if found.status != BsoRegistration.Status.OPEN and not wants_json:
        return bso_closed(request, found)
    try:
        # All of it or nothing: the page that says what is wrong is an answer like others, and is committed.
        with transaction.atomic():
            answer = _keep(request, found)
    except ConclusionChanged as refusal:
        if wants_json:
            told = {"error": str(refusal), "theirs": refusal.theirs, "mark": mark_of(refusal.theirs)}
            return JsonResponse(told, status=_REFUSED)
        return _form_page(request, found, problem=str(refusal), theirs=refusal.theirs, status=_REFUSED)
    except RegistrationRefused as refusal:
        found.refresh_from_db(fields=["status", "closed_at", "closed_by", "texts"])
        if found.status != BsoRegistration.Status.OPEN and not wants_json:
            return bso_closed(request, found)
        return _refuse(request, found, str(refusal), _REFUSED)
    except UnknownAnswer:
        return _refuse(request, found, _("Dit antwoord kennen we niet."), _WRONG)
    if wants_json:
        shown = measurement_page_of(found)
        return JsonResponse({"saved": True, "progress": {"answered": shown.answered, "total": shown.total}} | answer)
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    messages.success(request, _("Opgeslagen."))
    return redirect("observations:bso_registration", pk=found.pk)


def _refuse(request: HttpRequest, found: BsoRegistration, problem: str, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": problem}, status=status)
    return _form_page(request, found, problem=problem, status=status)


def _keep(request: HttpRequest, found: BsoRegistration) -> dict[str, Any]:
    """Keep what was posted and differs from what its sender saw; return what a script is told of it."""
    post, user, now = request.POST, user_of(request), timezone.now()
    told: dict[str, Any] = {}
    for milestone_id, value in answers_in(post).items():
        shown = seen_answer(post, milestone_id)
        if shown is None or shown.value != (-1 if value is None else value):
            replaced = save_answer(
                registration=found, milestone_id=milestone_id, value=value, by=user, now=now, seen=shown
            )
            told |= _tell(request, replaced, _answer_words)
    for key, half_points in points_in(post).items():
        scale_id = row_and_scale(f"{found.pk}.{key}")[1]
        seen = seen_point(post, key)
        if seen is None or seen.value != half_points:
            replaced = save_point(registration=found, scale_id=scale_id, half_points=half_points, by=user, seen=seen)
            told |= _tell(request, replaced, _point_words)
    if "conclusion" in post:
        text = post["conclusion"].replace("\x00", "")
        mark = save_conclusion(registration=found, conclusion=text, by=user, seen=seen_text(request))
        discard_posted(user_id=user.pk, post=post)
        told["mark"] = mark
    return told


def _tell(request: HttpRequest, replaced: Replaced | None, words: Callable[[int], tuple[str, str]]) -> dict[str, Any]:
    """Tell whose answer was replaced unseen: in the answer to a script, or as a message."""
    if replaced is None:
        return {}
    value, label = words(replaced.value)
    if not _wants_json(request):
        said = _("%(name)s had intussen “%(answer)s” gekozen. Nu staat er wat u koos.")
        messages.warning(request, said % {"name": replaced.author, "answer": label})
    return {"replaced": {"by": replaced.author, "value": value, "label": label}}


def _answer_words(value: int) -> tuple[str, str]:
    known = None if value < 0 else value
    return code_of(known), label_of(known)


def _point_words(value: int) -> tuple[str, str]:
    return str(value), points_in_words(value)


def _context(request: HttpRequest, found: BsoRegistration) -> dict[str, Any]:
    is_open = found.status == BsoRegistration.Status.OPEN
    return {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "page": measurement_page_of(found),
        "is_open": is_open,
        "may_write": is_open and user_of(request).may(Right.BSO_WRITE),
    }


def _form_page(
    request: HttpRequest,
    found: BsoRegistration,
    *,
    problem: str = "",
    theirs: str | None = None,
    status: int = 200,
) -> HttpResponse:
    conclusion = found.texts.conclusion if found.texts else ""
    draft = form_draft(request, form=BSO_FORM, row=found.pk, shown={"conclusion": conclusion})
    context = _context(request, found) | {
        "choices": choices(),
        "typed": request.POST.get("conclusion", draft.text("conclusion", conclusion)),
        # What the writer has now seen: their text, where a colleague's came in between.
        "mark": mark_of(conclusion if theirs is None else theirs),
        "theirs": theirs,
        "problem": problem,
        "draft": draft,
    }
    if request.method == "POST":
        # Nothing of this form is kept: what was chosen stands on the page that says why.
        given = given_in(request.POST)
        context["page"] = with_given(context["page"], given.answers, given.points)
    return render(request, "observations/bso/fill.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"
