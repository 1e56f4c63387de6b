"""A child says itself how it is (BSO-1): the staff member's page that begins it, and the child's own screens.

The child's screens are for nobody who is signed in: whoever begins them is signed out on that device first, and a
device on which somebody signs in forgets the child's key. They show one first name and nothing else of anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain.sessions import end_sessions
from accounts.models import UserSession
from accounts.roles import Right
from accounts.views.own_scope import session_of, user_of
from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, page, public
from observations.access import get_bso_registration_for
from observations.domain.bso.measuring import BsoRefused
from observations.domain.bso.page import choices
from observations.domain.bso.reading import ANSWER_VALUES, code_of
from observations.domain.bso.self_report import (
    IDLE,
    ChildKey,
    SelfReportOver,
    Statements,
    child_view_of,
    find_code,
    finish,
    give_answer,
    is_old_enough,
    may_try_code,
    note_wrong_code,
    open_with_code,
    self_report_age,
    set_self_report_age,
    start_self_report,
    statements_for,
    wish_to_talk,
)
from observations.domain.instruments.catalogue import InstrumentNotPublishedError
from observations.forms.bso import SelfReportAgeForm
from observations.models import BsoRegistration

_REFUSED, _WRONG = 409, 422
#: Under which name the browser's session keeps the child's key.
_KEY = "self_report"
#: What the address of the screen about talking has once the wish is passed on.
_TOLD = "verteld"


@page(right=Right.BSO_WRITE, action="bso.self_viewed")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what happens when the child fills in its own view; a POST ends this session and opens the child's screens."""
    found, now, today = get_bso_registration_for(request, pk, Right.BSO_WRITE), timezone.now(), timezone.localdate()
    if found.status != BsoRegistration.Status.OPEN:
        return redirect("observations:bso_registration", pk=pk)
    problem, view = "", None
    try:
        if request.method == "POST":
            code = start_self_report(registration=found, by=user_of(request), now=now, today=today)
            return _hand_over(request, found, code)
        view = child_view_of(found, now=now)
    except (BsoRefused, InstrumentNotPublishedError) as refusal:
        problem = str(refusal)
    context = {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "view": view,
        "old_enough": is_old_enough(found, on=today),
        "years": self_report_age(),
        "problem": problem,
    }
    refused = problem and request.method == "POST"
    return render(request, "observations/bso/self_begin.html", context, status=_REFUSED if refused else 200)


@page(right=Right.MODULE_DECIDE, action="bso.settings_viewed")
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and set from which age children fill in their own view."""
    initial = {"years": self_report_age()}
    form = SelfReportAgeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        set_self_report_age(years=form.cleaned_data["years"])
        messages.success(request, _("Opgeslagen."))
        return redirect("observations:bso_settings")
    return render(request, "observations/bso/settings.html", {"form": form}, status=_WRONG if form.errors else 200)


@own_scopes
@public
@never_cache
@require_safe
def child_start(request: HttpRequest) -> HttpResponse:
    """Go on where the child was; on a device that is not the child's, say whom to ask."""
    try:
        with _statements(request) as statements:
            return _next(statements)
    except SelfReportOver:
        return render(request, "observations/bso/kind_gate.html", {"wrong_code": False})


@own_scopes
@public
@never_cache
@require_http_methods(["GET", "POST"])
def child_code(request: HttpRequest, organisation_id: UUID, code: str) -> HttpResponse:
    """Greet the child whose code this is; a POST uses up the code and opens the child's screens on this device."""
    origin, now = origin_of(request), timezone.now()
    if request.user.is_authenticated:
        return render(request, "observations/bso/kind_gate.html", {"wrong_code": True})
    if not may_try_code(origin=origin, now=now):
        return render(request, "observations/bso/kind_gate.html", {"wrong_code": True}, status=429)
    try:
        with tenant_scope(organisation_id, origin=origin):
            if request.method == "POST":
                key = open_with_code(code, now=now)
            else:
                first_name = find_code(code, now=now).registration.child.file.first_name
                return render(request, "observations/bso/kind_welcome.html", {"first_name": first_name})
    except SelfReportOver:
        return _wrong_code(request, origin)
    request.session.flush()
    request.session[_KEY] = [str(key.organisation_id), str(key.report_id), key.key]
    return redirect("observations:kind_start")


@own_scopes
@public
@never_cache
@require_http_methods(["GET", "POST"])
def child_statement(request: HttpRequest, number: int) -> HttpResponse:
    """Show one statement with its picture and answers; a POST keeps the answer and goes to the next."""
    try:
        with _statements(request) as statements:
            if not 1 <= number <= min(statements.next_number, len(statements.items)):
                return _next(statements)
            if request.method == "POST":
                return _keep(request, statements, number)
            return _statement_page(request, statements, number)
    except (SelfReportOver, BsoRefused):
        return redirect("observations:kind_start")


@own_scopes
@public
@never_cache
@require_http_methods(["GET", "POST"])
def child_talk(request: HttpRequest) -> HttpResponse:
    """Ask whether the child wants to talk to somebody; a POST tells the mentor, and says so honestly."""
    try:
        with _statements(request) as statements:
            if request.method == "POST":
                wish_to_talk(statements, now=timezone.now())
                # Going back to this screen, or loading it again, is no second wish.
                return redirect(f"{reverse('observations:kind_talk')}?{_TOLD}=ja")
            context = {"told": _TOLD in request.GET, "first_name": statements.first_name}
            return _screen(request, "talk", context)
    except SelfReportOver:
        return redirect("observations:kind_start")


@own_scopes
@public
@never_cache
@require_http_methods(["GET", "POST"])
def child_finish(request: HttpRequest) -> HttpResponse:
    """Ask whether the child is done; a POST ends the child's screens on this device."""
    try:
        with _statements(request) as statements:
            if statements.next_number <= len(statements.items):
                return _next(statements)
            if request.method != "POST":
                context = {"stones": _stones(statements, 0), "last": len(statements.items)}
                return _screen(request, "finish", context)
            finish(statements, now=timezone.now())
    except SelfReportOver:
        return redirect("observations:kind_start")
    request.session.flush()
    return redirect("observations:kind_end")


@public
@never_cache
@require_safe
def child_end(request: HttpRequest) -> HttpResponse:
    """Say that it is done, and that the device goes back; shows nobody's data."""
    return render(request, "observations/bso/kind_end.html")


def _hand_over(request: HttpRequest, found: BsoRegistration, code: str) -> HttpResponse:
    """End the staff member's session on this device, and go to the child's screens: there is no way back into it."""
    user = user_of(request)
    reason = UserSession.EndReason.SIGNED_OUT
    end_sessions(user=user, reason=reason, now=timezone.now(), only=[session_of(request).pk])
    record("sign_out", about=user)
    organisation_id = found.organisation_id
    logout(request)
    response = redirect("observations:kind_code", organisation_id=organisation_id, code=code)
    # What the browser kept of our pages goes with the session: the button "back" shows none of them.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@contextmanager
def _statements(request: HttpRequest) -> Iterator[Statements]:
    """Open the scope of the child's report, as its browser's key allows; raises SelfReportOver."""
    key = _key_of(request)
    if key is None:
        raise SelfReportOver
    with tenant_scope(key.organisation_id, origin=origin_of(request)):
        yield statements_for(key, now=timezone.now())


def _key_of(request: HttpRequest) -> ChildKey | None:
    if request.user.is_authenticated:
        # Somebody signed in on the child's device: it is theirs again, and no longer the child's.
        request.session.pop(_KEY, None)
        return None
    kept = request.session.get(_KEY)
    return None if kept is None else ChildKey(UUID(kept[0]), UUID(kept[1]), kept[2])


def _wrong_code(request: HttpRequest, origin: str) -> HttpResponse:
    if _key_of(request) is not None:
        # The child pressed "back": its code is used, and its screens are open on this device.
        return redirect("observations:kind_start")
    note_wrong_code(origin=origin)
    return render(request, "observations/bso/kind_gate.html", {"wrong_code": True})


def _next(statements: Statements) -> HttpResponse:
    number = statements.next_number
    if number > len(statements.items):
        return redirect("observations:kind_finish")
    return redirect("observations:kind_statement", number=number)


def _keep(request: HttpRequest, statements: Statements, number: int) -> HttpResponse:
    value = request.POST.get("answer", "")
    if value not in ANSWER_VALUES:
        return _statement_page(request, statements, number, status=_WRONG)
    give_answer(statements, number=number, value=ANSWER_VALUES[value], now=timezone.now())
    if number == len(statements.items):
        return redirect("observations:kind_finish")
    return redirect("observations:kind_statement", number=number + 1)


def _statement_page(request: HttpRequest, statements: Statements, number: int, *, status: int = 200) -> HttpResponse:
    item = statements.items[number - 1]
    context = {
        "item": item,
        "picture": f"img/bso/{item.code}.svg",
        "number": number,
        "total": len(statements.items),
        "previous": number - 1,
        "answer": code_of(statements.answers[item.code]) if item.code in statements.answers else "",
        "choices": choices(),
        "stones": _stones(statements, number),
        "wrong": status == _WRONG,
    }
    return _screen(request, "statement", context, status=status)


def _screen(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Return one of the child's screens, which goes away by itself: left behind, nobody finds answers on it."""
    response = render(request, f"observations/bso/kind_{name}.html", context, status=status)
    response.headers["Refresh"] = f"{int(IDLE.total_seconds()) + 5}; url={resolve_url('observations:kind_start')}"
    return response


def _stones(statements: Statements, here: int) -> list[tuple[int, bool, bool]]:
    """Return of each statement its number, whether it has an answer, and whether the child is there now."""
    return [(n, item.code in statements.answers, n == here) for n, item in enumerate(statements.items, 1)]
