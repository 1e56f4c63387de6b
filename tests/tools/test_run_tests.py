"""`make test` on a part of the suite: both halves run, and a missing browser is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.helpers import environment

ROOT = Path(__file__).resolve().parents[2]
# Needs neither database nor browser.
PART = "tests/tools/test_template_lint.py"
SKIPPED = "kijk: the browser tests were SKIPPED: "


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH without any browser, and without the program that could install one."""
    (tmp_path / "python").symlink_to(sys.executable)
    return str(tmp_path)


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `make test`'s program as make does."""
    own = {
        name: value
        for name, value in environment(folder, **settings).items()
        if not name.startswith(("PYTEST_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "tools.run_tests", "-q", *arguments],
        cwd=ROOT, env=own, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.requirement("OPS-1.2")
def test_the_suite_runs_and_the_last_line_says_that_the_browser_is_missing(tmp_path: Path, bare_path: str) -> None:
    done = run(tmp_path / "local", PART, PATH=bare_path)

    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert " passed" in lines[-2]
    assert lines[-1].startswith(SKIPPED)


@pytest.mark.requirement("OPS-1.2")
def test_a_browser_that_is_required_and_missing_is_a_failure(tmp_path: Path, bare_path: str) -> None:
    done = run(tmp_path / "local", PART, PATH=bare_path, KIJK_REQUIRE_BROWSER="1")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith(SKIPPED)


def test_a_failing_test_is_a_failure_of_the_whole(tmp_path: Path, bare_path: str) -> None:
    failing = tmp_path / "test_failing.py"
    failing.write_text("def test_it():\n    assert False\n")

    done = run(tmp_path / "local", str(failing), f"--rootdir={ROOT}", PATH=bare_path + os.pathsep + "/nowhere")

    assert done.returncode == 1
    assert "1 failed" in done.stdout
