"""Who can sign in to the demonstration, with the code each authenticator app would show now. Not in production."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.domain.totp import code_at
from accounts.models import TotpSecret
from kijk.web.page import public
from observations.demo.accounts import ACCOUNTS, DEMO_PASSWORD


@public
@require_safe
def demo_accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts of the demonstration; its passwords and codes are no secrets, and open nothing else."""
    now = timezone.now()
    rows = [
        {
            "email": found.email,
            "role": found.role.label,
            "code": code_at(TotpSecret(found.totp_secret), now) if found.needs_code else "",
        }
        for found in ACCOUNTS
    ]
    return render(request, "observations/demo_accounts.html", {"rows": rows, "password": DEMO_PASSWORD})
