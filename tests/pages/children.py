"""The pages of children, beside those in tests/pages/observations.py."""

from datetime import date
from typing import Any

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.children.visits import PlacementData, add_visit
from observations.models import Placement
from tests import factories
from tests.pages.model import STAFF, Page, World


def _child(world: World) -> dict[str, Any]:
    return {"pk": world.child.pk}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


def _visit(world: World) -> dict[str, Any]:
    """A visit to another group, where the placement in the main group stands above it."""
    with tenant_scope(world.organisation_id):
        visit = Placement.objects.filter(child=world.child, is_main=False).first()
        if visit is None:
            data = PlacementData(factories.group(), date(2026, 1, 1), half_days=5)
            visit = add_visit(child=world.child, data=data)
        return {"pk": world.child.pk, "placement_id": visit.pk}


PAGES = [
    Page("observations:child_new", Role.ADMINISTRATOR, "child.form", denied_to=STAFF),
    Page("observations:child_change", Role.ADMINISTRATOR, "child.form", kwargs=_child, denied_to=STAFF),
    Page("observations:child_move", Role.ADMINISTRATOR, "child.place_form", kwargs=_child, denied_to=STAFF),
    Page("observations:visit_new", Role.ADMINISTRATOR, "visit.form", kwargs=_child, denied_to=STAFF),
    Page("observations:placement_change", Role.ADMINISTRATOR, "placement.form", kwargs=_visit, denied_to=STAFF),
    Page("observations:group_new", Role.ADMINISTRATOR, "group.form", denied_to=STAFF),
    Page("observations:group_change", Role.ADMINISTRATOR, "group.form", kwargs=_group, denied_to=STAFF),
]
