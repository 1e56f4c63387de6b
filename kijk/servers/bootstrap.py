"""Fill in the settings that are not set, before Django starts: for `manage.py`, the tests and `make demo`.

In production nothing is filled in: there every setting is given, or the start fails with its name.
"""

from __future__ import annotations

import base64
import os
import secrets
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from kijk.servers import embedded, place, postgresql, processes, redis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# Commands that read and write files only. They get the addresses of the embedded servers, but wake nobody up.
_WITHOUT_SERVERS = frozenset({
    "", "help", "version", "--help", "-h", "--version", "check", "check_catalogues", "collectstatic",
    "compile_catalogues", "compilemessages", "diffsettings", "findstatic", "makemessages", "startapp", "update_catalogues",
})  # fmt: skip
# Nothing listens on port 1: who needs a server all the same is refused at once instead of reaching a wrong one.
_NO_DATABASE = "postgresql://kijk_app@127.0.0.1:1/kijk"
_NO_REDIS = "redis://127.0.0.1:1/0"


def prepare_environment(start: bool = True) -> Callable[[], None]:
    """Set DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL, SECRET_KEY and KIJK_MASTER_KEYS where they are not set.

    With `start` the embedded servers run afterwards, as far as they are needed. Returns a function that says this
    process is done with them: the last to do so stops what was started; calling it twice does no harm.
    Raises embedded.EmbeddedError when a server cannot be started.
    """
    if os.environ.get("KIJK_ENVIRONMENT") == "production":
        return _nothing
    _set_secrets(throwaway=not start)
    database, queue = embedded.is_set("DATABASE_URL"), embedded.is_set("REDIS_URL")
    if database and queue:
        return _nothing
    local = place.folder()
    if start:
        _start(local, database=not database, queue=not queue)
    if not database:
        os.environ["DATABASE_URL"] = postgresql.address(local, embedded.APP, embedded.DATABASE) or _NO_DATABASE
        owner = postgresql.address(local, embedded.OWNER, embedded.DATABASE) or _NO_DATABASE
        os.environ["DATABASE_OWNER_URL"] = owner
    if not queue:
        os.environ["REDIS_URL"] = redis.address(local) or _NO_REDIS
    return (lambda: _leave(local)) if start else _nothing


def needs_servers(arguments: Sequence[str]) -> bool:
    """Whether a command line of `manage.py` (its name first) is for a command that may use database or queue."""
    command = arguments[1] if len(arguments) > 1 else ""
    if {"--help", "-h"} & set(arguments[2:]):
        return False
    return command not in _WITHOUT_SERVERS or "--database" in arguments


def stop_on_signals() -> None:
    """Let TERM and HUP end this process the way an exception does, so that `finally` runs."""

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def _start(local: Path, *, database: bool, queue: bool) -> None:
    try:
        running = embedded.ensure_running(postgresql_needed=database, redis_needed=queue, folder=local)
        if database:
            embedded.provision_embedded(running)
    except BaseException:
        # Also on a signal halfway: what was started by then must not stay behind.
        _leave(local)
        raise


def _nothing() -> None:
    """Do what there is to do when nothing was started."""


def _leave(local: Path) -> None:
    # A second Ctrl-C while the servers are being stopped would leave one of them behind.
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        embedded.leave(local)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _set_secrets(*, throwaway: bool) -> None:
    """Take SECRET_KEY and KIJK_MASTER_KEYS from `.local/secrets.env`, making them the first time.

    Where that file cannot be made, a command that needs no server gets keys of its own for the moment (`throwaway`).
    """
    missing = [name for name in ("SECRET_KEY", "KIJK_MASTER_KEYS") if not embedded.is_set(name)]
    if not missing:
        return
    local = place.folder()
    try:
        text = _read_or_make(local)
    except OSError as error:
        if not throwaway:
            message = f"the keys for development need room and rights in {local}: {error}"
            raise embedded.EmbeddedError(message) from error
        text = _make_keys()
    known = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    os.environ.update({name: known[name] for name in missing})


def _read_or_make(local: Path) -> str:
    path = local / "secrets.env"
    if not path.exists():
        place.prepare(local)
        with processes.locked(local / "servers.lock"):
            # Another process may have been first.
            if not path.exists():
                place.write_private(path, _make_keys())
    return path.read_text(encoding="utf-8")


def _make_keys() -> str:
    master_key = base64.b64encode(secrets.token_bytes(32)).decode()
    return f"SECRET_KEY={secrets.token_urlsafe(48)}\nKIJK_MASTER_KEYS=1:{master_key}\n"
