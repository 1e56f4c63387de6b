"""Kinds of job for tests: they really work on rows of the organisation, as those of the apps do."""

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from kijk.jobs.kinds import JobKind, JobRefused, register_kind
from kijk.jobs.running import RunningJob
from kijk.jobs.shown import JobView
from licensing.models import Location


def copy(job: RunningJob) -> Mapping[str, Any]:
    """Make a location for each line of the file, and give the file back in capitals."""
    given = job.file()
    lines = given.content.decode().splitlines()
    with job.scope():
        for number, name in enumerate(lines, start=1):
            Location.objects.create(name=name)
            job.progress(number, len(lines), "Regels lezen")
    job.attach(f"Klaar: {given.name}", "text/plain", given.content.upper())
    return {"lines": len(lines), "by": str(job.user_id)}


def refuse(job: RunningJob) -> Mapping[str, Any]:
    """Find after some work that it cannot be done."""
    with job.scope():
        Location.objects.create(name="Halverwege")
    raise JobRefused("Regel 12: bij Yara ontbreekt de geboortedatum. Vul die in en probeer het opnieuw.")


def break_down(job: RunningJob) -> Mapping[str, Any]:
    """Fail with what it was working on in the message, as an error of the database does."""
    Location.objects.create(name="Halverwege")
    raise ValueError("Yara van Dijk")


def hold(job: RunningJob) -> Mapping[str, Any]:
    """Do some work and go on showing its progress until it is stopped or killed."""
    with job.scope():
        Location.objects.create(name="Halverwege")
    end = time.monotonic() + float(job.parameters.get("seconds", 30))
    while time.monotonic() < end:
        job.progress(3, 10, "Halverwege")
        time.sleep(0.05)
    return {}


def die(job: RunningJob) -> Mapping[str, Any]:
    """End its own worker the hard way, in the middle of the work."""
    Location.objects.create(name="Halverwege")
    job.progress(1, 2)
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def count_runs(job: RunningJob) -> Mapping[str, Any]:
    """Leave a row a run."""
    Location.objects.create(name=f"Loop {job.parameters['number']}")
    return {"number": job.parameters["number"]}


def may_fetch(request: HttpRequest, job: JobView) -> bool:
    """Say no to whoever says so: rights are the apps'."""
    return "geweigerd" not in request.GET and job.kind == "proef.copy"


def result_of(job: JobView) -> str:
    """Return the kind's own page about the result."""
    return f"/taken/?regels={job.outcome['number']}"


register_kind(JobKind("proef.copy", "Lijst inlezen", copy, allowed="tests.kijk.jobs.kinds.may_fetch"))
register_kind(JobKind("proef.copy_apart", "Lijst inlezen", copy, scoped=False))
register_kind(JobKind("proef.refuse", "Lijst inlezen", refuse))
register_kind(JobKind("proef.break_down", "Lijst inlezen", break_down))
register_kind(JobKind("proef.hold", "Rapport maken", hold))
register_kind(JobKind("proef.hold_apart", "Rapport maken", hold, scoped=False, queue="reports", retry_safe=True))
register_kind(JobKind("proef.die", "Rapport maken", die))
register_kind(JobKind("proef.count", "Tellen", count_runs, retry_safe=True, result_url=result_of))
