"""Content-Security-Policy, under the name and with the setting of Django 6 (SECURE_CSP).

Upgrading to Django 6 is a deletion: remove this file and name `django.middleware.csp.ContentSecurityPolicyMiddleware`
in MIDDLEWARE. What differs is left out on purpose: no nonce (nothing on our pages stands in line) and no
report-only header.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

HEADER: Final = "Content-Security-Policy"

Policy = Mapping[str, Sequence[str] | bool | None]


class ContentSecurityPolicyMiddleware:
    """Puts the policy of the setting SECURE_CSP on each response that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next in line, and write the policy once: it is the same for every page."""
        self.get_response = get_response
        self.policy = build_policy(settings.SECURE_CSP)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, with the policy on the answer."""
        response = self.get_response(request)
        if self.policy and not response.has_header(HEADER):
            response.headers[HEADER] = self.policy
        return response


def build_policy(directives: Policy) -> str:
    """Return the header's value: "default-src 'none'; script-src 'self'".

    As in Django 6: True gives a directive without sources, None and False leave it out. Raises ValueError for a
    source with a character that would end the directive.
    """
    parts = []
    for name, sources in directives.items():
        if sources is None or sources is False:
            continue
        words = [] if sources is True else [sources] if isinstance(sources, str) else list(sources)
        if any(";" in word or "," in word or " " in word for word in words):
            raise ValueError(f"{name}: a source may not hold a semicolon, comma or blank")
        parts.append(" ".join([name, *words]))
    return "; ".join(parts)
