"""The desk of Bazalt's staff: helping an administrator who cannot get in."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right
from accounts.staff.domain import (
    NotAnAdministrator,
    Staff,
    find_administrator,
    reset_administrators_factor,
    staff_role,
    suspend_networks,
    unlock_administrator,
)
from accounts.staff.forms import FindAdministratorForm, HelpForm, SuspendNetworksForm
from accounts.views.own_scope import user_of
from kijk.web.origin import origin_of
from kijk.web.page import own_scopes, page


@page(right=Right.STAFF_VIEW, action="staff.desk_viewed")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what this member of staff can do here."""
    may_unlock = user_of(request).may(Right.STAFF_UNLOCK)
    context = {"may_unlock": may_unlock, "form": FindAdministratorForm() if may_unlock else None}
    return render(request, "accounts/staff/desk.html", context)


@own_scopes
@page(right=Right.STAFF_UNLOCK, action="staff.administrator_looked_up", fresh=True)
@require_POST
def administrator(request: HttpRequest) -> HttpResponse:
    """Look up one administrator by the address they ring about; a form, so that no address stands in a log."""
    form = FindAdministratorForm(request.POST)
    found = None
    if form.is_valid():
        found = find_administrator(form.cleaned_data["email"], _staff(request), timezone.now())
        if found is None:
            form.add_error("email", _("Er is geen beheerder met dit adres."))
    context = {"may_unlock": True, "form": form, "found": found}
    return render(request, "accounts/staff/desk.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Help:
    """One way to help: what it does, the form that asks how the person was identified, and what is said of it."""

    act: Callable[..., None]
    form: type[forms.Form]
    title: Promise
    explanation: Promise
    done: Promise


UNLOCK = Help(
    unlock_administrator,
    HelpForm,
    gettext_lazy("Account van de beheerder ontgrendelen"),
    gettext_lazy("De beheerder kan daarna weer inloggen met het eigen wachtwoord, en krijgt hierover een e-mail."),
    gettext_lazy("Het account is ontgrendeld. De beheerder heeft een e-mail gekregen."),
)
FACTOR = Help(
    reset_administrators_factor,
    HelpForm,
    gettext_lazy("Tweede stap van de beheerder wissen"),
    gettext_lazy(
        "De beheerder stelt bij de volgende keer inloggen een nieuwe tweede stap in. Alle sessies eindigen nu."
    ),
    gettext_lazy("De tweede stap is gewist. De beheerder heeft een e-mail gekregen."),
)
NETWORKS = Help(
    suspend_networks,
    SuspendNetworksForm,
    gettext_lazy("Adreslijst tijdelijk opheffen"),
    gettext_lazy("De organisatie heeft zichzelf buitengesloten. De lijst gaat daarna vanzelf weer gelden."),
    gettext_lazy("De adreslijst is opgeheven voor de tijd die u koos. De beheerder heeft een e-mail gekregen."),
)


def _view_of(kind: Help) -> Callable[..., HttpResponse]:
    """Return the page that asks to confirm one way to help, and does it."""

    @own_scopes
    @page(right=Right.STAFF_UNLOCK, action="staff.helped", fresh=True)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        form = kind.form(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "accounts/staff/confirm.html", {"form": form, "help": kind}, status=status)
        try:
            kind.act(user_id=pk, by=_staff(request), now=timezone.now(), **form.cleaned_data)
        except NotAnAdministrator as error:
            raise Http404 from error
        messages.success(request, str(kind.done))
        return redirect("accounts:staff")

    return view


unlock, factor, networks = _view_of(UNLOCK), _view_of(FACTOR), _view_of(NETWORKS)


def _staff(request: HttpRequest) -> Staff:
    user = user_of(request)
    return Staff(user, staff_role(user), origin_of(request))
