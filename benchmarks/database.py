"""A database of a measurement's own on the embedded server: filled, measured, dropped."""

from __future__ import annotations

import base64
import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from kijk.servers import embedded, postgresql, provision

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Make a migrated database, with Django set up to use it as the app does, and drop it afterwards."""
    running = embedded.ensure_running(postgresql_needed=True, redis_needed=True)
    passwords = postgresql.passwords(running.folder, embedded.OWNER, embedded.APP, embedded.BACKUP)
    provision.drop(running.admin_url, name)
    provision.provision(running.admin_url, name, passwords=passwords)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "kijk.settings",
        "KIJK_ENVIRONMENT": "test",
        "DATABASE_URL": running.database_url(embedded.APP, name),
        "DATABASE_OWNER_URL": running.database_url(embedded.OWNER, name),
        "REDIS_URL": running.redis_url,
        "SECRET_KEY": "only-for-measuring",
        "KIJK_MASTER_KEYS": "1:" + base64.b64encode(bytes(range(32))).decode(),
        "KIJK_CHECKPOINT_DIR": tempfile.mkdtemp(prefix="kijk-bench-"),
    }
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        provision.drop(running.admin_url, name)


def settle() -> None:
    """Let PostgreSQL look at what was written, as it does by itself on a server that has been up for a while."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
