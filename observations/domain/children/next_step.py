"""What comes next for a child with registering: begin, go on, or what a closed registration is for (REG-2.1, REG-8.1)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from observations.domain.children.in_hand import ChildInHand
from observations.domain.periods.due import Due, DueKind, due_of_child
from observations.models import Registration


class Step(StrEnum):
    """What there is to do. ``FREE``: nothing is due, and who wants to register now can do so."""

    GO_ON = "go_on"
    BEGIN = "begin"
    DONE = "done"
    FREE = "free"


@dataclass(frozen=True)
class NextStep:
    """What comes next. ``registration_id``: the one to go on with, or that was closed; ``extra_id``: the one to begin.

    ``name`` is what an extra registration is called.
    """

    step: Step
    registration_id: UUID | None = None
    extra_id: UUID | None = None
    name: str = ""
    is_whole: bool = True


def next_step_of(hand: ChildInHand) -> NextStep:
    """Return what comes next for a child.

    What was begun comes before what is due, and a usual registration before an extra one. Three queries at most.
    """
    opened = next((each for each in hand.registrations if each.status == Registration.Status.OPEN), None)
    if opened is not None:
        return NextStep(Step.GO_ON, opened.pk)
    due = due_of_child(hand.child, placements=hand.placements.rows, registrations=hand.registrations, today=hand.today)
    found = sorted(due, key=_is_extra)
    to_do = next((due for due in found if not due.is_done), None)
    if to_do is not None:
        return NextStep(Step.BEGIN, extra_id=to_do.extra_id, name=to_do.name if to_do.extra_id else "")
    done = next((due for due in found if due.registration_id is not None), None)
    if done is None:
        return NextStep(Step.FREE)
    return NextStep(Step.DONE, done.registration_id, is_whole=not _is_extra(done))


def _is_extra(due: Due) -> bool:
    return due.kind == DueKind.EXTRA
