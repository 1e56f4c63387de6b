"""The headers that keep a browser from doing what our pages never ask for."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from kijk.web.csp import ContentSecurityPolicyMiddleware, build_policy
from kijk.web.headers import SECURITY_HEADERS, SecurityHeadersMiddleware

STRICT = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
}


def plain(request: HttpRequest) -> HttpResponse:
    """Answer without any header of its own."""
    return HttpResponse("inhoud")


def with_own_policy(request: HttpRequest) -> HttpResponse:
    """Answer with a policy of its own."""
    return HttpResponse("inhoud", headers={"Content-Security-Policy": "default-src 'none'"})


@pytest.mark.requirement("SEC-5.2")
def test_settings_hold_the_strict_policy(settings) -> None:
    assert settings.SECURE_CSP == STRICT


@pytest.mark.requirement("SEC-5.2")
@pytest.mark.requirement("SEC-5.3")
def test_policy_is_on_every_answer() -> None:
    with override_settings(SECURE_CSP=STRICT):
        response = ContentSecurityPolicyMiddleware(plain)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
        "manifest-src 'self'; worker-src 'self'"
    )


def test_policy_of_the_view_itself_stays() -> None:
    with override_settings(SECURE_CSP=STRICT):
        response = ContentSecurityPolicyMiddleware(with_own_policy)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"


def test_empty_policy_gives_no_header() -> None:
    with override_settings(SECURE_CSP={}):
        response = ContentSecurityPolicyMiddleware(plain)(RequestFactory().get("/"))
    assert "Content-Security-Policy" not in response.headers


def test_build_policy_writes_flags_and_leaves_out_what_is_off() -> None:
    policy = build_policy({"upgrade-insecure-requests": True, "script-src": "'self'", "a": None, "b": False, "c": []})
    assert policy == "upgrade-insecure-requests; script-src 'self'; c"


@pytest.mark.parametrize("source", ["'self'; script-src *", "a,b", "'self' 'unsafe-inline'"])
def test_build_policy_refuses_a_source_that_would_add_another(source: str) -> None:
    with pytest.raises(ValueError, match="script-src"):
        build_policy({"script-src": [source]})


def test_security_headers_are_on_every_answer() -> None:
    response = SecurityHeadersMiddleware(plain)(RequestFactory().get("/"))
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "Cache-Control" not in response.headers


def test_security_header_of_the_view_itself_stays() -> None:
    def own(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Referrer-Policy": "no-referrer"})

    assert SecurityHeadersMiddleware(own)(RequestFactory().get("/")).headers["Referrer-Policy"] == "no-referrer"


def test_answer_to_a_session_is_never_stored(settings) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "abc"

    def cached(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=600"})

    assert SecurityHeadersMiddleware(cached)(request).headers["Cache-Control"] == "no-store"


def test_answer_that_begins_a_session_is_never_stored(settings) -> None:
    def signing_in(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie(settings.SESSION_COOKIE_NAME, "abc")
        return response

    response = SecurityHeadersMiddleware(signing_in)(RequestFactory().post("/"))
    assert response.headers["Cache-Control"] == "no-store"
