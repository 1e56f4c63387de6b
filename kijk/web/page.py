"""The decorator every view wears: who may open it, and which event that leaves (ACC-9, AUD-1, SEC-4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string

from kijk.audit.domain import record, record_apart
from kijk.tenancy.context import active_scope
from kijk.web.origin import origin_of

_SUCCESS = range(200, 400)

View = TypeVar("View", bound=Callable[..., HttpResponse])


class MissingRight(PermissionDenied):
    """The user lacks a right. The error page says which one, and who can help."""

    def __init__(self, right: Any) -> None:
        super().__init__(right.code)
        self.right = right


class RightHolder(Protocol):
    """What the decorator needs of a user: the apps above say what their users may."""

    def may(self, right: Any) -> bool:
        """Say whether the user has the right."""
        ...


@dataclass(frozen=True)
class PageRule:
    """What a view declares of itself.

    ``right`` None is for pages without a right of their own: for anybody signed in, or where ``signed_in`` is False
    for everybody. ``fresh``: only after a recent proof of who sits there (step-up). ``passive``: asking for it is no
    activity of the user. ``gates``: the hindrances during which it can still be reached, such as a password that is
    too old. ``own_scopes``: the view opens organisations' scopes itself, and no transaction is open around it.
    """

    right: Any
    action: str
    signed_in: bool = True
    fresh: bool = False
    passive: bool = False
    gates: frozenset[str] = frozenset()
    own_scopes: bool = False


def page(*, right: Any, action: str, fresh: bool = False) -> Callable[[View], View]:
    """Let only users with ``right`` open the view, and record ``action`` when it answers.

    Somebody who is not signed in is sent to the sign-in page; a missing right raises MissingRight; with ``fresh``,
    who has not shown lately who they are is asked to do so first (ACC-8). The event is about the row whose ``pk`` is
    in the address, if there is one.
    """
    return _guarded(PageRule(right, action, fresh=fresh))


def signed_in(
    *, action: str = "", fresh: bool = False, passive: bool = False, gates: Iterable[str] = ()
) -> Callable[[View], View]:
    """Let anybody who is signed in open the view, whatever their role: pages about oneself."""
    return _guarded(PageRule(None, action, fresh=fresh, passive=passive, gates=frozenset(gates)))


def _guarded(rule: PageRule) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refusal(request, rule)
            if refusal is not None:
                return refusal
            response = view(request, *args, **kwargs)
            if rule.action and response.status_code in _SUCCESS:
                pk = kwargs.get("pk")
                _leave_event(request, rule.action, pk if isinstance(pk, UUID) else None)
            return response

        guarded.page_rule = rule  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def _leave_event(request: HttpRequest, action: str, object_id: UUID | None) -> None:
    """Record that the page was opened; apart where the view opened its own scopes and none is open now."""
    if active_scope() is not None:
        record(action, object_id=object_id)
        return
    user = cast(Any, request.user)
    record_apart(user.organisation_id, action, actor_id=user.pk, origin=origin_of(request), object_id=object_id)


def _refusal(request: HttpRequest, rule: PageRule) -> HttpResponse | None:
    """Return the answer for somebody who may not open the page now; raises MissingRight for who may never."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    if rule.right is not None and not cast(RightHolder, request.user).may(rule.right):
        raise MissingRight(rule.right)
    if rule.fresh:
        step_up: Callable[[HttpRequest], HttpResponse | None] = import_string(settings.STEP_UP)
        return step_up(request)
    return None


def public(view: View) -> View:
    """Mark a view that anybody may open and that shows nobody's data."""
    view.page_rule = PageRule(None, "", signed_in=False)  # type: ignore[attr-defined]
    return view


def own_scopes(view: View) -> View:
    """Mark a view that opens the scopes it needs itself, one after the other; wears this as its outermost decorator."""
    view.page_rule = replace(cast(PageRule, page_rule_of(view)), own_scopes=True)  # type: ignore[attr-defined]
    return transaction.non_atomic_requests(view)


def page_rule_of(view: Any) -> PageRule | None:
    """Return what a view declares, or None when it declares nothing."""
    return getattr(view, "page_rule", None)


def page_rule_for(request: HttpRequest) -> PageRule | None:
    """Return what the view at the request's address declares, or None where there is none. For middleware.

    Several of them ask: what was found is kept on the request.
    """
    asked = (request.path_info, getattr(request, "urlconf", None))
    kept: tuple[object, PageRule | None] | None = vars(request).get("_page_rule")
    if kept is None or kept[0] != asked:
        kept = vars(request)["_page_rule"] = (asked, _rule_at(*asked))
    return kept[1]


def _rule_at(path: str, urlconf: str | None) -> PageRule | None:
    try:
        return page_rule_of(resolve(path, urlconf).func)
    except Resolver404:
        return None
