"""The pages of group overviews and of what is to be registered."""

from typing import Any

from tests.pages.model import STAFF, Page, World


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


PAGES = [
    Page("observations:group", STAFF, "group_overview.viewed", kwargs=_group),
    Page("observations:group_pdf", STAFF, "group_overview.exported", kwargs=_group, is_html=False),
    Page("observations:to_do", STAFF, "to_do.viewed"),
]
