"""How an organisation's people sign in, set by its administrator (ACC-2, ACC-3.2, ACC-7, ACC-8.3).

One page with small forms. Each has an address of its own, which leads back to the page, or shows it with what is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain.policy import current_policy, is_suspended, listed_networks
from accounts.domain.policy_changes import (
    NetworksChangedMeanwhile,
    ShutsOutPresentAddress,
    change_networks,
    change_password_length,
    change_second_factor_for_all,
    count_without_factor,
    domains_in_use,
    end_emergency,
    lines_of,
    mark_of,
    remove_unused_domain,
    sessions_outside,
    suggested_for,
)
from accounts.forms.policy import DomainForm, NetworksForm, PasswordLengthForm, ShutOutForm
from accounts.models import SignInPolicy
from accounts.networks import ListedNetwork
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.origin import origin_of
from kijk.web.page import page
from licensing.domain import add_email_domain
from licensing.email_domains import DomainRefused
from licensing.models import EmailDomain

PAGE = "accounts:sign_in_policy"
ON, OFF = "aan", "uit"

_WRONG, _CONFLICT = 422, 409


@dataclass(frozen=True)
class Refused:
    """The forms that came back with something wrong.

    Of the networks: ``seen`` is the mark of the list they were made of, None when the list as it is kept has to be
    shown beside them; ``sent`` and ``shut_out`` what would shut out who sends it, and the box to tick.
    """

    password: PasswordLengthForm | None = None
    networks: NetworksForm | None = None
    seen: str | None = None
    sent: list[ListedNetwork] | None = None
    shut_out: ShutOutForm | None = None
    emergency: ShutOutForm | None = None
    domain: DomainForm | None = None


@page(right=Right.SIGN_IN_POLICY_WRITE, action="sign_in_policy.viewed")
@require_safe
def sign_in_policy(request: HttpRequest) -> HttpResponse:
    """Show how people sign in, with a form for each part."""
    return _show(request, Refused())


def _changes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view the address of one of the forms. Its event is the change's own; who asks for it is led to the page."""

    @page(right=Right.SIGN_IN_POLICY_WRITE, action="", fresh=True)
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def address(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, **kwargs) if request.method == "POST" else redirect(PAGE)

    return address


@_changes
def policy_password(request: HttpRequest) -> HttpResponse:
    """Set how long a new password is at least."""
    form = PasswordLengthForm(request.POST)
    if not form.is_valid():
        return _show(request, Refused(password=form), status=_WRONG)
    length = form.cleaned_data["min_password_length"]
    if change_password_length(length=length):
        said = _("Nieuwe wachtwoorden hebben voortaan minstens %(length)d tekens.") % {"length": length}
        messages.success(request, said)
    return redirect(PAGE)


@_changes
def policy_second_factor(request: HttpRequest) -> HttpResponse:
    """Ask a second factor of everybody, or no longer."""
    choice = request.POST.get("for_all")
    if choice not in {ON, OFF}:
        raise BadRequest
    if change_second_factor_for_all(for_all=choice == ON):
        on = _("De tweede stap geldt nu voor iedereen.")
        off = _("De tweede stap is niet meer voor iedereen verplicht. Voor beheerders blijft hij dat wel.")
        messages.success(request, on if choice == ON else off)
    return redirect(PAGE)


@_changes
def policy_networks(request: HttpRequest) -> HttpResponse:
    """Keep another list of networks; one that shuts out who saves it only when they say to know that."""
    form, seen = NetworksForm(request.POST), request.POST.get("seen", "")
    if not form.is_valid():
        return _show(request, Refused(networks=form, seen=seen), status=_WRONG)
    networks: list[ListedNetwork] = form.cleaned_data["networks"]
    confirmed = ShutOutForm(request.POST).is_ticked
    try:
        change = change_networks(networks=networks, seen=seen, origin=origin_of(request), confirmed=confirmed)
    except NetworksChangedMeanwhile as refusal:
        form.add_error("networks", str(refusal))
        return _show(request, Refused(networks=form), status=_CONFLICT)
    except ShutsOutPresentAddress as refusal:
        form.add_error("networks", str(refusal))
        refused = Refused(networks=form, seen=seen, sent=networks, shut_out=ShutOutForm())
        return _show(request, refused, status=_WRONG)
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    if change.is_change:
        messages.success(request, _said_of(request, networks))
    return redirect(PAGE)


@_changes
def policy_emergency_end(request: HttpRequest) -> HttpResponse:
    """Apply the list of networks again, before the emergency route ends by itself."""
    form = ShutOutForm(request.POST)
    try:
        ended = end_emergency(origin=origin_of(request), confirmed=form.is_ticked, now=timezone.now())
    except ShutsOutPresentAddress as refusal:
        form.add_error("confirmed", str(refusal))
        return _show(request, Refused(emergency=form), status=_WRONG)
    if ended:
        messages.success(request, _("De noodroute is beëindigd. De adreslijst geldt weer."))
    return redirect(PAGE)


@_changes
def policy_domain_add(request: HttpRequest) -> HttpResponse:
    """Add an e-mail domain."""
    form = DomainForm(request.POST)
    if form.is_valid():
        try:
            added = add_email_domain(domain=form.cleaned_data["domain"])
        except DomainRefused as refusal:
            form.add_error("domain", str(refusal))
        else:
            said = _("%(domain)s staat nu bij de domeinen van uw organisatie.") % {"domain": added.domain}
            messages.success(request, said)
            return redirect(PAGE)
    return _show(request, Refused(domain=form), status=_WRONG)


@_changes
def policy_domain_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an e-mail domain away."""
    try:
        remove_unused_domain(domain_id=pk)
    except EmailDomain.DoesNotExist as missing:
        raise Http404 from missing
    except DomainRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Het domein is verwijderd."))
    return redirect(PAGE)


# ------------------------------------------------------------------------------------------------ the page


def _show(request: HttpRequest, refused: Refused, *, status: int = 200) -> HttpResponse:
    policy, now = current_policy(), timezone.now()
    context = {
        "policy": policy,
        "password_form": refused.password
        or PasswordLengthForm(initial={"min_password_length": policy.min_password_length}),
        "without_factor": count_without_factor(),
        "suspended": is_suspended(policy, now),
        "emergency_form": refused.emergency,
        "domains": domains_in_use(),
        "domain_form": refused.domain or DomainForm(),
        **_networks_context(request, policy, refused, now),
    }
    return render(request, "accounts/policy.html", context, status=status)


def _networks_context(request: HttpRequest, policy: SignInPolicy, refused: Refused, now: datetime) -> dict[str, Any]:
    """Return what the list of networks is shown with: a draft that is gone on with stands beside the list itself."""
    user, origin, lines = user_of(request), origin_of(request), lines_of(policy)
    text = "\n".join(lines)
    draft = form_draft(request, form="sign_in_policy.networks", row=user.organisation_id, shown={"networks": text})
    changed = refused.networks is not None and refused.seen is None
    listed = listed_networks(policy) if refused.sent is None else refused.sent
    return {
        "networks_form": refused.networks or NetworksForm(initial={"networks": draft.text("networks", text)}),
        # Of a form that came back the mark stays, or a list that a colleague kept meanwhile would go unseen.
        "seen": mark_of(policy) if refused.seen is None else refused.seen,
        "beside": changed or draft.resumed is not None,
        "lines": lines,
        "shut_out_form": refused.shut_out,
        "draft": draft,
        "origin": origin,
        "suggested": suggested_for(origin),
        "outside": sessions_outside(listed, but=user, now=now),
    }


def _said_of(request: HttpRequest, networks: list[ListedNetwork]) -> str:
    """Return what to say of a list that was kept: whom it ends, and when it counts."""
    now = timezone.now()
    if not networks:
        return _("De lijst is leeg. Uw collega's kunnen nu overal inloggen.")
    if is_suspended(current_policy(), now):
        return _("De lijst is bewaard. Zij geldt zodra de noodroute voorbij is.")
    outside = sessions_outside(networks, but=user_of(request), now=now)
    ended = ngettext(
        "%(count)d open sessie van een collega valt erbuiten en eindigt zodra die iets doet.",
        "%(count)d open sessies van collega's vallen erbuiten en eindigen zodra die iets doen.",
        outside,
    )
    return " ".join([_("De lijst is bewaard en geldt nu."), *([ended % {"count": outside}] if outside else [])])
