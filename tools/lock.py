"""`make lock`: remake the lock files from pyproject.toml, each package with its hashes and no address inside."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools.environment import ROOT, program, run

FILES = {"requirements/lock.txt": ("--group", "dev"), "requirements/production.txt": ()}
# Universal: one file for Linux and macOS; the Python is the one pyproject.toml asks for.
OPTIONS = (
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--no-config",
    "--universal",
    "--python-version",
    "3.11",
)


def main() -> int:
    """Remake both files; `--upgrade` takes newer versions. Returns 1 when uv is missing or finds no solution."""
    uv = program("uv") if Path(program("uv")).exists() else shutil.which("uv")
    if uv is None:
        print("kijk: this needs uv, which is not installed: .venv/bin/pip install uv", file=sys.stderr)
        return 1
    for name, groups in FILES.items():
        code = run([uv, "pip", "compile", *OPTIONS, *groups, *sys.argv[1:], "--quiet", "pyproject.toml", "-o", name])
        if code != 0:
            return 1
        print(
            f"{name}: {sum('==' in line for line in (ROOT / name).read_text(encoding='utf-8').splitlines())} packages"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
