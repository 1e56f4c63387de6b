"""What every page's template can use."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.module_loading import import_string

from kijk.tenancy.context import tenant_scope


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the main menu."""

    url: str
    label: str
    current: bool


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return the menu and who is signed in (a context processor).

    The apps say what is in the menu: ``settings.NAVIGATION`` names their functions, for the web layer knows no app.
    """
    user = getattr(request, "user", None)
    context: dict[str, Any] = {"languages": settings.LANGUAGES, "navigation": [], "account": None}
    if user is None or not user.is_authenticated:
        return context
    try:
        # The error page of a view that opens its own scopes is rendered outside all of them.
        with tenant_scope(user.organisation_id):
            context["navigation"] = import_string(settings.NAVIGATION)(request)
            context["account"] = import_string(settings.ACCOUNT)(request)
    except DatabaseError:
        # The page that says something went wrong has to come all the same; its menu is what can be missed.
        context |= {"navigation": [], "account": None}
    return context
