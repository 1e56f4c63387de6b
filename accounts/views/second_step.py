"""The second step of signing in, after the right password: a code, a passkey, or a recovery code (ACC-8)."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.devices import device_label
from accounts.domain.passkeys import ask_to_prove
from accounts.domain.recovery import FEW, codes_left
from accounts.domain.second_factor import Factors, factors_of, prove_by_recovery_code, prove_by_totp
from accounts.forms.second_factor import RecoveryForm, SecondStepForm
from accounts.menu import home_of
from accounts.models import User, UserSession
from accounts.views.passkey_proof import SECOND_STEP, relying_party, remember_challenge, verify_passkey_for
from accounts.views.signing_in import Pending, complete_sign_in, pending, to_own_home
from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import public


@public
@sensitive_post_parameters("code", "credential")
@never_cache
@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code or the passkey of whoever gave the right password, and sign them in.

    Says nothing about who that is. Not in a request transaction: an attempt is committed before a code is looked at.
    """
    if request.user.is_authenticated:
        return to_own_home(request)
    waiting = pending(request)
    if waiting is None:
        return _too_late(request)
    with tenant_scope(waiting.user.organisation_id, origin=origin_of(request)):
        factors = factors_of(waiting.user)
    form = SecondStepForm(request.POST if request.method == "POST" else None)
    if request.POST.get("credential"):
        if _passkey_is_right(request, waiting.user):
            return _sign_in(request, waiting, UserSession.Method.PASSWORD_PASSKEY)
        form = SecondStepForm()
        return _show(request, form, factors, error=_("Dit is niet gelukt. Probeer het nog eens."))
    if request.method == "POST" and form.is_valid():
        code, origin = form.cleaned_data["code"], origin_of(request)
        if prove_by_totp(user=waiting.user, code=code, origin=origin, by=None, now=timezone.now()):
            return _sign_in(request, waiting, UserSession.Method.TOTP)
        form.add_error("code", _("Deze code klopt niet. Neem de code die nu in uw app staat."))
    return _show(request, form, factors)


@public
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def second_step_recovery(request: HttpRequest) -> HttpResponse:
    """Take a recovery code in place of the second factor, and sign the person in."""
    if request.user.is_authenticated:
        return to_own_home(request)
    waiting = pending(request)
    if waiting is None:
        return _too_late(request)
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        right = prove_by_recovery_code(
            user=waiting.user,
            code=form.cleaned_data["code"],
            origin=origin_of(request),
            device=device_label(request.headers.get("User-Agent", "")),
            by=None,
            now=timezone.now(),
        )
        if right:
            response = _sign_in(request, waiting, UserSession.Method.RECOVERY)
            _say_how_many_are_left(request, waiting.user)
            return response
        form.add_error("code", _("Deze herstelcode klopt niet, of is al gebruikt."))
    status = 422 if form.errors else 200
    return render(request, "accounts/second_step_recovery.html", {"form": form}, status=status)


@public
@never_cache
@require_POST
@transaction.non_atomic_requests
def second_step_options(request: HttpRequest) -> JsonResponse:
    """Ask for a passkey of whoever gave the right password."""
    waiting = None if request.user.is_authenticated else pending(request)
    if waiting is None:
        return JsonResponse({"error": _("Het duurde te lang. Begin opnieuw met inloggen.")}, status=409)
    with tenant_scope(waiting.user.organisation_id, origin=origin_of(request)):
        ceremony = ask_to_prove(user=waiting.user, party=relying_party(request))
    return JsonResponse(remember_challenge(request, SECOND_STEP, ceremony))


def _passkey_is_right(request: HttpRequest, user: User) -> bool:
    if verify_passkey_for(request, user, purpose=SECOND_STEP, answer=request.POST["credential"]) is not None:
        return True
    with tenant_scope(user.organisation_id, origin=origin_of(request)):
        record("second_factor.failed", about=user, data={"factor": "passkey"})
    return False


def _sign_in(request: HttpRequest, waiting: Pending, method: UserSession.Method) -> HttpResponse:
    user = waiting.user
    complete_sign_in(request, user, method=method, second_factor=True)
    with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
        return redirect(waiting.following or home_of(user))


def _say_how_many_are_left(request: HttpRequest, user: User) -> None:
    with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
        left = codes_left(user)
    words = ngettext("U heeft nog %(left)s herstelcode.", "U heeft nog %(left)s herstelcodes.", left) % {"left": left}
    if left <= FEW:
        advice = _("Maak nieuwe bij Account, Tweede stap.")
        messages.warning(request, f"{words} {advice}")
    else:
        advice = _("Bent u uw telefoon kwijt? Stel de tweede stap dan opnieuw in bij Account, Tweede stap.")
        messages.info(request, f"{words} {advice}")


def _show(request: HttpRequest, form: SecondStepForm, factors: Factors, error: str = "") -> HttpResponse:
    context = {"form": form, "factors": factors, "error": error}
    status = 422 if form.errors or error else 200
    return render(request, "accounts/second_step.html", context, status=status)


def _too_late(request: HttpRequest) -> HttpResponse:
    """Send somebody back to the password, who has not given it or gave it too long ago."""
    if request.method == "POST":
        messages.info(request, _("Het duurde te lang. Begin opnieuw met inloggen."))
    return redirect("accounts:sign_in")
