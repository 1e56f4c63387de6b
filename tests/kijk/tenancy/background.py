"""Tasks for test_tasks.py; a worker of its own process imports them."""

import json
from typing import Any

import redis
from celery import shared_task
from django.conf import settings
from django.db import connection

from kijk.audit.domain import record
from kijk.tenancy.context import TenantContextMissing, active_scope
from licensing.domain import create_location
from observations.models import Child


def tell(key: str, **found: Any) -> None:
    """Put what a task found in a list of Redis, where the test waits for it."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.rpush(key, json.dumps({**found, "backend": _backend()}))
        client.expire(key, 60)


@shared_task(name="tests.look")  # type: ignore[untyped-decorator]
def look(*, key: str, organisation_id: str | None = None) -> None:
    """Tell what the task sees: its scope, and how many children with and without our guards."""
    scope = active_scope()
    try:
        children: int | str = Child.objects.count()
    except TenantContextMissing:
        children = "missing"
    tell(key, scope=str(scope.organisation_id) if scope else None, children=children, driver=_past_the_guards())


@shared_task(name="tests.look_unscoped", scoped=False)  # type: ignore[untyped-decorator]
def look_unscoped(*, key: str, organisation_id: str) -> None:
    """Tell what a task sees that opens its scopes itself."""
    tell(key, scope=bool(active_scope()), driver=_past_the_guards())


@shared_task(name="tests.fail")  # type: ignore[untyped-decorator]
def fail(*, organisation_id: str) -> None:
    """Write something, then fail."""
    create_location(name="Van een taak", place="Utrecht")
    record("job.done")
    raise ZeroDivisionError


def _past_the_guards() -> int:
    driver: Any = _connected()
    return int(driver.execute("SELECT count(*) FROM observations_child").fetchone()[0])


def _backend() -> int:
    driver: Any = _connected()
    return int(driver.execute("SELECT pg_backend_pid()").fetchone()[0])


def _connected() -> Any:
    connection.ensure_connection()
    return connection.connection
