"""The reports on a child's page: how far the last one for parents is, and the way to all of them."""

from accounts.roles import Right
from observations.domain.children.in_hand import ChildInHand
from observations.domain.children.panels import ChildPanel, Place
from observations.domain.reports.listing import last_report_of
from observations.rules import reaches


def reports_panel(hand: ChildInHand) -> ChildPanel | None:
    """Return the panel, or None for who may make no reports of this child. One query."""
    child, user = hand.child, hand.user
    if not user.may(Right.REPORT_EXPORT) or not reaches(user, Right.REPORT_EXPORT, child, on=hand.today):
        return None
    last = last_report_of(hand.registrations)
    context = {"child_id": child.pk, "row": last}
    return ChildPanel("observations/reports/panel.html", context, place=Place.ASIDE)
