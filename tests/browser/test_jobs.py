"""Waiting for a job: the page shows how far it is by itself, with and without a script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kijk.jobs.domain import start_job
from kijk.jobs.models import Job
from kijk.jobs.progress import Progress, ProgressWriter
from kijk.jobs.running import run_job_now
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from tests.browser.conftest import Database, SignedIn
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.visitor import DESKTOP, PHONE
from tests.kijk.jobs import kinds as _kinds  # noqa: F401 - declares the kind of the jobs here

pytestmark = pytest.mark.browser

both_widths = pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])


def started(nursery: Nursery, *, running: bool = False) -> Job:
    """Start a job of the nursery's staff; ``running``, as if a worker had it."""
    now = timezone.now()
    file = JobBytes("Een lange naam van een lijst met kinderen van alle locaties.txt", "text/plain", b"De Eik")
    with tenant_scope(nursery.organisation_id):
        job = start_job(kind="proef.copy", user_id=nursery.staff.pk, parameters={}, files=[file], now=now)
        if running:
            Job.objects.filter(pk=job.pk).update(state="running", started_at=now, heartbeat_at=now, attempts=1)
    return job


def show(job: Job, done: int) -> None:
    ProgressWriter(job.organisation_id, job.pk).write(Progress(done, 800, "Kinderen lezen"))


def finish(job: Job) -> None:
    """Let the job run, from the beginning."""
    with tenant_scope(job.organisation_id):
        Job.objects.filter(pk=job.pk).update(state="waiting", heartbeat_at=None)
    assert run_job_now(job) == "done"


@both_widths
def test_page_follows_the_job_to_its_file(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    job = database(lambda: started(nursery, running=True))
    visitor = signed_in(width, height)
    visitor.open(f"/taken/{job.pk}/")
    page = visitor.page
    expect(page.get_by_text("Bezig…")).to_be_visible()
    assert faults(visitor) == []
    database(lambda: show(job, 120))
    expect(page.get_by_text("Kinderen lezen: 120 van 800").first).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "15")
    database(lambda: show(job, 420))
    # A screen reader hears it too, when a quarter has gone by.
    expect(page.get_by_role("status").filter(has_text="Kinderen lezen: 420 van 800")).to_have_count(1)
    assert faults(visitor) == []
    database(lambda: finish(job))
    expect(page.get_by_text("De taak is klaar.")).to_be_visible()
    assert faults(visitor) == []
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Bestand opslaan").click()
    assert fetched.value.path().read_bytes() == b"DE EIK"
    page.get_by_role("link", name="Mijn taken").first.click()
    expect(page.get_by_role("heading", name="Mijn taken")).to_be_visible()
    assert faults(visitor) == []


def test_page_follows_the_job_without_a_script(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    job = database(lambda: started(nursery, running=True))
    visitor = signed_in(java_script_enabled=False)
    visitor.open(f"/taken/{job.pk}/")
    expect(visitor.page.get_by_text("Bezig…").first).to_be_visible()
    database(lambda: finish(job))
    expect(visitor.page.get_by_text("De taak is klaar.")).to_be_visible()


def test_job_is_stopped_by_the_button(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    job = database(lambda: started(nursery))
    visitor = signed_in()
    visitor.open(f"/taken/{job.pk}/")
    expect(visitor.page.get_by_text("De taak begint zo.")).to_be_visible()
    visitor.page.get_by_role("button", name="Taak stoppen").click()
    expect(visitor.page.get_by_text("De taak is gestopt. Er is niets veranderd.")).to_be_visible()
    visitor.page.get_by_role("button", name="Nu weggooien").click()
    expect(visitor.page.get_by_text("De taak is weggegooid, met de bestanden.")).to_be_visible()
