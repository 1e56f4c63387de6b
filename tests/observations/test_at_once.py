"""A form that waits for whoever is closing or deleting at that very moment: nothing typed is lost then either."""

import threading
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.bso.measuring import close_measurement, save_point, start_measurement
from observations.domain.instruments.catalogue import content_of
from observations.domain.notes.changing import delete_note
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import close_registration, save_answer, start_registration
from observations.domain.signals.discussing import close_signals
from observations.domain.signals.raising import raise_signal
from observations.models import Answer, Child, Group, Note
from tests import factories
from tests.clients import client_of

TYPED = "Wat in rust is opgeschreven."
_PATIENCE = 15


class Room:
    """An organisation with two colleagues and a child, in a database that commits."""

    def __init__(self) -> None:
        self.content, _bso = factories.development_instrument(), factories.bso_instruments()
        self.organisation_id = factories.organisation()
        self.now, self.today = timezone.now(), timezone.localdate()
        with tenant_scope(self.organisation_id):
            self.staff, self.colleague = factories.user(Role.GROUP_STAFF), factories.user(Role.INTERNAL_SUPPORT)
            self.child: Child = factories.child(factories.group(staff=self.staff))

    def made(self, make: Callable[[], Any]) -> Any:
        """Make a row."""
        with tenant_scope(self.organisation_id, actor_id=self.staff.pk):
            return make()

    def sent_while(self, closing: Callable[[], object], address: str, data: dict[str, str]) -> tuple[int, str]:
        """Send a form that comes between what a colleague does and its commit; return the status and the words."""
        client, held = client_of(self.staff), threading.Event()

        def close() -> None:
            try:
                with tenant_scope(self.organisation_id, actor_id=self.colleague.pk):
                    closing()
                    held.set()
                    _until_somebody_waits()
            finally:
                held.set()
                connections.close_all()

        thread = threading.Thread(target=close)
        thread.start()
        assert held.wait(_PATIENCE)
        answer: Any = client.post(address, data, follow=True)
        thread.join(_PATIENCE)
        return answer.status_code, " ".join(unescape(answer.content.decode()).split())


def _until_somebody_waits() -> None:
    """Hold what was locked until the form waits for it."""
    end = time.monotonic() + _PATIENCE
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waited: the form was answered before, or takes no lock.")


@pytest.fixture
def room(committed_db: object) -> Room:
    return Room()


@pytest.mark.requirement("REG-7.7")
@pytest.mark.parametrize("name", ["discuss", "close"])
def test_text_about_a_signal_that_is_just_being_closed_is_given_back(room: Room, name: str) -> None:
    facts = {"points": [2.0], "low": 2, "average": 3}
    signal = room.made(lambda: raise_signal(child=room.child, rule="low_well_being", facts=facts, now=room.now))
    status, text = room.sent_while(
        lambda: close_signals(signals=[signal], outcome="watch", by=room.colleague, now=room.now),
        reverse(f"observations:signal_{name}", args=[signal.pk]),
        {"text": TYPED, "entry_id": str(uuid7()), "outcome": "under_way"},
    )
    assert (status, f"{TYPED}</textarea>" in text, room.colleague.get_full_name() in text) == (409, True, True)


@pytest.mark.requirement("REG-6.1")
def test_answers_of_a_registration_that_is_just_being_closed_are_given_back(room: Room) -> None:
    first, second, *_others = room.content.lines["spel"].bands[7]
    known: dict[str, Any] = {"today": room.today, "by": room.staff}
    registration = room.made(lambda: start_registration(child=room.child, **known))
    room.made(lambda: save_answer(registration=registration, milestone_id=first.id, value=Answer.Value.SECURE, **known))
    status, text = room.sent_while(
        lambda: close_registration(registration=registration, now=room.now, by=room.colleague),
        reverse("observations:registration_line", args=[registration.pk, "spel"]),
        {f"m-{second.id}": "emerging", f"was-{second.id}": ""},
    )
    assert (status, second.text in text, room.colleague.get_full_name() in text) == (409, True, True)


@pytest.mark.requirement("BSO-1.3")
def test_form_of_a_measurement_that_is_just_being_closed_is_given_back(room: Room) -> None:
    group = room.made(lambda: factories.group(staff=room.staff, kind=Group.Kind.BSO))
    child = room.made(lambda: factories.child(group, "Noor"))
    made = room.made(lambda: start_measurement(child=child, today=room.today, by=room.staff))
    first, second, *_others = content_of(made.version_id).scales
    room.made(lambda: save_point(registration=made, scale_id=first.id, half_points=7, by=room.staff, seen=None))
    status, text = room.sent_while(
        lambda: close_measurement(registration=made, by=room.colleague, now=room.now),
        reverse("observations:bso_fill", args=[made.pk]),
        {f"s-{second.id}": "5", "conclusion": TYPED},
    )
    assert (status, second.name in text, f"{TYPED}</textarea>" in text) == (409, True, True)


@pytest.mark.requirement("OBS-3.4")
@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("note_add", {"text": TYPED}, (409, f"{TYPED}</textarea>")),
        ("note_change", {"text": TYPED, "revision": "1"}, (409, f"{TYPED}</textarea>")),
        ("note_delete", {}, (200, "Deze notitie is al verwijderd.")),
    ],
)
def test_note_that_is_just_being_deleted_is_told_as_such(
    room: Room, name: str, data: dict[str, str], expected: tuple[int, str]
) -> None:
    known: dict[str, Any] = {"observed_on": room.today, "today": room.today, "entry_id": uuid7(), "by": room.staff}
    [note] = room.made(lambda: write_note(children=[room.child], text="Fietst.", **known))
    status, text = room.sent_while(
        lambda: delete_note(note_id=note.pk, reason=None, decides=False, now=room.now, by=room.staff),
        reverse(f"observations:{name}", args=[note.pk]),
        {**data, "entry_id": str(uuid7()), "observed_on": room.today.isoformat()},
    )
    assert (status, expected[1] in text) == (expected[0], True)
    assert room.made(Note.objects.count) == 0
