"""The pages of registrations, beside those in tests/pages/observations.py."""

from typing import Any

from tests.pages.model import STAFF, Page, World


def _closed(world: World) -> dict[str, Any]:
    return {"pk": world.closed.pk}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


def _line(world: World) -> dict[str, Any]:
    return {**_group(world), "code": "tekenen"}


PAGES: list[Page] = [
    Page("observations:registration_versions", STAFF, "registration.versions_viewed", kwargs=_closed),
    Page("observations:group_registrations", STAFF, "group_registration.viewed", kwargs=_group),
    Page(
        "observations:group_registrations_start",
        STAFF,
        "group_registration.start",
        method="post",
        kwargs=_group,
        status=302,
        is_html=False,
    ),
    Page("observations:group_registrations_close", STAFF, "group_registration.close_viewed", kwargs=_group),
    Page("observations:line_grid", STAFF, "group_registration.line_viewed", kwargs=_line),
]
