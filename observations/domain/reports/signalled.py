"""The signals about a child as a report for internal support tells them: those its maker may see, closed ones too."""

from datetime import date

from django.utils import timezone

from accounts.models import User
from accounts.roles import Right
from kijk.pdf.characters import on_paper
from observations.domain.reports.support import SignalLine
from observations.domain.signals.board import SignalCard, cards_of, with_names
from observations.domain.signals.reach import signals_in_reach
from observations.models import Child, Signal


def signals_for_report(child: Child, *, user: User, today: date) -> list[SignalLine]:
    """Return the signals of a child that the user may see, the open ones first."""
    if not user.may(Right.SIGNAL_READ):
        return []
    rows = signals_in_reach(user, Right.SIGNAL_READ, on=today).filter(child=child)
    cards = cards_of(with_names(rows.order_by("closed_at", "priority", "raised_at")), on=today)
    return [_line(card) for card in sorted(cards, key=lambda card: card.closed_at is not None)]


def _line(card: SignalCard) -> SignalLine:
    about = ": ".join(part for part in (card.label, card.line) if part)
    return SignalLine(
        text=on_paper(f"{about} ({card.summary})" if card.summary else about),
        since=timezone.localdate(card.raised_at),
        state=str(Signal.Status(card.status).label),
        outcome=on_paper(card.outcome),
    )
