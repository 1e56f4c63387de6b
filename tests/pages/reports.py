"""The pages of reports."""

from typing import Any

from tests.pages.model import STAFF, Page, World


def _child(world: World) -> dict[str, Any]:
    return {"pk": world.child.pk}


def _closed(world: World) -> dict[str, Any]:
    return {"pk": world.closed.pk}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


PAGES: list[Page] = [
    Page("observations:child_reports", STAFF, "report.listed", kwargs=_child),
    Page("observations:parents_report", STAFF, "report.parents_form", kwargs=_closed),
    Page("observations:parents_report_shown", STAFF, "report.parents_shown", kwargs=_closed),
    Page("observations:parents_words", STAFF, "report.words_form", kwargs=_closed),
    Page("observations:transfer_report", STAFF, "report.transfer_form", kwargs=_closed),
    Page("observations:group_reports", STAFF, "report.group_listed", kwargs=_group),
    Page("observations:parents_report_pdf", STAFF, "report.parents_fetched", kwargs=_closed, is_html=False),
    Page("observations:support_report_pdf", STAFF, "report.support_fetched", kwargs=_closed, is_html=False),
    Page("observations:transfer_report_pdf", STAFF, "report.transfer_fetched", kwargs=_closed, is_html=False),
    Page("observations:group_report_pdf", STAFF, "report.group_fetched", kwargs=_group, is_html=False),
]
