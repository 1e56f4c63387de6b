"""Being asked again who one is, before something sensitive (ACC-8): exports, roles, unlocking, the second factor.

A form that was being sent is not lost: the question carries its fields, and the answer 307 lets the browser send them
again to where they were going.
"""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.domain.attempts import clear_attempts, lock_when_spent, reserve_attempt
from accounts.domain.messages import tell_account_locked
from accounts.domain.second_factor import Factors, factors_of, prove_by_recovery_code, prove_by_totp
from accounts.domain.sessions import confirm_session, is_fresh
from accounts.forms.second_factor import StepUpForm
from accounts.menu import home_of
from accounts.middleware import PASSWORD, SECOND_FACTOR
from accounts.models import User
from accounts.views.own_scope import own_scope, session_of, user_of
from accounts.views.passkey_proof import CONFIRM, verify_passkey_for
from accounts.views.signing_in import safe_target
from kijk.audit.domain import record
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, signed_in
from kijk.web.page_before import page_before

_OURS = "stepup-"
_NEXT, _RESUME = "stepup-next", "stepup-resume"


def ask_unless_fresh(request: HttpRequest) -> HttpResponse | None:
    """Return None when the person showed who they are within ten minutes, else the question.

    A page is returned to after the question; a form is carried along by it, but files cannot be; a script is told
    with 403 and the address of the question.
    """
    if is_fresh(session_of(request), timezone.now()):
        return None
    address = request.get_full_path()
    question = f"{reverse('accounts:step_up')}?{urlencode({'next': address})}"
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"error": _("Bevestig eerst dat u het bent."), "step_up": question}, status=403)
    if request.method in {"GET", "HEAD"}:
        return redirect(question)
    if request.FILES:
        messages.info(request, _("Bevestig eerst dat u het bent. Kies daarna uw bestand opnieuw."))
        return redirect(f"{reverse('accounts:step_up')}?{urlencode({'next': page_before(request)})}")
    # A view that opens its own scopes has none around it here.
    with own_scope(request) as user:
        factors = factors_of(user)
        return _ask(request, StepUpForm(factors=factors), factors, following=address, resume=True)


@own_scopes
@sensitive_post_parameters()
@signed_in(gates=(SECOND_FACTOR, PASSWORD))
@require_http_methods(["GET", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """Ask who sits there, and go on to where they were going. Wrong answers count as at signing in."""
    resume = request.POST.get(_RESUME) == "1"
    following = _following(request)
    if is_fresh(session_of(request), timezone.now()):
        return _go_on(request, following, resume=resume)
    with own_scope(request) as user:
        record("session.confirmation_asked", about=user)
        factors = factors_of(user)
    form = StepUpForm(request.POST if request.method == "POST" else None, factors=factors)
    if request.method == "POST" and form.is_valid():
        if _is_proof(request, form.cleaned_data):
            with own_scope(request) as user:
                clear_attempts(user=user)
                confirm_session(session=session_of(request), second_factor=factors.any, now=timezone.now())
            return _go_on(request, following, resume=resume)
        form.add_error(None, _("Dit klopt niet. Probeer het nog eens."))
    with own_scope(request):
        return _ask(request, form, factors, following=following, resume=resume)


def _is_proof(request: HttpRequest, given: dict[str, str]) -> bool:
    """Look at the one thing that was filled in."""
    user, origin, now = user_of(request), origin_of(request), timezone.now()
    if "credential" in given:
        return _is_passkey(request, user, given["credential"])
    if "code" in given:
        return prove_by_totp(user=user, code=given["code"], origin=origin, by=user, now=now)
    if "recovery" in given:
        device = session_of(request).device
        return prove_by_recovery_code(user=user, code=given["recovery"], origin=origin, device=device, by=user, now=now)
    return _is_password(request, user, given["password"])


def _is_passkey(request: HttpRequest, user: User, answer: str) -> bool:
    if verify_passkey_for(request, user, purpose=CONFIRM, answer=answer) is not None:
        return True
    with own_scope(request):
        record("second_factor.failed", about=user, data={"factor": "passkey"})
    return False


def _is_password(request: HttpRequest, user: User, password: str) -> bool:
    origin = origin_of(request)
    # One hash, whether an attempt was left or not.
    reserved = reserve_attempt(user=user, origin=origin)
    if check_password(password, user.password) and reserved:
        return True
    with own_scope(request):
        record("session.confirmation_failed", about=user)
        if lock_when_spent(user=user):
            tell_account_locked(user=user, origin=origin)
    return False


def _ask(request: HttpRequest, form: StepUpForm, factors: Factors, *, following: str, resume: bool) -> HttpResponse:
    """Show the question. Runs in the scope."""
    locked = User.objects.filter(pk=user_of(request).pk, locked_at__isnull=False).exists()
    context = {
        "form": form,
        "factors": factors,
        "following": following,
        "resume": resume,
        "carried": list(_carried(request)) if resume else [],
        "locked": locked,
    }
    return render(request, "accounts/step_up.html", context, status=422 if form.errors else 200)


def _carried(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield the fields of the form that is held up, each value of each, in their order."""
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken" and not name.startswith(_OURS):
            yield from ((name, value) for value in values)


def _following(request: HttpRequest) -> str:
    return safe_target(request, request.POST.get(_NEXT, "") or request.GET.get("next", ""))


def _go_on(request: HttpRequest, following: str, *, resume: bool) -> HttpResponse:
    if following:
        return redirect(following, preserve_request=resume and request.method == "POST")
    with own_scope(request) as user:
        return redirect(home_of(user))
