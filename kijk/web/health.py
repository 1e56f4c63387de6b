"""Is the process alive, and can it work (OPS-2)."""

from typing import Any

import redis
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kijk.encryption.keyring import master_keys
from kijk.web.page import public

_UNAVAILABLE = 503


@public
@transaction.non_atomic_requests
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing else, so that a slow database does not restart the web."""
    return JsonResponse({"status": "ok"})


@public
@transaction.non_atomic_requests
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the parts this process needs are there: 200, or 503 with the parts that are not."""
    checks = {"database": _database, "migrations": _migrations, "redis": _redis, "master_keys": master_keys}
    failing = [name for name, check in checks.items() if not _passes(check)]
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def _passes(check: Any) -> bool:
    try:
        return bool(check())
    except Exception:  # noqa: BLE001 - whatever goes wrong, the answer is that this part is not ready
        return False


def _database() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> bool:
    return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
