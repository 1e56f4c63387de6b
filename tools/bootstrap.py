"""Make `.venv` from the lock file, or say in one line what stands in the way. Standard library only.

Runs under whatever Python there is, so that a wrong one gets a sentence instead of a syntax error: nothing in here is
newer than Python 3.7.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "lock.txt"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-lock.sha256"
LOG = ROOT / ".local" / "log" / "install.log"
NEEDED_BYTES = 1_500_000_000
PANGO = (
    "WeasyPrint, which makes the PDFs, needs Pango: install it (Debian and Ubuntu: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango), then run this again."
)
# What pip says when it cannot reach its index, in the words of its versions and of the operating systems.
NETWORK = (
    *("name resolution", "NameResolutionError", "Name or service not known", "NewConnectionError"),
    *("Network is unreachable", "Connection refused", "ConnectTimeout", "ProxyError", "Could not fetch URL"),
)
# What pip says, and what that means to the person who reads it.
CAUSES = (
    (("No space left on device", "Errno 28"), "the disk is full: make room (some 1.5 GB), then run this again."),
    (NETWORK, "the package index cannot be reached: check the network or pip's settings, then run this again."),
    (
        ("THESE PACKAGES DO NOT MATCH THE HASHES",),
        "a package differs from the lock file: do not go on; find out where it came from.",
    ),
    (("Permission denied", "Errno 13"), "there is no right to write here: use a folder of your own."),
)


class ObstacleError(Exception):
    """What stands in the way, in one line that says what to do."""


def main() -> int:
    """Make everything ready; returns 1 after one line on what stands in the way."""
    try:
        check_python(sys.version_info[:2])
        if not is_installed():
            check_disk(shutil.disk_usage(ROOT).free)
            install()
    except ObstacleError as obstacle:
        print(f"kijk: {obstacle}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"kijk: cannot write to {ROOT}: {error}; make room or use a folder of your own.", file=sys.stderr)
        return 1
    return 0


def check_python(version: tuple[int, ...]) -> None:
    """Raise ObstacleError for any Python but 3.11."""
    if version != (3, 11):
        found = ".".join(map(str, version))
        message = (
            f"this needs Python 3.11 and found {found}: install it (Debian: apt-get install python3.11-venv), "
            "or name it: make PYTHON=/path/to/python3.11 …"
        )
        raise ObstacleError(message)


def check_disk(free: int) -> None:
    """Raise ObstacleError when what is going to be installed will not fit."""
    if free < NEEDED_BYTES:
        message = f"{free / 1e9:.1f} GB is free on the disk of {ROOT} and some 1.5 GB is needed: make room first."
        raise ObstacleError(message)


def is_installed() -> bool:
    """Whether `.venv` works and holds what the lock file of this moment says."""
    if not (STAMP.is_file() and PYTHON.exists()):
        return False
    return STAMP.read_text(encoding="utf-8") == lock_digest()


def lock_digest() -> str:
    """Return the digest of the lock file."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def install() -> None:
    """Install from the lock file, with hashes; the stamp is written last, so that half an installation is redone."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    print("Installing what the lock file names into .venv (some minutes the first time) …", flush=True)
    if not runs("import sys, pip; raise SystemExit(sys.version_info[:2] != (3, 11))"):
        make_venv()
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    done = logged([*command, "--require-hashes", "--requirement", str(LOCK)])
    if done != 0:
        raise ObstacleError(cause_of(LOG.read_text(encoding="utf-8", errors="replace")))
    check_pango()
    STAMP.write_text(lock_digest(), encoding="utf-8")


def make_venv() -> None:
    """Make `.venv`; an unusable one is replaced. Raises ObstacleError."""
    if logged([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        text = LOG.read_text(encoding="utf-8", errors="replace")
        if "ensurepip" in text:
            message = "this Python cannot make a virtual environment: apt-get install python3.11-venv, then again."
            raise ObstacleError(message)
        raise ObstacleError(cause_of(text))


def check_pango() -> None:
    """Raise ObstacleError when WeasyPrint does not find its libraries."""
    if not runs("import weasyprint"):
        raise ObstacleError(PANGO)


def runs(code: str) -> bool:
    """Whether a line of Python succeeds in `.venv`."""
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", code], capture_output=True, check=False).returncode == 0


def logged(command: list[str]) -> int:
    """Run a command with its output in the log; return its exit code."""
    with LOG.open("w", encoding="utf-8") as log:
        return subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, check=False).returncode


def cause_of(text: str) -> str:
    """Return in one line what went wrong, from what pip said."""
    for signs, meaning in CAUSES:
        if any(sign in text for sign in signs):
            return meaning
    errors = [line.strip() for line in text.splitlines() if "error" in line.lower()]
    return f"installing failed: {errors[-1] if errors else 'no reason given'} (all of it: {LOG})"


if __name__ == "__main__":
    sys.exit(main())
