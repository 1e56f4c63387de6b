"""The pages of children, notes and registrations."""

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.notes.sensitive import write_remark
from observations.models import SensitiveRemark
from tests import factories
from tests.pages.model import STAFF, Page, World


def _child(world: World) -> dict[str, Any]:
    return {"pk": world.child.pk}


def _opened(world: World) -> dict[str, Any]:
    return {"pk": world.opened.pk}


def _closed(world: World) -> dict[str, Any]:
    return {"pk": world.closed.pk}


def _one_answer(world: World) -> dict[str, Any]:
    milestone = factories.development_instrument().lines["tekenen"].bands[7][0]
    return {f"m-{milestone.id}": "secure"}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


def _group_staff(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id, "staff_id": world.group_staff.pk}


def _remark(world: World) -> dict[str, Any]:
    """A sensitive remark of who works on the group."""
    with tenant_scope(world.organisation_id):
        write_remark(
            child=world.child,
            kind=SensitiveRemark.Kind.HEALTH,
            text="Heeft een notenallergie.",
            entry_id=world.child.pk,
            by=world.users[STAFF],
            now=timezone.now(),
        )
        remark = SensitiveRemark.objects.get(entry_id=world.child.pk)
    return {"pk": world.child.pk, "remark_id": remark.pk}


def _with_a_remark(world: World) -> dict[str, Any]:
    return {"pk": _remark(world)["pk"]}


PAGES = [
    Page("today", STAFF, "today.viewed", denied_to=None),
    Page("observations:children", STAFF, "children.listed"),
    Page("observations:child", STAFF, "child.viewed", kwargs=_child),
    Page("observations:note_new", STAFF, "note.form"),
    Page(
        "observations:registration_start",
        STAFF,
        "registration.start",
        method="post",
        kwargs=_child,
        status=302,
        is_html=False,
    ),
    Page("observations:registration", STAFF, "registration.viewed", kwargs=_opened),
    Page(
        "observations:registration_line",
        STAFF,
        "registration.line_viewed",
        kwargs=lambda world: {**_opened(world), "code": "tekenen"},
    ),
    Page("observations:registration_scales", STAFF, "registration.scales_viewed", kwargs=_opened),
    Page(
        "observations:answer",
        STAFF,
        "registration.answer",
        method="post",
        kwargs=_opened,
        data=_one_answer,
        is_html=False,
    ),
    Page("observations:registration_close", STAFF, "registration.close_viewed", kwargs=_opened),
    Page("observations:registration_reopen", Role.ADMINISTRATOR, "registration.reopen_viewed", kwargs=_closed),
    Page("observations:sensitive", Role.COACH, "sensitive.read", kwargs=_with_a_remark, denied_to=Role.ADMINISTRATOR),
    Page("observations:sensitive_new", STAFF, "sensitive.form", kwargs=_child, denied_to=Role.ADMINISTRATOR),
    Page("observations:sensitive_withdraw", STAFF, "sensitive.withdraw_viewed", kwargs=_remark),
    Page("observations:sensitive_settings", Role.ADMINISTRATOR, "sensitive.settings_viewed"),
    Page("observations:groups", Role.ADMINISTRATOR, "groups.listed"),
    Page("observations:group_staff", Role.ADMINISTRATOR, "group_staff.viewed", kwargs=_group),
    Page("observations:group_staff_change", Role.ADMINISTRATOR, "group_staff.form", kwargs=_group_staff),
]
