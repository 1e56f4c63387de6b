"""Holds every request of somebody signed in against their session and their organisation's rules (ACC-4, 6, 7, 8)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode

from accounts.domain.passwords import password_is_due
from accounts.domain.policy import current_policy, lets_in, needs_second_factor
from accounts.domain.sessions import end_sessions, keep_alive, session_in_force
from accounts.models import SignInPolicy, User, UserSession
from kijk.audit.domain import record
from kijk.drafts.domain import save_posted
from kijk.tenancy.context import Scope, current, tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import PageRule, page_rule_for
from kijk.web.page_before import page_before

_READS = {"GET", "HEAD"}

# The hindrances a page can be reached in spite of: what `signed_in(gates=…)` names.
LOCKED, SECOND_FACTOR, PASSWORD = "locked", "second_factor", "password"


class SessionGuardMiddleware:
    """Lets a request through when its session is in force and nothing has to be done first.

    Stands inside the request's scope. Where a view opens its own scopes, this opens one for the questions it asks.
    Each request costs three queries: the session, the policy, and the note of when it was last used.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or send the person to what has to be done first."""
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
            hindrance = hindrance_of(request, user, timezone.now())
            if hindrance is None and _opens_own_scopes(request):
                # Kept on the user, so that a view that opens its own scopes can ask what they may.
                user.access  # noqa: B018 - a cached property
        return hindrance or self.get_response(request)


def hindrance_of(request: HttpRequest, user: User, now: datetime) -> HttpResponse | None:
    """Return where the person has to go first, or None; sets ``request.user_session``. Runs in the user's scope."""
    rule = page_rule_for(request)
    session = session_in_force(request.session.session_key or "", user, now)
    if session is None:
        return _session_is_over(request, user, rule, "inactief")
    policy = current_policy()
    if not lets_in(policy, session_origin := origin_of(request), now):
        record("session.outside_network", about=user, data={"network": session_origin})
        end_sessions(user=user, reason=UserSession.EndReason.NETWORK, now=now, only=[session.pk])
        return _session_is_over(request, user, rule, "adres")
    request.user_session = session  # type: ignore[attr-defined]
    _count_as_activity(request, rule, session, now)
    return _gate(request, user, rule, policy, session)


def _count_as_activity(request: HttpRequest, rule: PageRule | None, session: UserSession, now: datetime) -> None:
    """Note the activity as one of the last statements, so that no request waits for another one's row lock.

    The server decides what activity is: a page or a form is, a timer is not; a draft with changed text calls
    ``request.mark_active``.
    """
    active = {"is": rule is None or not rule.passive}
    request.mark_active = partial(active.__setitem__, "is", True)  # type: ignore[attr-defined]

    def finish(_scope: Scope) -> None:
        if active["is"]:
            keep_alive(session, now)

    current().finishers.append(finish)


def _gate(
    request: HttpRequest, user: User, rule: PageRule | None, policy: SignInPolicy, session: UserSession
) -> HttpResponse | None:
    if rule is not None and not rule.signed_in:
        return None
    passable = rule.gates if rule is not None else frozenset[str]()
    if session.locked_at is not None and LOCKED not in passable:
        return _go_first(request, user, "accounts:unlock")
    if SECOND_FACTOR not in passable and not session.second_factor and needs_second_factor(user, policy):
        return _go_first(request, user, "accounts:second_factor")
    # A form somebody is filling in is never cut off: only the next page is.
    due = request.method in _READS and password_is_due(user, session, timezone.now())
    return _go_first(request, user, "accounts:password_change") if due and PASSWORD not in passable else None


def _go_first(request: HttpRequest, user: User, view_name: str) -> HttpResponse:
    """Send the person to what has to be done first; what was being sent is kept as a draft, and its page comes next."""
    following = request.get_full_path() if request.method in _READS else page_before(request)
    if request.method == "POST":
        save_posted(user_id=user.pk, post=request.POST)
    return redirect(resolve_url(view_name) + (f"?{urlencode({'next': following})}" if following else ""))


def _session_is_over(request: HttpRequest, user: User, rule: PageRule | None, reason: str) -> HttpResponse:
    """Forget the browser's session; what was being sent is kept as a draft (ACC-6.3)."""
    following = request.get_full_path()
    if request.method == "POST":
        save_posted(user_id=user.pk, post=request.POST)
        following = page_before(request)
    logout(request)
    if rule is not None and not rule.signed_in:
        # A page for everybody: asked again, now as nobody. 307 sends a form along.
        return redirect(request.get_full_path(), preserve_request=True)
    return redirect(f"{resolve_url('accounts:sign_in')}?{urlencode({'next': following, 'reden': reason})}")


def _opens_own_scopes(request: HttpRequest) -> bool:
    rule = page_rule_for(request)
    return rule is not None and rule.own_scopes
