"""`make test` on a part of the suite: both halves run, and a missing browser is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kijk.servers import embedded
from tests.servers.helpers import environment, remove_data_outside
from tools import run_tests
from tools.run_tests import passed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
# Needs neither database nor browser.
PART = "tests/tools/test_template_lint.py"


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH without any browser, and without the program that could install one."""
    (tmp_path / "python").symlink_to(sys.executable)
    return str(tmp_path)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Path]:
    """A folder for the servers of the run, none of which is left."""
    folder = tmp_path / "local"
    yield folder
    embedded.stop(folder)
    remove_data_outside(folder)


@pytest.mark.requirement("OPS-1.2")
def test_the_suite_runs_and_the_last_line_says_that_the_browser_is_missing(local: Path, bare_path: str) -> None:
    own = environment(local, PATH=bare_path, KIJK_REQUIRE_BROWSER="0")
    done = subprocess.run(
        [sys.executable, "-m", "tools.run_tests", "-q", PART],
        env={name: value for name, value in own.items() if not name.startswith(("PYTEST_", "DJANGO_"))},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert " passed" in lines[-2]
    assert lines[-1].startswith("kijk: the browser tests were SKIPPED: ")


@pytest.mark.parametrize(
    ("results", "part", "well"),
    [
        ([0, 0], False, True),
        ([0], False, True),
        ([1, 0], False, False),
        ([0, 1], False, False),
        ([0, 5], False, False),
        ([0, 5], True, True),
        ([5, 0], True, True),
        ([5, 5], True, False),
        ([5], True, False),
        ([0, 2], True, False),
    ],
)
def test_exit_codes_mean_what_they_say(results: list[int], part: bool, well: bool) -> None:
    assert passed(results, part=part) is well


@pytest.mark.requirement("OPS-1.2")
@pytest.mark.parametrize(("required", "code"), [("1", 1), ("0", 0)])
def test_a_browser_that_is_required_and_missing_is_a_failure(
    bare_path: str, monkeypatch: pytest.MonkeyPatch, required: str, code: int
) -> None:
    monkeypatch.setenv("PATH", bare_path)
    monkeypatch.setenv("KIJK_REQUIRE_BROWSER", required)
    monkeypatch.setattr(sys, "argv", ["run_tests"])
    # The suite itself is not run within itself: only what is made of its result is looked at.
    monkeypatch.setattr(run_tests, "pytest", lambda *_arguments: 0)

    assert run_tests.main() == code
