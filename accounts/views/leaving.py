"""Somebody leaves, or comes back (ACC-11.2, ACC-11.4)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.leaving import LeavingRefused, close_account, leaving_items, reopen_account
from accounts.domain.role_changes import LastAdministrator
from accounts.forms.colleagues import LeavingForm
from accounts.roles import Right
from accounts.views.colleague import get_colleague_for
from accounts.views.own_scope import user_of
from kijk.web.page import page


@page(right=Right.ACCOUNT_WRITE, action="colleague.leaving_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what is still tied to somebody who leaves, and close the account."""
    user, by, now = get_colleague_for(pk), user_of(request), timezone.now()
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            close_account(user=user, points=form.ticked(), by=by, now=now)
        except (LeavingRefused, LastAdministrator) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Het account is afgesloten. Wat deze collega schreef, blijft bewaard."))
            return redirect("accounts:colleague", pk=pk)
    items = leaving_items(user=user, by=by, now=now) if user.is_active else []
    context = {
        "form": form,
        "items": items,
        "blocked": any(item.blocking for item in items),
        "is_closed": not user.is_active,
        "colleague_id": pk,
        "name": user.get_full_name(),
    }
    return render(request, "accounts/leaving.html", context, status=422 if form.errors else 200)


@page(right=Right.ACCOUNT_WRITE, action="colleague.reopen_asked", fresh=True)
@require_POST
def colleague_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a closed account again, by a new invitation."""
    reopen_account(user=get_colleague_for(pk), by=user_of(request), now=timezone.now())
    messages.success(
        request,
        _("Het account is weer open. Uw collega krijgt een nieuwe uitnodiging. Geef nu de rollen die nodig zijn."),
    )
    return redirect("accounts:colleague", pk=pk)
