"""Background tasks: each in its own organisation's scope, the next one in none (SEC-1)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from kijk.audit.models import AuditEvent
from kijk.audit.tasks import write_checkpoints
from kijk.celery import app
from kijk.tenancy.context import TenantScopeConflict, active_scope, tenant_scope
from kijk.tenancy.tasks import TenantTask
from licensing.models import Location
from tests.kijk.tenancy.background import fail, look, look_unscoped
from tests.kijk.tenancy.world import Tenant

Tenants = tuple[Tenant, Tenant]

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.second_server


class Findings:
    """A list in Redis that tasks write to."""

    def __init__(self) -> None:
        self.key = f"test-{uuid4()}"

    def take(self, number: int, seconds: int = 60) -> list[dict[str, Any]]:
        """Return what the next tasks tell, in their order."""
        # The client's own patience with a silent server is far shorter than a worker's start on a busy machine.
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=seconds + 5) as client:
            found: list[Any] = [client.blpop([self.key], timeout=seconds) for _ in range(number)]
        assert None not in found
        return [json.loads(text) for _key, text in found]


@contextmanager
def worker(queue: str) -> Iterator[None]:
    """Run a worker with one process of its own on the real Redis."""
    command = [sys.executable, "-m", "celery", "-A", "kijk.celery", "worker", "-I", "tests.kijk.tenancy.background"]
    options = ["-Q", queue, "-n", f"{queue}@localhost", "-c", "1", "--without-gossip", "--without-mingle"]
    log = ["--loglevel", "WARNING"]
    running = subprocess.Popen([*command, *options, *log], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        running.terminate()
        running.communicate(timeout=30)


@pytest.mark.requirement("SEC-1.2")
def test_worker_gives_each_task_its_own_scope_and_the_next_none(tenants: Tenants) -> None:
    ours, theirs = tenants
    queue, findings = f"test-{uuid4()}", Findings()
    with worker(queue):
        for organisation_id in (str(ours.id), None, str(theirs.id)):
            named = {} if organisation_id is None else {"organisation_id": organisation_id}
            look.apply_async(kwargs={"key": findings.key, **named}, queue=queue)
        fail.apply_async(kwargs={"organisation_id": str(ours.id)}, queue=queue)
        look.apply_async(kwargs={"key": findings.key}, queue=queue)
        unscoped = {"key": findings.key, "organisation_id": str(ours.id)}
        look_unscoped.apply_async(kwargs=unscoped, queue=queue)
        found = findings.take(5)
    nothing = {"scope": None, "children": "missing", "driver": 0}
    backends = {each.pop("backend") for each in found}
    assert found == [
        {"scope": str(ours.id), "children": 1, "driver": 1},
        nothing,
        {"scope": str(theirs.id), "children": 1, "driver": 1},
        nothing,
        {"scope": False, "driver": 0},
    ]
    # One process did them all; whether it keeps its connection between tasks is its own affair.
    assert len(backends) <= len(found)
    with tenant_scope(ours.id):
        assert Location.objects.count() == 1
        assert not AuditEvent.objects.filter(action="job.done").exists()


@pytest.mark.requirement("SEC-1.2")
def test_task_that_runs_at_once_has_its_scope(tenants: Tenants) -> None:
    ours, theirs = tenants
    findings = Findings()
    for tenant in (ours, theirs):
        look.apply(kwargs={"key": findings.key, "organisation_id": str(tenant.id)}, throw=True)
        assert active_scope() is None
    look.apply(kwargs={"key": findings.key}, throw=True)
    assert [each["scope"] for each in findings.take(3)] == [str(ours.id), str(theirs.id), None]


def test_task_of_another_organisation_within_a_scope_raises(tenants: Tenants) -> None:
    ours, theirs = tenants
    with tenant_scope(ours.id), pytest.raises(TenantScopeConflict):
        look.apply(kwargs={"key": "niets", "organisation_id": str(theirs.id)}, throw=True)


def test_task_that_fails_leaves_nothing(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with pytest.raises(ZeroDivisionError):
        fail.apply(kwargs={"organisation_id": str(ours.id)}, throw=True)
    with tenant_scope(ours.id):
        assert Location.objects.count() == 1


def test_tasks_of_every_process_are_the_products(django_db_setup: None) -> None:
    """Without it a web process would send them to a broker that is not there."""
    program = (
        "from kijk.audit.tasks import write_checkpoints as task; from kijk.tenancy.tasks import TenantTask; "
        "print(task.app.main, isinstance(task, TenantTask), task.app.conf.broker_url)"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == f"kijk True {settings.REDIS_URL}\n"
    assert isinstance(write_checkpoints, TenantTask)
    assert app.conf.task_serializer == "json"
