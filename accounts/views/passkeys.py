"""One's own passkeys: added on a device of one's own, renamed, removed (ACC-8.1)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.passkeys import PasskeyRefused, ask_to_make, rename_passkey
from accounts.domain.second_factor import LastFactor, enrol_passkey, remove_passkey
from accounts.forms.second_factor import PasskeyForm, PasskeyNameForm
from accounts.middleware import PASSWORD, SECOND_FACTOR
from accounts.models import Passkey
from accounts.views.own_scope import session_of, user_of
from accounts.views.passkey_proof import ADD, relying_party, remember_challenge, take_challenge
from accounts.views.second_factor import after_enrolment, going_to
from kijk.web.page import signed_in

# Reached while a second factor is still to be set up, and with a password that is too old.
_GATES = (SECOND_FACTOR, PASSWORD)


@sensitive_post_parameters("credential")
@signed_in(action="passkey.form", fresh=True, gates=_GATES)
@require_http_methods(["GET", "POST"])
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Show what a passkey is, or take the new one into use; the first factor of all brings recovery codes."""
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = enrol_passkey(
                user=user_of(request),
                answer=request.POST.get("credential", ""),
                challenge=take_challenge(request, ADD),
                party=relying_party(request),
                name=form.cleaned_data["name"],
                session=session_of(request),
                now=timezone.now(),
            )
        except PasskeyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return after_enrolment(request, codes, _("Uw toegangssleutel is toegevoegd."))
    context = {"form": form, "next": going_to(request)}
    return render(request, "accounts/passkey_add.html", context, status=422 if form.errors else 200)


@signed_in(fresh=True, gates=_GATES)
@require_POST
def passkey_add_options(request: HttpRequest) -> JsonResponse:
    """Ask the device for a new passkey, once it has a name and was said to be one's own."""
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        first = next(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"error": first}, status=422)
    ceremony = ask_to_make(user=user_of(request), party=relying_party(request))
    return JsonResponse(remember_challenge(request, ADD, ceremony))


@signed_in(action="passkey.viewed", gates=_GATES)
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one passkey, or call it something else."""
    found = _own_passkey(request, pk)
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        rename_passkey(passkey=found, name=form.cleaned_data["name"])
        messages.success(request, _("De naam is gewijzigd."))
        return redirect("accounts:second_factor")
    context = {"form": form, "passkey": found}
    return render(request, "accounts/passkey.html", context, status=422 if form.errors else 200)


@signed_in(fresh=True, gates=_GATES)
@require_POST
def passkey_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a passkey out of use; sessions elsewhere end."""
    found = _own_passkey(request, pk)
    try:
        remove_passkey(passkey=found, user=user_of(request), session=session_of(request), now=timezone.now())
    except LastFactor as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("De toegangssleutel is verwijderd. Haal hem ook weg op uw apparaat zelf."))
    return redirect("accounts:second_factor")


def _own_passkey(request: HttpRequest, pk: UUID) -> Passkey:
    found = Passkey.objects.filter(pk=pk, user=user_of(request)).first()
    if found is None:
        raise Http404
    return found
