"""Somebody who starts jobs, and what tests ask of a job."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.jobs.domain import job_of, start_job
from kijk.jobs.models import Job
from kijk.jobs.shown import JobBytes, JobView
from kijk.tenancy.context import tenant_scope
from licensing.models import Location
from tests import factories
from tests.database import TestDatabase
from tests.kijk.jobs import kinds as _kinds  # noqa: F401 - declares them

Start = Callable[..., Job]
LIST = JobBytes("Yara van Dijk.txt", "text/plain", b"De Eik\nDe Beuk\n")


@pytest.fixture
def starter(committed_db: TestDatabase) -> User:
    """Somebody without any role: jobs are about oneself. Committed, and no scope is open."""
    with tenant_scope(factories.organisation()):
        return factories.user()


@pytest.fixture
def start(starter: User) -> Start:
    """Return a function that starts a job, in a transaction of its own."""

    def make(kind: str = "proef.copy", *, by: User | None = None, **more: Any) -> Job:
        user = by or starter
        given: dict[str, Any] = {"parameters": {}, "files": [LIST], "now": timezone.now()} | more
        with tenant_scope(user.organisation_id, actor_id=user.pk):
            return start_job(kind=kind, user_id=user.pk, **given)

    return make


def seen(job: Job) -> JobView:
    """Return a job as its user sees it now."""
    with tenant_scope(job.organisation_id):
        found = job_of(user_id=job.user_id, pk=job.pk)
    assert found is not None
    return found


def row_of(job: Job) -> Job:
    """Return a job's row as it is now."""
    with tenant_scope(job.organisation_id):
        return Job.objects.get(pk=job.pk)


def set_row(job: Job, **values: Any) -> None:
    """Change a job's row, past everything of ours: to make it old, or silent."""
    with tenant_scope(job.organisation_id):
        Job.objects.filter(pk=job.pk).update(**values)


def locations(user: User) -> list[str]:
    """Return what jobs made: the organisation itself has no location yet."""
    with tenant_scope(user.organisation_id):
        return sorted(Location.objects.values_list("name", flat=True))


def events(user: User) -> list[tuple[str, Any]]:
    """Return the events of jobs with their data, the oldest first."""
    with tenant_scope(user.organisation_id):
        found = AuditEvent.objects.filter(action__startswith="job").order_by("sequence")
        return list(found.values_list("action", "data"))
