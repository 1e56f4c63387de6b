"""Choosing a new password while signed in (ACC-4, ACC-12.2)."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.devices import device_label
from accounts.domain.attempts import lock_when_spent, reserve_attempt, return_attempt
from accounts.domain.messages import tell_account_locked
from accounts.domain.passwords import carry_session_over, change_password, password_is_due, problems_with
from accounts.domain.policy import current_policy
from accounts.domain.sessions import end_sessions
from accounts.forms.passwords import PasswordChangeForm
from accounts.menu import home_of
from accounts.middleware import PASSWORD
from accounts.models import User, UserSession
from accounts.views.own_scope import own_scope, session_of, user_of
from accounts.views.signing_in import safe_target
from kijk.audit.domain import record
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, signed_in


@own_scopes
@sensitive_post_parameters("current", "password")
@signed_in(gates=(PASSWORD,))
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Show the form, or change the password and go on to where the person was going.

    A wrong present password counts as an attempt at the account: whoever finds an open screen gets three. It is
    reserved in a scope of its own and so committed before anything is compared.
    """
    form = PasswordChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and user_of(request).has_usable_password() and form.is_valid():
        response = _try(request, form)
        if response is not None:
            return response
    return _show(request, form)


def _try(request: HttpRequest, form: PasswordChangeForm) -> HttpResponse | None:
    """Change the password and return where to go, or return None with what is wrong in the form."""
    user = user_of(request)
    if not reserve_attempt(user=user, origin=origin_of(request)):
        form.add_error("current", _("Uw account is vergrendeld. Open de link in de mail die we u hebben gestuurd."))
        return None
    if not check_password(form.cleaned_data["current"], user.password):
        form.add_error("current", _("Dit is niet uw wachtwoord van nu. Probeer het nog eens."))
        return _close_when_spent(request)
    with own_scope(request):
        problems = problems_with(
            user=user, password=form.cleaned_data["password"], current=form.cleaned_data["current"]
        )
        if not problems:
            return _change(request, user, form.cleaned_data["password"])
        return_attempt(user=user)
    form.add_error("password", problems)
    return None


def _change(request: HttpRequest, user: User, password: str) -> HttpResponse:
    session = session_of(request)
    change_password(
        user=user,
        password=password,
        by=user,
        now=timezone.now(),
        device=device_label(request.headers.get("User-Agent", "")),
        keep=session.pk,
    )
    update_session_auth_hash(request, user)
    carry_session_over(session=session, session_key=str(request.session.session_key))
    messages.success(request, _("Uw wachtwoord is veranderd. Op andere apparaten bent u uitgelogd."))
    return redirect(safe_target(request, request.POST.get("next", "")) or home_of(user))


def _close_when_spent(request: HttpRequest) -> HttpResponse | None:
    """Write down the wrong guess; after the last one the account and this session are closed."""
    with own_scope(request) as user:
        record("password.change_failed", about=user)
        if not lock_when_spent(user=user):
            return None
        tell_account_locked(user=user, origin=origin_of(request))
        reason = UserSession.EndReason.GUESSED
        end_sessions(user=user, reason=reason, now=timezone.now(), only=[session_of(request).pk])
    logout(request)
    return redirect("accounts:sign_in")


def _show(request: HttpRequest, form: PasswordChangeForm) -> HttpResponse:
    with own_scope(request) as user:
        if request.method != "POST":
            record("password.form")
        context = {
            "form": form,
            "has_password": user.has_usable_password(),
            "due": password_is_due(user, session_of(request), timezone.now()),
            "email": user.email,
            "minimum": current_policy().min_password_length,
            "next": safe_target(request, request.POST.get("next") or request.GET.get("next", "")),
        }
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/password_change.html", context, status=status)
