"""The reports on a child's page: how far the last one for parents is, and the way to all of them."""

from datetime import date

from accounts.models import User
from accounts.roles import Right
from observations.domain.children.panels import ChildPanel, Place
from observations.domain.reports.listing import reports_of_child
from observations.models import Child
from observations.rules import reaches


def reports_panel(*, child: Child, user: User, today: date) -> ChildPanel | None:
    """Return the panel, or None for who may make no reports of this child; three queries."""
    if not user.may(Right.REPORT_EXPORT) or not reaches(user, Right.REPORT_EXPORT, child, on=today):
        return None
    last = next(iter(reports_of_child(child, most=1)), None)
    context = {"child_id": child.pk, "row": last}
    return ChildPanel("observations/reports/panel.html", context, place=Place.ASIDE)
