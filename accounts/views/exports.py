"""Files for a board or an auditor: one page, and each file behind a fresh proof of who asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.domain.exports import Table, roles_table, second_factor_table, subprocessors_table
from accounts.domain.reviews import signed_reviews
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.csv_export import csv_response
from kijk.web.page import page


@page(right=Right.ACCOUNT_EXPORT, action="exports.viewed")
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Show the files there are."""
    may_trail = user_of(request).may(Right.AUDIT_EXPORT)
    return render(request, "accounts/exports.html", {"may_trail": may_trail, "reviews": signed_reviews()})


def _file(name: str, action: str, make: Callable[[], Table]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view that gives one table as a file."""

    @page(right=Right.ACCOUNT_EXPORT, action=action, fresh=True)
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        table = make()
        return csv_response(f"{name}-{timezone.localdate()}.csv", table.header, table.rows)

    return view


roles_csv = _file("rollen", "exports.roles", lambda: roles_table(now=timezone.now()))
second_factor_csv = _file("tweede-stap", "exports.second_factor", lambda: second_factor_table(now=timezone.now()))
subprocessors_csv = _file("subverwerkers", "exports.subprocessors", subprocessors_table)
