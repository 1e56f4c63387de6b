"""The pages of the move to a new school year."""

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.models import SchoolYearMove, SchoolYearStep
from tests.pages.model import Page, World


def _step(world: World) -> dict[str, Any]:
    """A group in a school year that is being prepared."""
    with tenant_scope(world.organisation_id):
        found = SchoolYearStep.objects.filter(move__status=SchoolYearMove.Status.DRAFT).first()
        if found is None:
            group, by = world.group_staff.group, world.users[Role.ADMINISTRATOR]
            year = group.school_year + 1
            move = SchoolYearMove.objects.filter(school_year=year).first() or SchoolYearMove.objects.create(
                school_year=year, begins_on=timezone.localdate().replace(year=year, month=8, day=1), started_by=by
            )
            found = SchoolYearStep.objects.create(move=move, group=group, name=group.name, kind=group.kind)
        return {"pk": found.pk}


PAGES: list[Page] = [
    Page("observations:school_year", Role.ADMINISTRATOR, "school_year.viewed"),
    Page("observations:school_year_step", Role.ADMINISTRATOR, "school_year.step_viewed", kwargs=_step),
]
