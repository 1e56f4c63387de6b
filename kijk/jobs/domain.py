"""Starting jobs and seeing how they go. Everything here runs in the scope of the user's organisation.

Only who started a job sees it: it may hold what others have no right to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kijk.audit.domain import record
from kijk.jobs.expiry import KEPT_FOR
from kijk.jobs.files import checked_file, write_file
from kijk.jobs.kinds import JobRefused, UnknownJobKind, kind_of
from kijk.jobs.models import Job, JobFile, JobValues
from kijk.jobs.progress import read_progress
from kijk.jobs.shown import JobBytes, JobFileView, JobView
from kijk.jobs.tasks import hand_over
from kijk.tenancy.context import current

State = Job.State

MAX_OPEN: Final = 5
_SHOWN: Final = 30
_OPEN: Final = (State.WAITING, State.RUNNING)


def start_job(
    *, kind: str, user_id: UUID, parameters: Mapping[str, Any], files: Iterable[JobBytes] = (), now: datetime
) -> Job:
    """Write a job of a declared kind, with the files it works on; it begins after the commit.

    A queue that is down delays it by minutes and never fails the request. ``parameters`` is what JSON takes, ids as
    text. The user's language is that of this request. Raises UnknownJobKind, and JobRefused for a file over 25 MB and
    for a user who has five jobs to wait for.
    """
    declared = kind_of(kind)
    checked = [checked_file(file) for file in files]
    if Job.objects.filter(user_id=user_id, state__in=_OPEN).count() >= MAX_OPEN:
        raise JobRefused(_("Er lopen al %(most)s taken van u. Wacht tot er een klaar is.") % {"most": MAX_OPEN})
    job = Job(user_id=user_id, kind=kind, language=_language(), created_at=now, expires_at=now + KEPT_FOR)
    job.parameters = JobValues(dict(parameters))
    job.save(force_insert=True)
    for position, file in enumerate(checked):
        write_file(job, JobFile.Direction.IN, position, file)
    record("job.started", about=job, data={"kind": kind, "files": len(checked)})
    transaction.on_commit(partial(hand_over, current().organisation_id, job.pk, declared.queue))
    return job


def job_of(*, user_id: UUID, pk: UUID) -> JobView | None:
    """Return a job as its user sees it, or None when there is none of theirs."""
    return next(iter(_views(_own(user_id).filter(pk=pk))), None)


def jobs_of_user(*, user_id: UUID, kind: str = "") -> list[JobView]:
    """Return the user's jobs of the last week, of one kind or of all, newest first, at most thirty."""
    rows = _own(user_id).filter(kind=kind) if kind else _own(user_id)
    return _views(rows.order_by("-created_at", "-id")[:_SHOWN])


def file_of_job(*, user_id: UUID, pk: UUID, purpose: str = "out", file_id: UUID | None = None) -> JobBytes | None:
    """Return a file of the user's job with its content: the one named, or the first; None when there is none.

    ``purpose`` "in" gives back what the job was started with, for a second job that goes on with it.
    """
    rows = JobFile.objects.filter(job__user_id=user_id, job_id=pk, purpose=purpose)
    row = (rows if file_id is None else rows.filter(pk=file_id)).order_by("position").first()
    return None if row is None else JobBytes(row.name, row.content_type, row.content)


def cancel_job(*, user_id: UUID, pk: UUID, now: datetime) -> bool:
    """Stop a job of the user; return whether there was one to stop.

    One that waits is stopped at once; one that runs stops where it next shows its progress, and undoes what it did.
    """
    row = _own(user_id).select_for_update().filter(pk=pk, state__in=_OPEN).first()
    if row is None:
        return False
    if row.state == State.WAITING:
        row.state, row.finished_at = State.CANCELLED, now
        row.save(update_fields=["state", "finished_at"])
        record("job.cancelled", about=row, data={"kind": row.kind, "attempts": row.attempts})
    elif row.cancel_asked_at is None:
        row.cancel_asked_at = now
        row.save(update_fields=["cancel_asked_at"])
        record("job.cancel_asked", about=row, data={"kind": row.kind})
    return True


def discard_job(*, user_id: UUID, pk: UUID) -> bool:
    """Throw a job of the user away, with its files; return whether there was one.

    Raises JobRefused while it runs.
    """
    row = _own(user_id).select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    if row.state == State.RUNNING:
        raise JobRefused(_("Deze taak is nog bezig. Stop hem eerst; daarna kunt u hem weggooien."))
    record("job.discarded", about=row, data={"kind": row.kind})
    row.delete()
    return True


def _own(user_id: UUID) -> QuerySet[Job]:
    return Job.objects.filter(user_id=user_id)


def _language() -> str:
    found = (get_language() or "")[:2]
    return found if found in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _views(rows: QuerySet[Job]) -> list[JobView]:
    found = list(rows)
    files: dict[UUID, list[JobFileView]] = {}
    made = JobFile.objects.filter(job_id__in=[row.pk for row in found if row.state == State.DONE], purpose="out")
    for file in made.defer("content").order_by("position"):
        files.setdefault(file.job_id, []).append(JobFileView(file.pk, file.name, file.content_type, file.size))
    return [_view(row, tuple(files.get(row.pk, ()))) for row in found]


def _view(row: Job, files: tuple[JobFileView, ...]) -> JobView:
    try:
        kind = kind_of(row.kind)
    except UnknownJobKind:
        # Declared by a version that is no longer there; the job can still be seen and thrown away.
        kind = None
    view = JobView(
        pk=row.pk,
        kind=row.kind,
        label=kind.label if kind else _("Taak"),
        state=State(row.state),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        cancel_asked=row.cancel_asked_at is not None,
        fault=row.fault,
        message=row.message or "",
        scoped=kind.scoped if kind else False,
        parameters=row.parameters.values,
        outcome=row.outcome.values if row.outcome else {},
        files=files,
        progress=read_progress(row.organisation_id, row.pk) if row.state == State.RUNNING else None,
    )
    if kind is not None and kind.result_url is not None and view.done:
        return replace(view, result_url=kind.result_url(view))
    return view
