"""The pages of planning registration periods."""

from datetime import date
from typing import Any

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.periods.by_age import plan_age
from observations.domain.periods.extra import ExtraData, plan_extra
from observations.domain.periods.planning import PeriodDays, plan_period
from observations.models import ExtraRegistration, PlannedAge, RegistrationPeriod
from tests.pages.model import Page, World

_DAY = date(2031, 4, 1)


def _period(world: World) -> dict[str, Any]:
    """A period that is still to begin."""
    with tenant_scope(world.organisation_id):
        by = world.users[Role.ADMINISTRATOR]
        days = PeriodDays("Voorjaar 2031", _DAY, date(2031, 5, 31))
        planned = RegistrationPeriod.objects.filter(name=days.name).first() or plan_period(days=days, by=by)
    return {"pk": planned.pk}


def _age(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        by = world.users[Role.ADMINISTRATOR]
        planned = PlannedAge.objects.filter(months=45).first() or plan_age(
            months=45, kind="", window_weeks=4, today=_DAY, by=by
        )
    return {"pk": planned.pk}


def _extra(world: World) -> dict[str, Any]:
    """A language measurement of one child, whose name the page therefore shows."""
    with tenant_scope(world.organisation_id):
        data = ExtraData(
            name="Nulmeting taal",
            lines=["mondelinge-taal"],
            audience=ExtraRegistration.Audience.CHILD,
            begins_on=_DAY,
            ends_on=_DAY,
            child=world.child,
        )
        planned = plan_extra(data=data, by=world.users[Role.ADMINISTRATOR])
    return {"pk": planned.pk}


PAGES: list[Page] = [
    Page("observations:periods", Role.ADMINISTRATOR, "periods.listed"),
    Page("observations:period_proposal", Role.ADMINISTRATOR, "periods.proposed"),
    Page("observations:period_new", Role.ADMINISTRATOR, "period.form"),
    Page("observations:period", Role.ADMINISTRATOR, "period.form", kwargs=_period),
    Page("observations:planned_age_new", Role.ADMINISTRATOR, "planned_age.form"),
    Page("observations:planned_age", Role.ADMINISTRATOR, "planned_age.form", kwargs=_age),
    Page("observations:extra_new", Role.ADMINISTRATOR, "extra_registration.form"),
    Page("observations:extra", Role.ADMINISTRATOR, "extra_registration.form", kwargs=_extra),
]
