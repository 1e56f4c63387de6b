"""All reports for parents of a group as one job: a PDF to print, and an archive without a name in it."""

import io
import zipfile
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.jobs.domain import file_of_job, job_of
from kijk.jobs.models import Job
from kijk.jobs.running import run_job_now
from kijk.jobs.shown import JobView
from kijk.tenancy.context import active_scope, tenant_scope
from observations import report_jobs
from observations.domain.reports.preparing import Kind, write_texts
from observations.models import GroupStaff
from observations.report_pdf import parents_pdf
from tests.clients import client_of
from tests.observations.reports.conftest import Reported


def begin(reported: Reported, **data: str) -> Job:
    client = client_of(reported.nursery.staff)
    response = client.post(reverse("observations:group_reports", args=[reported.nursery.group.pk]), data)
    assert response.status_code == 302
    with tenant_scope(reported.organisation_id):
        return Job.objects.get()


def done(reported: Reported, job: Job) -> JobView:
    run_job_now(job)
    with tenant_scope(reported.organisation_id):
        found = job_of(user_id=reported.nursery.staff.pk, pk=job.pk)
    assert found is not None
    return found


def contents(reported: Reported, job: JobView) -> dict[str, bytes]:
    with tenant_scope(reported.organisation_id):
        files = [file_of_job(user_id=reported.nursery.staff.pk, pk=job.pk, file_id=file.pk) for file in job.files]
    return {file.name: file.content for file in files if file is not None}


@pytest.mark.requirement("REG-8.1")
def test_group_job_makes_one_pdf_and_an_archive_without_names(reported: Reported) -> None:
    job = done(reported, begin(reported))
    assert (job.done, job.outcome) == (True, {"made": 2, "too_long": []})
    files = contents(reported, job)
    assert list(files) == ["verslagen-voor-ouders.pdf", "verslagen-voor-ouders.zip"]
    assert len(pypdf.PdfReader(io.BytesIO(files["verslagen-voor-ouders.pdf"])).pages) == 4
    with zipfile.ZipFile(io.BytesIO(files["verslagen-voor-ouders.zip"])) as archive:
        names = archive.namelist()
        # In the Dutch order of the names: Bakker (no registration) is 1, van Dijk 2, El Amrani 3.
        assert names == ["verslag-02.pdf", "verslag-03.pdf"]
        pages = [len(pypdf.PdfReader(io.BytesIO(archive.read(name))).pages) for name in names]
        first = pypdf.PdfReader(io.BytesIO(archive.read(names[0]))).pages[0].extract_text()
    assert pages == [2, 2]
    assert "Yara van Dijk" in first
    assert "Amrani" not in first


def test_group_job_leaves_an_event_for_each_child(reported: Reported) -> None:
    done(reported, begin(reported))
    with tenant_scope(reported.organisation_id):
        made = set(AuditEvent.objects.filter(action="report.made").values_list("object_id", flat=True))
    assert made == {reported.child.pk, reported.other.pk}


def test_group_job_can_leave_out_who_is_not_ready(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write_texts(
            registration=reported.autumn, kind=Kind.PARENTS, texts={"conclusion": "Gaat goed."}, revision=0,
            by=reported.nursery.staff, now=timezone.now(),
        )  # fmt: skip
    job = done(reported, begin(reported, only_ready="on"))
    assert job.outcome["made"] == 1


def test_no_transaction_is_open_while_the_job_draws(reported: Reported, monkeypatch: pytest.MonkeyPatch) -> None:
    scopes: list[Any] = []
    drawn = parents_pdf

    def watched(report: Any) -> Any:
        scopes.append(active_scope())
        return drawn(report)

    monkeypatch.setattr(report_jobs, "parents_pdf", watched)
    done(reported, begin(reported))
    assert scopes == [None, None]


def test_who_left_the_group_gets_no_reports_any_more(reported: Reported) -> None:
    job = begin(reported)
    with tenant_scope(reported.organisation_id):
        GroupStaff.objects.all().delete()
    found = done(reported, job)
    assert not found.done
    assert "geen verslagen (meer) maken" in found.message


def test_who_left_the_group_cannot_fetch_what_was_made(reported: Reported) -> None:
    job = done(reported, begin(reported))
    client = client_of(reported.nursery.staff)
    address = reverse("jobs:file", args=[job.pk, job.files[0].pk])
    assert client.get(address).status_code == 200
    with tenant_scope(reported.organisation_id):
        GroupStaff.objects.all().delete()
        assert User.objects.filter(pk=reported.nursery.staff.pk).exists()
    assert client_of(reported.nursery.staff).get(address).status_code == 403


def test_group_page_shows_what_was_made_before(reported: Reported) -> None:
    job = done(reported, begin(reported))
    content = (
        client_of(reported.nursery.staff)
        .get(reverse("observations:group_reports", args=[reported.nursery.group.pk]))
        .content.decode()
    )
    assert reverse("jobs:job", args=[job.pk]) in content
