"""How long a filtered page of the trail takes among 100,000 events, against the newest page without filters (AUD-2).

A second organisation of the same size stands beside it, whose events must not cost anything. The ratio says more than
the milliseconds: it hardly depends on the machine.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.database import own_database, settle
from benchmarks.timing import best

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from kijk.audit.models import AuditEvent

EVENTS, USERS, CHILDREN = 100_000, 200, 2000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(minutes=5)
AT_MOST_MS = 100


def main() -> None:
    """Fill, measure and print."""
    with own_database("kijk_bench_trail"):
        fill("Buur")
        organisation_id = fill("Hier")
        settle()
        measure(organisation_id)


def fill(name: str) -> UUID:
    """Make an organisation with a trail as a year of work leaves it, and return its id."""
    from kijk.audit.domain import append
    from kijk.tenancy.context import tenant_scope
    from licensing.domain import create_organisation
    from licensing.modules import Module

    organisation_id = create_organisation(
        name=name, kind="childcare", identifier_kind="lrk", identifier="123456789", modules=list(Module)
    )
    with tenant_scope(organisation_id):
        for begin in range(0, EVENTS, 10_000):
            append(events(organisation_id, begin, begin + 10_000))
    return organisation_id


def events(organisation_id: UUID, begin: int, end: int) -> list[AuditEvent]:
    """Return some events: children's files mostly, sign-ins, a role now and then, and Bazalt once in a thousand."""
    from kijk.audit.models import AuditEvent

    chance = random.Random(begin)
    users, children = ids(organisation_id, "user", USERS), ids(organisation_id, "child", CHILDREN)
    helper = ids(organisation_id, "helper", 1)[0]
    kinds = (
        ["child.viewed", "registration.answered", "registration.viewed"] * 60
        + ["note.written", "today.viewed"] * 20
        + ["sign_in.succeeded"] * 20
        + ["role.assigned"]
    )
    made = []
    for number in range(begin, end):
        action = chance.choice(kinds)
        staff = number % 1000 == 0
        of_user = action in {"sign_in.succeeded", "role.assigned"}
        made.append(
            AuditEvent(
                organisation_id=organisation_id,
                at=BEGAN + number * BETWEEN,
                actor_id=helper if staff else chance.choice(users),
                action=action,
                object_id=chance.choice(users if of_user else children),
                data={"staff_role": "helpdesk"} if staff else {"lines": 17},
                origin="192.0.2.7",
            )
        )
    return made


def ids(organisation_id: UUID, kind: str, count: int) -> list[UUID]:
    """Return ids that are the same each time."""
    from uuid import uuid5

    return [uuid5(organisation_id, f"{kind}{number}") for number in range(count)]


def measure(organisation_id: UUID) -> None:
    """Print the time of the newest page, and of each kind of page as a multiple of it."""
    from accounts.domain.trail import Outsider, TrailSelection, find_actors, find_events, page_of
    from kijk.audit.words import EventGroup
    from kijk.tenancy.context import tenant_scope

    first_user = ids(organisation_id, "user", 1)[0]
    early = BEGAN.date() + timedelta(days=2)
    selections = {
        "children's files": TrailSelection(group=EventGroup.CHILDREN),
        "accounts and roles": TrailSelection(group=EventGroup.ACCOUNTS),
        "nothing of the kind": TrailSelection(group=EventGroup.OVERVIEWS, begins_on=early, ends_on=early),
        "system": TrailSelection(group=EventGroup.SYSTEM),
        "one user": TrailSelection(actor=first_user),
        "one user, accounts and roles": TrailSelection(actor=first_user, group=EventGroup.ACCOUNTS),
        "about one user": TrailSelection(about=frozenset({first_user})),
        "Bazalt": TrailSelection(actor=Outsider.STAFF),
        "the system": TrailSelection(actor=Outsider.SYSTEM),
        "one day long ago": TrailSelection(begins_on=early, ends_on=early),
        "until a day long ago": TrailSelection(ends_on=early),
        "one user, one day long ago": TrailSelection(actor=first_user, begins_on=early, ends_on=early),
    }
    with tenant_scope(organisation_id):
        actors = find_actors()
        everything = find_events(TrailSelection(), actors)
        plain = best(partial(page_of, everything))
        print(f"newest page of {EVENTS} events: {plain:.1f} ms")
        show("halfway", plain, partial(page_of, everything, before=EVENTS // 2))
        show("who acts", plain, find_actors)
        for words, selection in selections.items():
            show(words, plain, partial(page_of, find_events(selection, actors)))


def show(words: str, plain: float, measured: Callable[[], object]) -> None:
    """Print one time, and how many newest pages it is."""
    took = best(measured)
    verdict = "" if took <= AT_MOST_MS else f"  (more than {AT_MOST_MS} ms)"
    print(f"{words}: {took:.1f} ms, {took / plain:.1f} times the newest page{verdict}")


if __name__ == "__main__":
    main()
