"""What an organisation of the demonstration has planned beside its periods: ages, and a language measurement."""

from collections.abc import Sequence
from datetime import timedelta

from accounts.models import User
from licensing.models import Organisation
from observations.demo.plans import OrganisationPlan
from observations.domain.periods.by_age import USUAL_AGES, plan_age
from observations.domain.periods.extra import ExtraData, plan_extra
from observations.models import ExtraRegistration

_WINDOW_WEEKS = 4
#: How long ago it was decided, so that children who came since are due.
_DECIDED = timedelta(weeks=10)
_LANGUAGE_LINES = ("mondelinge-taal", "geletterdheid")


def write_planning(plan: OrganisationPlan, *, staff: Sequence[User]) -> None:
    """Plan ages and a language measurement for VVE children, where the organisation is childcare that registers."""
    if not plan.blueprint.registers or plan.blueprint.kind != Organisation.Kind.CHILDCARE:
        return
    by, decided = staff[0], plan.today - _DECIDED
    for months in USUAL_AGES:
        plan_age(months=months, kind="", window_weeks=_WINDOW_WEEKS, today=decided, by=by)
    plan_extra(
        data=ExtraData(
            name="Nulmeting taal",
            lines=_LANGUAGE_LINES,
            audience=ExtraRegistration.Audience.VVE_ENTRY,
            begins_on=decided,
            weeks=6,
        ),
        by=by,
    )
