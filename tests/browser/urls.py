"""The product's addresses, and one at which each error page can be seen."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kijk import urls
from kijk.web import errors
from kijk.web.page import public

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@public
def go_wrong(request: HttpRequest, status: int, kind: str = "") -> HttpResponse:
    """Fail in the way that shows the error page of this status; 404 is any address that is not there."""
    if kind == "csrf":
        return errors.csrf_denied(request)
    if status == 429:
        return render(request, "errors/429.html", {"wait_minutes": 5}, status=429)
    raise {400: SuspiciousOperation, 403: PermissionDenied}.get(status, RuntimeError)


urlpatterns = [
    *urls.urlpatterns,
    path("proef/<int:status>/", go_wrong),
    path("proef/<int:status>/<slug:kind>/", go_wrong),
]
