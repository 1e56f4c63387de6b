"""One colleague: the account and what an administrator does with it (ACC-5.2, ACC-8.4, ACC-11, ACC-12)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain.colleague_accounts import (
    ColleagueRefused,
    change_email,
    end_colleague_sessions,
    rename_colleague,
    unlock_colleague,
)
from accounts.domain.colleague_panels import panels_of
from accounts.domain.colleagues import colleague_of, invitation_ends_at
from accounts.domain.invitations import AddressTaken, NotInvitable, resend_invitation, withdraw_invitation
from accounts.domain.second_factor import reset_second_factor
from accounts.domain.sessions import open_sessions
from accounts.domain.users import AddressNotAllowed
from accounts.forms.colleagues import PersonForm
from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page

SEND_AGAIN, WITHDRAW = "opnieuw", "intrekken"


def get_colleague_for(pk: UUID) -> User:
    """Return an account of the organisation in scope; Http404 for anybody else's."""
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page(right=Right.ACCOUNT_READ, action="colleague.viewed")
@require_safe
def colleague(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one account: how it is, its roles, what other apps know of it, and what can be done."""
    user, viewer, now = get_colleague_for(pk), user_of(request), timezone.now()
    context = {
        "colleague": colleague_of(user, now=now),
        "sessions": len(open_sessions(user, now)),
        "invited_until": invitation_ends_at(user),
        "now": now,
        "panels": panels_of(user=user, viewer=viewer, today=timezone.localdate(now)),
        "is_self": user.pk == viewer.pk,
        "may_write": viewer.may(Right.ACCOUNT_WRITE),
        "may_decide": viewer.may(Right.ROLE_DECIDE),
    }
    return render(request, "accounts/colleague.html", context)


@page(right=Right.ACCOUNT_WRITE, action="colleague.details_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def colleague_details(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the name or the address of an account."""
    user = get_colleague_for(pk)
    name = user.name
    initial = {"first_name": name.first_name, "infix": name.infix, "last_name": name.last_name, "email": user.email}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and _save_details(request, user, form):
        return redirect("accounts:colleague", pk=pk)
    context = {"form": form, "colleague_id": pk, "name": str(name)}
    return render(request, "accounts/colleague_details.html", context, status=422 if form.errors else 200)


@page(right=Right.ACCOUNT_WRITE, action="colleague.unlock_asked", fresh=True)
@require_POST
def colleague_unlock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open an account that is locked after three wrong attempts."""
    user = get_colleague_for(pk)
    try:
        unlock_colleague(user=user, by=user_of(request), now=timezone.now())
    except ColleagueRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Dit account is van het slot. Uw collega krijgt daar een mail over."))
    return redirect("accounts:colleague", pk=pk)


@page(right=Right.ACCOUNT_WRITE, action="colleague.sessions_end_asked")
@require_POST
def colleague_sessions_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign a colleague out everywhere."""
    user = get_colleague_for(pk)
    count = end_colleague_sessions(user=user, by=user_of(request), now=timezone.now())
    said = ngettext("%(count)d sessie is beëindigd.", "%(count)d sessies zijn beëindigd.", count) % {"count": count}
    messages.success(request, said if count else _("Deze collega was nergens ingelogd."))
    return redirect("accounts:colleague", pk=pk)


@page(right=Right.ACCOUNT_WRITE, action="colleague.factor_reset_asked", fresh=True)
@require_http_methods(["GET", "POST"])
def colleague_factor_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether the second factor must go, and take it away (ACC-8.4)."""
    user, by = get_colleague_for(pk), user_of(request)
    if request.method == "POST" and user.pk != by.pk:
        reset_second_factor(user=user, by=by, now=timezone.now())
        messages.success(request, _("De tweede stap is gewist. Uw collega krijgt daar een mail over."))
        return redirect("accounts:colleague", pk=pk)
    context = {"colleague_id": pk, "name": user.get_full_name(), "is_self": user.pk == by.pk}
    return render(request, "accounts/colleague_factor_reset.html", context)


@page(right=Right.ACCOUNT_WRITE, action="colleague.invitation_asked")
@require_POST
def colleague_invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    user, by, now = get_colleague_for(pk), user_of(request), timezone.now()
    if request.POST.get("doe") == WITHDRAW:
        withdraw_invitation(user=user, by=by, now=now)
        messages.success(request, _("De uitnodiging is ingetrokken. De link in de mail werkt niet meer."))
        return redirect("accounts:colleague", pk=pk)
    try:
        resend_invitation(user=user, by=by, now=now)
    except NotInvitable as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Er is een nieuwe uitnodiging verstuurd. De vorige link werkt niet meer."))
    return redirect("accounts:colleague", pk=pk)


def _save_details(request: HttpRequest, user: User, form: PersonForm) -> bool:
    """Keep what changed; False, with the reason in the form, when the address cannot be."""
    try:
        moved = change_email(user=user, email=form.cleaned_data["email"], by=user_of(request), now=timezone.now())
    except (AddressNotAllowed, AddressTaken) as refusal:
        form.add_error("email", str(refusal))
        return False
    except ValidationError as refusal:
        form.add_error("email", refusal)
        return False
    renamed = rename_colleague(user=user, name=form.name)
    messages.success(request, _("De gegevens zijn bewaard.") if moved or renamed else _("Er is niets veranderd."))
    return True
