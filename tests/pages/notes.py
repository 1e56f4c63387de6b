"""The pages of notes, beside those in tests/pages/observations.py."""

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.notes.quick import instrument_lines
from observations.models import Note
from tests.pages.model import STAFF, Page, World

DEVICE = "0193a7e0-7f3e-7000-8000-000000000001"


def _note(world: World) -> dict[str, Any]:
    """The note of who works on the group, which is younger than a week."""
    with tenant_scope(world.organisation_id):
        return {"pk": Note.objects.get(child=world.child, entry_id=world.child.pk).pk}


def _child(world: World) -> dict[str, Any]:
    return {"pk": world.child.pk}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


def _line(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        return {"line": str(instrument_lines()[0].pk), "terug": "notitie"}


def _late(world: World) -> dict[str, Any]:
    """What a device sends of a note about nobody: which everybody who may write notes is refused in words."""
    return {
        "text": "Springt van de onderste tree.",
        "context": "",
        "observed_on": timezone.localdate().isoformat(),
        "entry_id": DEVICE,
        "typed_at": timezone.now().isoformat(timespec="milliseconds"),
    }


def _device(world: World) -> dict[str, Any]:
    return {"apparaat": DEVICE}


PAGES = [
    Page("observations:notes", STAFF, "notes.viewed"),
    Page("observations:child_notes", STAFF, "notes.viewed_of_child", kwargs=_child),
    Page("observations:group_notes", STAFF, "notes.viewed_of_group", kwargs=_group),
    Page("observations:note", STAFF, "note.viewed", kwargs=_note),
    Page("observations:note_change", STAFF, "note.change_form", kwargs=_note, denied_to=Role.ADMINISTRATOR),
    Page("observations:note_add", STAFF, "note.add_form", kwargs=_note, denied_to=Role.ADMINISTRATOR),
    Page("observations:note_delete", STAFF, "note.delete_form", kwargs=_note),
    Page(
        "observations:note_tag",
        STAFF,
        "note.tag_sent",
        method="post",
        kwargs=_note,
        data=_line,
        status=302,
        is_html=False,
        denied_to=Role.ADMINISTRATOR,
    ),
    Page("observations:note_key", STAFF, "note.key_given", data=_device, is_html=False, denied_to=Role.ADMINISTRATOR),
    Page(
        "observations:note_late",
        STAFF,
        "",
        method="post",
        data=_late,
        status=422,
        is_html=False,
        denied_to=Role.ADMINISTRATOR,
    ),
    Page("observations:offline_worker", None, "", is_html=False),
    Page("observations:manifest", None, "", is_html=False),
    Page("observations:offline_page", None, ""),
    Page("observations:offline_settings", Role.ADMINISTRATOR, "note.offline_settings_viewed"),
]
