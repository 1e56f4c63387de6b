"""An old page that changes a child which is in the archive by now: it says so, and leads on (CHD-5)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight
from observations.rules import archived_in_reach

View = TypeVar("View", bound=Callable[..., HttpResponse])
_REFUSED = 403


def tells_archived(view: View) -> View:
    """Let a view about the child ``pk`` say that it is in the archive, and not that a right is missing.

    For who may read that child in the archive; anybody else is refused as ever. Goes below ``page``.
    """

    @wraps(view)
    def told(request: HttpRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, pk, **kwargs)
        except MissingRight:
            answer = _archived_page(request, pk)
            if answer is None:
                raise
            return answer

    return cast(View, told)


def _archived_page(request: HttpRequest, pk: UUID) -> HttpResponse | None:
    user = user_of(request)
    child = archived_in_reach(user).filter(pk=pk).first()
    if child is None:
        return None
    typed = request.POST.get("remarks", "").replace("\x00", "").strip()
    context = {
        "child": child,
        "file": child.file,
        "typed": "" if typed == child.file.remarks else typed,
        "is_sent": request.method == "POST",
        "may_return": user.may(Right.ARCHIVE_WRITE),
    }
    return render(request, "observations/archive/unchanged.html", context, status=_REFUSED)
