"""What the pages behind a link in a mail share (ACC-5.2, ACC-11.1): whose link it is, and what is said when it is over.

Opening such a page uses nothing up, for mail scanners open it too; sending the form does, once.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.backend import find_by_id
from accounts.domain.links import valid_link
from accounts.domain.sessions import end_sessions
from accounts.models import OneTimeLink, User, UserSession
from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, public

_GONE = 410
_REDIRECTS = range(300, 400)

LinkView = Callable[[HttpRequest, User, OneTimeLink], HttpResponse]


class LinkIsOver(Exception):
    """The link cannot be used: used before, expired, withdrawn, or never ours. Which of these is not told."""


def link_page(kind: OneTimeLink.Kind) -> Callable[[LinkView], Callable[..., HttpResponse]]:
    """Make a view of the page behind a link: it gets the owner and the link, in the scope of the owner's organisation.

    Its answer is a page, or a redirection once the link has been used; then whoever was signed in on this browser no
    longer is. It raises LinkIsOver when somebody else was first; nothing of what it did remains.
    """

    def decorate(view: LinkView) -> Callable[..., HttpResponse]:
        @own_scopes
        @public
        @sensitive_post_parameters("password")
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def answer(request: HttpRequest, user_id: UUID, token: str) -> HttpResponse:
            try:
                response = _in_scope_of_owner(view, request, kind, user_id, token)
            except LinkIsOver:
                response = render_for_anybody(request, "accounts/link_expired.html", {"kind": kind}, status=_GONE)
            if response.status_code in _REDIRECTS:
                _leave_browser(request)
            # The address holds the token. Not "no-referrer": then browsers send forms without an origin, and Django
            # refuses those. This sends the origin and nothing behind it.
            response.headers["Referrer-Policy"] = "strict-origin"
            return response

        return answer

    return decorate


def render_for_anybody(
    request: HttpRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """Show a page that is the same for everybody, whoever is signed in on this browser: it has no menu of theirs."""
    signed_in, request.user = request.user, AnonymousUser()
    try:
        return render(request, template, context, status=status)
    finally:
        request.user = signed_in


def _in_scope_of_owner(
    view: LinkView, request: HttpRequest, kind: OneTimeLink.Kind, user_id: UUID, token: str
) -> HttpResponse:
    user = find_by_id(user_id)
    if user is None or not user.is_active:
        raise LinkIsOver
    with tenant_scope(user.organisation_id, origin=origin_of(request)):
        link = valid_link(user=user, kind=kind, token=token, now=timezone.now())
        if link is None:
            raise LinkIsOver
        return view(request, user, link)


def _leave_browser(request: HttpRequest) -> None:
    """Sign out whoever is signed in here: on a shared tablet that may be somebody else than the link's owner."""
    user = request.user
    session = getattr(request, "user_session", None)
    if isinstance(user, User) and session is not None:
        with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
            reason = UserSession.EndReason.SIGNED_OUT
            if end_sessions(user=user, reason=reason, now=timezone.now(), only=[session.pk]):
                record("sign_out", about=user)
    logout(request)
