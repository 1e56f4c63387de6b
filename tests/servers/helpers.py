"""Small programs and looks at the machine that the tests of the embedded servers share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from kijk.servers import place

ROOT = Path(__file__).resolve().parents[2]
# What would make a child use other servers or other keys than those of the test's own folder.
SETTINGS = (
    "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "KIJK_MASTER_KEYS", "KIJK_ENVIRONMENT",
    "KIJK_LOCAL_DIR",
)  # fmt: skip


def environment(local: Path, **more: str) -> dict[str, str]:
    """Return this process's environment without our settings, with the servers' folder set."""
    own = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in SETTINGS}
    return {**own, "KIJK_LOCAL_DIR": str(local), "PYTHONPATH": str(ROOT), **more}


def run_python(code: str, local: Path, **more: str) -> subprocess.Popen[str]:
    """Start a Python program in a session of its own; it speaks by its standard output."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(local, **more), cwd=ROOT, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ask(url: str, statement: str) -> Any:
    """Return the first column of the first row."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
        return None if row is None else row[0]


def modes_above(*paths: Path) -> dict[Path, int]:
    """Return the mode of each folder that leads to these paths, the paths themselves included."""
    return {part: part.stat().st_mode for path in paths for part in (path, *path.parents)}


def remove_data_outside(local: Path) -> None:
    """Remove the data folder that root's servers made in /var/tmp for this test."""
    folder = place.read_state(local, "postgresql").get("folder", "")
    if folder.startswith("/var/tmp/kijk-"):
        shutil.rmtree(folder)
