"""Signing in and out (ACC-1)."""

import hashlib

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.backend import find_by_email
from accounts.forms import SignInForm
from accounts.models import User
from kijk.audit.domain import record, record_apart
from kijk.tenancy.context import PLATFORM, tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import public


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or sign the user in and go where they were going.

    One answer for an unknown address, a wrong password and an inactive account. Not in a request transaction:
    the user's own scope opens here, once it is known whose it is.
    """
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
                login(request, user)
                record("sign_in.succeeded", about=user)
            return redirect(_next_page(request))
        _record_failure(request, form.cleaned_data["email"])
        form.add_error(None, _("Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog eens."))
    status = 200 if request.method == "GET" else 422
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "accounts/sign_in.html", context, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and return to the sign-in page."""
    if isinstance(request.user, User):
        record("sign_out", about=request.user)
    logout(request)
    return redirect(settings.LOGIN_URL)


def _next_page(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)


def _record_failure(request: HttpRequest, email: str) -> None:
    """Leave the failed attempt in the trail of the account's organisation, or in the platform's own.

    The address as typed is not kept, for people type passwords there too: a short digest lets attempts be compared.
    """
    user = find_by_email(email)
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:16]
    record_apart(
        user.organisation_id if user else PLATFORM,
        "sign_in.failed",
        origin=origin_of(request),
        object_id=user.pk if user else None,
        data={"address": digest},
    )
