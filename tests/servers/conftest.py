"""Servers of a test's own: nothing here touches the project's `.local`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kijk.servers import embedded
from tests.servers.helpers import SETTINGS, remove_data_outside

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which no server has ever run; whatever runs there at the end is stopped."""
    folder = tmp_path / "local"
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KIJK_LOCAL_DIR", str(folder))
    yield folder
    embedded.leave(folder)
    embedded.stop(folder)
    remove_data_outside(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """The same in a place that every user of the machine may pass: pytest's own temporary folders are closed."""
    top = Path(tempfile.mkdtemp(prefix="kijk-test-", dir="/var/tmp"))
    top.chmod(0o755)
    yield top / "local"
    embedded.leave(top / "local")
    embedded.stop(top / "local")
    shutil.rmtree(top)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Running]:
    """Servers for tests that only look; they run until the last test of the process."""
    folder = tmp_path_factory.mktemp("servers") / "local"
    running = embedded.ensure_running(postgresql_needed=True, redis_needed=True, folder=folder)
    embedded.provision_embedded(running)
    yield running
    embedded.stop(folder)
    embedded.leave(folder)
    remove_data_outside(folder)
