"""Signing in with a password, and out (ACC-1)."""

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.backend import address_digest, find_by_email
from accounts.domain.second_factor import factors_of
from accounts.domain.sessions import end_sessions
from accounts.forms.sign_in import SignInForm
from accounts.menu import home_of
from accounts.models import User, UserSession
from accounts.views.signing_in import complete_sign_in, remember_pending, to_own_home, wanted_page
from kijk.audit.domain import record, record_apart
from kijk.tenancy.context import PLATFORM, tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import public

REASONS = {
    "inactief": gettext_lazy(
        "U was 30 minuten niet actief, of langer dan 12 uur ingelogd. Log opnieuw in om verder te gaan."
    ),
    "adres": gettext_lazy("U kunt alleen inloggen op de plekken die uw organisatie heeft ingesteld."),
}


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or take the password: then on to the second step, or in.

    One answer for an unknown address, a wrong password, a locked or closed account and a network that is not let in.
    Not in a request transaction: the user's own scope opens here, once it is known whose it is.
    """
    if request.user.is_authenticated:
        return to_own_home(request)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if getattr(request, "axes_locked_out", False):
            return render(request, "errors/429.html", {"wait_minutes": 15}, status=429)
        if isinstance(user, User):
            return _password_was_right(request, user)
        _record_failure(request, form.cleaned_data["email"])
        form.add_error(None, _("Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog eens."))
    status = 200 if request.method == "GET" else 422
    following = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "next": following, "reason": REASONS.get(request.GET.get("reden", ""), "")}
    return render(request, "accounts/sign_in.html", context, status=status)


def _password_was_right(request: HttpRequest, user: User) -> HttpResponse:
    following = wanted_page(request)
    with tenant_scope(user.organisation_id, origin=origin_of(request)):
        second_step = factors_of(user).any
        home = home_of(user)
    if second_step:
        remember_pending(request, user, following)
        return redirect("accounts:second_step")
    complete_sign_in(request, user, method=UserSession.Method.PASSWORD, second_factor=False)
    return redirect(following or home)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and return to the sign-in page; the browser drops what it kept of our pages."""
    session = getattr(request, "user_session", None)
    if isinstance(request.user, User):
        if session is not None:
            reason = UserSession.EndReason.SIGNED_OUT
            end_sessions(user=request.user, reason=reason, now=timezone.now(), only=[session.pk])
        record("sign_out", about=request.user)
    logout(request)
    response = redirect(settings.LOGIN_URL)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _record_failure(request: HttpRequest, email: str) -> None:
    """Leave the failed attempt in the trail of the account's organisation, or in the platform's own.

    The address as typed is not kept, for people type passwords there too: a short digest lets attempts be compared.
    """
    user = find_by_email(email)
    record_apart(
        user.organisation_id if user else PLATFORM,
        "sign_in.failed",
        origin=origin_of(request),
        object_id=user.pk if user else None,
        data={"address": address_digest(email)},
    )
