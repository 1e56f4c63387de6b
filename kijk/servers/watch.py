"""Stop the embedded servers when all who used them are gone without a word: killed, or simply forgetful.

A small process beside the servers. It ends with them, or when they are to be kept.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from kijk.servers import embedded

_PERIOD_S = 1.0


def start(local: Path) -> None:
    """Start the watch over the servers of a folder; a second one ends at once."""
    root = Path(__file__).resolve().parents[2]
    subprocess.run(
        [sys.executable, "-m", "kijk.servers.watch", str(local)],
        cwd=root, env={"PATH": os.defpath}, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def main(local: Path) -> None:
    """Go into the background and look every second, until there is nothing left to watch."""
    if os.fork():
        return
    os.setsid()
    os.chdir("/")
    with suppress(OSError):
        descriptor = os.open(local / "servers.watch", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        while embedded.stop_unused(local):
            time.sleep(_PERIOD_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
