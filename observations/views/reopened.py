"""Opening again what was opened again already: the form sent twice, or a page that was gone back to (REG-6.2, BSO-1.3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from observations.models import BsoRegistration, Registration


def to_newer_version(
    request: HttpRequest, newer: Registration | BsoRegistration | None, *, reason: str, address: str, told: str
) -> HttpResponse | None:
    """Go to the version that is there already; None where there is none, or another reason was typed, to give back."""
    if newer is None or reason.strip() not in {"", newer.texts.reopen_reason if newer.texts else ""}:
        return None
    messages.info(request, told)
    return redirect(address, pk=newer.pk)


def came_second(newer: Registration | BsoRegistration | None, problem: str) -> str:
    """Return why a reason was not kept: somebody was first, or else the problem itself."""
    if newer is None:
        return problem
    name = newer.started_by.get_full_name()
    return _("%(name)s heeft dit al opnieuw geopend. Uw reden is niet bewaard.") % {"name": name}
