"""``manage.py load_demo`` and ``demo_accounts``: loaded for real, at a small scale."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.backend import PasswordBackend
from accounts.models import TotpDevice, User
from accounts.roles import STAFF_ROLES, Right
from kijk.audit.models import AuditEvent
from kijk.encryption.fields import SealedValue
from kijk.tenancy.context import tenant_scope
from licensing.domain import find_organisation
from licensing.models import Location
from observations.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from observations.demo.blueprints import BLUEPRINTS
from observations.demo.organisations import plan_organisations
from observations.domain.overviews.today import today_of
from observations.domain.registering.registrations import close_registration, start_registration
from observations.models import (
    Answer,
    Child,
    Group,
    GroupStaff,
    LineResult,
    Note,
    NoteLine,
    Placement,
    Registration,
    RegistrationPeriod,
    ScaleScore,
)
from tests import database

TODAY = date(2026, 11, 22)
OPTIONS = ("--seed", "1", "--scale", "0.2", "--today", TODAY.isoformat())
FOLLOWING = [blueprint.name for blueprint in BLUEPRINTS if blueprint.registers]
CHILDCARE = FOLLOWING[0]


def run(command: str, *options: str) -> str:
    """Run a command and return what it prints."""
    output = StringIO()
    call_command(command, *options, stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Load a small demonstration once for this module, committed; return what the command printed."""
    with django_db_blocker.unblock():
        yield run("load_demo", *OPTIONS)
        connections.close_all()
    database.empty(database.find_server())


class UndoneError(Exception):
    """Takes back what a test did, so that the next one finds the demonstration as it was loaded."""


def organisation(name: str) -> Any:
    """Return the id of an organisation of the demonstration."""
    found = find_organisation(name)
    assert found is not None
    return found


def test_load_demo_writes_what_was_planned(loaded: str) -> None:
    for plan in plan_organisations(seed=1, scale=0.2, today=TODAY):
        with tenant_scope(organisation(plan.blueprint.name)):
            assert Child.objects.count() == len(plan.children)
            assert Location.objects.count() == len(plan.locations)
            assert User.objects.count() == len(plan.staff)
            assert Group.objects.filter(school_year=2026).count() == len(plan.rooms)
            stretches = [(place.begins_on, place.ends_on) for child in plan.children for place in child.placements]
            written = Placement.objects.filter(is_main=True).values_list("begins_on", "ends_on")
            assert Counter(written) == Counter(stretches)
            visits = [(visit.begins_on, visit.half_days) for child in plan.children for visit in child.visits]
            guests = Placement.objects.filter(is_main=False).values_list("begins_on", "half_days")
            assert Counter(guests) == Counter(visits)
            archived = [(child.left_on, child.next_education) for child in plan.children if child.left_on]
            gone = Child.objects.filter(archived_on__isnull=False).values_list("archived_on", "next_education")
            assert Counter(gone) == Counter(archived)
            files = {(child.file.first_name, child.file.infix, child.file.last_name) for child in Child.objects.all()}
            assert files == {(child.first_name, child.infix, child.last_name) for child in plan.children}


def test_load_demo_prints_what_came_in(loaded: str) -> None:
    with tenant_scope(organisation(CHILDCARE)):
        closed = Registration.objects.filter(status="closed").count()
        opened = Registration.objects.filter(status="open").count()
        line = (
            f"{CHILDCARE}: {Child.objects.count()} children, {closed} closed and {opened} open registrations, "
            f"{Answer.objects.count()} answers, {Note.objects.count()} notes"
        )
    assert closed > 20
    assert opened >= 1
    assert line in loaded.splitlines()


def test_load_demo_leaves_results_for_each_closed_registration(loaded: str) -> None:
    for name in FOLLOWING:
        with tenant_scope(organisation(name)):
            closed = Registration.objects.filter(status="closed").count()
            assert LineResult.objects.count() == 17 * closed
            assert ScaleScore.objects.count() == 5 * closed
            assert RegistrationPeriod.objects.count() == 4
            assert NoteLine.objects.filter(note__isnull=False).count() >= Note.objects.count() > 0


def test_second_load_changes_nothing(loaded: str) -> None:
    with tenant_scope(organisation(CHILDCARE)):
        before = (Child.objects.count(), Note.objects.count(), AuditEvent.objects.count())

    assert run("load_demo", "--seed", "2", "--scale", "1") == "demonstration data are there already\n"
    with tenant_scope(organisation(CHILDCARE)):
        assert (Child.objects.count(), Note.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.requirement("SEC-2.1")
def test_names_and_notes_are_sealed_in_the_database(loaded: str) -> None:
    with tenant_scope(organisation(CHILDCARE)):
        names = {child.file.last_name.encode() for child in Child.objects.all()}
        texts = {note.content.text.encode() for note in Note.objects.all()}
        with connection.cursor() as cursor:
            cursor.execute('SELECT file FROM "observations_child"')
            files = b"".join(bytes(row[0]) for row in cursor.fetchall())
            cursor.execute('SELECT content FROM "observations_note"')
            contents = b"".join(bytes(row[0]) for row in cursor.fetchall())
        held = Child.objects.first()
    assert held is not None
    assert isinstance(held.__dict__["file"], SealedValue)
    assert not [name for name in names if name in files]
    assert not [text for text in texts if text in contents]


def test_load_is_one_event_whatever_the_number_of_children(loaded: str) -> None:
    with tenant_scope(organisation(CHILDCARE)):
        events = AuditEvent.objects.filter(action="demonstration.loaded")
        assert [event.data["children"] for event in events] == [Child.objects.count()]
        earlier = AuditEvent.objects.filter(sequence__lte=events.get().sequence)
        actions = set(earlier.values_list("action", flat=True))
    # Nothing of what comes in masses has events of its own.
    assert actions == {
        "organisation.created", "location.created", "user.created", "role.assigned", "group.created",
        "group_staff.assigned", "demonstration.loaded", "planned_age.planned", "extra_registration.planned",
    }  # fmt: skip


def test_audit_trail_of_the_demonstration_is_whole(loaded: str) -> None:
    call_command("verify_audit", stdout=StringIO())


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.email)
def test_demo_account_can_sign_in_with_its_role(loaded: str, account: Any) -> None:
    request = RequestFactory().post(reverse("accounts:sign_in"))
    user = PasswordBackend().authenticate(request, email=account.email, password=DEMO_PASSWORD)

    assert user is not None
    with tenant_scope(user.organisation_id):
        assignments = user.access.assignments
        assert [found.role for found in assignments] == [account.role]
        assert (assignments[0].location_id is not None) is account.first_location
        assert user.may(Right.STAFF_VIEW if account.role in STAFF_ROLES else Right.TODAY_VIEW)
        codes = [device.secret.base32 for device in TotpDevice.objects.filter(user=user, confirmed_at__isnull=False)]
        assert codes == ([account.totp_secret] if account.needs_code else [])
        assert user.get_full_name() == " ".join(part for part in account.name if part)


def test_staff_without_an_account_cannot_sign_in(loaded: str) -> None:
    with tenant_scope(organisation(CHILDCARE)):
        others = User.objects.exclude(email__in=[account.email for account in ACCOUNTS])
        assert others.exists()
        assert not any(user.has_usable_password() for user in others)


def test_first_page_of_group_staff_has_work(loaded: str) -> None:
    client = Client()
    credentials = {"email": "medewerker@zonnebloem.example", "password": DEMO_PASSWORD}
    response = client.post(reverse("accounts:sign_in"), credentials)

    assert response.status_code == 302
    page = client.get(reverse("today"))
    assert page.status_code == 200
    assert "Marieke" in page.content.decode()


def test_work_of_group_staff_is_of_every_kind(loaded: str) -> None:
    with tenant_scope(organisation(CHILDCARE)):
        user = User.objects.get(email="medewerker@zonnebloem.example")
        assert GroupStaff.objects.filter(user=user).count() == 2
        work = today_of(user, today=TODAY)
        assert work.period is not None
        assert work.period.name == "Najaar 2026"
        assert work.own is not None
        assert len(work.own.groups) == 2
        progress = work.own.progress
        assert min(progress.closed, progress.opened, progress.to_do) > 0
        assert work.signals is not None
        assert min(work.signals.new, work.signals.in_discussion) > 0
        mentors = {child.mentor_id for child in Child.objects.filter(placements__group__staff__user=user)}
        assert user.pk in mentors


def test_open_registration_can_be_gone_on_with_and_closed(loaded: str) -> None:
    with suppress(UndoneError), tenant_scope(organisation(FOLLOWING[1])):
        registration = Registration.objects.filter(status="open", answers__carried_over=True).first()
        assert registration is not None
        child, by = registration.child, registration.started_by
        assert start_registration(child=child, today=TODAY, by=by) == registration
        results = close_registration(
            registration=registration, now=registration.created_at, by=by, confirm_carried_over=True
        )
        assert len(results) == 17
        raise UndoneError


def test_load_demo_refuses_in_production(loaded: str, settings: Any) -> None:
    settings.ENVIRONMENT = "production"

    for command in ("load_demo", "demo_accounts"):
        with pytest.raises(CommandError, match="not for production"):
            run(command)


def test_demo_accounts_prints_every_account(loaded: str) -> None:
    lines = run("demo_accounts").splitlines()

    assert len(lines) == 2 + len(ACCOUNTS)
    assert lines[0].split("  ")[0] == "Role"
    for account, line in zip(ACCOUNTS, lines[2:], strict=True):
        cells = [cell.strip() for cell in line.split("  ") if cell]
        assert cells == [str(account.role.label), account.email, DEMO_PASSWORD, account.purpose]
