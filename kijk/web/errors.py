"""Error pages: in plain words, in the reader's language, with what to do next."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string

from kijk.web.page import MissingRight


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be understood."""
    return render(request, "errors/400.html", status=400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request for which a right is missing: say which right and which roles have it, or what is switched off."""
    context: dict[str, object] = {}
    if isinstance(exception, MissingRight):
        from_roles = getattr(exception.right, "given_by", None)
        who_can_help: Callable[[HttpRequest], str] = import_string(settings.WHO_CAN_HELP)
        switched_off: Callable[[HttpRequest, object], object] = import_string(settings.SWITCHED_OFF)
        context = {
            "missing_right": exception.right.label,
            "who_can_give": from_roles() if from_roles else "",
            "who_can_help": who_can_help(request),
            "switched_off": switched_off(request, exception.right),
        }
    return render(request, "errors/403.html", context, status=403)


def csrf_denied(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was sent without its token: most often an old page left open."""
    return render(request, "errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a page or a row that is not there, or not for this organisation."""
    return render(request, "errors/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when we made a mistake."""
    return render(request, "errors/500.html", status=500)


class RefusedMethodMiddleware:
    """Gives the empty answer to a refused method its words: a form's address that is opened as a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; which methods there are, stays on the answer."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render(request, "errors/405.html").content
        return response
