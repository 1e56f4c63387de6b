"""The pages of background jobs."""

from typing import Any

from django.utils import timezone

from kijk.jobs.domain import start_job
from kijk.jobs.models import Job
from kijk.jobs.running import run_job_now
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from tests.kijk.jobs import kinds as _kinds  # noqa: F401 - declares the kinds that are started here
from tests.pages.model import STAFF, Page, World


def _started(world: World) -> Job:
    """A job of who works on the group."""
    with tenant_scope(world.organisation_id):
        return start_job(
            kind="proef.copy",
            user_id=world.users[STAFF].pk,
            parameters={},
            files=[JobBytes("lijst.txt", "text/plain", b"De Eik")],
            now=timezone.now(),
        )


def _waiting(world: World) -> dict[str, Any]:
    return {"pk": _started(world).pk}


def _stopped(world: World) -> dict[str, Any]:
    job = _started(world)
    with tenant_scope(world.organisation_id):
        Job.objects.filter(pk=job.pk).update(state="cancelled", finished_at=job.created_at)
    return {"pk": job.pk}


def _file(world: World) -> dict[str, Any]:
    job = _started(world)
    run_job_now(job)
    with tenant_scope(world.organisation_id):
        return {"pk": job.pk, "file_id": job.files.get(purpose="out").pk}


PAGES: list[Page] = [
    Page("jobs:list", STAFF, "", denied_to=None, of_oneself=True),
    Page("jobs:job", STAFF, "", kwargs=_waiting, denied_to=None, of_oneself=True),
    Page("jobs:status", STAFF, "", kwargs=_waiting, denied_to=None, is_html=False, of_oneself=True),
    Page("jobs:file", STAFF, "job.file.fetched", kwargs=_file, denied_to=None, is_html=False, of_oneself=True),
    *(
        Page(
            f"jobs:{name}",
            STAFF,
            action,
            method="post",
            kwargs=kwargs,
            denied_to=None,
            status=302,
            is_html=False,
            of_oneself=True,
        )
        for name, action, kwargs in (
            ("cancel", "job.cancelled", _waiting),
            ("discard", "job.discarded", _stopped),
        )
    ),
]
