"""The notes on a child's page: the last few, and the way to all of them (OBS-4)."""

from django.utils import timezone

from accounts.roles import Right
from observations.domain.children.in_hand import ChildInHand
from observations.domain.children.panels import ChildPanel
from observations.domain.notes.timeline import views_of
from observations.models import Note
from observations.rules import reaches

SHOWN = 5


def child_panel(hand: ChildInHand) -> ChildPanel | None:
    """Return the last notes about a child, or None for who may not read them. Four or five queries."""
    child, user = hand.child, hand.user
    if not user.may(Right.NOTE_READ):
        return None
    found = Note.objects.filter(child=child).select_related("author").order_by("-observed_on", "-pk")
    notes = list(found[: SHOWN + 1])
    may_write = user.may(Right.NOTE_WRITE) and reaches(user, Right.NOTE_WRITE, child, on=hand.today)
    context = {
        "child_id": child.pk,
        "notes": views_of(notes[:SHOWN], user=user, now=timezone.now()),
        "has_more": len(notes) > SHOWN,
        "may_write": may_write,
    }
    return ChildPanel("observations/notes/child_panel.html", context)
