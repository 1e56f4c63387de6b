"""What the embedded servers need to know about processes, ports and locks; standard library only."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STEP_S = 0.02


def command_of(pid: int) -> str:
    """Return the command line of a process, or an empty text when there is no such process (a zombie counts as none)."""
    proc = Path(f"/proc/{pid}")
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return ""
    # macOS has no /proc.
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Look at a condition until it holds; return whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(_STEP_S)
    return True


def end_process(pid: int, mark: str, *, signals: tuple[tuple[signal.Signals, float], ...]) -> bool:
    """Send the signals in turn, each with its seconds to wait, until the process is gone; return whether it is.

    `mark` has to be part of its command line: a number read from a file may meanwhile belong to somebody else.
    """

    def gone() -> bool:
        return mark not in command_of(pid)

    for number, seconds in signals:
        if gone():
            return True
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(gone, seconds=seconds):
            return True
    return gone()


def choose_port(preferred: int | None) -> int:
    """Return the preferred port of 127.0.0.1 when it is free, else any free one."""
    for port in (preferred or 0, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # Without it a port whose old connections still linger would count as taken after every restart.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    message = "no free port on 127.0.0.1"
    raise OSError(message)


@contextmanager
def locked(path: Path, *, seconds: float = 120) -> Iterator[None]:
    """Hold a lock file; it is let go when the process ends in whatever way. Raises TimeoutError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def taken() -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        if not wait_until(taken, seconds=seconds):
            message = f"another process has held {path} for {seconds:.0f} seconds"
            raise TimeoutError(message)
        yield
    finally:
        os.close(descriptor)
