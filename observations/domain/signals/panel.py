"""The panel of a child's page: its open signals, and those that were closed last."""

from datetime import date

from accounts.models import User
from accounts.roles import Right
from observations.domain.children.panels import ChildPanel, Place
from observations.domain.signals.board import cards_of, open_signals_of, with_names
from observations.domain.signals.reach import signals_in_reach
from observations.models import Child, Signal

_MOST_CLOSED = 3


def signals_panel(*, child: Child, user: User, today: date) -> ChildPanel | None:
    """Return the child's signals as far as the user sees them; None without any, and for who may not see signals."""
    if not user.may(Right.SIGNAL_READ):
        return None
    rows = with_names(signals_in_reach(user, Right.SIGNAL_READ, on=today))
    closed = rows.filter(child=child, status=Signal.Status.CLOSED).exclude(outcome=Signal.Outcome.RESOLVED)
    found = [*open_signals_of(child, rows), *closed.order_by("-closed_at", "-pk")[:_MOST_CLOSED]]
    if not found:
        return None
    cards = cards_of(found, on=today)
    return ChildPanel(
        "observations/signals/child_panel.html",
        {
            "cards": [card for card in cards if card.status != Signal.Status.CLOSED],
            "closed": [card for card in cards if card.status == Signal.Status.CLOSED],
        },
        Place.ASIDE,
    )
