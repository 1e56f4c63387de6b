"""One's own second factor: what there is, setting up an authenticator app, recovery codes, taking away (ACC-8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain.forgotten import answer_question
from accounts.domain.passkeys import passkeys_of
from accounts.domain.policy import current_policy, needs_second_factor
from accounts.domain.recovery import FEW, HOW_MANY, in_groups, normalise
from accounts.domain.second_factor import (
    CodeRefused,
    LastFactor,
    enrol_totp,
    factors_of,
    remove_totp,
    renew_recovery_codes,
)
from accounts.domain.totp import begin_totp, provisioning_uri
from accounts.domain.totp import in_groups as secret_in_groups
from accounts.forms.second_factor import CodeForm
from accounts.middleware import PASSWORD, SECOND_FACTOR
from accounts.models import TotpDevice
from accounts.views.own_scope import session_of, user_of
from accounts.views.signing_in import safe_target
from kijk.web.page import signed_in

# Reached while a second factor is still to be set up, and with a password that is too old.
_GATES = (SECOND_FACTOR, PASSWORD)


@dataclass(frozen=True)
class QrCode:
    """A QR code to be drawn as SVG: how many modules wide with its white edge, and one path over the dark ones."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return the QR code of a text, drawn here: the secret in it goes to nobody else. Pure."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    return QrCode(len(rows), "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in _dark_runs(rows)))


def _dark_runs(rows: list[Any]) -> Iterator[tuple[int, int, int]]:
    """Yield where dark modules begin beside each other, and how many there are."""
    for y, row in enumerate(rows):
        for dark, modules in groupby(enumerate(row), key=lambda module: bool(module[1])):
            run = list(modules)
            if dark:
                yield run[0][0], y, len(run)


@signed_in(action="second_factor.viewed", gates=_GATES)
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show what the person has for the second step, whether it is obligatory and why, and what can be done."""
    user, policy = user_of(request), current_policy()
    factors = factors_of(user)
    obligatory = needs_second_factor(user, policy)
    context = {
        "factors": factors,
        "obligatory": obligatory,
        "for_all": policy.second_factor_for_all,
        "app": TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).first(),
        "passkeys": passkeys_of(user),
        # What may not go, says so here already.
        "keep_one": obligatory and factors.count == 1,
        "few": factors.any and factors.recovery_left <= FEW,
        "locked": user.locked_at is not None,
        "next": going_to(request),
    }
    return render(request, "accounts/second_factor.html", context)


@sensitive_post_parameters("code")
@signed_in(action="second_factor.form", fresh=True, gates=_GATES)
@require_http_methods(["GET", "POST"])
def totp_add(request: HttpRequest) -> HttpResponse:
    """Show a secret to put in an authenticator app, or take the app into use by its first code."""
    user, session, now = user_of(request), session_of(request), timezone.now()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = enrol_totp(user=user, code=form.cleaned_data["code"], session=session, now=now)
        except CodeRefused as refusal:
            form.add_error("code", str(refusal))
        else:
            return after_enrolment(request, codes, _("Uw authenticator-app is ingesteld."))
    secret = begin_totp(user=user, session=session, now=now).secret
    uri = provisioning_uri(secret, user.email)
    context = {
        "form": form,
        "qr": qr_code(uri),
        "uri": uri,
        "secret": secret_in_groups(secret),
        "app_account": user.email,
        "replaces": factors_of(user).totp,
        "next": going_to(request),
    }
    return render(request, "accounts/second_factor_app.html", context, status=422 if form.errors else 200)


@signed_in(fresh=True, gates=_GATES)
@require_POST
def totp_remove(request: HttpRequest) -> HttpResponse:
    """Take the authenticator app out of use; sessions elsewhere end."""
    try:
        remove_totp(user=user_of(request), session=session_of(request), now=timezone.now())
    except LastFactor as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("De authenticator-app is verwijderd."))
    return redirect("accounts:second_factor")


@signed_in(fresh=True, gates=_GATES)
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make ten new recovery codes and show them, this once."""
    user = user_of(request)
    if not factors_of(user).any:
        messages.error(request, _("Stel eerst een authenticator-app of een toegangssleutel in."))
        return redirect("accounts:second_factor")
    codes = renew_recovery_codes(user=user, session=session_of(request), now=timezone.now())
    return _show_codes(request, codes)


@signed_in(gates=_GATES)
@require_POST
def password_link(request: HttpRequest) -> HttpResponse:
    """Send the owner of a locked account, who came in with a passkey, the link that opens it again (ACC-5.2)."""
    user = user_of(request)
    if user.locked_at is not None:
        answer_question(user=user, now=timezone.now())
        messages.success(request, _("U krijgt een e-mail met een link om een nieuw wachtwoord te kiezen."))
    return redirect("accounts:second_factor")


@sensitive_post_parameters("code")
@signed_in(action="recovery_codes.downloaded", gates=_GATES)
@require_POST
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """Give the codes that the page just showed back as a text file; we ourselves know them no more."""
    codes = [in_groups(code) for code in map(normalise, request.POST.getlist("code")[:HOW_MANY]) if code]
    lines = [_("Herstelcodes voor Kijk"), _("Elke code werkt één keer."), "", *codes, ""]
    response = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="kijk-herstelcodes.txt"'
    return response


def after_enrolment(request: HttpRequest, codes: list[str], done: str) -> HttpResponse:
    """Go on after a factor was taken into use: by way of the recovery codes, where these are new."""
    if codes:
        return _show_codes(request, codes, done)
    messages.success(request, done)
    return redirect(going_to(request) or "accounts:second_factor")


def going_to(request: HttpRequest) -> str:
    """Return where the person was going when the second factor came first, "" for nowhere."""
    return safe_target(request, request.GET.get("next", ""))


def _show_codes(request: HttpRequest, codes: list[str], done: str = "") -> HttpResponse:
    # Shown in the answer itself: after a redirect nobody would know them any more.
    context = {"codes": codes, "done": done, "next": going_to(request)}
    return render(request, "accounts/recovery_codes.html", context)
