"""How long a cross-section takes over 165,000 answers, and how often longer than counting the same rows (MON-1).

Invented data of the size of the real open data set: 2,038 children, 16,300 registrations of 57 pass/fail items in
three lines; beside it a second organisation of half that size, whose rows must not cost anything. The ratio says more
than the milliseconds: it hardly depends on the machine.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.database import own_database, settle
from benchmarks.timing import best

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

CHILDREN, VISITS, ANSWERS = 2038, 8, 10
BORN = date(1988, 4, 1)
AT_MOST_MS = 100


def main() -> None:
    """Fill, measure and print."""
    with own_database("kijk_bench"):
        fill("Half", CHILDREN // 2)
        organisation_id = fill("Heel", CHILDREN)
        settle()
        measure(organisation_id)


def fill(name: str, children: int) -> UUID:
    """Make an organisation with registrations, all of one period, and return its id."""
    from kijk.tenancy.context import tenant_scope
    from licensing.domain import create_location, create_organisation
    from licensing.modules import Module
    from observations.domain.children.records import ChildData, create_children, create_group
    from observations.domain.registering.history import load_history
    from observations.models import ChildFile, RegistrationPeriod

    version = instrument()
    organisation_id = create_organisation(
        name=name, kind="childcare", identifier_kind="lrk", identifier=f"{children:09d}", modules=list(Module)
    )
    with tenant_scope(organisation_id):
        group = create_group(
            location=create_location(name="Noord", place="Utrecht"), name="Bijen", kind="baby", school_year=1988
        )
        period = RegistrationPeriod.objects.create(name="Alles", begins_on=BORN, ends_on=date(1991, 1, 1))
        made = create_children(
            rows=[(ChildData(ChildFile("Kind", "", str(n)), BORN), group, BORN) for n in range(children)]
        )
        load_history(registrations(made, group, period, version))
    return organisation_id


def registrations(children: list[Any], group: Any, period: Any, version: Any) -> Iterator[Any]:
    """Yield each child's visits, three to four months apart, with the answers to some of the items."""
    from observations.domain.instruments.catalogue import content_of
    from observations.domain.registering.history import HistoricRegistration

    chance = random.Random(1)
    items = list(content_of(version.pk).milestones)
    closed_at = datetime(1991, 1, 1, tzinfo=UTC)
    for child in children:
        for visit in range(VISITS):
            on = BORN + timedelta(days=45 + 110 * visit + chance.randint(-30, 30))
            place = min(visit * 6, len(items) - 2 * ANSWERS)
            seen = chance.sample(items[place : place + 2 * ANSWERS], chance.randint(ANSWERS - 3, ANSWERS + 3))
            answers = {item: 2 if chance.random() < 0.8 else 0 for item in seen}
            yield HistoricRegistration(child, version, group, on, closed_at, answers, period)


def instrument() -> Any:
    """Publish the instrument of pass/fail items that the product brings along, and return its version."""
    from django.core.management import call_command

    from observations.domain.instruments.catalogue import published_version

    call_command("load_instrument", "observations/content/ddi/instrument.yaml", verbosity=0)
    return published_version("ddi")


def measure(organisation_id: UUID) -> None:
    """Print the time of a plain count, and of each cross-section."""
    from kijk.tenancy.context import tenant_scope
    from monitoring.domain import cross_section
    from monitoring.domain.measured import find_instrument, with_periods
    from monitoring.domain.selection import AgeWindow, By, Selection
    from observations.models import Answer, LineResult

    today = date(1991, 1, 1)
    with tenant_scope(organisation_id):
        found = find_instrument("ddi")
        assert found is not None
        chosen = with_periods(found, today=today)
        period = chosen.periods[0].pk
        answers, results = Answer.objects.count(), LineResult.objects.count()
        plain = best(Answer.objects.count)
        print(f"plain count of {answers} answers: {plain:.1f} ms")
        for words, age in (
            ("all ages", None),
            ("0-2000 days", AgeWindow(0, 2000)),
            ("350-400 days", AgeWindow(350, 400)),
        ):
            selection = Selection("ddi", By.ITEM, age=age)
            show(f"by item, {words}", plain, partial(cross_section.by_item, selection, chosen))
        plain = best(LineResult.objects.count)
        print(f"plain count of {results} results: {plain:.1f} ms")
        selection = Selection("ddi", By.LINE, period_id=period)
        show("by line, one period", plain, partial(cross_section.by_line, selection, chosen, today=today))


def show(words: str, plain: float, measured: Callable[[], object]) -> None:
    """Print one time, and how many plain counts it is."""
    took = best(measured)
    verdict = "" if took <= AT_MOST_MS else f"  (more than {AT_MOST_MS} ms)"
    print(f"{words}: {took:.1f} ms, {took / plain:.1f} times the count{verdict}")


if __name__ == "__main__":
    main()
