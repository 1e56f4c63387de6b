"""What every page's template can use."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


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
    context["navigation"] = import_string(settings.NAVIGATION)(request)
    context["account"] = import_string(settings.ACCOUNT)(request)
    return context
