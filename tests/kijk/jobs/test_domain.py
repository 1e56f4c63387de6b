"""Starting jobs, seeing one's own, and how long they are kept."""

import base64
import json
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
import yaml
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from kijk.celery import app
from kijk.encryption.models import OrganisationKey
from kijk.encryption.primitives import DecryptionError
from kijk.jobs.domain import file_of_job, job_of, jobs_of_user, start_job
from kijk.jobs.expiry import KEPT_FOR, erase_old_jobs
from kijk.jobs.files import MAX_BYTES
from kijk.jobs.kinds import QUEUES, JobKind, JobRefused, UnknownJobKind, kind_of, register_kind, registered_kinds
from kijk.jobs.models import Job, JobFile
from kijk.jobs.organisations import organisations_with_open_jobs
from kijk.jobs.running import SILENCE, RunningJob, run_job_now, waiting_jobs
from kijk.jobs.shown import JobBytes
from kijk.jobs.tasks import erase_old_jobs_everywhere, look_after_jobs, run
from kijk.jobs.words import standing_of
from kijk.tenancy.context import TenantContextMissing, tenant_scope
from tests import factories
from tests.kijk.jobs.conftest import Start, events, row_of, seen, set_row
from tools import demo

ROOT = Path(__file__).resolve().parents[3]


def offered(job: Job, queue: str = "default") -> int:
    """Count in the real queue how often a job was offered to the workers."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        tasks: Any = client.lrange(queue, 0, -1)
    bodies = [base64.b64decode(json.loads(task)["body"]).decode() for task in tasks]
    return sum(str(job.pk) in body for body in bodies)


def nothing(_job: RunningJob) -> dict[str, Any]:
    return {}


def named(name: str, content_type: str = "text/plain") -> JobBytes:
    return JobBytes(name, content_type, b"x")


# -------------------------------------------------------------------------------------------------- starting


def test_job_waits_with_what_it_was_given(start: Start, starter: User) -> None:
    now = timezone.now()
    job = start(parameters={"group": str(starter.pk), "days": 3}, now=now)
    found = seen(job)
    assert (found.kind, found.label, found.state) == ("proef.copy", "Lijst inlezen", "waiting")
    assert found.parameters == {"group": str(starter.pk), "days": 3}
    assert (found.created_at, found.expires_at, found.started_at) == (now, now + timedelta(days=7), None)
    assert (found.busy, found.files, found.outcome, found.progress) == (True, (), {}, None)
    assert offered(job) == 1


def test_job_goes_to_the_queue_of_its_kind(start: Start) -> None:
    job = start("proef.hold_apart")
    assert (offered(job, "reports"), offered(job)) == (1, 0)


def test_job_that_was_rolled_back_is_not_offered(starter: User) -> None:
    with tenant_scope(starter.organisation_id):
        job = start_job(kind="proef.copy", user_id=starter.pk, parameters={}, now=timezone.now())
        transaction.set_rollback(True)
    assert offered(job) == 0


def test_job_needs_a_scope_and_a_kind(starter: User) -> None:
    given: dict[str, Any] = {"user_id": starter.pk, "parameters": {}, "now": timezone.now()}
    with pytest.raises(TenantContextMissing):
        start_job(kind="proef.copy", **given)
    with tenant_scope(starter.organisation_id), pytest.raises(UnknownJobKind, match=r"proef\.niet"):
        start_job(kind="proef.niet", **given)


def test_sixth_job_has_to_wait_for_the_others(start: Start, starter: User) -> None:
    jobs = [start() for _ in range(5)]
    with pytest.raises(JobRefused, match=r"Er lopen al 5 taken van u\. Wacht tot er een klaar is\."):
        start()
    with tenant_scope(starter.organisation_id):
        colleague = factories.user()
    start(by=colleague)
    run_job_now(jobs[0])
    start()


def test_file_that_is_too_large_is_refused(start: Start) -> None:
    with pytest.raises(JobRefused, match="ten hoogste 25 MB"):
        start(files=[JobBytes("groot.csv", "text/csv", bytes(MAX_BYTES + 1))])


def test_file_of_twenty_five_megabytes_comes_back_whole(start: Start, starter: User) -> None:
    content = bytes(range(256)) * (MAX_BYTES // 256)
    job = start(files=[JobBytes("groot.csv", "text/csv", content)])
    with tenant_scope(starter.organisation_id):
        found = file_of_job(user_id=starter.pk, pk=job.pk, purpose="in")
        stored = _ask("SELECT octet_length(content) FROM jobs_jobfile")
    assert found is not None
    assert found.content == content
    assert stored == MAX_BYTES + 32


@pytest.mark.parametrize(
    ("file", "name", "content_type"),
    [
        (named("../../etc/pass\\wd\r\nX: 1"), ".. .. etc pass wd X: 1", "text/plain"),
        (named("a\u202eftx.exe"), "a ftx.exe", "text/plain"),
        (named(""), "bestand", "text/plain"),
        (named(f"{'x' * 300}.csv"), f"{'x' * 138}.csv", "text/plain"),
        (named("kind.csv", "text/html\r\nX: 1"), "kind.csv", "application/octet-stream"),
        (named("half \ud800.csv"), "half .csv", "text/plain"),
    ],
    ids=["folders", "turned", "none", "long", "type", "half a character"],
)
def test_name_and_type_of_a_file_are_made_fit(
    start: Start, starter: User, file: JobBytes, name: str, content_type: str
) -> None:
    job = start(files=[file])
    with tenant_scope(starter.organisation_id):
        found = file_of_job(user_id=starter.pk, pk=job.pk, purpose="in")
    assert found is not None
    assert (found.name, found.content_type) == (name, content_type)


@pytest.mark.requirement("SEC-2.1")
def test_nothing_of_a_job_is_readable_in_the_database(start: Start, starter: User) -> None:
    job = start("proef.refuse", parameters={"name": "Yara"})
    run_job_now(job)
    with tenant_scope(starter.organisation_id):
        texts = [_ask(f"SELECT string_agg(t::text, ' ') FROM {table} t") for table in ("jobs_job", "jobs_jobfile")]
    for secret in ("Yara", "geboortedatum", "De Eik"):
        assert not any(secret in text or secret.encode().hex() in text for text in texts)


# ------------------------------------------------------------------------------------------------ whose it is


@pytest.mark.requirement("SEC-1.1")
def test_job_is_its_starters_only(start: Start, starter: User) -> None:
    job = start()
    run_job_now(job)
    with tenant_scope(starter.organisation_id):
        colleague = factories.user()
        assert job_of(user_id=colleague.pk, pk=job.pk) is None
        assert jobs_of_user(user_id=colleague.pk) == []
        assert file_of_job(user_id=colleague.pk, pk=job.pk) is None
    with tenant_scope(factories.organisation()):
        assert job_of(user_id=starter.pk, pk=job.pk) is None
        assert file_of_job(user_id=starter.pk, pk=job.pk) is None


def test_jobs_come_newest_first_and_by_kind(start: Start, starter: User) -> None:
    jobs = [start(), start("proef.hold"), start()]
    with tenant_scope(starter.organisation_id):
        assert [found.pk for found in jobs_of_user(user_id=starter.pk)] == [job.pk for job in reversed(jobs)]
        assert [found.pk for found in jobs_of_user(user_id=starter.pk, kind="proef.hold")] == [jobs[1].pk]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_much_for_three_as_for_one(
    start: Start, starter: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        run_job_now(start(files=[JobBytes("lijst.txt", "text/plain", b"De Eik %d" % number)]))
    with tenant_scope(starter.organisation_id), django_assert_num_queries(3):
        # The jobs, their files, and the organisation's keys.
        assert [len(found.files) for found in jobs_of_user(user_id=starter.pk)] == [1] * count


def test_user_who_is_erased_takes_the_jobs_along(start: Start, starter: User) -> None:
    with tenant_scope(starter.organisation_id):
        colleague = factories.user()
    start(by=colleague)
    with tenant_scope(starter.organisation_id):
        colleague.delete()
        assert (Job.objects.count(), JobFile.objects.count()) == (0, 0)


# -------------------------------------------------------------------------------------------------- the sweep


def test_queue_that_is_down_delays_the_job_only(start: Start, settings: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        broken = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        working, app.conf.broker_write_url = app.conf.broker_write_url, broken
        try:
            job = start()
        finally:
            app.conf.broker_write_url = working
    assert (row_of(job).state, offered(job)) == ("waiting", 0)
    assert look_after_jobs() >= 1
    assert offered(job) == 1
    view = seen(job)
    assert standing_of(view, view.created_at + timedelta(minutes=3)) == (
        "Het is nu druk. De taak begint vanzelf zodra het kan; u hoeft niets te doen."
    )


def test_sweep_looks_only_where_something_is_to_be_done(start: Start, starter: User) -> None:
    now = timezone.now()
    job = start()
    assert organisations_with_open_jobs(silent_since=now - SILENCE) == [starter.organisation_id]
    set_row(job, state="running", started_at=now, heartbeat_at=now)
    assert organisations_with_open_jobs(silent_since=now - SILENCE) == []
    assert organisations_with_open_jobs(silent_since=now + SILENCE) == [starter.organisation_id]
    set_row(job, state="done", finished_at=now)
    assert organisations_with_open_jobs(silent_since=now + SILENCE) == []


def test_oldest_job_goes_first(start: Start, starter: User) -> None:
    first, second = start(), start("proef.hold")
    set_row(second, created_at=timezone.now() - timedelta(hours=1))
    with tenant_scope(starter.organisation_id):
        assert waiting_jobs() == [(second.pk, "proef.hold"), (first.pk, "proef.copy")]
        assert waiting_jobs(limit=1) == [(second.pk, "proef.hold")]


def test_task_may_run_longer_than_others_and_shorter_than_the_queue_waits() -> None:
    waits = app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_time_limit < run.soft_time_limit < run.time_limit < waits


@pytest.mark.parametrize(
    ("name", "task", "every"),
    [
        ("jobs that wait", look_after_jobs, timedelta(minutes=1)),
        ("old jobs", erase_old_jobs_everywhere, timedelta(hours=1)),
    ],
)
def test_sweeps_have_their_times(name: str, task: Any, every: timedelta) -> None:
    entry = app.conf.beat_schedule[name]
    assert (entry["task"], entry["schedule"]) == (task.name, every)


# ------------------------------------------------------------------------------------------------ a week later


def test_jobs_go_after_a_week_with_their_files(start: Start, starter: User) -> None:
    now = timezone.now()
    old, young = start(now=now - KEPT_FOR - timedelta(seconds=1)), start(now=now - KEPT_FOR + timedelta(minutes=5))
    with tenant_scope(starter.organisation_id):
        assert erase_old_jobs(now) == 1
        assert [job.pk for job in Job.objects.all()] == [young.pk]
        assert [file.job_id for file in JobFile.objects.all()] == [young.pk]
    assert row_of(young).pk != old.pk
    assert events(starter)[-1] == ("jobs.erased", {"jobs": 1})
    set_row(young, expires_at=now)
    assert erase_old_jobs_everywhere() == 1


def test_organisation_without_its_audit_key_does_not_hold_up_the_others(start: Start, starter: User) -> None:
    with tenant_scope(factories.organisation()):
        other = factories.user()
    past = timezone.now() - KEPT_FOR * 2
    for user in (starter, other):
        start(by=user, now=past)
    with tenant_scope(starter.organisation_id):
        OrganisationKey.objects.filter(purpose="audit").update(master_version=99)
    with pytest.raises(DecryptionError, match=str(starter.organisation_id)):
        erase_old_jobs_everywhere()
    with tenant_scope(other.organisation_id):
        assert Job.objects.count() == 0


# ---------------------------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (JobKind("Proef", "x", nothing), "cannot name a job"),
        (JobKind("proef." + "x" * 60, "x", nothing), "cannot name a job"),
        (JobKind("proef.copy", "x", nothing), "declared twice"),
        (JobKind("proef.elders", "x", nothing, queue="elders"), "no worker listens"),
    ],
)
def test_kind_that_makes_no_sense_is_refused(kind: JobKind, words: str) -> None:
    before = registered_kinds()
    with pytest.raises(ValueError, match=words):
        register_kind(kind)
    assert registered_kinds() == before


def test_workers_listen_to_every_queue_a_kind_can_name() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    command = compose["services"]["worker"]["command"]
    listens = set(command[command.index("-Q") + 1].split(","))
    assert listens == set(demo.QUEUES.split(",")) == QUEUES | {"maintenance"}


def test_kind_is_found_by_its_code() -> None:
    assert kind_of("proef.copy").label == "Lijst inlezen"
    codes = [kind.code for kind in registered_kinds()]
    assert codes == sorted(codes)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "done"},
        {"state": "failed", "finished_at": timezone.now()},
        {"state": "running"},
        {"fault": "error"},
    ],
)
def test_database_refuses_a_state_that_makes_no_sense(start: Start, starter: User, values: dict[str, Any]) -> None:
    job = start()
    with (
        tenant_scope(starter.organisation_id),
        pytest.raises(Exception, match="violates check constraint"),
        transaction.atomic(),
    ):
        Job.objects.filter(pk=job.pk).update(**values)


def _ask(query: str, *values: UUID) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]
