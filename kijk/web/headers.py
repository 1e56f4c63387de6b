"""Headers that tell browsers and proxies what they may not do with our pages."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_REFUSED_FEATURES: Final = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)

SECURITY_HEADERS: Final = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _REFUSED_FEATURES),
    # Not "no-referrer": Django's check on forged requests needs the origin of our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Puts the security headers on every response, and keeps what signed-in people see out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, with the headers on the answer; a header a view set itself is left alone."""
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if _belongs_to_session(request, response):
            response.headers["Cache-Control"] = "no-store"
        return response


def _belongs_to_session(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether the response may be for a signed-in person.

    The session's cookie decides, coming in or going out, not request.user: asking for the user costs a query and
    would make a page of a machine without database fail. It says yes too often (expired sessions), never too seldom.
    """
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES or name in response.cookies
