"""What the areas of the work show on a child's page; each names its own function here.

A page that many write on is otherwise rewritten by each of them: an area keeps its queries, its template and its rule
of who may see it to itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.module_loading import import_string

from observations.domain.children.in_hand import ChildInHand


class Place(Enum):
    """Where on the page: in the broad column, or beside it."""

    MAIN = "main"
    ASIDE = "aside"


@dataclass(frozen=True)
class ChildPanel:
    """A part of a child's page: ``template`` is rendered with ``context`` alone, as ``panel``."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    place: Place = Place.MAIN


# In the order of the page. Each takes the child in hand, and returns a panel, or None for who has nothing to see there.
PANELS: tuple[str, ...] = (
    "observations.domain.signals.panel.signals_panel",
    "observations.domain.bso.panel.bso_panel",
    "observations.domain.notes.panel.child_panel",
    "observations.domain.plans.panel.cluster_panel",
    "observations.domain.reports.panel.reports_panel",
)


def panels_of(hand: ChildInHand) -> list[ChildPanel]:
    """Return the panels of a child's page that the user may see, in order."""
    named: list[Callable[[ChildInHand], ChildPanel | None]] = [import_string(name) for name in PANELS]
    found = (panel_for(hand) for panel_for in named)
    return [panel for panel in found if panel is not None]
