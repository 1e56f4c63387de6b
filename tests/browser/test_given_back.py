"""The screens that give back what was typed about something that was closed, deleted or archived meanwhile (UX-2)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.drafts.domain import save_draft
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.bso.measuring import close_measurement, save_point, start_measurement
from observations.domain.children.placements import archive_child
from observations.domain.instruments.catalogue import content_of
from observations.domain.notes.changing import delete_note
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import close_registration
from observations.domain.signals.discussing import close_signals
from observations.domain.signals.raising import raise_signal
from observations.models import Child, Group
from tests import factories
from tests.browser.conftest import TabOf
from tests.browser.screens import Screen, open_screen
from tests.browser.test_screens import faults_unfolded, too_wide, unreached
from tests.pages import STAFF, World

pytestmark = pytest.mark.browser

TYPED = "Wat in rust is opgeschreven.\nEn dit ook: " + "heel" * 60


def draft(by: User, key: str, fields: Mapping[str, str]) -> None:
    kept = {name: [value] for name, value in fields.items()}
    save_draft(user_id=by.pk, key=key, fields=kept, now=timezone.now())


def a_signal(world: World) -> str:
    user, colleague, now = world.users[STAFF], world.users[Role.INTERNAL_SUPPORT], timezone.now()
    with tenant_scope(world.organisation_id, actor_id=colleague.pk):
        facts = {"points": [2.0], "low": 2, "average": 3}
        signal = raise_signal(child=world.child, rule="low_well_being", facts=facts, now=now)
        close_signals(signals=[signal], outcome="watch", by=colleague, now=now)
        draft(user, f"signal.close:{signal.pk}", {"text": TYPED, "outcome": "action"})
    return reverse("observations:signal_close", args=[signal.pk])


def a_line(world: World) -> str:
    by = world.users[Role.INTERNAL_SUPPORT]
    item = factories.development_instrument().lines["spel"].bands[7][0]
    with tenant_scope(world.organisation_id, actor_id=by.pk):
        close_registration(registration=world.opened, now=timezone.now(), by=by, confirm_carried_over=True)
        draft(world.users[STAFF], f"registration.line:{world.opened.pk}", {f"m-{item.id}": "secure"})
    return reverse("observations:registration_line", args=[world.opened.pk, "spel"])


def a_measurement(world: World) -> str:
    user, today = world.users[STAFF], timezone.localdate()
    factories.bso_instruments()
    with tenant_scope(world.organisation_id, actor_id=user.pk):
        group = factories.group(staff=user, kind=Group.Kind.BSO)
        child = factories.child(group, "Noor", birth_date=today - timedelta(days=3660))
        made = start_measurement(child=child, today=today, by=user)
        scale = content_of(made.version_id).scales[0]
        save_point(registration=made, scale_id=scale.id, half_points=8, by=user, seen=None)
        close_measurement(registration=made, by=user, now=timezone.now())
        draft(user, f"bso:{made.pk}", {f"s-{scale.id}": "5", "conclusion": TYPED})
    return reverse("observations:bso_fill", args=[made.pk])


def a_note(world: World) -> str:
    user, today = world.users[STAFF], timezone.localdate()
    with tenant_scope(world.organisation_id, actor_id=user.pk):
        known: dict[str, Any] = {"observed_on": today, "today": today, "entry_id": uuid7(), "by": user}
        [note] = write_note(children=[world.child], text="Fietst.", **known)
        delete_note(note_id=note.pk, reason=None, decides=False, now=timezone.now(), by=user)
        draft(user, f"note.add:{note.pk}", {"text": TYPED})
    return reverse("observations:note_add", args=[note.pk])


def a_child(world: World) -> str:
    with tenant_scope(world.organisation_id):
        child = factories.child(factories.group(), "Sem")
        archive_child(child=child, on=timezone.localdate(), next_education=Child.NextEducation.PRIMARY)
    return reverse("observations:child_move", args=[child.pk])


SCREENS = [
    Screen("signal closed meanwhile", STAFF, a_signal, 409),
    Screen("line of a registration closed meanwhile", STAFF, a_line, 409),
    Screen("measurement closed meanwhile", STAFF, a_measurement, 409),
    Screen("note deleted meanwhile", STAFF, a_note, 409),
    Screen("child archived meanwhile", Role.ADMINISTRATOR, a_child, 403),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.requirement("UX-2.1", "UX-2.2")
def test_screen_that_gives_back_is_for_everybody(tab_of: TabOf, world: World, screen: Screen) -> None:
    visitor = open_screen(tab_of, world, screen)
    assert visitor.watch.complaints == []
    assert unreached(visitor, screen) == []
    assert too_wide(visitor) == []
    assert faults_unfolded(visitor) == []
