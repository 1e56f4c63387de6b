"""The children somebody works with, and how far each is (UX-1, UX-4)."""

from datetime import date

import pytest

from accounts.models import User
from accounts.roles import Right, Role
from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import write_note
from observations.domain.registering.overview import children_of, current_period
from observations.domain.registering.registrations import start_registration
from observations.models import RegistrationPeriod
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)


def fresh(user: User) -> User:
    """Return the user without what a request has cached of its rights."""
    return User.objects.get(pk=user.pk)


@pytest.mark.requirement("UX-1.2")
def test_children_stand_in_dutch_order(in_nursery: Nursery) -> None:
    for first, infix, last in [("Noor", "de", "Boer"), ("Ali", "", "Çelik"), ("Sem", "van den", "Berg")]:
        factories.child(in_nursery.group, first, infix, last)
    names = [row.name for row in children_of(fresh(in_nursery.staff), right=Right.CHILD_READ, today=TODAY)]
    assert names == ["Sem van den Berg", "Noor de Boer", "Ali Çelik", "Yara van Dijk"]


def test_children_are_those_of_own_groups(in_nursery: Nursery) -> None:
    factories.child(factories.group(), "Elders", "", "Anders")
    rows = children_of(fresh(in_nursery.staff), right=Right.CHILD_READ, today=TODAY)
    assert [row.name for row in rows] == ["Yara van Dijk"]


def test_administrator_sees_all_children(in_nursery: Nursery) -> None:
    factories.child(factories.group(), "Elders", "", "Anders")
    rows = children_of(fresh(in_nursery.administrator), right=Right.CHILD_READ, today=TODAY)
    assert [row.name for row in rows] == ["Elders Anders", "Yara van Dijk"]


def test_archived_and_departed_children_are_left_out(in_nursery: Nursery) -> None:
    archived = factories.child(in_nursery.group, "Weg", "", "Archief")
    archived.archived_on = TODAY
    archived.save(update_fields=["archived_on"])
    departed = factories.child(in_nursery.group, "Weg", "", "Vertrokken")
    departed.placements.update(ends_on=date(2026, 11, 19))
    rows = children_of(fresh(in_nursery.staff), right=Right.CHILD_READ, today=TODAY)
    assert [row.name for row in rows] == ["Yara van Dijk"]


@pytest.mark.requirement("UX-4.1")
def test_children_are_listed_with_how_far_they_are(in_nursery: Nursery) -> None:
    period = RegistrationPeriod.objects.create(name="Najaar", begins_on=date(2026, 10, 1), ends_on=date(2026, 12, 1))
    other = factories.child(in_nursery.group, "Mo", "", "El Amrani")
    start_registration(child=other, today=TODAY, by=in_nursery.staff)
    rows = children_of(fresh(in_nursery.staff), right=Right.CHILD_READ, today=TODAY, period=period)
    assert [(row.name, row.status) for row in rows] == [("Yara van Dijk", "to_do"), ("Mo El Amrani", "open")]


def test_child_nobody_wrote_about_in_four_weeks_was_not_seen_lately(in_nursery: Nursery) -> None:
    seen = factories.child(in_nursery.group, "Gezien", "", "Kind")
    for child, day in ((seen, date(2026, 10, 23)), (in_nursery.child, date(2026, 10, 22))):
        write_note(
            children=[child], text="Speelt.", observed_on=day, today=TODAY, entry_id=uuid7(), by=in_nursery.staff
        )
    rows = children_of(fresh(in_nursery.staff), right=Right.CHILD_READ, today=TODAY)
    assert [row.name for row in rows if not row.seen_lately(TODAY)] == ["Yara van Dijk"]


def test_current_period_is_the_last_that_began(in_nursery: Nursery) -> None:
    for name, month in (("Voorjaar", 4), ("Najaar", 10)):
        RegistrationPeriod.objects.create(name=name, begins_on=date(2026, month, 1), ends_on=date(2026, month + 1, 1))
    found = [current_period(date(2026, month, 15)) for month in (3, 4, 8, 11)]
    assert [period.name if period else None for period in found] == [None, "Voorjaar", "Voorjaar", "Najaar"]


def test_staff_of_yesterday_sees_nobody(in_nursery: Nursery) -> None:
    in_nursery.group.staff.update(ends_on=date(2026, 11, 19))
    assert children_of(fresh(in_nursery.staff), right=Right.CHILD_READ, today=TODAY) == []


def test_support_reaches_its_own_location_only(in_nursery: Nursery) -> None:
    location = factories.location()
    there = factories.group(at=location)
    factories.child(there, "Hier", "", "Kind")
    support = factories.user(Role.INTERNAL_SUPPORT, location=location)
    rows = children_of(fresh(support), right=Right.CHILD_READ, today=TODAY)
    assert [row.name for row in rows] == ["Hier Kind"]
