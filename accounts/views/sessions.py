"""One's own sessions: where one is signed in, staying signed in, and the lock (ACC-6, ACC-12)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.hashers import check_password
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain.attempts import clear_attempts, lock_when_spent, reserve_attempt
from accounts.domain.messages import tell_account_locked
from accounts.domain.second_factor import factors_of
from accounts.domain.sessions import (
    end_sessions,
    lock_session,
    open_sessions,
    seconds_after_activity,
    seconds_left,
    unlock_session,
)
from accounts.forms.sessions import UnlockForm
from accounts.menu import home_of
from accounts.middleware import LOCKED, PASSWORD, SECOND_FACTOR
from accounts.models import User, UserSession
from accounts.views.own_scope import own_scope, session_of, user_of
from accounts.views.signing_in import safe_target
from kijk.audit.domain import record
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, signed_in

_ALWAYS = (LOCKED, SECOND_FACTOR, PASSWORD)


@signed_in(action="sessions.viewed")
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """List where the person is signed in now."""
    found = open_sessions(user_of(request), timezone.now())
    return render(request, "accounts/sessions.html", {"sessions": found, "here": session_of(request).pk})


@signed_in(fresh=True)
@require_POST
def session_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of the person's own sessions; the present one too, which is signing out."""
    user = user_of(request)
    ended = end_sessions(user=user, reason=UserSession.EndReason.BY_OWNER, now=timezone.now(), only=[pk])
    if not ended:
        raise Http404
    if pk == session_of(request).pk:
        logout(request)
        return redirect("accounts:sign_in")
    messages.success(request, _("Deze sessie is beëindigd."))
    return redirect("accounts:sessions")


@signed_in(fresh=True)
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    reason = UserSession.EndReason.BY_OWNER
    count = end_sessions(user=user_of(request), reason=reason, now=timezone.now(), but=session_of(request).pk)
    said = ngettext("%(count)s sessie is beëindigd.", "%(count)s sessies zijn beëindigd.", count) % {"count": count}
    messages.success(request, said if count else _("U was nergens anders ingelogd."))
    return redirect("accounts:sessions")


@signed_in(passive=True, gates=_ALWAYS)
@require_safe
def session_status(request: HttpRequest) -> JsonResponse:
    """Say after how many seconds the session ends, and whether it is locked. Asking is no activity."""
    session = session_of(request)
    return JsonResponse({"seconds": seconds_left(session, timezone.now()), "locked": session.locked_at is not None})


@signed_in(gates=(SECOND_FACTOR, PASSWORD))
@require_POST
def session_extend(request: HttpRequest) -> JsonResponse:
    """Stay signed in: the person pressed the button, which the guard has counted as activity."""
    return JsonResponse({"seconds": seconds_after_activity(session_of(request), timezone.now())})


@signed_in(passive=True, gates=_ALWAYS)
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Blank this browser's screens at once; what was open is returned to after unlocking."""
    session = session_of(request)
    if session.locked_at is None:
        lock_session(session=session, now=timezone.now())
    following = safe_target(request, request.POST.get("next", ""))
    request.session["after_unlock"] = following
    return redirect("accounts:unlock")


@own_scopes
@sensitive_post_parameters("password")
@signed_in(gates=_ALWAYS, passive=True)
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open a locked screen with the password of the same person; wrong guesses count as at signing in."""
    session = session_of(request)
    if session.locked_at is None:
        return redirect(_after_unlock(request))
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = user_of(request)
        if _password_is_right(user, form.cleaned_data["password"], origin_of(request)):
            return open_screen(request)
        if _spent(request, user):
            logout(request)
            return redirect("accounts:sign_in")
        form.add_error("password", _("Dit wachtwoord klopt niet. Probeer het nog eens."))
    with own_scope(request) as user:
        context = {"form": form, "name": user.get_full_name(), "passkey": factors_of(user).passkeys > 0}
        return render(request, "accounts/unlock.html", context, status=422 if form.errors else 200)


def open_screen(request: HttpRequest) -> HttpResponse:
    """Unlock the session of a person who has shown who they are, and go back to where they were. No scope is open."""
    with own_scope(request) as user:
        unlock_session(session=session_of(request), now=timezone.now())
        clear_attempts(user=user)
    return redirect(_after_unlock(request))


def _after_unlock(request: HttpRequest) -> str:
    following = request.session.pop("after_unlock", "") or safe_target(request, request.GET.get("next", ""))
    if following:
        return str(following)
    with own_scope(request) as user:
        return home_of(user)


def _password_is_right(user: User, password: str, origin: str) -> bool:
    return reserve_attempt(user=user, origin=origin) and check_password(password, user.password)


def _spent(request: HttpRequest, user: User) -> bool:
    """Write down the wrong guess; True when it was the last, and the account and this session are closed."""
    with own_scope(request):
        record("session.unlock_failed", about=user)
        if lock_when_spent(user=user):
            tell_account_locked(user=user, origin=origin_of(request))
        user.refresh_from_db(fields=["locked_at"])
        if user.locked_at is None:
            return False
        reason = UserSession.EndReason.GUESSED
        end_sessions(user=user, reason=reason, now=timezone.now(), only=[session_of(request).pk])
        return True
