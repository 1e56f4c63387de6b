"""The guard of a connection: which role it may be, and that nothing takes the guard off (SEC-1)."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from kijk.tenancy.context import TenantContextMissing
from kijk.tenancy.guards import require_scope
from observations.models import Child
from tests.database import NAME, TestDatabase

ROOT = Path(__file__).resolve().parents[3]
COUNT = "from django.db import connection; connection.ensure_connection(); print('connected')"

_number = count(1)

pytestmark = pytest.mark.second_server


def run_as(url: str, code: str = COUNT) -> subprocess.CompletedProcess[str]:
    """Run a program of ours that uses the database, with the role of ``url`` for its work."""
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def admin_url(database: TestDatabase) -> str:
    """Return the superuser's address for this process's database."""
    parts = conninfo_to_dict(database.admin_url)
    password = f":{quote(str(parts['password']))}" if parts.get("password") else ""
    return f"postgresql://{parts['user']}{password}@{parts['host']}:{parts['port']}/{NAME}"


@contextmanager
def role(database: TestDatabase, options: str, *granted: str) -> Iterator[str]:
    """Make a role that may sign in, and yield its address. Each is a new one: a role is checked once a process."""
    name, password = f"kijk_test_role_{os.getpid()}_{next(_number)}", "geheim"
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL(f"CREATE ROLE {{}} LOGIN PASSWORD '{password}' {options}").format(sql.Identifier(name)))
        try:
            admin.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(NAME), sql.Identifier(name))
            )
            for other in granted:
                admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(other), sql.Identifier(name)))
            parts = conninfo_to_dict(database.admin_url)
            yield f"postgresql://{name}:{password}@{parts['host']}:{parts['port']}/{NAME}"
        finally:
            admin.execute(
                sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(sql.Identifier(NAME), sql.Identifier(name))
            )
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.mark.requirement("SEC-1.4")
@pytest.mark.parametrize("whose", [admin_url, lambda database: database.owner_url], ids=["superuser", "owner"])
def test_process_with_a_privileged_role_refuses(
    committed_db: TestDatabase, whose: Callable[[TestDatabase], str]
) -> None:
    done = run_as(whose(committed_db))
    assert (done.returncode, done.stdout) == (1, "")
    assert "row-level security does not bind" in done.stderr


@pytest.mark.requirement("SEC-1.4")
@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "kijk.wsgi"],
        ["celery", "-A", "kijk.celery", "worker", "-Q", "none", "-c", "1", "-n", "guarded@localhost"],
    ],
    ids=["web", "worker"],
)
def test_server_with_a_privileged_role_does_not_start(committed_db: TestDatabase, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": committed_db.owner_url}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "row-level security does not bind" in done.stderr


@pytest.mark.requirement("SEC-1.4")
def test_web_process_starts_while_the_database_is_down(committed_db: TestDatabase) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import kijk.wsgi; print('started')"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": "postgresql://kijk_app@127.0.0.1:1/kijk"}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "started\n")


@pytest.mark.requirement("SEC-1.4")
def test_process_with_the_apps_role_works(committed_db: TestDatabase) -> None:
    done = run_as(committed_db.app_url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "connected\n", "")


@pytest.mark.requirement("SEC-1.4")
@pytest.mark.parametrize(
    ("options", "granted"),
    [
        ("SUPERUSER", []),
        ("BYPASSRLS", []),
        ("NOINHERIT", ["kijk_owner"]),
        ("NOINHERIT", ["kijk_backup"]),
        ("INHERIT", ["kijk_owner"]),
    ],
)
def test_role_that_could_pass_the_policies_is_refused(
    committed_db: TestDatabase, options: str, granted: list[str]
) -> None:
    with role(committed_db, options, *granted) as url, pytest.raises(ImproperlyConfigured, match="does not bind"):
        _connect(url)


@pytest.mark.requirement("SEC-1.4")
def test_superuser_that_plays_the_app_is_refused(committed_db: TestDatabase) -> None:
    """Such a session looks like the app's, and RESET ROLE makes it a superuser's."""
    with pytest.raises(ImproperlyConfigured, match="does not bind"):
        _connect(admin_url(committed_db), options="-c role=kijk_app")


def test_role_without_privileges_is_accepted(committed_db: TestDatabase) -> None:
    with role(committed_db, "NOINHERIT", "kijk_app") as url:
        _connect(url)


def test_refused_connection_is_closed(committed_db: TestDatabase) -> None:
    fresh = connections.create_connection("default")
    fresh.settings_dict = {**fresh.settings_dict, **connections["owner"].settings_dict}
    with pytest.raises(ImproperlyConfigured):
        fresh.ensure_connection()
    assert fresh.connection is None


def test_guard_outlives_a_wrapper_that_was_there_at_the_connection(committed_db: TestDatabase) -> None:
    """A wrapper for the length of a block takes the last one off at its end: that must not be the guard."""

    def pass_on(execute: Any, statement: Any, params: Any, many: Any, context: Any) -> Any:
        return execute(statement, params, many, context)

    fresh = connections.create_connection("default")
    with fresh.execute_wrapper(pass_on), fresh.cursor() as cursor:
        cursor.execute("SELECT 1")
    with pytest.raises(TenantContextMissing), fresh.cursor() as cursor:
        cursor.execute("SELECT * FROM observations_child")
    fresh.close()


def test_guard_is_on_each_new_connection_once(committed_db: TestDatabase) -> None:
    for _ in range(3):
        connection.close()
        connection.ensure_connection()
    assert connection.execute_wrappers == [require_scope]


def test_owners_connection_is_for_migrations_alone(committed_db: TestDatabase) -> None:
    with pytest.raises(TenantContextMissing):
        Child.objects.using("owner").count()
    assert connections["owner"].settings_dict["USER"] == "kijk_owner"


def _connect(url: str, **options: str) -> Any:
    """Connect as the app does, as another role; return the closed connection."""
    parts: dict[str, Any] = conninfo_to_dict(url)
    fresh = connections.create_connection("default")
    own = {"USER": parts["user"], "PASSWORD": parts.get("password", ""), "OPTIONS": options}
    fresh.settings_dict = {**fresh.settings_dict, **own}
    try:
        fresh.ensure_connection()
    finally:
        held = fresh.connection
        fresh.close()
    return held
