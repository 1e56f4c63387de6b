"""What all ways of signing in share: the step between password and second factor, and the session at the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.backend import find_by_id
from accounts.devices import device_label
from accounts.domain.attempts import clear_attempts, return_attempt
from accounts.domain.messages import tell_new_device
from accounts.domain.sessions import begin_session, is_known_device
from accounts.menu import home_of
from accounts.models import User, UserSession
from accounts.views.own_scope import own_scope
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of

# Between the right password and the second step; longer than it takes to find a telephone.
PENDING = timedelta(minutes=5)
_PENDING_KEY = "signing_in"
_BACKEND = "accounts.backend.PasswordBackend"


@dataclass(frozen=True)
class Pending:
    """Somebody who gave the right password and has the second step still to do."""

    user: User
    following: str


def remember_pending(request: HttpRequest, user: User, following: str) -> None:
    """Keep, in the anonymous session, that the password was right; the session's key changes (fixation)."""
    request.session.cycle_key()
    request.session[_PENDING_KEY] = {
        "user": str(user.pk),
        "at": timezone.now().isoformat(),
        "following": following,
    }
    with tenant_scope(user.organisation_id, origin=origin_of(request)):
        return_attempt(user=user)


def pending(request: HttpRequest) -> Pending | None:
    """Return who has the second step to do, or None when nobody has or the password was too long ago."""
    kept = request.session.get(_PENDING_KEY)
    if not kept or timezone.now() - datetime.fromisoformat(kept["at"]) > PENDING:
        return None
    user = find_by_id(UUID(kept["user"]))
    return Pending(user, kept["following"]) if user is not None and user.is_active else None


def complete_sign_in(
    request: HttpRequest, user: User, *, method: UserSession.Method, second_factor: bool
) -> UserSession:
    """Sign the user in on this browser: a new session, its row, its event; wrong attempts are forgotten.

    Opens the user's scope; no other may be open. The organisation's networks were asked before.
    """
    now = timezone.now()
    origin, device = origin_of(request), device_label(request.headers.get("User-Agent", ""))
    with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin):
        request.session.pop(_PENDING_KEY, None)
        login(request, user, backend=_BACKEND)
        clear_attempts(user=user)
        if not is_known_device(user=user, device=device, now=now):
            tell_new_device(user=user, device=device, origin=origin, now=now)
        return begin_session(
            user=user,
            session_key=str(request.session.session_key),
            device=device,
            origin=origin,
            method=method,
            second_factor=second_factor,
            now=now,
        )


def wanted_page(request: HttpRequest) -> str:
    """Return the address somebody who signs in was going to, "" for nowhere.

    The address of the site itself is nowhere: not everybody's first page is the one there.
    """
    target = safe_target(request, request.POST.get("next", ""))
    return "" if target == resolve_url(settings.LOGIN_REDIRECT_URL) else target


def to_own_home(request: HttpRequest) -> HttpResponse:
    """Send who is signed in already to where they begin."""
    with own_scope(request) as user:
        return redirect(home_of(user))


def safe_target(request: HttpRequest, target: str) -> str:
    """Return an address of our own to go to: ``target`` where it is one, else ""."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else ""
