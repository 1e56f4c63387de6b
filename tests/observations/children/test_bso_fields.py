"""Home language and VVE go when a child's own group becomes one of out-of-school care (BSO-3)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from celery.schedules import crontab
from django.urls import reverse
from django.utils import timezone

from kijk.audit.models import AuditEvent
from kijk.celery import app
from kijk.tenancy.context import tenant_scope
from observations.domain.children.placements import archive_child, empty_bso_fields, place_child
from observations.domain.children.visits import PlacementData, add_visit
from observations.models import Child, Group, HalfDay, Placement
from observations.tasks import empty_bso_fields_everywhere
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

DAY = timedelta(days=1)
KEPT, GONE = ("Turks", date(2026, 3, 20)), ("", None)
WARNING = "de eerste dag daar de thuistaal en de VVE-gegevens"


def today() -> date:
    return timezone.localdate()


def vve_child(group: Group) -> Child:
    return factories.child(group, home_language=KEPT[0], vve_from=KEPT[1])


def kept_of(child: Child) -> tuple[str, date | None]:
    held = Child.objects.get(pk=child.pk)
    return held.home_language, held.vve_from


@pytest.mark.requirement("BSO-3.1")
def test_move_to_out_of_school_care_warns_and_empties_home_language_and_vve(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        bso, child = factories.group(kind=Group.Kind.BSO), vve_child(nursery.group)
    client, url = client_of(nursery.administrator), reverse("observations:child_move", args=[child.pk])
    assert WARNING in client.get(url).content.decode()
    assert client.post(url, {"group": str(bso.pk), "begins_on": today().isoformat()}).status_code == 302
    with tenant_scope(nursery.organisation_id):
        assert kept_of(child) == GONE
        event = AuditEvent.objects.get(action="child.changed", object_id=child.pk)
        assert event.data == {"fields": ["home_language", "vve_from"]}
    # Nothing is left to lose.
    assert WARNING not in client.get(url).content.decode()


def test_move_form_warns_only_where_something_would_go(nursery: Nursery) -> None:
    client, url = client_of(nursery.administrator), reverse("observations:child_move", args=[nursery.child.pk])
    with tenant_scope(nursery.organisation_id):
        Child.objects.filter(pk=nursery.child.pk).update(home_language="Turks")
    assert WARNING not in client.get(url).content.decode()


@pytest.mark.requirement("BSO-3.1")
def test_child_that_only_visits_out_of_school_care_keeps_them(in_nursery: Nursery) -> None:
    child, bso = vve_child(in_nursery.group), factories.group(kind=Group.Kind.BSO)
    add_visit(child=child, data=PlacementData(bso, today() - DAY, half_days=int(HalfDay.MONDAY_MORNING)))
    assert empty_bso_fields(today=today()) == 0
    assert kept_of(child) == KEPT


@pytest.mark.requirement("BSO-3.1")
def test_planned_move_empties_them_on_its_day(in_nursery: Nursery) -> None:
    child, bso = vve_child(in_nursery.group), factories.group(kind=Group.Kind.BSO)
    begins_on = today() + 30 * DAY
    place_child(child=child, group=bso, begins_on=begins_on, today=today())
    assert empty_bso_fields(today=begins_on - DAY) == 0
    assert kept_of(child) == KEPT
    assert [empty_bso_fields(today=begins_on) for _ in range(2)] == [1, 0]
    assert kept_of(child) == GONE


@pytest.fixture
def at_once() -> Iterator[None]:
    """Run tasks where they are offered."""
    app.conf.update(task_always_eager=True)
    yield
    app.conf.update(task_always_eager=False)


@pytest.mark.usefixtures("at_once")
def test_the_night_empties_what_a_correction_left(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        child = vve_child(nursery.group)
        Placement.objects.filter(child=child).update(group=factories.group(kind=Group.Kind.BSO))
    assert empty_bso_fields_everywhere() >= 1
    with tenant_scope(nursery.organisation_id):
        assert kept_of(child) == GONE
    entry = app.conf.beat_schedule["home language and VVE in out-of-school care"]
    assert (entry["task"], entry["schedule"]) == (empty_bso_fields_everywhere.name, crontab(hour=3, minute=50))


def test_child_that_comes_back_into_out_of_school_care_loses_them_too(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        child, bso = vve_child(nursery.group), factories.group(kind=Group.Kind.BSO)
        archive_child(child=child, on=today() - DAY, next_education="primary")
    client, url = client_of(nursery.administrator), reverse("observations:child_return", args=[child.pk])
    assert WARNING in client.get(url).content.decode()
    assert client.post(url, {"group": str(bso.pk), "begins_on": today().isoformat()}).status_code == 302
    with tenant_scope(nursery.organisation_id):
        assert kept_of(child) == GONE
