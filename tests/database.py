"""The database of a test process: made afresh as the owner, used as the app, dropped at the end.

Tests run with the very roles that production has: a suite that runs as superuser proves nothing of row-level
security.

Migrating and publishing take eight seconds. The first process that does so leaves a copy on the server, which the
others, and the next runs, take theirs from; it is thrown away as soon as any code of the product differs.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kijk.servers import embedded, postgresql, provision

NAME = f"kijk_test_{os.getpid()}"

# Tables that migrations fill and no test may empty.
KEPT = ("django_migrations", "django_content_type", "auth_permission")

# The versions of the shipped instruments. They are published before the first test: that takes longer than most do.
SHIPPED: list[UUID] = []

# The copy that others are made of: one at a time makes or takes it.
_TEMPLATE = "kijk_template_"
_LOCK = 0x6B696A6C
_ROOT = Path(__file__).parent.parent
# What decides how a database begins; the lock file names the version of Django.
_PACKAGES = ("kijk", "accounts", "licensing", "observations", "monitoring", "privacy")
_FILES = ("requirements/lock.txt", "tests/conftest.py", "tests/database.py", "tests/factories.py")

# What leads from a row of an instrument to its version, those that are found by another table first.
_INSTRUMENTS = {
    "scalelevel": "scale_id IN (SELECT id FROM observations_scale WHERE version_id <> ALL(%s))",
    "milestone": "line_id IN (SELECT id FROM observations_line WHERE version_id <> ALL(%s))",
    "scale": "version_id <> ALL(%s)",
    "line": "version_id <> ALL(%s)",
    "band": "version_id <> ALL(%s)",
    "area": "version_id <> ALL(%s)",
    "instrumentversion": "id <> ALL(%s)",
    "instrument": "id NOT IN (SELECT instrument_id FROM observations_instrumentversion WHERE id = ANY(%s))",
}


@dataclass(frozen=True)
class TestDatabase:
    """The addresses of this process's database, for each role."""

    __test__ = False

    admin_url: str
    owner_url: str
    app_url: str
    backup_url: str
    redis_url: str
    passwords: dict[str, str]


def find_server() -> TestDatabase:
    """Return where the tests run: the server of KIJK_TEST_ADMIN_URL, else the embedded one, started when down."""
    admin = os.environ.get("KIJK_TEST_ADMIN_URL")
    if admin:
        info = psycopg.conninfo.conninfo_to_dict(admin)
        address = f"{info.get('host', '127.0.0.1')}:{info.get('port', 5432)}"
        urls = [f"postgresql://{role}@{address}/{NAME}" for role in _ROLES]
        return TestDatabase(admin, *urls, redis_url=os.environ["REDIS_URL"], passwords={})
    running = embedded.ensure_running(postgresql_needed=True, redis_needed=True)
    urls = [running.database_url(role, NAME) for role in _ROLES]
    passwords = postgresql.passwords(running.folder, *_ROLES)
    return TestDatabase(running.admin_url, *urls, redis_url=running.redis_url, passwords=passwords)


_ROLES = (embedded.OWNER, embedded.APP, embedded.BACKUP)


def create(server: TestDatabase, fill: Callable[[], None]) -> None:
    """Make the database with its roles and grants, as ``fill`` leaves it, of which nothing stays in the trail.

    A commit need not survive a power cut here: that saves the wait.
    """
    template = _TEMPLATE + _digest()
    provide = partial(provision.provision, server.admin_url, NAME, passwords=server.passwords)
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        known = [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]
        if template in known:
            _copy(connection, template, NAME)
            # Grants on a database itself do not come along.
            provide()
        else:
            provide()
            fill()
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(NAME)))
        with psycopg.connect(make_conninfo(server.admin_url, dbname=NAME)) as inside:
            SHIPPED[:] = [row[0] for row in inside.execute("SELECT id FROM observations_instrumentversion ORDER BY id")]
        if template not in known:
            # What publishing wrote in the trail is no test's.
            empty(server)
            _drop(connection, *(name for name in known if name.startswith(_TEMPLATE)))
            _copy(connection, NAME, template)


def _drop(connection: psycopg.Connection[tuple[object, ...]], *names: str) -> None:
    for name in names:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _copy(connection: psycopg.Connection[tuple[object, ...]], source: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))


def _digest() -> str:
    """Say in a few letters what a database is made by: all code of the product, and the content it ships."""
    found = hashlib.sha256()
    for path in sorted(_sources()):
        found.update(f"{path.relative_to(_ROOT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield from (_ROOT / name for name in _FILES)
    yield from (path for package in _PACKAGES for path in (_ROOT / package).rglob("*.py"))
    yield from (path for path in (_ROOT / "observations" / "content").rglob("*") if path.is_file())


def drop(server: TestDatabase) -> None:
    """Remove the database, also when something still holds a connection."""
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        _drop(connection, NAME)


def empty(server: TestDatabase) -> None:
    """Empty every table but for the shipped instruments, triggers and references aside.

    The trail's guard must not keep a test's events, nor a test's own instrument its rows.

    Deleting a few rows takes a fiftieth of the time that truncating as many tables does.
    """
    with psycopg.connect(make_conninfo(server.admin_url, dbname=NAME)) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        instruments = {f"observations_{name}": condition for name, condition in _INSTRUMENTS.items()}
        emptied = [row[0] for row in rows if row[0] not in KEPT and row[0] not in instruments]
        connection.execute(
            sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in emptied)
        )
        for name, condition in instruments.items():
            statement = sql.SQL("DELETE FROM {} WHERE ").format(sql.Identifier(name)) + sql.SQL(condition)
            connection.execute(statement, [SHIPPED])
