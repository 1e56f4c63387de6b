"""The pages of out-of-school care."""

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.follow_ups import write_follow_up
from observations.domain.bso.measuring import close_measurement, start_measurement
from observations.models import BsoFollowUp, BsoRegistration, Group
from tests import factories
from tests.observations.bso.room import bso_child, fill_in
from tests.pages.model import STAFF, Page, World


def _opened(world: World) -> BsoRegistration:
    """Return the open measurement of a child in a BSO group, made once; no scope may be open."""
    factories.bso_instruments()
    with tenant_scope(world.organisation_id):
        found = BsoRegistration.objects.filter(status="open").first()
        if found is not None:
            return found
        by = world.users[STAFF]
        group = factories.group(at=world.group_staff.group.location, staff=by, kind=Group.Kind.BSO)
        made = start_measurement(child=bso_child(group), today=timezone.localdate(), by=by)
        fill_in(made, by)
        return made


def _group(world: World) -> dict[str, Any]:
    return {"pk": _opened(world).group_id}


def _child(world: World) -> dict[str, Any]:
    return {"pk": _opened(world).child_id}


def _closed(world: World) -> dict[str, Any]:
    """Return a closed measurement of another child of the group, made once."""
    group_id = _opened(world).group_id
    with tenant_scope(world.organisation_id):
        group = Group.objects.get(pk=group_id)
        found = BsoRegistration.objects.filter(status="closed").first()
        if found is None:
            by = world.users[STAFF]
            found = start_measurement(child=bso_child(group, "Sem"), today=timezone.localdate(), by=by)
            fill_in(found, by)
            close_measurement(registration=found, by=by, now=timezone.now())
        return {"pk": found.pk}


def _group_measured(world: World) -> dict[str, Any]:
    _closed(world)
    return _group(world)


def _measurement(world: World) -> dict[str, Any]:
    return {"pk": _opened(world).pk}


def _wrong_code(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation_id, "code": "geen-code"}


def _first(world: World) -> dict[str, Any]:
    return {"number": 1}


def _follow_up(world: World) -> dict[str, Any]:
    registration, now = _opened(world), timezone.now()
    with tenant_scope(world.organisation_id):
        by = world.users[STAFF]
        write_follow_up(
            registration=BsoRegistration.objects.select_related("child__mentor").get(pk=registration.pk),
            text="Elke dinsdag een spel.",
            responsible_id=by.pk,
            due_on=now.date(),
            entry_id=registration.pk,
            by=by,
            now=now,
            today=now.date(),
        )
        return {"pk": registration.pk, "follow_up_id": BsoFollowUp.objects.get(entry_id=registration.pk).pk}


def _button(name: str, action: str, kwargs: Any) -> Page:
    return Page(f"observations:{name}", STAFF, action, method="post", kwargs=kwargs, status=302, is_html=False)


PAGES: list[Page] = [
    Page("observations:bso_group", STAFF, "bso.group_viewed", kwargs=_group),
    _button("bso_group_save", "bso.group_saved", _group),
    _button("bso_group_start", "bso.group_start", _group),
    _button("bso_start", "bso.start", _child),
    Page("observations:bso_registration", STAFF, "bso.viewed", kwargs=_measurement),
    Page("observations:bso_fill", STAFF, "bso.form", kwargs=_measurement),
    Page("observations:bso_close", STAFF, "bso.close_viewed", kwargs=_measurement),
    Page("observations:bso_self", STAFF, "bso.self_viewed", kwargs=_measurement),
    Page("observations:bso_follow_up_new", STAFF, "bso.follow_up_form", kwargs=_measurement),
    _button("bso_follow_up_done", "bso.follow_up_step", _follow_up),
    Page("observations:bso_reopen", Role.ADMINISTRATOR, "bso.reopen_viewed", kwargs=_closed),
    Page("observations:bso_versions", STAFF, "bso.versions_viewed", kwargs=_closed),
    Page("observations:bso_report_pdf", STAFF, "bso.report_fetched", kwargs=_closed, is_html=False),
    Page("observations:bso_group_report_pdf", STAFF, "bso.group_report_fetched", kwargs=_group_measured, is_html=False),
    _button("bso_group_reports", "bso.reports_asked", _group_measured),
    Page("observations:bso_settings", Role.ADMINISTRATOR, "bso.settings_viewed"),
    # The child's own screens are for nobody who is signed in; with a child's key: tests/observations/bso.
    Page("observations:kind_start", None, "", denied_to=None),
    Page("observations:kind_code", None, "", kwargs=_wrong_code, denied_to=None),
    Page("observations:kind_statement", None, "", kwargs=_first, status=302, is_html=False, denied_to=None),
    Page("observations:kind_talk", None, "", status=302, is_html=False, denied_to=None),
    Page("observations:kind_finish", None, "", status=302, is_html=False, denied_to=None),
    Page("observations:kind_end", None, "", denied_to=None),
]
