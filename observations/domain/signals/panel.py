"""The panel of a child's page: its open signals, and those that were closed last."""

from itertools import filterfalse

from accounts.roles import Right
from observations.domain.children.in_hand import ChildInHand
from observations.domain.children.panels import ChildPanel, Place
from observations.domain.signals.board import SignalCard, cards_of, with_names
from observations.domain.signals.reach import signals_of_child
from observations.models import Signal

_MOST_CLOSED = 3


def signals_panel(hand: ChildInHand) -> ChildPanel | None:
    """Return the child's signals as far as the user sees them; None without any, and for who may not see signals."""
    if not hand.user.may(Right.SIGNAL_READ):
        return None
    rows = with_names(signals_of_child(hand.child, hand.user, Right.SIGNAL_READ, on=hand.today))
    found = list(rows.exclude(outcome=Signal.Outcome.RESOLVED).order_by("priority", "raised_at", "pk"))
    if not found:
        return None
    closed = sorted(
        filter(_is_closed, found), key=lambda signal: (signal.closed_at or signal.raised_at, signal.pk), reverse=True
    )
    cards = cards_of([*filterfalse(_is_closed, found), *closed[:_MOST_CLOSED]], on=hand.today, of_one_child=True)
    return ChildPanel(
        "observations/signals/child_panel.html",
        {
            "cards": list(filterfalse(_is_closed, cards)),
            "closed": list(filter(_is_closed, cards)),
        },
        Place.ASIDE,
    )


def _is_closed(signal: Signal | SignalCard) -> bool:
    return signal.status == Signal.Status.CLOSED
