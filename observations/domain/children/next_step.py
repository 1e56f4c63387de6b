"""What comes next for a child with registering: begin, go on, or what a closed registration is for (REG-2.1, REG-8.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from observations.domain.periods.due import Due, DueKind, due_of
from observations.models import Child, Registration


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


def next_step_of(child: Child, *, registrations: Collection[Registration], today: date) -> NextStep:
    """Return what comes next for a child; ``registrations`` are those that were not superseded, the newest first.

    What was begun comes before what is due, and a usual registration before an extra one. Six queries at most.
    """
    opened = next((each for each in registrations if each.status == Registration.Status.OPEN), None)
    if opened is not None:
        return NextStep(Step.GO_ON, opened.pk)
    found = sorted(due_of(child_ids=[child.pk], today=today).get(child.pk, ()), key=_is_extra)
    to_do = next((due for due in found if not due.is_done), None)
    if to_do is not None:
        return NextStep(Step.BEGIN, extra_id=to_do.extra_id, name=to_do.name if to_do.extra_id else "")
    done = next((due for due in found if due.registration_id is not None), None)
    if done is None:
        return NextStep(Step.FREE)
    return NextStep(Step.DONE, done.registration_id, is_whole=not _is_extra(done))


def _is_extra(due: Due) -> bool:
    return due.kind == DueKind.EXTRA
