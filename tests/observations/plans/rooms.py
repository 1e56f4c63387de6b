"""A room of children with results on a line, for tests of group plans."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from observations.domain.plans.plans import create_plan, lines_to_choose
from observations.domain.scoring.bands import classify
from observations.models import Answer, Child, Group, GroupPlan, Line, LineResult, Registration
from tests import factories
from tests.observations.conftest import Nursery

DAY = timedelta(days=1)
NAMES = ("Yara", "Mo", "Fien", "Sem", "Noor", "Daan", "Zofia", "Lars", "Mila", "Yusuf", "Roos", "Tijn")


def today() -> date:
    """Return today."""
    return timezone.localdate()


def line(code: str = "mondelinge-taal") -> Line:
    """Return a line of the newest instrument."""
    return next(found for found in lines_to_choose() if found.code == code)


def register(
    child: Child,
    nursery: Nursery,
    *,
    difference: str | None,
    on: date,
    code: str = "mondelinge-taal",
    answers: Mapping[UUID, int] | None = None,
    group: Group | None = None,
) -> LineResult:
    """Close a registration of a child with this difference on a line; None: too little was seen."""
    held = line(code)
    made = Registration(
        child=child,
        version_id=held.version_id,
        group=group or nursery.group,
        registered_on=on,
        started_by=nursery.staff,
    )
    made.save()
    given = answers or {}
    Answer.objects.bulk_create(
        Answer(registration=made, milestone_id=key, value=value, answered_on=on) for key, value in given.items()
    )
    made.status, made.closed_at = (
        Registration.Status.CLOSED,
        datetime.combine(on, time(16), tzinfo=timezone.get_current_timezone()),
    )
    made.save()
    number = None if difference is None else Decimal(difference)
    return LineResult.objects.create(
        registration=made,
        child=child,
        line=held,
        location=(group or nursery.group).location,
        group=group or nursery.group,
        registered_on=on,
        age_days=(on - child.birth_date).days,
        vve=False,
        gender=child.gender,
        developmental_age=None if number is None else Decimal(38) + number,
        difference=number,
        outcome=LineResult.Outcome.INSUFFICIENT if number is None else classify_outcome(number),
        coverage=Decimal("0.3") if number is None else Decimal(1),
        rule_version="test",
    )


def classify_outcome(number: Decimal) -> str:
    """Return the class of a difference."""
    from fractions import Fraction

    return str(classify(Fraction(number)))


def fill(nursery: Nursery, differences: Sequence[str | None], *, on: date) -> list[Child]:
    """Give the group a child for each difference, registered on a day on "mondelinge taal"."""
    made = []
    for number, difference in enumerate(differences):
        child = factories.child(nursery.group, NAMES[number], "", f"Bakker{number:02d}")
        register(child, nursery, difference=difference, on=on)
        made.append(child)
    return made


def make_plan(
    nursery: Nursery, *, by: User | None = None, begins_on: date | None = None, code: str = "mondelinge-taal"
) -> GroupPlan:
    """Make a plan of the group for one line, for half a year from a day (today)."""
    first = begins_on or today()
    return create_plan(
        group=nursery.group,
        lines=[line(code)],
        begins_on=first,
        ends_on=first + 180 * DAY,
        by=by or nursery.staff,
        now=timezone.now(),
        today=today(),
    )
