"""The decorator every view wears: who may open it, and which event that leaves (ACC-9, AUD-1, SEC-4)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from kijk.audit.domain import record

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
    """What a view declares of itself; ``right`` None is for pages that anybody may open, signed in or not."""

    right: Any
    action: str


def page(*, right: Any, action: str) -> Callable[[View], View]:
    """Let only users with ``right`` open the view, and record ``action`` when it answers.

    Somebody who is not signed in is sent to the sign-in page; a missing right raises MissingRight. The event is
    about the row whose ``pk`` is in the address, if there is one.
    """
    rule = PageRule(right, action)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
            if not cast(RightHolder, request.user).may(right):
                raise MissingRight(right)
            response = view(request, *args, **kwargs)
            if response.status_code in _SUCCESS:
                pk = kwargs.get("pk")
                record(action, object_id=pk if isinstance(pk, UUID) else None)
            return response

        guarded.page_rule = rule  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def public(view: View) -> View:
    """Mark a view that anybody may open and that shows nobody's data."""
    view.page_rule = PageRule(None, "")  # type: ignore[attr-defined]
    return view


def page_rule_of(view: Any) -> PageRule | None:
    """Return what a view declares, or None when it declares nothing."""
    return getattr(view, "page_rule", None)
