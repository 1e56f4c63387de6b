"""What other apps show on a colleague's page: ``settings.COLLEAGUE_PANELS`` names their functions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


@dataclass(frozen=True)
class PanelItem:
    """A line of a panel; without ``url`` it leads nowhere."""

    text: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class ColleaguePanel:
    """A part of a colleague's page. ``empty`` is said when there are no items; ``url`` is where to change it."""

    identifier: str
    title: str
    items: tuple[PanelItem, ...]
    empty: str
    url: str = ""
    action_label: str = ""


def panels_of(*, user: User, viewer: User, today: date) -> list[ColleaguePanel]:
    """Return the panels about somebody, with links for what the viewer may do.

    Each named function takes ``user``, ``viewer`` and ``today``, and returns a panel or None.
    """
    named: list[Callable[..., ColleaguePanel | None]] = [import_string(name) for name in settings.COLLEAGUE_PANELS]
    found = (panel_for(user=user, viewer=viewer, today=today) for panel_for in named)
    return [panel for panel in found if panel is not None]
