"""What a job looks like to those who ask: its user, its pages, and the app whose kind it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from kijk.jobs.models import Job
from kijk.jobs.progress import Progress

State = Job.State


@dataclass(frozen=True, repr=False)
class JobBytes:
    """A file with its content: one to give to a job, or one that a job has."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, repr=False)
class JobFileView:
    """A file that a job made; ``size`` in bytes."""

    pk: UUID
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, repr=False)
class JobView:
    """A job as its user sees it.

    ``fault`` is the code of what went wrong ("" when nothing did) and ``message`` the kind's own words when it
    refused. ``outcome`` is what the kind's ``run`` returned, {} until it is done. ``files`` are those it made.
    ``progress`` is None while nothing is known of it: not begun, over, or Redis is gone.
    """

    pk: UUID
    kind: str
    label: str | Promise
    state: State
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    cancel_asked: bool = False
    fault: str = ""
    message: str = ""
    scoped: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[JobFileView, ...] = ()
    progress: Progress | None = None
    result_url: str = ""

    @property
    def busy(self) -> bool:
        """Say whether it has still to be waited for."""
        return self.state in {State.WAITING, State.RUNNING}

    @property
    def done(self) -> bool:
        """Say whether it did what it was for."""
        return self.state == State.DONE
