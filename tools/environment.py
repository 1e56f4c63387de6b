"""What several of `make`'s targets need: the project's settings filled in, and commands run with them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kijk.servers import bootstrap, place
from kijk.servers.place import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
LOCAL = place.folder()
# What `make` passes on to its children; a make inside would otherwise look for the outer one's jobs.
_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")


@contextmanager
def servers() -> Iterator[None]:
    """Have the settings filled in and the servers running; ends the program with one line when that fails."""
    for name in _MAKE:
        os.environ.pop(name, None)
    os.chdir(ROOT)
    bootstrap.stop_on_signals()
    try:
        stop = bootstrap.prepare_environment(start=True)
    except EmbeddedError as error:
        sys.exit(f"kijk: {error}")
    try:
        yield
    finally:
        stop()


def program(name: str) -> str:
    """Return the path of a program installed in `.venv`."""
    return str(Path(sys.executable).parent / name)


def manage(*arguments: str) -> list[str]:
    """Return the command line of one of Django's commands."""
    return [sys.executable, "manage.py", *arguments]


def run(command: Sequence[str], **settings: str) -> int:
    """Run a command in the project's folder, its output passed on; return its exit code."""
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=False).returncode
