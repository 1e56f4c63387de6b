"""Notes that waited on a device: the key, taking them in, and the switch (OBS-2.2, OBS-2.3)."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.devices import owner_on_device
from accounts.models import User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.drafts.domain import drafts_of_form, save_draft
from kijk.encryption.keyring import keyring
from kijk.tenancy.context import tenant_scope
from licensing.domain import switch_module
from licensing.models import Organisation
from licensing.modules import Module
from observations.domain.notes import offline
from observations.domain.notes.offline import KeyGone, device_key
from observations.models import Note
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

KEY, LATE = reverse("observations:note_key"), reverse("observations:note_late")
SETTINGS, WORKER = reverse("observations:offline_settings"), reverse("observations:offline_worker")
BOTH = {"weighed": "on", "told": "on"}
DEVICE = uuid4()


@pytest.fixture
def on(nursery: Nursery) -> Nursery:
    """Switch it on."""
    with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
        switch_module(module=Module.OFFLINE_NOTES, on=True)
    return nursery


def late(nursery: Nursery, **changes: Any) -> dict[str, Any]:
    now = timezone.now()
    known = {
        "children": [str(nursery.child.pk)],
        "text": "Springt van de onderste tree.",
        "context": "",
        "observed_on": timezone.localdate().isoformat(),
        "entry_id": str(uuid4()),
        "typed_at": (now - timedelta(hours=3)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    return known | changes


def texts_of(nursery: Nursery) -> list[str]:
    with tenant_scope(nursery.organisation_id):
        return [note.content.text for note in Note.objects.all()]


def key_of(user: User, device: UUID, **more: Any) -> bytes:
    return device_key(user_id=user.pk, device=device, **more).key


def modules_of(organisation_id: UUID) -> list[str]:
    with tenant_scope(organisation_id):
        return list(Organisation.objects.get().modules)


@pytest.mark.requirement("OBS-2.3")
def test_same_person_on_the_same_device_gets_the_same_key_and_nobody_else_does(on: Nursery) -> None:
    with tenant_scope(on.organisation_id):
        mine = key_of(on.staff, DEVICE)
        others = {key_of(on.staff, uuid4()), key_of(factories.user(Role.GROUP_STAFF), DEVICE)}
    with tenant_scope(on.organisation_id):
        again = key_of(on.staff, DEVICE)
    with tenant_scope(factories.organisation()):
        elsewhere = key_of(on.staff, DEVICE)
    assert mine == again
    assert len({mine, elsewhere, *others}) == 4
    assert len(mine) == 32


def test_key_of_an_older_version_can_still_be_had_until_it_is_destroyed(on: Nursery) -> None:
    with tenant_scope(on.organisation_id):
        before = device_key(user_id=on.staff.pk, device=DEVICE)
        keyring().rotate_organisation_key()
        after = device_key(user_id=on.staff.pk, device=DEVICE)
        assert after.version == before.version + 1
        assert key_of(on.staff, DEVICE, version=before.version) == before.key != after.key
        with pytest.raises(KeyGone):
            device_key(user_id=on.staff.pk, device=DEVICE, version=after.version + 1)


@pytest.mark.requirement("OBS-2.2")
def test_key_is_given_to_a_page_and_kept_nowhere(on: Nursery) -> None:
    response = client_of(on.staff).get(KEY, {"apparaat": str(DEVICE)})
    given = response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert len(base64.b64decode(given["key"])) == 32
    assert given["owner"] == owner_on_device(on.staff.pk)
    assert str(on.staff.pk) not in str(given)


@pytest.mark.parametrize("asked", [{}, {"apparaat": "x"}, {"apparaat": str(DEVICE), "versie": "-1"}])
def test_key_is_not_given_for_what_is_no_device(on: Nursery, asked: dict[str, str]) -> None:
    assert client_of(on.staff).get(KEY, asked).status_code == 422


def test_destroyed_key_is_said_to_be_gone(on: Nursery) -> None:
    asked = {"apparaat": str(DEVICE), "versie": "77"}
    assert client_of(on.staff).get(KEY, asked).status_code == 410


@pytest.mark.requirement("OBS-2.3")
def test_note_that_is_sent_again_is_kept_once_and_the_trail_says_when_it_was_typed(on: Nursery) -> None:
    client, sent = client_of(on.staff), late(on)
    assert [client.post(LATE, sent).json() for _ in range(3)] == [{"kept": 1}, {"kept": 0}, {"kept": 0}]
    assert texts_of(on) == ["Springt van de onderste tree."]
    with tenant_scope(on.organisation_id):
        event = AuditEvent.objects.get(action="note.written")
        assert event.data["typed_at"] < event.at.isoformat()
        assert set(event.data) == {"note", "typed_at"}


def test_draft_of_what_was_typed_before_the_network_went_is_gone(on: Nursery) -> None:
    sent = late(on)
    with tenant_scope(on.organisation_id):
        key = f"note:{sent['entry_id']}"
        save_draft(user_id=on.staff.pk, key=key, fields={"text": ["Springt van"]}, now=timezone.now())
    client_of(on.staff).post(LATE, sent)
    with tenant_scope(on.organisation_id):
        assert drafts_of_form(user_id=on.staff.pk, form="note") == []


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"text": ""}, 422, "Schrijf eerst"),
        ({"children": [str(uuid4())]}, 422, "niet meer in uw groep"),
        ({"typed_at": "gisteren"}, 422, ""),
        ({"observed_on": "2999-01-01"}, 422, "nog niet geweest"),
        ({"text": "x" * 4001}, 422, ""),
        ({"text": "x" * 40_000}, 413, "te groot"),
    ],
)
def test_note_that_cannot_be_kept_is_refused_in_words(
    on: Nursery, changes: dict[str, Any], status: int, why: str
) -> None:
    response = client_of(on.staff).post(LATE, late(on, **changes))
    assert response.status_code == status
    assert why in response.json()["error"]
    assert texts_of(on) == []


def test_entry_of_a_colleague_is_a_conflict(on: Nursery) -> None:
    sent = late(on)
    client_of(on.staff).post(LATE, sent)
    with tenant_scope(on.organisation_id):
        colleague = factories.user(Role.INTERNAL_SUPPORT)
    assert client_of(colleague).post(LATE, sent).status_code == 409
    assert len(texts_of(on)) == 1


def test_more_notes_than_a_person_writes_are_put_off(on: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "MOST_AN_HOUR", 1)
    client = client_of(on.staff)
    assert [client.post(LATE, late(on)).status_code for _ in range(2)] == [200, 429]


def test_while_it_is_off_there_is_nothing_of_it(nursery: Nursery) -> None:
    client = client_of(nursery.staff)
    assert client.get(KEY, {"apparaat": str(DEVICE)}).status_code == 404
    assert client.post(LATE, late(nursery)).status_code == 404
    page = client.get(reverse("observations:note_new")).content.decode()
    assert "offline.js" not in page
    assert "webmanifest" not in page
    assert '"on": false' in client.get(WORKER).content.decode()


def test_page_of_somebody_who_writes_notes_carries_it_and_no_other_does(on: Nursery) -> None:
    assert "offline.js" in client_of(on.staff).get("/").content.decode()
    assert "offline.js" not in client_of(on.administrator).get("/").content.decode()


@pytest.mark.requirement("OBS-2.2")
def test_worker_keeps_static_files_and_the_offline_page_alone(on: Nursery) -> None:
    response = client_of(on.staff).get(WORKER)
    text = response.content.decode()
    first = text.split("\n", 1)[0]
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert '"on": true' in first
    files = first.split('"files": [')[1].split("]")[0].replace('"', "").split(", ")
    assert all(name.startswith("/static/") for name in files)
    assert '"page": "/zonder-verbinding/"' in first
    # Nothing is put in a cache but at installing.
    assert text.count("cache.put(") == 1
    assert text.count("cache.addAll(") == 1


def test_offline_page_is_the_same_for_everybody(on: Nursery) -> None:
    address = reverse("observations:offline_page")
    page = client_of(on.staff).get(address).content.decode()
    assert page == Client().get(address).content.decode()
    assert "Geen verbinding" in page


def test_manifest_names_icons_that_are_there(on: Nursery) -> None:
    given = Client().get(reverse("observations:manifest")).json()
    assert given["start_url"] == reverse("observations:note_new")
    assert {icon["sizes"] for icon in given["icons"]} == {"any", "192x192", "512x512"}


@pytest.mark.requirement("OBS-2.2")
def test_administrator_switches_it_on_and_off(nursery: Nursery) -> None:
    client = client_of(nursery.administrator)
    assert "Dit staat nu uit." in client.get(SETTINGS).content.decode()
    assert client.post(SETTINGS, {"weighed": "on"}).status_code == 422
    assert client.post(SETTINGS, BOTH).headers["Location"] == SETTINGS
    assert "offline_notes" in modules_of(nursery.organisation_id)
    assert "Dit staat nu aan." in client.get(SETTINGS).content.decode()
    assert client.post(SETTINGS, {}).status_code == 422
    client.post(SETTINGS, {"understood": "on"})
    assert "offline_notes" not in modules_of(nursery.organisation_id)
