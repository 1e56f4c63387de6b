"""Signing in with a passkey alone, and opening a locked screen with one (ACC-5.3, ACC-6.5, ACC-8.1)."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.backend import find_by_id
from accounts.domain.passkeys import ask_to_prove, user_handle_in
from accounts.domain.policy import current_policy, lets_in
from accounts.forms.sign_in import SignInForm
from accounts.menu import home_of
from accounts.middleware import LOCKED, PASSWORD, SECOND_FACTOR
from accounts.models import User, UserSession
from accounts.views.own_scope import own_scope, session_of, user_of
from accounts.views.passkey_proof import CONFIRM, SIGN_IN, relying_party, remember_challenge, verify_passkey_for
from accounts.views.sessions import open_screen
from accounts.views.signing_in import complete_sign_in, to_own_home, wanted_page
from kijk.audit.domain import record, record_apart
from kijk.tenancy.context import PLATFORM, tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, public, signed_in


@public
@never_cache
@require_POST
def passkey_sign_in_options(request: HttpRequest) -> JsonResponse:
    """Ask whoever sits there for any passkey of ours; nobody is named, so that nobody can be found out."""
    ceremony = ask_to_prove(user=None, party=relying_party(request))
    return JsonResponse(remember_challenge(request, SIGN_IN, ceremony))


@public
@sensitive_post_parameters("credential")
@never_cache
@require_POST
@transaction.non_atomic_requests
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in who answered with a passkey: the device has verified its owner, which makes two factors in one.

    One answer for a wrong signature, a key that was removed, a closed account and a network that is not let in. An
    account that wrong passwords have locked is entered all the same, and stays locked for passwords.
    """
    if request.user.is_authenticated:
        return to_own_home(request)
    answer = request.POST.get("credential", "")
    handle = user_handle_in(answer)
    user = find_by_id(handle) if handle is not None else None
    passkey = verify_passkey_for(request, user, purpose=SIGN_IN, answer=answer)
    if user is None or passkey is None or not _is_welcome(request, user):
        return _refuse(request, user)
    complete_sign_in(request, user, method=UserSession.Method.PASSKEY, second_factor=True)
    if user.locked_at is not None:
        messages.warning(
            request,
            _(
                "Er is te vaak een verkeerd wachtwoord ingevuld. Met uw wachtwoord kunt u daarom niet inloggen. Wilt u dat "
                "weer kunnen? Kies dan een nieuw wachtwoord: dat begint bij Account, Tweede stap."
            ),
        )
    with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
        return redirect(wanted_page(request) or home_of(user))


@signed_in(gates=(LOCKED, SECOND_FACTOR, PASSWORD), passive=True)
@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """Ask who is signed in for one of their own passkeys: to confirm who they are, or to open a locked screen."""
    ceremony = ask_to_prove(user=user_of(request), party=relying_party(request))
    return JsonResponse(remember_challenge(request, CONFIRM, ceremony))


@own_scopes
@sensitive_post_parameters("credential")
@signed_in(gates=(LOCKED, SECOND_FACTOR, PASSWORD), passive=True)
@require_POST
def unlock_by_passkey(request: HttpRequest) -> HttpResponse:
    """Open a locked screen with a passkey of the person whose screen it is."""
    user, session = user_of(request), session_of(request)
    answer = request.POST.get("credential", "")
    if session.locked_at is not None:
        if verify_passkey_for(request, user, purpose=CONFIRM, answer=answer) is not None:
            return open_screen(request)
        with own_scope(request):
            record("session.unlock_failed", about=user)
        messages.error(request, _("Dit is niet gelukt. Probeer het nog eens."))
    return redirect("accounts:unlock")


def _is_welcome(request: HttpRequest, user: User) -> bool:
    with tenant_scope(user.organisation_id, origin=origin_of(request)):
        return user.is_active and lets_in(current_policy(), origin_of(request), timezone.now())


def _refuse(request: HttpRequest, user: User | None) -> HttpResponse:
    record_apart(
        user.organisation_id if user else PLATFORM,
        "sign_in.failed",
        origin=origin_of(request),
        object_id=user.pk if user else None,
        data={"method": UserSession.Method.PASSKEY.value},
    )
    form = SignInForm()
    context = {
        "form": form,
        "next": request.POST.get("next", ""),
        "reason": "",
        "passkey_error": _("Dit is niet gelukt. Probeer het nog eens, of log in met uw wachtwoord."),
    }
    return render(request, "accounts/sign_in.html", context, status=422)
