"""`make test`: the whole suite on two processes, the part without a browser first, then the part with one.

KIJK_REQUIRE_BROWSER=1 makes a missing browser a failure. Further arguments go to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tools.environment import LOCAL, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Chromium itself, and what WeasyPrint uses to put only the letters that occur into a PDF.
PACKAGES = ("chromium", "libharfbuzz-subset0")
NO_TESTS = 5
WORKERS = "2"


def main() -> int:
    """Run both parts; returns 0 when all that ran has passed."""
    arguments = sys.argv[1:]
    required = os.environ.get("KIJK_REQUIRE_BROWSER") == "1"
    has_browser = find_browser() or install_browser()
    # Each process takes half of the files, for what a file's tests share is made once, and helps out at the end.
    shared = ("-n", WORKERS, "--dist", "worksteal", *arguments)
    results = [pytest("-m", "not browser", *shared)]
    if has_browser:
        results.append(pytest("-m", "browser", *shared))
    if not has_browser:
        print(
            "kijk: the browser tests were SKIPPED: there is no Chromium and it cannot be installed from here "
            "(as root on Debian: apt-get install chromium)."
        )
    return 0 if passed(results, part=bool(arguments)) and (has_browser or not required) else 1


def passed(results: list[int], *, part: bool) -> bool:
    """Whether pytest's exit codes mean that all is well; `part` says that only some tests were asked for.

    Such a choice may leave one of the two runs without any test, but not both.
    """
    if not part:
        return not any(results)
    return all(code in {0, NO_TESTS} for code in results) and 0 in results


def find_browser() -> bool:
    """Whether there is a Chromium that Playwright can drive."""
    return any(shutil.which(name) for name in BROWSERS)


def install_browser() -> bool:
    """Install Debian's Chromium where that is possible; returns whether there is one now."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("Installing Chromium for the browser tests …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"kijk: {' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}", file=sys.stderr)
            return False
    return find_browser()


def pytest(*arguments: str) -> int:
    """Run pytest in a process of its own; return its exit code."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=with_compiled_code(os.environ), check=False).returncode


def with_compiled_code(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with a place for compiled code where the machine wants none beside the sources.

    Without one each process compiles the product and all tests anew, which takes it eight seconds.
    """
    kept = dict(settings)
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(LOCAL / "pycache"))
    return kept


if __name__ == "__main__":
    sys.exit(main())
