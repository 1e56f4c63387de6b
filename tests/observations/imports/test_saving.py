"""Saving a preview: what it showed, all of it or nothing, and nothing twice (CHD-3)."""

import os
import signal
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from kijk.audit.models import AuditEvent
from kijk.jobs.domain import job_of, start_job
from kijk.jobs.kinds import JobCancelled
from kijk.jobs.models import Job
from kijk.jobs.running import run_job_now
from kijk.jobs.shown import JobBytes, JobView
from kijk.tenancy.context import tenant_scope
from observations.domain.imports.content import ImportRefused
from observations.domain.imports.planned import Progress
from observations.domain.imports.previews import PREVIEW, find_preview
from observations.domain.imports.saving import SAVE, save_preview, start_saving
from observations.models import Child, Group, GroupStaff, ImportKey, ImportPreview, ImportRow, ImportSource, Placement
from tests import factories
from tests.observations.imports.conftest import Import, names
from tests.observations.imports.samples import sample
from tests.observations.imports.test_planning import TWO, csv

EDEXML = sample("edexml-2.1.xml")


def started(importing: Import, content: bytes) -> Job:
    """Start a preview as the upload page does."""
    with tenant_scope(importing.organisation_id, actor_id=importing.administrator.pk):
        return start_job(
            kind=PREVIEW,
            user_id=importing.administrator.pk,
            parameters={"settings": importing.settings(content).as_json()},
            files=[JobBytes("kinderen.csv", "text/csv", content)],
            now=timezone.now(),
        )


def previewed(importing: Import, content: bytes) -> Job:
    job = started(importing, content)
    assert run_job_now(job) == "done"
    return job


def saving(importing: Import, preview_job: Job) -> Job:
    with tenant_scope(importing.organisation_id, actor_id=importing.administrator.pk):
        preview = find_preview(preview_job.pk)
        assert preview is not None
        return start_saving(preview=preview, by=importing.administrator, now=timezone.now())


def seen(importing: Import, job: Job) -> JobView:
    with tenant_scope(importing.organisation_id):
        found = job_of(user_id=importing.administrator.pk, pk=job.pk)
    assert found is not None
    return found


def rows_written(importing: Import) -> dict[str, int]:
    """Count what an import writes."""
    with tenant_scope(importing.organisation_id):
        models: tuple[Any, ...] = (Child, Group, Placement, GroupStaff, ImportKey)
        return {model.__name__: model.objects.count() for model in models}


NOTHING = {"Child": 0, "Group": 0, "Placement": 0, "GroupStaff": 0, "ImportKey": 0}


# ----------------------------------------------------------------------------------------------- as jobs


@pytest.mark.requirement("CHD-3.2")
def test_preview_and_saving_as_jobs(committed: Import) -> None:
    preview_job = previewed(committed, EDEXML)
    assert seen(committed, preview_job).outcome["counts"]["child.added"] == 5
    assert rows_written(committed) == NOTHING
    job = saving(committed, preview_job)
    assert run_job_now(job) == "done"
    view = seen(committed, job)
    assert view.outcome["counts"]["added"] == 5
    assert view.outcome["counts"]["groups"] == 3
    assert view.result_url == f"/beheer/inlezen/{preview_job.pk}/resultaat/"
    assert rows_written(committed) == {"Child": 5, "Group": 3, "Placement": 5, "GroupStaff": 0, "ImportKey": 8}


def test_file_that_cannot_be_read_is_told_at_the_job(committed: Import) -> None:
    with tenant_scope(committed.organisation_id):
        committed.source_for(EDEXML)
    job = started(committed, sample("broken-truncated.xml"))
    assert run_job_now(job) == "failed"
    assert "niet compleet" in seen(committed, job).message
    assert rows_written(committed) == NOTHING


def test_preview_goes_with_its_job(committed: Import) -> None:
    job = previewed(committed, TWO)
    with tenant_scope(committed.organisation_id):
        assert ImportRow.objects.count() == 3
        Job.objects.get(pk=job.pk).delete()
        assert ImportRow.objects.count() == ImportPreview.objects.count() == 0


# ------------------------------------------------------------------------------------- changed meanwhile


@pytest.mark.requirement("CHD-3.2")
def test_what_is_not_what_was_shown_is_not_saved(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
        preview = importing.preview(TWO.replace(b"Mila;Dam", b"Mila;Dom"))
        Child.objects.filter(birth_date="2024-02-14").update(birth_date="2024-02-15")
        with pytest.raises(ImportRefused, match="Er is niets bewaard"):
            save_preview(preview=preview, now=timezone.now())
        assert names() == ["Finn Vos", "Mila Dam"]


def test_preview_is_saved_once(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        preview = importing.preview(TWO)
        save_preview(preview=preview, now=timezone.now())
        with pytest.raises(ImportRefused, match="al bewaard"):
            save_preview(preview=preview, now=timezone.now())
        assert Child.objects.count() == 2


def test_event_holds_numbers_and_no_name(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        importing.save(TWO)
    with tenant_scope(importing.organisation_id):
        data = AuditEvent.objects.get(action="import.saved").data
        assert (data["added"], data["groups"], data["refused"]) == (2, 1, 0)
        everything = str(list(AuditEvent.objects.values_list("data", flat=True)))
        assert not [word for word in ("Mila", "Dam", "Finn", "Bijtjes") if word in everything]


def test_choice_that_no_longer_can_be_counts_as_none(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        factories.child(
            factories.group(importing.north), "Mila", "", "Dam", birth_date=importing.today.replace(2023, 11, 3)
        )
        saved = importing.save(TWO, {"proposal": "same:0192f3a0-0000-7000-8000-00000000dead"})
        assert (saved.waiting, saved.added) == (1, 1)


# ------------------------------------------------------------------------------------------- interrupted


MANY = csv(
    *(f"{number};Kind{number};Test;{1 + number % 28}-1-2024;Groep {number % 40};peutergroep" for number in range(1200))
)


def _save(importing: Import, preview_job: Job, progress: Progress) -> None:
    """Save in a transaction of its own, as a job does."""
    with tenant_scope(importing.organisation_id):
        preview = find_preview(preview_job.pk)
        assert preview is not None
        save_preview(preview=preview, now=timezone.now(), progress=progress)


@pytest.mark.parametrize("stop_at", range(8))
def test_import_that_is_stopped_anywhere_leaves_nothing(committed: Import, stop_at: int) -> None:
    """Reading, comparing, adding at several points, and the very end: a wish to stop is heard where progress shows."""
    preview_job = previewed(committed, MANY)
    calls = 0

    def stop(*_how_far: object) -> None:
        nonlocal calls
        calls += 1
        if calls == stop_at + 1:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        _save(committed, preview_job, stop)
    assert rows_written(committed) == NOTHING
    with tenant_scope(committed.organisation_id):
        assert ImportPreview.objects.get().saved_at is None
        assert ImportSource.objects.get().mapping == {}
        assert not AuditEvent.objects.filter(action__in=["import.saved", "group.created"]).exists()


def test_worker_that_is_killed_in_the_middle_leaves_nothing(committed: Import) -> None:
    preview_job = previewed(committed, MANY)
    connections.close_all()
    child = os.fork()
    if child == 0:
        # In the copy: kill it where half of the children are written.
        def die(done: int, _total: int, text: str) -> None:
            if text == "Kinderen toevoegen" and done >= 500:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with tenant_scope(committed.organisation_id):
                preview = find_preview(preview_job.pk)
                assert preview is not None
                save_preview(preview=preview, now=timezone.now(), progress=die)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert rows_written(committed) == NOTHING
    job = saving(committed, preview_job)
    assert run_job_now(job) == "done"
    assert rows_written(committed)["Child"] == 1200


def test_what_is_rolled_back_is_wholly_gone(committed: Import) -> None:
    preview_job = previewed(committed, TWO)
    with tenant_scope(committed.organisation_id):
        preview = find_preview(preview_job.pk)
        assert preview is not None
        save_preview(preview=preview, now=timezone.now())
        transaction.set_rollback(True)
    assert rows_written(committed) == NOTHING


def test_two_jobs_for_one_preview_save_it_once(committed: Import) -> None:
    preview_job = previewed(committed, TWO)
    first, second = saving(committed, preview_job), saving(committed, preview_job)
    assert run_job_now(first) == "done"
    assert run_job_now(second) == "failed"
    assert seen(committed, second).message == "Dit voorbeeld is al bewaard."
    assert rows_written(committed)["Child"] == 2
    assert seen(committed, first).kind == SAVE


@pytest.mark.requirement("CHD-3.4")
def test_file_of_ten_thousand_children(committed: Import) -> None:
    """How long it takes is measured in benchmarks/bench_import.py; here all of them arrive, and once."""
    rows = (
        f"{number};Kind;Test;{1 + number % 28}-{1 + number % 12}-2023;Groep {number % 400};peutergroep"
        for number in range(10_000)
    )
    preview_job = previewed(committed, csv(*rows))
    assert run_job_now(saving(committed, preview_job)) == "done"
    found = rows_written(committed)
    assert (found["Child"], found["Placement"], found["ImportKey"], found["Group"]) == (10_000, 10_000, 10_000, 400)


# ----------------------------------------------------------------------------------- out-of-school care


@pytest.mark.requirement("BSO-3.1")
def test_child_in_out_of_school_care_comes_in_without_home_language_and_vve(importing: Import) -> None:
    head = "Kindnummer;Voornaam;Achternaam;Geboortedatum;Groep;Soort groep;Thuistaal;VVE vanaf"
    more = ";Turks;1-9-2026"
    early, late = f"1;Mila;Dam;3-11-2023;Bijtjes;peutergroep{more}", f"1;Mila;Dam;3-11-2023;Haaien;BSO{more}"
    new = f"2;Finn;Vos;14-2-2018;Haaien;BSO{more}"

    def languages() -> dict[str, str]:
        return {child.file.first_name: child.home_language for child in Child.objects.all()}

    with tenant_scope(importing.organisation_id):
        importing.save(csv(early, new, head=head))
        assert languages() == {"Mila": "Turks", "Finn": ""}
        assert importing.save(csv(early, new, head=head)).written == 0
        (row,) = [row for row in importing.plan(csv(late, new, head=head)).rows if row.outcome == "changed"]
        assert ["Thuistaal", "Turks", "niets"] in row.text.changes
        importing.save(csv(late, new, head=head))
        assert languages() == {"Mila": "", "Finn": ""}
        assert not Child.objects.exclude(vve_from=None).exists()
        assert importing.save(csv(late, new, head=head)).written == 0


@pytest.mark.requirement("BSO-3.1")
def test_child_that_moves_to_out_of_school_care_later_keeps_them_until_then(importing: Import) -> None:
    head = "Kindnummer;Voornaam;Achternaam;Geboortedatum;Groep;Soort groep;Thuistaal"
    with tenant_scope(importing.organisation_id):
        importing.save(csv("1;Mila;Dam;3-11-2023;Bijtjes;peutergroep;Turks", head=head))
        importing.year = 2027
        importing.save(csv("1;Mila;Dam;3-11-2023;Haaien;BSO;Turks", head=head))
        assert Child.objects.get().home_language == "Turks"
