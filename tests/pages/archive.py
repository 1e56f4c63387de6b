"""The pages of the archive."""

from datetime import date
from typing import Any

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.children.placements import archive_child
from observations.models import Child, ChildFile, Placement
from tests import factories
from tests.pages.model import STAFF, Page, World


def _child(world: World) -> dict[str, Any]:
    return {"pk": world.child.pk}


def _archived(world: World) -> dict[str, Any]:
    """A child that was in the group and left for school."""
    with tenant_scope(world.organisation_id):
        for child in Child.objects.filter(archived_on__isnull=False).order_by("pk"):
            if child.file == ChildFile("Toon", "", "Vertrokken"):
                return {"pk": child.pk}
        group = world.group_staff.group
        child = factories.child(group, "Toon", "", "Vertrokken", birth_date=date(2021, 3, 1))
        archive_child(child=child, on=date(2025, 3, 1), next_education=Child.NextEducation.PRIMARY)
        assert Placement.objects.get(child=child).ends_on == date(2025, 3, 1)
        return {"pk": child.pk}


def _not_empty(world: World) -> dict[str, Any]:
    """Let there be somebody to search; an empty archive offers no search."""
    _archived(world)
    return {}


PAGES = [
    Page("observations:archive", Role.INTERNAL_SUPPORT, "archive.listed", data=_not_empty, denied_to=STAFF),
    Page("observations:archive_proposals", Role.ADMINISTRATOR, "archive.proposed", denied_to=STAFF),
    Page("observations:child_archive", Role.ADMINISTRATOR, "archive.form", kwargs=_child, denied_to=STAFF),
    Page("observations:child_return", Role.ADMINISTRATOR, "archive.return_form", kwargs=_archived, denied_to=STAFF),
]
