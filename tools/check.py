"""`make check`: every check runs, each says ok or failed, and the exit code is 1 when one failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from tools.environment import ROOT, manage, program, servers

PACKAGES = ("kijk", "accounts", "licensing", "observations", "monitoring", "privacy", "tools", "manage.py")
MOST_LINES = 60


@dataclass(frozen=True)
class Check:
    """One check: what it is called, and the command that fails when it is not passed."""

    name: str
    command: list[str]


def checks() -> list[Check]:
    """Return all checks, the quick ones first."""
    python = sys.executable
    return [
        Check("style", [program("ruff"), "check", "."]),
        Check("format", [program("ruff"), "format", "--check", "."]),
        Check("layers", [program("lint-imports"), "--no-cache"]),
        Check("templates", [program("djlint"), "--lint", "--quiet", "templates"]),
        Check("template rules", [python, "-m", "tools.template_lint"]),
        Check("budgets", [python, "-m", "tools.budgets"]),
        Check("django", manage("check", "--fail-level", "WARNING")),
        Check("migrations", manage("makemigrations", "--check", "--dry-run")),
        Check("catalogues", manage("check_catalogues")),
        Check("types", [program("mypy"), "--strict", *PACKAGES]),
    ]


def main() -> int:
    """Run all checks; returns 0 when each has passed."""
    failed = []
    with servers():
        for check in checks():
            began = time.monotonic()
            done = subprocess.run(check.command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
            verdict = "ok" if done.returncode == 0 else "FAILED"
            print(f"{check.name:<16}{verdict:<8}{time.monotonic() - began:5.1f} s", flush=True)
            if done.returncode != 0:
                failed.append(check.name)
                print(indented(done.stdout + done.stderr), flush=True)
    print(f"make check: {'failed: ' + ', '.join(failed) if failed else 'all ok'}")
    return 1 if failed else 0


def indented(text: str) -> str:
    """Return a check's output set off from the list of verdicts; of a long one, the beginning and the end."""
    lines = text.rstrip().splitlines()
    if len(lines) > MOST_LINES:
        left_out = f"… {len(lines) - MOST_LINES} lines more …"
        lines = [*lines[: MOST_LINES // 2], left_out, *lines[-MOST_LINES // 2 :]]
    return "\n".join(f"    {line}" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
