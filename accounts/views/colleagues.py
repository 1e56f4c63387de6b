"""The list of colleagues (ACC-9, ACC-11.3)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.domain.colleagues import Choice, list_colleagues
from accounts.forms.colleagues import ColleagueFilterForm
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page

PER_PAGE = 50


@page(right=Right.ACCOUNT_READ, action="colleagues.listed")
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """List the organisation's accounts that the address asks for, in the Dutch order of their names."""
    form = ColleagueFilterForm(request.GET)
    choice = form.choice()
    found = [colleague for colleague in list_colleagues(now=timezone.now()) if choice.takes(colleague)]
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    user = user_of(request)
    context = {
        "form": form,
        "page": shown,
        "count": len(found),
        "query": form.query,
        "chosen": choice != Choice(),
        "may_invite": user.may(Right.ACCOUNT_WRITE) and user.may(Right.ROLE_DECIDE),
    }
    return render(request, "accounts/colleagues.html", context)
