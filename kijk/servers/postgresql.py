"""Start and stop the embedded PostgreSQL.

It listens on 127.0.0.1 only and asks every role for its password (SCRAM): other users of the machine can knock but
not come in. A unix socket would be no easier: its path may be at most some 100 characters long.
It is made for development and tests: it does not wait for the disk. A kill loses nothing, a power cut may.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from kijk.servers import place, processes
from kijk.servers.place import Account, EmbeddedError

SUPERUSER = "postgres"
_NAME = "postgresql"
_ATTEMPTS = 5
_PAUSE_S = 0.5
_STATUS_LINE = 7
_SETTINGS = """\
# Written at every start by kijk/servers/postgresql.py.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
fsync = off
full_page_writes = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def is_running(local: Path) -> bool:
    """Whether the server is up and ready for connections."""
    lines = _pid_file(place.read_state(local, _NAME))
    return len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready" and running_pid(local) is not None


def running_pid(local: Path) -> int | None:
    """Return the number of the server's main process, or None when it does not run."""
    state = place.read_state(local, _NAME)
    lines = _pid_file(state)
    # After a kill -9 the file stays, and its number may by now be that of any other program.
    if lines and lines[0].strip().isdigit() and state["folder"] in processes.command_of(int(lines[0])):
        return int(lines[0])
    return None


def address(local: Path, role: str = SUPERUSER, database: str = "postgres") -> str | None:
    """Return the address for a role, whether the server runs or not; None when server or role was never there."""
    state = place.read_state(local, _NAME)
    if not state.get("port") or role not in state["passwords"]:
        return None
    return f"postgresql://{role}:{state['passwords'][role]}@127.0.0.1:{state['port']}/{database}"


def passwords(local: Path, *roles: str) -> dict[str, str]:
    """Return the passwords of these roles on this server; a role met for the first time gets a new one."""
    known: dict[str, str] = place.read_state(local, _NAME)["passwords"]
    if not set(roles) <= set(known):
        # Two processes that meet a role at the same moment have to come to the same password.
        with processes.locked(local / "servers.lock"):
            state = place.read_state(local, _NAME)
            known = state["passwords"]
            known.update({role: secrets.token_urlsafe(24) for role in roles if role not in known})
            place.write_state(local, _NAME, state)
    return {role: known[role] for role in roles}


def start(local: Path) -> None:
    """Start the server, making its data folder the first time. Raises EmbeddedError."""
    owner = place.account()
    state = place.read_state(local, _NAME)
    if not _has_data(state):
        state = _make_data(local, owner)
    base = Path(state["folder"])
    if running_pid(local) is None:
        (base / "data" / "postmaster.pid").unlink(missing_ok=True)
    for _ in range(_ATTEMPTS):
        # Another program may take the port between the look and the start, and after a kill -9 the memory of the
        # last server lives on for a moment: hence more than one attempt.
        state["port"] = processes.choose_port(state.get("port"))
        place.write_state(local, _NAME, state)
        (base / "data" / "kijk.conf").write_text(_SETTINGS.format(port=state["port"]), encoding="utf-8")
        log = base / "server.log"
        if _run(base, owner, "pg_ctl", "start", "-w", "-s", "-t", "60", "-D", str(base / "data"), "-l", str(log)):
            return
        time.sleep(_PAUSE_S)
    message = f"PostgreSQL did not start: {_last_line(log)} (the whole log: {log})"
    raise EmbeddedError(message)


def stop(local: Path) -> bool:
    """Stop the server; return whether one was running. Raises EmbeddedError when it will not stop."""
    pid = running_pid(local)
    if pid is None:
        return False
    folder = place.read_state(local, _NAME)["folder"]
    # INT is PostgreSQL's fast shutdown, QUIT its immediate one; it is never killed, which would leave children.
    if not processes.end_process(pid, folder, signals=((signal.SIGINT, 30), (signal.SIGQUIT, 10))):
        message = f"PostgreSQL (process {pid}) does not stop; its log is {folder}/server.log"
        raise EmbeddedError(message)
    return True


def _pid_file(state: dict[str, Any]) -> list[str]:
    if "folder" in state:
        with suppress(OSError):
            return (Path(state["folder"]) / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return []


def _has_data(state: dict[str, Any]) -> bool:
    return "folder" in state and (Path(state["folder"]) / "data" / "PG_VERSION").is_file()


def _make_data(local: Path, owner: Account | None) -> dict[str, Any]:
    """Make the data folder beside its final name, so that an interrupted start leaves nothing half made in use."""
    base = place.database_folder(local, owner)
    data, unfinished, log = base / "data", base / "data.unfinished", base / "server.log"
    if data.exists():
        message = f"the passwords of {data} are lost (postgresql.json is gone): run `make clean`, then start again."
        raise EmbeddedError(message)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    log.touch(mode=0o600)
    for path in (unfinished, log):
        place.hand_over(path, owner)
    password = secrets.token_urlsafe(24)
    _initialise(base, unfinished, password, owner)
    state = {"folder": str(base), "passwords": {SUPERUSER: password}}
    place.write_state(local, _NAME, state)
    unfinished.rename(data)
    return state


def _initialise(base: Path, data: Path, password: str, owner: Account | None) -> None:
    secret = base / "first-password"
    place.write_private(secret, password + "\n")
    place.hand_over(secret, owner)
    try:
        done = _run(
            base, owner, "initdb", "-D", str(data), "-U", SUPERUSER, f"--pwfile={secret}", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth-local=reject",
            "--auth-host=scram-sha-256", "--no-sync", "--no-instructions",
        )  # fmt: skip
    finally:
        secret.unlink()
    if not done:
        message = f"PostgreSQL could not make its data folder: {_last_line(base / 'server.log')}"
        raise EmbeddedError(message)
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("include 'kijk.conf'\n")


def _run(base: Path, owner: Account | None, program: str, *arguments: str) -> bool:
    """Run one of PostgreSQL's programs under its account; what it says goes to the log. Returns whether it succeeded."""
    # The caller's PGDATA, PGPORT and the like must not reach it, nor a locale that is not installed.
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    with (base / "server.log").open("ab") as log:
        done = subprocess.run(
            [place.programs(base, owner) / program, *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=environment, check=False,
            user=owner.user if owner else None,
            group=owner.group if owner else None,
            extra_groups=[] if owner else None,
        )  # fmt: skip
    return done.returncode == 0


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines[-20:] if "FATAL" in line or "error" in line.lower()]
    return (telling or lines or ["the log is empty"])[-1].strip()
