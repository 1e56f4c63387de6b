"""`make demo` for real, without data: web, worker, beat and both servers, started, looked at and stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kijk.servers import embedded, place, processes
from tests.servers.helpers import environment, remove_data_outside
from tools.demo import port_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
NOTHING_RUNS = {"PostgreSQL": None, "Redis": None}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the demonstrations of this module find their data again."""
    folder = tmp_path_factory.mktemp("demo") / "local"
    yield folder
    embedded.stop(folder)
    remove_data_outside(folder)


@pytest.fixture
def port() -> int:
    """A port that is free at this moment."""
    return processes.choose_port(None)


def start(local: Path, port: int) -> subprocess.Popen[str]:
    """Start a demonstration in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tools.demo", "--port", str(port), "--scale", "0"],
        cwd=ROOT, env=environment(local, WEB_CONCURRENCY="1"), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def wait_until_it_runs(demo: subprocess.Popen[str], port: int) -> None:
    """Read what it says until it gives its address."""
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if f"Kijk runs at http://localhost:{port} " in line:
            return
    pytest.fail("".join(said))


def group_members(group: int) -> list[int]:
    """Return the processes of a group, the dead that nobody has asked after not counted."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.requirement("OPS-1.1")
@pytest.mark.parametrize("how", ["INT to the group", "TERM to the process"])
def test_a_signal_stops_everything_that_was_started(local: Path, port: int, how: str) -> None:
    began = time.monotonic()
    with start(local, port) as demo:
        wait_until_it_runs(demo, port)
        took = time.monotonic() - began
        with urllib.request.urlopen(f"http://localhost:{port}/health/ready", timeout=10) as answer:
            assert answer.status == 200
        number = signal.Signals[f"SIG{how.split(maxsplit=1)[0]}"]
        if "group" in how:
            os.killpg(demo.pid, number)
        else:
            demo.send_signal(number)
        out, _ = demo.communicate(timeout=60)

    assert (demo.returncode, out) == (0, "\nStopped.\n")
    assert group_members(demo.pid) == []
    assert embedded.status(local) == NOTHING_RUNS
    # Generous: the first one makes the database, and the machine may be busy with other tests.
    assert took < 120


def test_a_kill_of_the_group_leaves_nothing_either(local: Path, port: int) -> None:
    with start(local, port) as demo:
        wait_until_it_runs(demo, port)
        os.killpg(demo.pid, signal.SIGKILL)
        demo.wait(timeout=30)

    assert processes.wait_until(lambda: group_members(demo.pid) == [], seconds=10)
    assert processes.wait_until(lambda: embedded.status(local) == NOTHING_RUNS, seconds=15)


def test_a_part_that_dies_stops_the_rest_and_names_its_log(local: Path, port: int) -> None:
    with start(local, port) as demo:
        wait_until_it_runs(demo, port)
        (beat,) = [pid for pid in group_members(demo.pid) if " beat " in processes.command_of(pid)]
        os.kill(beat, signal.SIGKILL)
        out, _ = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert out == f"kijk: beat has stopped by itself: read log/beat.log in {local}; the rest was stopped.\n"
    assert group_members(demo.pid) == []
    assert embedded.status(local) == NOTHING_RUNS


@pytest.mark.requirement("OPS-1.3")
def test_a_port_that_is_taken_is_one_line_before_anything_starts(local: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with start(local, port) as demo:
            out, _ = demo.communicate(timeout=30)

    assert (demo.returncode, out) == (
        1,
        f"kijk: port {port} is taken: stop what uses it, or choose another, as in make demo PORT={port + 1}\n",
    )
    assert place.read_state(local, "redis") == {} or embedded.status(local) == NOTHING_RUNS


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_said_so(port: int) -> None:
    assert port_problem(port).startswith(f"{port} is no port")
