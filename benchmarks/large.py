"""A database of 100,000 children for measurements: five organisations of 20,000, in groups of twenty.

Each child has a sealed name, a main group, one closed registration of 17 lines (one result and three answers a line)
and two notes. Children and notes go through the product's own code, for their keys; the rest is written in SQL by the
owner's role, which is all that makes it bearable (measured: about three minutes instead of an hour).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg

from benchmarks.database import own_database, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

from contextlib import contextmanager

ORGANISATIONS, LOCATIONS, GROUPS, CHILDREN = 5, 10, 100, 20
TODAY = date(2026, 10, 5)
FIRST_NAMES = ("Yara", "Mo", "Sem", "Noor", "Daan", "Fenna", "Ilias", "Zoë", "Jip", "Amira")
LAST_NAMES = ("Dijk", "Jansen", "El Amrani", "Bakker", "Visser", "Yılmaz", "Smit", "Meijer", "Öztürk", "IJpma")

_REGISTRATIONS = """
INSERT INTO observations_registration
    (id, organisation_id, child_id, version_id, period_id, group_id, registered_on, status, closed_at, revision,
     superseded, created_at)
SELECT gen_random_uuid(), p.organisation_id, p.child_id, %(version)s, %(period)s, p.group_id, %(on)s, 'closed', now(),
       1, false, now()
FROM observations_placement p WHERE p.organisation_id = %(organisation)s
"""
_RESULTS = """
INSERT INTO observations_lineresult
    (id, organisation_id, registration_id, child_id, line_id, period_id, location_id, group_id, registered_on,
     age_days, vve, gender, home_language, developmental_age, difference, outcome, coverage, at_least,
     corrected_age, rule_version, is_current)
SELECT gen_random_uuid(), r.organisation_id, r.id, r.child_id, l.id, r.period_id, g.location_id, r.group_id,
       r.registered_on, r.registered_on - c.birth_date, false, 'girl', '', 36, d, CASE WHEN d <= -12 THEN 'concern'
       WHEN d <= -6 THEN 'attention' WHEN d >= 6 THEN 'ahead' ELSE 'on_course' END, 1, false, false, 'bands 1', true
FROM observations_registration r JOIN observations_child c ON c.id = r.child_id
JOIN observations_group g ON g.id = r.group_id
JOIN observations_line l ON l.version_id = r.version_id,
LATERAL (SELECT round((random() * 24 - 12)::numeric, 2) AS d WHERE r.id IS NOT NULL) chance
WHERE r.organisation_id = %(organisation)s
"""
_ANSWERS = """
INSERT INTO observations_answer
    (id, organisation_id, registration_id, milestone_id, value, answered_on, carried_over)
SELECT gen_random_uuid(), r.organisation_id, r.id, m.id, 2, r.registered_on, false
FROM observations_registration r
JOIN observations_line l ON l.version_id = r.version_id
JOIN observations_band b ON b.version_id = r.version_id AND b.number = 7
JOIN observations_milestone m ON m.line_id = l.id AND m.band_id = b.id AND m.position <= 3
WHERE r.organisation_id = %(organisation)s
"""


@dataclass(frozen=True)
class Large:
    """What was made of one organisation: a member of group staff with their group, and an administrator."""

    organisation_id: UUID
    staff_id: UUID
    administrator_id: UUID
    group_id: UUID


@contextmanager
def large_database(name: str, organisations: int = ORGANISATIONS) -> Iterator[list[Large]]:
    """Make the database, hand out its organisations, and drop it afterwards."""
    with own_database(name):
        made = [_fill(number) for number in range(organisations)]
        settle()
        yield made


def _fill(number: int) -> Large:
    from kijk.tenancy.context import tenant_scope
    from licensing.domain import create_organisation
    from licensing.modules import Module

    organisation_id = create_organisation(
        name=f"Groot {number}", kind="childcare", identifier_kind="lrk", identifier=f"{number:09d}",
        modules=list(Module), domains=["voorbeeld.nl"],
    )  # fmt: skip
    version_id = _instrument()
    with tenant_scope(organisation_id):
        made = _people(organisation_id, number)
        period_id = _children(made.group_id)
    _history(organisation_id, version_id, period_id)
    return made


def _instrument() -> UUID:
    from pathlib import Path

    from django.utils import timezone

    from observations.domain.instruments.files import read_instrument
    from observations.domain.instruments.publishing import publish_instrument

    file = Path("observations/content/kijk07/instrument.yaml").resolve()
    return publish_instrument(spec=read_instrument(file), now=timezone.now()).version_id


def _people(organisation_id: UUID, number: int) -> Large:
    from accounts.domain.users import assign_role, create_user
    from accounts.models import PersonName
    from accounts.roles import Role
    from licensing.domain import create_location
    from observations.domain.children.records import assign_group_staff, create_group

    began = date(2020, 1, 1)
    users = {}
    for role in (Role.GROUP_STAFF, Role.ADMINISTRATOR):
        users[role] = create_user(
            email=f"{role}{number}@voorbeeld.nl", name=PersonName("Sanne", "de", "Wit"), password=None
        )
        assign_role(user=users[role], role=role, begins_on=began)
    first = None
    for place in range(LOCATIONS):
        location = create_location(name=f"Locatie {place}", place="Utrecht")
        for room in range(GROUPS):
            group = create_group(location=location, name=f"Groep {room}", kind="toddler", school_year=2026)
            first = first or group
    if first is None:
        raise ValueError("no groups were asked for")
    assign_group_staff(group=first, user=users[Role.GROUP_STAFF], begins_on=began)
    return Large(organisation_id, users[Role.GROUP_STAFF].pk, users[Role.ADMINISTRATOR].pk, first.pk)


def _children(first_group: UUID) -> UUID:
    """Fill every group, the first one with thirty children, and return the period they are registered in."""
    from kijk.tenancy.ids import uuid7
    from observations.domain.children.records import ChildData, create_children
    from observations.models import ChildFile, Group, Note, NoteText, RegistrationPeriod

    rows = []
    for index, group in enumerate(Group.objects.order_by("pk")):
        for seat in range(30 if group.pk == first_group else CHILDREN):
            name = ChildFile(FIRST_NAMES[(index + seat) % 10], "", f"{LAST_NAMES[seat % 10]} {index}")
            rows.append((ChildData(name, TODAY - timedelta(days=1160 + seat)), group, TODAY - timedelta(days=400)))
    children = create_children(rows=rows)
    author = group_staff_id()
    notes = []
    for child in children:
        for days in (20, 60):
            note = Note(child=child, author_id=author, entry_id=uuid7(), observed_on=TODAY - timedelta(days=days))
            note.content = NoteText("Bouwde samen met een ander kind een toren van blokken.", "in de bouwhoek")
            notes.append(note)
    Note.objects.bulk_create(notes, batch_size=5000)
    begins_on, ends_on = TODAY - timedelta(days=200), TODAY - timedelta(days=150)
    RegistrationPeriod.objects.create(
        name="Najaar", begins_on=TODAY - timedelta(days=5), ends_on=TODAY + timedelta(days=40)
    )
    return RegistrationPeriod.objects.create(name="Voorjaar", begins_on=begins_on, ends_on=ends_on).pk


def group_staff_id() -> UUID:
    """Return the one member of group staff there is in scope."""
    from observations.models import GroupStaff

    return GroupStaff.objects.values_list("user_id", flat=True).get()


def _history(organisation_id: UUID, version_id: UUID, period_id: UUID) -> None:
    values = {
        "organisation": organisation_id,
        "version": version_id,
        "period": period_id,
        "on": TODAY - timedelta(days=170),
    }
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        connection.execute("SELECT set_config('kijk.loading_history', 'on', true)")
        for statement in (_REGISTRATIONS, _RESULTS, _ANSWERS):
            connection.execute(statement, values)
