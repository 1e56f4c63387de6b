"""Running a job: once, whole or not at all, and with a sign of life meanwhile (docs/decisions/0015).

Claiming is a short transaction, the work one of its own, and its end is written in the transaction of the work: what
counts as done is there, and of what was cut off nothing is. An end that is no success is written after the work was
undone. Each of them only counts while this run is still the job's last one.
"""

import logging
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error, connections
from django.db.models import F
from django.utils import timezone, translation

from kijk.audit.domain import record
from kijk.encryption.primitives import DecryptionError
from kijk.jobs.files import checked_file, write_file
from kijk.jobs.kinds import JobCancelled, JobKind, JobRefused, UnknownJobKind, kind_of
from kijk.jobs.models import Job, JobFile, JobValues
from kijk.jobs.progress import Progress, ProgressWriter
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import Scope, tenant_scope

logger = logging.getLogger(__name__)

State, Fault = Job.State, Job.Fault

HEARTBEAT_S: Final = 15
# Without a sign of life for this long, a run counts as cut off.
SILENCE: Final = timedelta(minutes=2)
# A kind that can be begun again by itself is so once: a run that ends its worker twice would do so for ever.
MOST_ATTEMPTS: Final = 2
# How often a run asks whether it should stop.
_ASK_EVERY_S: Final = 1.0


@dataclass(frozen=True, repr=False)
class Claim:
    """A job that is ours to run, and which attempt this is."""

    organisation_id: UUID
    job_id: UUID
    attempt: int
    kind: JobKind
    user_id: UUID
    language: str
    parameters: Mapping[str, Any]


class RunningJob:
    """What the ``run`` of a kind has of its job. In the worker the user's language is in force."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._attached: list[JobBytes] = []
        self._writer = ProgressWriter(claim.organisation_id, claim.job_id)
        self._ask_at = 0.0

    @property
    def pk(self) -> UUID:
        """The job's id."""
        return self._claim.job_id

    @property
    def organisation_id(self) -> UUID:
        """Whose job it is."""
        return self._claim.organisation_id

    @property
    def user_id(self) -> UUID:
        """Who started it, and in whose name it acts."""
        return self._claim.user_id

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What it was started with."""
        return self._claim.parameters

    @contextmanager
    def scope(self) -> Iterator[Scope]:
        """Open the organisation's scope with the user as actor: a transaction, or the one that is open already."""
        with tenant_scope(self.organisation_id, actor_id=self.user_id) as scope:
            yield scope

    def files(self, purpose: str = "in") -> list[JobBytes]:
        """Return the files the job was given, in their order."""
        with self.scope():
            rows = JobFile.objects.filter(job_id=self.pk, purpose=purpose).order_by("position")
            return [JobBytes(row.name, row.content_type, row.content) for row in rows]

    def file(self, purpose: str = "in") -> JobBytes:
        """Return the first file the job was given; raises LookupError when it was given none."""
        found = self.files(purpose)
        if not found:
            raise LookupError(f"The job {self._claim.kind.code} has no file.")
        return found[0]

    def attach(self, name: str, content_type: str, content: bytes) -> None:
        """Give the job a file for its user to fetch; it is there once the job is done.

        Raises JobRefused for one that is too large to keep.
        """
        self._attached.append(checked_file(JobBytes(name, content_type, content)))

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Show how far the job is: ``done`` of ``total`` (0: not known), and in a few words what it is doing.

        No name and nothing else about a person: it is kept in Redis, in the clear. Cheap enough to call for every row.
        Raises JobCancelled when the user asked to stop, or when the job was given up as cut off.
        """
        self._writer.write(Progress(done, total, text))
        now = time.monotonic()
        if now < self._ask_at:
            return
        self._ask_at = now + _ASK_EVERY_S
        with self.scope():
            # Another connection wrote the wish; at READ COMMITTED, each statement sees what was committed before it.
            goes_on = _held(self._claim).filter(cancel_asked_at=None).exists()
        if not goes_on:
            raise JobCancelled

    def finish(self, outcome: Mapping[str, Any]) -> None:
        """Write the job's end and its files in the scope that is open; raises JobCancelled when it is ours no more."""
        row = _held(self._claim).select_for_update().first()
        if row is None:
            raise JobCancelled
        for position, file in enumerate(self._attached):
            write_file(row, JobFile.Direction.OUT, position, file)
        row.outcome = JobValues(dict(outcome))
        _end(row, State.DONE)

    def clear_progress(self) -> None:
        """Forget how far it was."""
        self._writer.clear()


def run_job_now(job: Job) -> str:
    """Run a job that waits, here and now; return its state, "" when it was not waiting. For tests and the shell.

    Opens the organisation's scopes itself; none may be open.
    """
    return run_job(organisation_id=job.organisation_id, job_id=job.pk)


def run_job(*, organisation_id: UUID, job_id: UUID) -> str:
    """Run one job if it waits and nobody else has it; return its state, "" when there was nothing to do.

    What goes wrong in it is no error here: it stands at the job, for its user. Opens the organisation's scopes
    itself; none may be open.
    """
    with tenant_scope(organisation_id):
        claim = _claim(job_id, timezone.now())
    if not isinstance(claim, Claim):
        return claim
    job = RunningJob(claim)
    with translation.override(claim.language), _Heartbeat(claim):
        state = _work(claim, job)
    job.clear_progress()
    return state


def end_silent_jobs(*, now: datetime, only: UUID | None = None) -> int:
    """End the runs of the organisation in scope whose worker is gone, or this one; return how many.

    A kind that is safe to begin again waits once more; any other has failed, and its user is told to try again.
    """
    silent = Job.objects.filter(state=State.RUNNING, heartbeat_at__lt=now - SILENCE)
    rows = silent if only is None else silent.filter(pk=only)
    found = list(rows.select_for_update(skip_locked=True).order_by("created_at", "id"))
    for row in found:
        _end_silent(row)
    return len(found)


def waiting_jobs(*, limit: int = 500) -> list[tuple[UUID, str]]:
    """Return (id, kind) of the jobs of the organisation in scope that wait, the oldest first, at most ``limit``."""
    waiting = Job.objects.filter(state=State.WAITING).order_by("created_at", "id")
    return list(waiting.values_list("id", "kind")[:limit])


def _end_silent(row: Job) -> None:
    if row.cancel_asked_at is not None:
        _end(row, State.CANCELLED)
    elif row.attempts < MOST_ATTEMPTS and _may_begin_again(row.kind):
        row.state, row.heartbeat_at = State.WAITING, None
        row.save(update_fields=["state", "heartbeat_at"])
    else:
        _end(row, State.FAILED, Fault.INTERRUPTED)


def _may_begin_again(code: str) -> bool:
    try:
        return kind_of(code).retry_safe
    except UnknownJobKind:
        return False


def _claim(job_id: UUID, now: datetime) -> Claim | str:
    """Take a job that waits; return its state or "" when it cannot be run. A second delivery finds it running."""
    taken = Job.objects.filter(pk=job_id, state=State.WAITING).update(
        state=State.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1
    )
    if not taken:
        return ""
    row = Job.objects.get(pk=job_id)
    try:
        kind, parameters = kind_of(row.kind), row.parameters.values
    except (UnknownJobKind, DecryptionError) as error:
        # No later attempt will know the kind, or have the key.
        logger.error(  # noqa: TRY400 - a traceback may show what was being read
            "job %s of the kind %s cannot be run: %s", row.pk, row.kind, type(error).__name__
        )
        return _end(row, State.FAILED, Fault.ERROR)
    return Claim(row.organisation_id, row.pk, row.attempts, kind, row.user_id, row.language, parameters)


def _held(claim: Claim) -> Any:
    """Return the claim's row for as long as this run is the job's last one."""
    return Job.objects.filter(pk=claim.job_id, state=State.RUNNING, attempts=claim.attempt)


def _work(claim: Claim, job: RunningJob) -> str:
    """Do the work and write how it ended; return the job's state."""
    try:
        with job.scope() if claim.kind.scoped else nullcontext():
            outcome = claim.kind.run(job)
            with job.scope():
                job.finish(outcome)
    except JobCancelled:
        return _write_end(claim, State.CANCELLED)
    except JobRefused as refusal:
        return _write_end(claim, State.FAILED, Fault.REFUSED, str(refusal))
    except SoftTimeLimitExceeded:
        return _write_end(claim, State.FAILED, Fault.TOO_LONG)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, its user has to be told that it did
        logger.error(  # noqa: TRY400 - its type and its place; its words may hold what it was working on
            "job %s of the kind %s failed: %s", claim.job_id, claim.kind.code, _place_of(error)
        )
        return _write_end(claim, State.FAILED, Fault.ERROR)
    return str(State.DONE)


def _place_of(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return " < ".join([type(error).__name__, *reversed(places)])


def _write_end(claim: Claim, state: Job.State, fault: str = "", message: str = "") -> str:
    with tenant_scope(claim.organisation_id, actor_id=claim.user_id):
        row = _held(claim).select_for_update().first()
        if row is None:
            # Given up as cut off meanwhile, or thrown away.
            return ""
        return _end(row, state, fault, message)


_EVENTS: Final[Mapping[str, str]] = {
    State.DONE: "job.done",
    State.FAILED: "job.failed",
    State.CANCELLED: "job.cancelled",
}


def _end(row: Job, state: Job.State, fault: str = "", message: str = "") -> str:
    row.state, row.fault, row.message, row.finished_at = state, fault, message or None, timezone.now()
    row.save(update_fields=["state", "fault", "message", "outcome", "finished_at"])
    data = {"kind": row.kind, "attempts": row.attempts} | ({"fault": str(fault)} if fault else {})
    record(_EVENTS[state], about=row, data=data)
    return str(state)


class _Heartbeat:
    """Shows every few seconds, from a thread with a connection of its own, that the run is alive.

    The run's own transaction could not: nobody sees what it writes before it ends.
    """

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._over = Event()
        self._thread = Thread(target=self._beat, name=f"job {claim.job_id}", daemon=True)

    def __enter__(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def __exit__(self, *_problem: object) -> None:
        """Stop; waits for a beat that is under way."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_S):
            try:
                with tenant_scope(self._claim.organisation_id):
                    _held(self._claim).update(heartbeat_at=timezone.now())
            except Error as error:
                logger.warning("job %s could not show that it is alive (%s)", self._claim.job_id, type(error).__name__)
            finally:
                # Not kept for the next beat: a worker would hold twice the connections it needs.
                connections.close_all()
