"""Background work of jobs."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from kijk.audit.organisations import organisations_with_trail
from kijk.encryption.primitives import DecryptionError
from kijk.jobs import running
from kijk.jobs.expiry import erase_old_jobs
from kijk.jobs.kinds import DEFAULT, UnknownJobKind, kind_of
from kijk.jobs.organisations import organisations_with_open_jobs
from kijk.tenancy.context import tenant_scope

logger = logging.getLogger(__name__)

# A task nobody took by then is thrown away: the job itself waits in its table, and the next sweep offers it again.
_OFFERED_S = 55
# A request stands behind the offer, and need not wait for a queue that is down: Celery's own way takes six seconds.
_IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 2}
# Ten thousand children take minutes. Well under the queue's visibility timeout (CELERY_BROKER_TRANSPORT_OPTIONS).
_LONGEST_S = 25 * 60


def hand_over(organisation_id: UUID, job_id: UUID, queue: str) -> bool:
    """Offer one job to the workers of a queue; return whether it took it.

    A queue that is down is no reason to fail the request: the sweep finds the job in its table.
    """
    arguments = {"organisation_id": str(organisation_id), "job_id": str(job_id)}
    try:
        with run.app.connection_for_write(transport_options=_IMPATIENT) as link:
            run.apply_async(kwargs=arguments, expires=_OFFERED_S, retry=False, connection=link, queue=queue)
    except OperationalError as error:
        logger.warning("job %s waits for the next sweep: the queue is down (%s)", job_id, type(error).__name__)
        return False
    return True


@shared_task(  # type: ignore[untyped-decorator]
    name="kijk.jobs.run", scoped=False, soft_time_limit=_LONGEST_S, time_limit=_LONGEST_S + 60
)
def run(*, organisation_id: str, job_id: str) -> str:
    """Run one job; return what has become of it. Opens its scopes itself."""
    return running.run_job(organisation_id=UUID(organisation_id), job_id=UUID(job_id))


@shared_task(name="kijk.jobs.look_after")  # type: ignore[untyped-decorator]
def look_after_jobs() -> int:
    """End the runs whose worker is gone, and offer every job that waits, of all organisations; return how many wait."""
    offered, now = 0, timezone.now()
    for organisation_id in organisations_with_open_jobs(silent_since=now - running.SILENCE):
        with tenant_scope(organisation_id):
            running.end_silent_jobs(now=now)
            waiting = running.waiting_jobs()
        offered += sum(hand_over(organisation_id, job_id, _queue_of(kind)) for job_id, kind in waiting)
    return offered


@shared_task(name="kijk.jobs.erase_old_jobs")  # type: ignore[untyped-decorator]
def erase_old_jobs_everywhere() -> int:
    """Erase the jobs of all organisations that are kept no longer; return how many.

    An organisation whose audit key is gone does not leave the others with theirs: it makes the task fail at the end.
    """
    now = timezone.now()
    erased, failed = 0, []
    for organisation_id in organisations_with_trail():
        try:
            with tenant_scope(organisation_id):
                count = erase_old_jobs(now)
            erased += count
        except DecryptionError:
            failed.append(str(organisation_id))
    if failed:
        raise DecryptionError(f"No event of erased jobs could be written for {', '.join(failed)}.")
    return erased


def _queue_of(code: str) -> str:
    try:
        return kind_of(code).queue
    except UnknownJobKind:
        # A worker will find so too, and end the job.
        return DEFAULT
