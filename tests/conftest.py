"""What every test can count on: a real PostgreSQL and Redis, the production roles, and nothing left behind."""

import atexit
import base64
import gc
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

from tests import database

_CHECKPOINTS = tempfile.mkdtemp(prefix="kijk-checkpoints-")
_MAIL = tempfile.mkdtemp(prefix="kijk-mail-")
for folder in (_CHECKPOINTS, _MAIL):
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

# Before Django's settings are read: they come from the environment.
SERVER = database.find_server()
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "kijk.settings",
        "KIJK_ENVIRONMENT": "test",
        "DATABASE_URL": SERVER.app_url,
        "DATABASE_OWNER_URL": SERVER.owner_url,
        "REDIS_URL": SERVER.redis_url,
        "SECRET_KEY": "only-for-tests",
        "KIJK_MASTER_KEYS": "1:" + base64.b64encode(bytes(range(32))).decode(),
        "KIJK_CHECKPOINT_DIR": _CHECKPOINTS,
        "KIJK_MAIL_DIR": _MAIL,
    }
)

from django.conf import settings  # noqa: E402 - reads the environment set above

# A worker of xdist has read its settings before this file, with the addresses it inherited from its controller.
for alias in settings.DATABASES:
    settings.DATABASES[alias]["NAME"] = database.NAME

django.setup()

# Nothing has been collected into it on a fresh machine, and WhiteNoise warns when it is not there.
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

from kijk.web.catalogues import compile_catalogue  # noqa: E402 - Django first

# Before the first translation: English screens are as much the product as Dutch ones.
compile_catalogue(Path(__file__).parent.parent)

_LOCAL = {"127.0.0.1", "::1", "localhost"}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the collector of garbage leave alone what is there for good: it went through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Make this process's database, migrated as the owner, in place of pytest-django's own."""
    from django.core.management import call_command
    from django.db import connections

    from tests import factories

    def fill() -> None:
        with django_db_blocker.unblock():
            call_command("migrate", verbosity=0)
            factories.publish_shipped()
            connections.close_all()

    database.create(SERVER, fill)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.drop(SERVER)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[database.TestDatabase]:
    """Let a test commit for real, where an outer transaction would hide a leak; empties all tables afterwards."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield SERVER
        connections.close_all()
    database.empty(SERVER)


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let argon2id take 3 ms in place of 130: thousands of sign-ins prove nothing by being slow.

    A test about the strength itself is marked ``real_hashes``.
    """
    if request.node.get_closest_marker("real_hashes") is None:
        from accounts.hashers import Argon2idHasher

        monkeypatch.setattr(Argon2idHasher, "memory_cost", 1024)
        monkeypatch.setattr(Argon2idHasher, "time_cost", 1)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in _LOCAL:
            raise AssertionError(f"A test reached for the network: {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def no_scope_left() -> Iterator[None]:
    """Fail a test that leaves an organisation's scope open."""
    from kijk.tenancy.context import active_scope

    yield
    assert active_scope() is None
