"""What `manage.py`, the tests and `make demo` find set, and what they leave behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kijk.servers import bootstrap, embedded, place
from tests.servers.helpers import ROOT, SETTINGS, ask, environment

if TYPE_CHECKING:
    from pathlib import Path

NOTHING_RUNS = {"PostgreSQL": None, "Redis": None}


@pytest.fixture
def settings(local: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, and an environment that is as before afterwards."""
    # Setting them once makes pytest put them back, whatever the code under test does to them.
    for name in SETTINGS:
        if name != "KIJK_LOCAL_DIR":
            monkeypatch.setenv(name, "")
    return local


def manage(local: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one of Django's commands in an environment where nothing is set but the folder."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(local, **more), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def shell(code: str) -> tuple[str, str, str]:
    """Return the arguments that run a line of Python inside Django."""
    return ("shell", "--verbosity=0", f"--command={code}")


def test_everything_that_is_not_set_is_filled_in(settings: Path) -> None:
    stop = bootstrap.prepare_environment(start=True)

    assert ask(os.environ["DATABASE_URL"], "SELECT current_user || '@' || current_database()") == "kijk_app@kijk"
    assert ask(os.environ["DATABASE_OWNER_URL"], "SELECT current_user") == "kijk_owner"
    assert os.environ["REDIS_URL"].startswith("redis://:")
    assert len(os.environ["SECRET_KEY"]) >= 50
    assert os.environ["KIJK_MASTER_KEYS"].startswith("1:")
    stop()
    assert embedded.status() == NOTHING_RUNS
    stop()


def test_the_keys_are_made_once_and_for_their_owner_only(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.prepare_environment(start=False)
    first = os.environ["SECRET_KEY"], os.environ["KIJK_MASTER_KEYS"]
    for name in ("SECRET_KEY", "KIJK_MASTER_KEYS", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)
    bootstrap.prepare_environment(start=False)

    assert (os.environ["SECRET_KEY"], os.environ["KIJK_MASTER_KEYS"]) == first
    assert stat.S_IMODE((settings / "secrets.env").stat().st_mode) == 0o600


def test_what_is_set_stays_as_it_is(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgresql://kijk_app@elsewhere/kijk",
        "REDIS_URL": "redis://elsewhere",
        "SECRET_KEY": "mine",
        "KIJK_MASTER_KEYS": "1:mine",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    bootstrap.prepare_environment(start=True)

    assert {name: os.environ[name] for name in given} == given
    assert os.environ["DATABASE_OWNER_URL"] == ""
    assert not settings.exists()


def test_what_is_in_a_file_counts_as_set(settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "KIJK_MASTER_KEYS"):
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))

    bootstrap.prepare_environment(start=True)

    assert os.environ["DATABASE_URL"] == ""
    assert not settings.exists()


def test_in_production_nothing_is_filled_in(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIJK_ENVIRONMENT", "production")

    bootstrap.prepare_environment(start=True)

    assert [os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "KIJK_MASTER_KEYS")] == [""] * 4
    assert not settings.exists()


def test_only_redis_starts_where_the_database_is_elsewhere(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kijk_app@elsewhere/kijk")

    stop = bootstrap.prepare_environment(start=True)

    running = {name for name, pid in embedded.status().items() if pid is not None}
    stop()
    assert running == {"Redis"}
    assert os.environ["DATABASE_OWNER_URL"] == ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), False),
        (("help",), False),
        (("migrate", "--help"), False),
        (("check",), False),
        (("check", "--database", "default"), True),
        (("migrate",), True),
        (("load_demo", "--seed", "1"), True),
    ],
)
def test_needs_servers_knows_the_commands_that_do_without(arguments: tuple[str, ...], expected: bool) -> None:
    assert bootstrap.needs_servers(["manage.py", *arguments]) is expected


def test_manage_starts_the_servers_and_stops_them_again(local: Path) -> None:
    code = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT current_user'); print(k.fetchone()[0])"

    done = manage(local, *shell(code))

    assert (done.returncode, done.stdout, done.stderr) == (0, "kijk_app\n", "")
    assert embedded.status() == NOTHING_RUNS


def test_manage_stops_the_servers_after_an_exception(local: Path) -> None:
    done = manage(local, *shell("raise RuntimeError('on purpose')"))

    assert done.returncode == 1
    assert "on purpose" in done.stderr
    assert embedded.status() == NOTHING_RUNS


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"])
def test_manage_stops_the_servers_after_a_signal(local: Path, number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "manage.py", *shell("import time; print('here', flush=True); time.sleep(60)")],
        cwd=ROOT, env=environment(local), stdout=subprocess.PIPE, text=True, start_new_session=True,
        # A shell's background job, and so the suite as one, ignores Ctrl-C and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - the test has one thread
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "here\n"
        # To the whole group, as a terminal does it: the servers must not take it for themselves.
        os.killpg(running.pid, number)
        assert running.wait(timeout=30) == code

    assert embedded.status() == NOTHING_RUNS


def test_manage_leaves_running_servers_running(local: Path) -> None:
    embedded.ensure_running()
    before = embedded.status()

    assert manage(local, *shell("pass")).returncode == 0

    assert embedded.status() == before


def test_manage_needs_no_servers_for_help_and_check(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = tmp_path / "file" / "local"

    assert "manage.py" in manage(nowhere, "help").stdout
    done = manage(nowhere, "check")
    assert (done.returncode, done.stderr) == (0, "")


def test_manage_says_in_one_line_why_the_servers_do_not_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = manage(tmp_path / "file" / "local", *shell("pass"))

    assert done.returncode == 1
    assert done.stderr.startswith("manage.py: the keys for development need room and rights in ")
    assert done.stderr.count("\n") == 1


def test_manage_leaves_the_machine_as_it_was_for_commands_that_need_nothing(local: Path) -> None:
    assert manage(local, "version").returncode == 0

    assert sorted(path.name for path in local.iterdir()) == ["secrets.env", "servers.lock"]
    assert place.read_state(local, "postgresql") == {}
