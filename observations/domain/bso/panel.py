"""The panel of a child's page: its measurements in out-of-school care (BSO-1)."""

from accounts.roles import Right
from observations.domain.children.in_hand import ChildInHand
from observations.domain.children.panels import ChildPanel
from observations.domain.registering.versions import newest_of
from observations.models import BsoRegistration
from observations.rules import reaches

_SHOWN = 4


def bso_panel(hand: ChildInHand) -> ChildPanel | None:
    """Return a child's measurements with the way to begin one; None for who may not read them or without any.

    A child that is in no BSO group has the panel only where something was measured before. One query.
    """
    child, user, today, here = hand.child, hand.user, hand.today, hand.is_in_bso
    if not user.may(Right.BSO_READ):
        return None
    rows = BsoRegistration.objects.filter(child=child, superseded=False)
    found = list(rows.order_by("-observed_on", "-revision")[:_SHOWN])
    if not found and not here:
        return None
    opened = next((row for row in found if row.status == BsoRegistration.Status.OPEN), None)
    may_write = here and user.may(Right.BSO_WRITE) and reaches(user, Right.BSO_WRITE, child, on=today)
    closed = next((row for row in found if row.status == BsoRegistration.Status.CLOSED), None)
    may_export = user.may(Right.BSO_EXPORT) and reaches(user, Right.BSO_EXPORT, child, on=today)
    context = {
        "child_id": child.pk,
        "measurements": newest_of(found),
        "opened": opened,
        "may_begin": may_write and opened is None and all(row.observed_on != today for row in found),
        "may_write": may_write,
        "report_of": closed if closed and may_export else None,
    }
    return ChildPanel("observations/bso/child_panel.html", context)
