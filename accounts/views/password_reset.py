"""A forgotten password: asking for a link, and choosing a new password by it (ACC-5.2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.backend import address_digest, find_by_email
from accounts.devices import device_label
from accounts.domain.forgotten import NETWORK_WINDOW, hear_question
from accounts.domain.messages import RESET_HOURS
from accounts.domain.passwords import problems_with, reset_password
from accounts.domain.policy import current_policy
from accounts.forms.passwords import PasswordForgottenForm, PasswordResetForm
from accounts.models import OneTimeLink, User
from accounts.tasks import answer_later
from accounts.views.by_link import LinkIsOver, link_page, render_for_anybody
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, public

_TOO_MANY = 429


@own_scopes
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for the address, and have its owner sent a link.

    One answer and one amount of work for every address: with an account or without, closed, invited, asked about too
    often. From whichever network: what is sent goes to the owner's mailbox, and signing in asks for the network again.
    """
    form = PasswordForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, form.cleaned_data["email"])
    status = 422 if request.method == "POST" else 200
    return render_for_anybody(request, "accounts/password_forgotten.html", {"form": form}, status=status)


@own_scopes
@public
@require_safe
def password_forgotten_sent(request: HttpRequest) -> HttpResponse:
    """Say to look in the mail."""
    return render_for_anybody(request, "accounts/password_forgotten_sent.html", {"valid_hours": RESET_HOURS})


@link_page(OneTimeLink.Kind.RESET)
def password_reset(request: HttpRequest, user: User, link: OneTimeLink) -> HttpResponse:
    """Show the form for a new password, or set it and send the owner to sign in.

    Never signs in by itself: the second step is not to be got round by who holds a mailbox (ASVS 6.4.3).
    """
    form = PasswordResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        problems = problems_with(user=user, password=password)
        if not problems:
            return _reset(request, user, link, password)
        form.add_error("password", problems)
    context = {"form": form, "email": user.email, "minimum": current_policy().min_password_length}
    return render_for_anybody(
        request, "accounts/password_reset.html", context, status=422 if request.method == "POST" else 200
    )


def _ask(request: HttpRequest, email: str) -> HttpResponse:
    user = find_by_email(email)
    if not hear_question(address=address_digest(email), origin=origin_of(request), now=timezone.now()):
        context: dict[str, object] = {"wait_minutes": int(NETWORK_WINDOW.total_seconds()) // 60}
        return render_for_anybody(request, "errors/429.html", context, status=_TOO_MANY)
    answer_later(user)
    return redirect("accounts:password_forgotten_sent")


def _reset(request: HttpRequest, user: User, link: OneTimeLink, password: str) -> HttpResponse:
    device = device_label(request.headers.get("User-Agent", ""))
    if not reset_password(user=user, link=link, password=password, now=timezone.now(), device=device):
        raise LinkIsOver
    messages.success(request, _("Uw nieuwe wachtwoord is bewaard. U kunt er nu mee inloggen."))
    return redirect("accounts:sign_in")
