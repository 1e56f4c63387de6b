"""Running jobs: once, whole or not at all, whatever happens to the worker."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
import redis
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone, translation

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.encryption.models import OrganisationKey
from kijk.jobs import running
from kijk.jobs.domain import cancel_job, discard_job, file_of_job
from kijk.jobs.kinds import JobKind, JobRefused
from kijk.jobs.models import Job, JobFile
from kijk.jobs.progress import read_progress
from kijk.jobs.running import SILENCE, end_silent_jobs, run_job, run_job_now
from kijk.jobs.tasks import look_after_jobs, run
from kijk.tenancy.context import tenant_scope
from licensing.models import Location
from tests import factories
from tests.kijk.jobs import kinds
from tests.kijk.jobs.conftest import LIST, Start, events, locations, row_of, seen, set_row

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """Return a function that gives a kind another ``run`` for this test."""
    from kijk.jobs import kinds as register

    def put(code: str, work: Any) -> None:
        known = register.kind_of(code)
        monkeypatch.setitem(register._registered, code, JobKind(code, known.label, work, scoped=known.scoped))

    return put


def wait_until(found: Callable[[], bool], told: object = "", seconds: float = 20) -> None:
    """Wait until something holds; fails with ``told`` when it does not come."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, told
        time.sleep(0.02)


class Running:
    """A job that runs in a thread with a connection of its own."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.states: list[Any] = []
        self.thread = Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        try:
            self.states.append(run_job_now(self.job))
        except BaseException as error:  # noqa: BLE001 - told to the test
            self.states.append(error)
        finally:
            connection.close()

    def wait_for(self, found: Callable[[], bool]) -> None:
        """Wait until something holds; fails when it does not come."""
        wait_until(found, self.states)

    def end(self) -> list[Any]:
        """Wait for the end and return the state."""
        self.thread.join(30)
        return self.states


# ---------------------------------------------------------------------------------------------- what is done


@pytest.mark.parametrize("kind", ["proef.copy", "proef.copy_apart"])
def test_job_does_its_work_and_gives_its_file(start: Start, starter: User, kind: str) -> None:
    job = start(kind)
    assert run_job_now(job) == "done"
    assert locations(starter) == ["De Beuk", "De Eik"]
    found = seen(job)
    assert (found.state, found.outcome, found.fault) == ("done", {"lines": 2, "by": str(starter.pk)}, "")
    assert [(file.name, file.content_type, file.size) for file in found.files] == [
        ("Klaar: Yara van Dijk.txt", "text/plain", len(LIST.content))
    ]
    with tenant_scope(starter.organisation_id):
        file = file_of_job(user_id=starter.pk, pk=job.pk)
        given = file_of_job(user_id=starter.pk, pk=job.pk, purpose="in")
    assert (file.content if file else b"") == LIST.content.upper()
    assert (given.name if given else "", given.content if given else b"") == (LIST.name, LIST.content)
    assert found.started_at is not None
    assert found.finished_at is not None
    assert found.created_at <= found.started_at <= found.finished_at


def test_each_step_leaves_its_event_and_the_work_is_the_users(start: Start, starter: User) -> None:
    job = start()
    run_job_now(job)
    assert events(starter) == [
        ("job.started", {"kind": "proef.copy", "files": 1}),
        ("job.done", {"kind": "proef.copy", "attempts": 1}),
    ]
    with tenant_scope(starter.organisation_id):
        done = AuditEvent.objects.get(action="job.done")
    assert (done.actor_id, done.object_id) == (starter.pk, job.pk)


def test_job_speaks_the_language_of_who_started_it(start: Start, replaced: Any) -> None:
    spoken = []

    def speak(_job: Any) -> Any:
        spoken.append(translation.get_language())
        return {}

    replaced("proef.count", speak)
    with translation.override("en"):
        job = start("proef.count")
    with translation.override("nl"):
        assert run_job_now(job) == "done"
        assert translation.get_language() == "nl"
    assert spoken == ["en"]


# ------------------------------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize("kind", ["proef.refuse", "proef.break_down"])
def test_job_that_fails_leaves_nothing(start: Start, starter: User, kind: str) -> None:
    assert run_job_now(start(kind)) == "failed"
    assert locations(starter) == []


def test_refusal_is_told_in_its_own_words_and_only_to_its_user(start: Start, starter: User) -> None:
    job = start("proef.refuse")
    run_job_now(job)
    found = seen(job)
    assert (found.fault, found.message) == (
        "refused",
        "Regel 12: bij Yara ontbreekt de geboortedatum. Vul die in en probeer het opnieuw.",
    )
    assert events(starter)[-1] == ("job.failed", {"kind": "proef.refuse", "attempts": 1, "fault": "refused"})


def test_failure_is_logged_without_what_it_worked_on(
    start: Start, starter: User, caplog: pytest.LogCaptureFixture
) -> None:
    job = start("proef.break_down")
    with caplog.at_level(logging.INFO):
        assert run_job_now(job) == "failed"
    assert (seen(job).fault, seen(job).message) == ("error", "")
    assert "proef.break_down failed: ValueError < kinds.py:" in caplog.text
    assert "Yara" not in caplog.text


def test_job_that_takes_too_long_is_told_so(start: Start, replaced: Any) -> None:
    def too_long(_job: Any) -> Any:
        # What Celery raises in a task at its soft limit.
        raise SoftTimeLimitExceeded

    replaced("proef.copy", too_long)
    job = start()
    assert run_job_now(job) == "failed"
    assert seen(job).fault == "too_long"


def test_outcome_that_cannot_be_kept_undoes_the_work(start: Start, starter: User, replaced: Any) -> None:
    def work(job: Any) -> Any:
        kinds.copy(job)
        return {"lines": object()}

    replaced("proef.copy", work)
    job = start()
    assert run_job_now(job) == "failed"
    assert (locations(starter), seen(job).files, seen(job).fault) == ([], (), "error")


def test_kind_that_is_gone_fails_the_job(start: Start) -> None:
    job = start()
    set_row(job, kind="weg.ermee")
    assert run_job_now(job) == "failed"
    assert (seen(job).fault, seen(job).label) == ("error", "Taak")


def test_job_whose_key_is_gone_fails(start: Start, starter: User) -> None:
    job = start()
    with tenant_scope(starter.organisation_id):
        OrganisationKey.objects.filter(purpose="data").update(wrapped=None, destroyed_at=timezone.now())
    assert run_job_now(job) == "failed"
    with tenant_scope(starter.organisation_id):
        assert Job.objects.values_list("state", "fault").get() == ("failed", "error")


# -------------------------------------------------------------------------------------- twice, and cut off


def test_job_delivered_twice_runs_once(start: Start, starter: User) -> None:
    job = start("proef.count", parameters={"number": 1})
    barrier, states = Barrier(4), []

    def work() -> None:
        try:
            barrier.wait(10)
            arguments = {"organisation_id": str(job.organisation_id), "job_id": str(job.pk)}
            states.append(run.apply(kwargs=arguments, throw=True).result)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(states) == ["", "", "", "done"]
    assert run_job_now(job) == ""
    assert (locations(starter), row_of(job).attempts) == (["Loop 1"], 1)


def test_job_of_another_organisation_is_not_found(start: Start) -> None:
    job = start()
    assert run_job(organisation_id=factories.organisation(), job_id=job.pk) == ""
    assert run_job(organisation_id=job.organisation_id, job_id=uuid4()) == ""
    assert row_of(job).state == "waiting"


def die_as(job: Job) -> None:
    """Run a job whose process ends with what nobody catches."""
    with suppress(SystemExit):
        run_job_now(job)


def test_job_whose_worker_is_gone_fails_after_two_minutes(start: Start, starter: User, replaced: Any) -> None:
    def end_process(_job: Any) -> Any:
        Location.objects.create(name="Halverwege")
        raise SystemExit(9)

    replaced("proef.copy", end_process)
    job = start()
    die_as(job)
    now = row_of(job).heartbeat_at
    assert now is not None
    with tenant_scope(starter.organisation_id):
        assert end_silent_jobs(now=now + SILENCE) == 0
        assert end_silent_jobs(now=now + SILENCE + timedelta(seconds=1)) == 1
    assert (seen(job).state, seen(job).fault, locations(starter)) == ("failed", "interrupted", [])
    assert events(starter)[-1] == ("job.failed", {"kind": "proef.copy", "attempts": 1, "fault": "interrupted"})


def test_kind_that_is_safe_to_begin_again_is_so_once(start: Start, starter: User) -> None:
    job = start("proef.count", parameters={"number": 1})
    silent = timezone.now() - SILENCE * 2
    for expected in ("waiting", "failed"):
        attempts = row_of(job).attempts + 1
        set_row(job, state="running", heartbeat_at=silent, started_at=silent, attempts=attempts)
        with tenant_scope(starter.organisation_id):
            end_silent_jobs(now=timezone.now())
        assert row_of(job).state == expected


def test_run_that_was_given_up_writes_nothing_any_more(start: Start, starter: User, replaced: Any) -> None:
    """Its process was only asleep: the user was told that nothing changed, and so it must be."""

    def oversleep(job: Any) -> Any:
        outcome = kinds.copy(job)
        Thread(target=give_up).start()
        wait_until(lambda: done == [1])
        return outcome

    done: list[int] = []

    def give_up() -> None:
        with tenant_scope(starter.organisation_id):
            done.append(end_silent_jobs(now=timezone.now() + SILENCE * 2))
        connection.close()

    replaced("proef.copy", oversleep)
    job = start()
    assert run_job_now(job) == ""
    assert (seen(job).state, seen(job).fault) == ("failed", "interrupted")
    assert (locations(starter), seen(job).files) == ([], ())


def test_run_shows_that_it_is_alive(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "HEARTBEAT_S", 0.05)
    going = Running(job := start("proef.hold"))
    going.wait_for(lambda: row_of(job).state == "running")
    first = row_of(job).heartbeat_at
    assert first is not None
    going.wait_for(lambda: (row_of(job).heartbeat_at or first) > first)
    with tenant_scope(job.organisation_id):
        cancel_job(user_id=job.user_id, pk=job.pk, now=timezone.now())
    assert going.end() == ["cancelled"]


@pytest.mark.second_server
def test_worker_killed_in_the_middle_leaves_nothing(start: Start, starter: User) -> None:
    """A real worker, ended by SIGKILL in the middle of a job; the next job finds a worker again."""
    name = f"test-{uuid4()}"
    command = [sys.executable, "-m", "celery", "-A", "kijk.celery", "worker", "-I", "tests.kijk.jobs.kinds"]
    options = ["-Q", name, "-n", f"{name}@localhost", "-c", "1", "--without-gossip", "--without-mingle"]
    killed, after = start("proef.die"), start("proef.count", parameters={"number": 2})
    process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for job in (killed, after):
            arguments = {"organisation_id": str(job.organisation_id), "job_id": str(job.pk)}
            run.apply_async(kwargs=arguments, queue=name)
        wait_until(lambda: row_of(after).state == "done", seconds=60)
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert (row_of(killed).state, locations(starter)) == ("running", ["Loop 2"])
    set_row(killed, heartbeat_at=timezone.now() - SILENCE * 2)
    look_after_jobs()
    assert (seen(killed).state, seen(killed).fault) == ("failed", "interrupted")


# ----------------------------------------------------------------------------------- progress and stopping


@pytest.mark.parametrize("kind", ["proef.hold", "proef.hold_apart"])
def test_progress_shows_elsewhere_while_the_job_runs_and_stopping_undoes_it(
    start: Start, starter: User, kind: str
) -> None:
    going = Running(job := start(kind))
    going.wait_for(lambda: seen(job).progress is not None)
    found = seen(job).progress
    assert found is not None
    assert (found.done, found.total, found.text, found.percent) == (3, 10, "Halverwege", 30)
    with tenant_scope(starter.organisation_id):
        with pytest.raises(JobRefused, match="Stop hem eerst"):
            discard_job(user_id=starter.pk, pk=job.pk)
        assert cancel_job(user_id=starter.pk, pk=job.pk, now=timezone.now())
    assert seen(job).cancel_asked
    assert going.end() == ["cancelled"]
    assert read_progress(job.organisation_id, job.pk) is None
    # What a kind that opens its own scopes has committed, stays: that is what its own scopes are for.
    assert locations(starter) == ([] if kind == "proef.hold" else ["Halverwege"])
    assert [event[0] for event in events(starter)] == ["job.started", "job.cancel_asked", "job.cancelled"]


def test_job_that_still_waits_is_stopped_at_once(start: Start, starter: User) -> None:
    job = start()
    with tenant_scope(starter.organisation_id):
        assert cancel_job(user_id=starter.pk, pk=job.pk, now=timezone.now())
        assert not cancel_job(user_id=starter.pk, pk=job.pk, now=timezone.now())
    assert (run_job_now(job), seen(job).state, locations(starter)) == ("", "cancelled", [])


def test_stopped_job_whose_worker_is_gone_is_stopped(start: Start, starter: User) -> None:
    job, silent = start(), timezone.now() - SILENCE * 2
    set_row(job, state="running", heartbeat_at=silent, started_at=silent, cancel_asked_at=silent)
    with tenant_scope(starter.organisation_id):
        assert end_silent_jobs(now=timezone.now()) == 1
    assert seen(job).state == "cancelled"


def test_nothing_in_redis_says_who_or_what(start: Start, starter: User) -> None:
    going = Running(job := start("proef.hold"))
    going.wait_for(lambda: seen(job).progress is not None)
    key = f"kijk:job:{job.organisation_id}:{job.pk}"
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        held: Any = client.get(key)
        left: Any = client.ttl(key)
    assert held == b'{"done": 3, "total": 10, "text": "Halverwege"}'
    assert 0 < left <= 3600
    with tenant_scope(starter.organisation_id):
        cancel_job(user_id=starter.pk, pk=job.pk, now=timezone.now())
    going.end()


def test_job_runs_without_redis_and_says_that_it_is_busy(start: Start, starter: User, settings: Any) -> None:
    job = start("proef.copy")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert run_job_now(job) == "done"
    assert locations(starter) == ["De Beuk", "De Eik"]
    now = timezone.now()
    set_row(job, state="running", finished_at=None, heartbeat_at=now)
    assert seen(job).progress is None


def test_files_are_gone_with_their_job(start: Start, starter: User) -> None:
    job = start()
    run_job_now(job)
    with tenant_scope(starter.organisation_id):
        assert JobFile.objects.count() == 2
        assert discard_job(user_id=starter.pk, pk=job.pk)
        assert (Job.objects.count(), JobFile.objects.count()) == (0, 0)
    assert events(starter)[-1] == ("job.discarded", {"kind": "proef.copy"})
