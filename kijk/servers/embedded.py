"""The embedded PostgreSQL and Redis as one: start what is down, share it between processes, stop it.

Every process that uses the servers holds a shared lock on one file for as long as it lives, however it ends. Who
leaves last stops them, unless `python -m kijk.servers start` asked to keep them. So two commands at the same time
share one pair of servers, and neither takes them away from the other. Where all were killed, the watch beside the
servers (`watch.py`) notices and stops them.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from kijk.servers import place, postgresql, processes, redis
from kijk.servers.place import EmbeddedError

__all__ = ["EmbeddedError", "Running", "ensure_running", "keep", "leave", "provision_embedded", "status", "stop"]

DATABASE = "kijk"
OWNER = "kijk_owner"
APP = "kijk_app"
BACKUP = "kijk_backup"

# The lock each folder's servers are held by: one for this process, not inherited by its children.
_held: dict[Path, tuple[int, int]] = {}


@dataclass(frozen=True)
class Running:
    """The servers that run: where, which of them this call started, and their addresses."""

    folder: Path
    started: tuple[str, ...]
    postgresql: bool
    redis: bool

    @property
    def admin_url(self) -> str:
        """The address of the superuser, for `provision`; an empty text when PostgreSQL was not asked for."""
        return (postgresql.address(self.folder) or "") if self.postgresql else ""

    @property
    def redis_url(self) -> str:
        """The address of Redis; an empty text when it was not asked for."""
        return (redis.address(self.folder) or "") if self.redis else ""

    def database_url(self, role: str = APP, database: str = DATABASE) -> str:
        """Return the address of a database for a role, which `provision` has made or will make."""
        postgresql.passwords(self.folder, role)
        return postgresql.address(self.folder, role, database) or ""


def ensure_running(
    *, postgresql_needed: bool | None = None, redis_needed: bool | None = None, folder: Path | None = None
) -> Running:
    """Start what is down and hold it until this process leaves or ends.

    Without arguments each server is needed whose address (DATABASE_URL, REDIS_URL) is not set. Safe to call from many
    processes at once, and cheap when all is up. Raises EmbeddedError.
    """
    local = folder or place.folder()
    needed = {
        "PostgreSQL": not is_set("DATABASE_URL") if postgresql_needed is None else postgresql_needed,
        "Redis": not is_set("REDIS_URL") if redis_needed is None else redis_needed,
    }
    started = []
    try:
        place.prepare(local)
        with processes.locked(local / "servers.lock"):
            _hold(local)
            for name, server in (("PostgreSQL", postgresql), ("Redis", redis)):
                if needed[name] and not server.is_running(local):
                    server.start(local)
                    started.append(name)
        if started:
            from kijk.servers import watch

            watch.start(local)
    except OSError as error:
        message = f"the embedded servers need room and rights in {local}: {error}"
        raise EmbeddedError(message) from error
    return Running(local, tuple(started), postgresql=needed["PostgreSQL"], redis=needed["Redis"])


def provision_embedded(running: Running, database: str = DATABASE) -> None:
    """Make the roles and a database on the embedded server; done once for each database and version of the rules.

    Raises EmbeddedError.
    """
    state = place.read_state(running.folder, "postgresql")
    rules = hashlib.sha256(Path(__file__).with_name("provision.py").read_bytes()).hexdigest()
    if state.get("provisioned", {}).get(database) == rules:
        return
    # Here, since loading the database driver costs more than all the rest when everything is up already.
    import psycopg

    from kijk.servers import provision

    secrets = postgresql.passwords(running.folder, OWNER, APP, BACKUP)
    try:
        provision.provision(running.admin_url, database, owner=OWNER, app=APP, backup=BACKUP, passwords=secrets)
    except (provision.ProvisionError, psycopg.Error) as error:
        message = f"roles and database could not be made on the embedded server: {str(error).strip()}"
        raise EmbeddedError(message) from error
    with processes.locked(running.folder / "servers.lock"):
        state = place.read_state(running.folder, "postgresql")
        state.setdefault("provisioned", {})[database] = rules
        place.write_state(running.folder, "postgresql", state)


def leave(folder: Path | None = None) -> tuple[str, ...]:
    """Say that this process is done with the servers; the last one to leave stops them. Returns what was stopped.

    Nothing happens in a child of the process that holds them, nor a second time.
    """
    local = folder or place.folder()
    descriptor, holder = _held.get(local, (-1, 0))
    if holder != os.getpid():
        return ()
    if not local.is_dir():
        # Cleaned away meanwhile, servers and all.
        os.close(_held.pop(local)[0])
        return ()
    with processes.locked(local / "servers.lock"):
        del _held[local]
        os.close(descriptor)
        return () if _is_wanted(local) else _stop_both(local)


def stop_unused(local: Path) -> bool:
    """Stop the servers when nobody uses them; return whether there is still something to watch.

    For the watch beside the servers. Raises OSError when the folder is gone, servers and all.
    """
    with processes.locked(local / "servers.lock"):
        if (local / "servers.keep").exists() or not any(status(local).values()):
            return False
        if not _is_wanted(local):
            _stop_both(local)
            return False
    return True


def keep(folder: Path | None = None) -> None:
    """Let the servers run on after all processes have left, until `stop`."""
    local = folder or place.folder()
    (local / "servers.keep").touch(mode=0o600)


def stop(folder: Path | None = None) -> tuple[str, ...]:
    """Stop the servers, whoever uses them. Returns what was stopped. Raises EmbeddedError when one will not stop."""
    local = folder or place.folder()
    if not local.is_dir():
        return ()
    with processes.locked(local / "servers.lock"):
        (local / "servers.keep").unlink(missing_ok=True)
        return _stop_both(local)


def status(folder: Path | None = None) -> dict[str, int | None]:
    """Return the process of each server, None for one that is down."""
    local = folder or place.folder()
    return {"PostgreSQL": postgresql.running_pid(local), "Redis": redis.running_pid(local)}


def is_set(name: str) -> bool:
    """Whether a setting is given, by itself or as a file (`NAME_FILE`)."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _hold(local: Path) -> None:
    _, holder = _held.get(local, (-1, 0))
    if holder == os.getpid():
        return
    descriptor = os.open(local / "servers.users", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _held[local] = (descriptor, os.getpid())
    # For a process that forgets to leave, as an interactive one does; a second time does no harm.
    atexit.register(leave, local)


def _is_wanted(local: Path) -> bool:
    """Whether the servers are to be kept, or a process holds them."""
    if (local / "servers.keep").exists():
        return True
    descriptor = os.open(local / "servers.users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _stop_both(local: Path) -> tuple[str, ...]:
    stopped = [name for name, server in (("Redis", redis), ("PostgreSQL", postgresql)) if server.stop(local)]
    return tuple(stopped)
