"""How long keeping an answer and showing a group's grid take among 100,000 children (REG-3.6, REG-4.1).

A second organisation of the same size stands beside it, whose rows must not cost anything. Each is also given as a
multiple of finding one registration by its key: the ratio hardly depends on the machine.
"""

from __future__ import annotations

import time
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.database import own_database, settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from observations.models import Group

CHILDREN, TOGETHER, IN_GROUP = 50_000, 1_000, 30
LINES = ("spel", "tekenen")
TODAY = date(2026, 11, 20)
BORN = date(2023, 9, 20)
ROUNDS = 25
SAVE_AT_MOST_MS, GRID_AT_MOST_MS = 40, 100


def main() -> None:
    """Fill, measure and print."""
    with own_database("kijk_bench_registering"):
        publish()
        fill("Buur", "000000001")
        organisation_id = fill("Hier", "000000002")
        settle()
        measure(organisation_id)


def publish() -> None:
    """Publish the shipped instrument."""
    from pathlib import Path

    from django.utils import timezone

    from observations.domain.instruments.files import read_instrument
    from observations.domain.instruments.publishing import publish_instrument

    folder = Path(__file__).parent.parent / "observations" / "content" / "kijk07"
    publish_instrument(spec=read_instrument(folder / "instrument.yaml"), now=timezone.now())


def fill(name: str, identifier: str) -> UUID:
    """Make an organisation of 50,000 children in groups of thirty, each with an open registration.

    Their names are sealed as always; with their keys that is most of the work of filling. Each has eighteen answers
    that were taken over, written in one statement.
    """
    from kijk.tenancy.context import tenant_scope
    from licensing.domain import create_location, create_organisation
    from licensing.modules import Module
    from observations.domain.children.records import ChildData, create_children, create_group
    from observations.domain.instruments.catalogue import content_of, published_version
    from observations.models import ChildFile, Registration

    organisation_id = create_organisation(
        name=name,
        kind="childcare",
        identifier_kind="lrk",
        identifier=identifier,
        modules=list(Module),
        domains=["voorbeeld.nl"],
    )
    for begin in range(0, CHILDREN, TOGETHER):
        with tenant_scope(organisation_id):
            version_id = published_version("kijk07").pk
            location = create_location(name=f"Locatie {begin}", place="Utrecht")
            groups = [
                create_group(location=location, name=f"Groep {number}", kind="toddler", school_year=2026)
                for number in range(TOGETHER // IN_GROUP + 1)
            ]
            rows = [
                (ChildData(ChildFile(f"Kind {begin + number}", "", "Jansen"), BORN), groups[number // IN_GROUP], BORN)
                for number in range(TOGETHER)
            ]
            Registration.objects.bulk_create(
                Registration(child=child, version_id=version_id, group=group, registered_on=TODAY)
                for child, (_data, group, _day) in zip(create_children(rows=rows), rows, strict=True)
            )
    with tenant_scope(organisation_id):
        lines = content_of(published_version("kijk07").pk).lines
        write_answers([item.id for code in LINES for band in (6, 7, 8) for item in lines[code].bands[band]])
    return organisation_id


def write_answers(items: list[UUID]) -> None:
    """Give each registration of the organisation in scope answers that were taken over."""
    from django.db import connection

    statement = """
        INSERT INTO observations_answer
            (id, organisation_id, registration_id, milestone_id, value, answered_on, carried_over)
        SELECT gen_random_uuid(), organisation_id, id, milestone_id, 2, registered_on, true
        FROM observations_registration CROSS JOIN unnest(%s::uuid[]) AS milestone_id
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [items])


def measure(organisation_id: UUID) -> None:
    """Print the times, and how many look-ups by key each is."""
    from accounts.domain.users import create_user
    from accounts.models import PersonName
    from kijk.tenancy.context import tenant_scope
    from observations.domain.instruments.catalogue import content_of
    from observations.domain.registering.answering import Seen, save_answer
    from observations.domain.registering.group_grid import group_page_of, line_grid_of
    from observations.domain.registering.page import line_page_of
    from observations.models import Answer, Registration

    with tenant_scope(organisation_id):
        staff = create_user(email="sanne@voorbeeld.nl", name=PersonName("Sanne", "de", "Wit"), password=None)
        found: Registration = Registration.objects.select_related("child", "extra", "group").order_by("-id")[500]
        group = found.group
        item = content_of(found.version_id).lines["spel"].bands[7][0].id
        print(f"{Answer.objects.count()} answers of {CHILDREN} children, and as many of somebody else")
        plain = best(lambda: Registration.objects.get(pk=found.pk))
        save = partial(
            save_answer, registration=found, milestone_id=item, value=2, today=TODAY, by=staff, seen=Seen(None)
        )
        show("keeping an answer", plain, save, SAVE_AT_MOST_MS)
        show("one line of a child", plain, partial(line_page_of, found, "tekenen"), SAVE_AT_MOST_MS * 2)
        show(
            f"one line of {IN_GROUP} children",
            plain,
            partial(line_grid_of, group, "tekenen", today=TODAY),
            GRID_AT_MOST_MS,
        )
        show("a group's progress", plain, partial(group_page_of, group, today=TODAY), GRID_AT_MOST_MS)
        show("the grid as a page", plain, partial(page_of_grid, group), GRID_AT_MOST_MS)


def page_of_grid(group: Group) -> str:
    """Return the grid as it travels."""
    from django.template.loader import render_to_string

    from observations.domain.registering.group_grid import line_grid_of

    context = {"group": group, "grid": line_grid_of(group, "tekenen", today=TODAY)}
    return render_to_string("observations/registering/line_grid.html", context)


def show(words: str, plain: float, measured: Callable[[], object], at_most: int) -> None:
    """Print one time, and how many look-ups by key it is."""
    took = best(measured)
    verdict = "" if took <= at_most else f"  (more than {at_most} ms)"
    print(f"{words}: {took:.1f} ms, {took / plain:.0f} look-ups by key{verdict}")


def best(measured: Callable[[], object]) -> float:
    """Return the middle of some rounds in milliseconds, after one that is not counted."""
    measured()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        measured()
        times.append(time.perf_counter() - began)
    return sorted(times)[ROUNDS // 2] * 1000


if __name__ == "__main__":
    main()
