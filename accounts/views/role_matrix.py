"""Who may do what, to read (ACC-9.11)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.domain.role_matrix import role_matrix
from accounts.roles import Right
from kijk.web.page import page


@page(right=Right.ACCOUNT_READ, action="role_matrix.viewed")
@require_safe
def show_role_matrix(request: HttpRequest) -> HttpResponse:
    """Show the table of roles and rights, what each comes down to, and who has it now."""
    return render(request, "accounts/role_matrix.html", {"matrix": role_matrix(on=timezone.localdate())})
