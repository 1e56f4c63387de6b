"""Planning registrations at ages (REG-2.2)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from licensing.models import Organisation
from observations.domain.periods.ages import age_in_words
from observations.domain.periods.planning import PeriodRefused
from observations.models import Group, PlannedAge

#: What an organisation that registers by age usually plans: 2;3, 3;1 and 3;9.
USUAL_AGES = (27, 37, 45)


@dataclass(frozen=True)
class AgeLine:
    """A planned age in the list; ``kind`` in words, empty for all kinds of group."""

    pk: UUID
    age: str
    kind: str
    window_weeks: int


def list_planned_ages() -> list[AgeLine]:
    """Return the planned ages, the youngest first; one query."""
    rows = PlannedAge.objects.order_by("months", "kind")
    return [
        AgeLine(row.pk, age_in_words(row.months), str(Group.Kind(row.kind).label) if row.kind else "", row.window_weeks)
        for row in rows
    ]


def plan_age(*, months: int, kind: str, window_weeks: int, today: date, by: User) -> PlannedAge:
    """Plan a registration at an age in months, for a kind of group or for all ("").

    It is due from today on: nobody is late for an age passed before. Raises PeriodRefused for an age that is planned
    already, also where it is planned for all kinds.
    """
    Organisation.objects.select_for_update(no_key=True).get()
    same = PlannedAge.objects.filter(months=months)
    if (same.filter(kind__in={"", kind}) if kind else same).exists():
        raise PeriodRefused(
            _("De leeftijd %(age)s is al gepland. Haal die eerst weg om haar te wijzigen.")
            % {"age": age_in_words(months)}
        )
    planned = PlannedAge.objects.create(months=months, kind=kind, window_weeks=window_weeks, planned_on=today)
    record("planned_age.planned", about=planned, data={"age": age_in_words(months), "weeks": window_weeks})
    return planned


def remove_planned_age(*, planned: PlannedAge, by: User) -> None:
    """Plan this age no more. Registrations that were made stay: they do not depend on it."""
    data = {"age": age_in_words(planned.months), "weeks": planned.window_weeks}
    record("planned_age.removed", about=planned, data=data)
    planned.delete()
