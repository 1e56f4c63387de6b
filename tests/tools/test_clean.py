"""`make clean` in a copy of the project: all of its data go, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kijk.servers import embedded, place
from tests.servers.helpers import environment

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the parts that start and stop servers."""
    folder = tmp_path / "project"
    for name in ("kijk/servers", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "kijk" / "__init__.py").write_text("")
    return folder


def clean(project: Path, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "tools/clean.py"],
        cwd=project, env=environment(project / "unused", **{"PYTHONPATH": "", **settings}),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def test_clean_stops_the_servers_and_removes_their_data(project: Path) -> None:
    local = project / ".local"
    embedded.ensure_running(postgresql_needed=True, redis_needed=True, folder=local)
    data = Path(place.read_state(local, "postgresql")["folder"])
    (project / "out").mkdir()
    (project / "README.md").write_text("stays")

    said = clean(project)

    assert not local.exists()
    assert not data.exists()
    assert not (project / "out").exists()
    assert (project / "README.md").exists()
    assert f"removed {local}\n" in said
    assert embedded.status(local) == {"PostgreSQL": None, "Redis": None}
    assert embedded.leave(local) == ()


def test_clean_of_a_clean_project_says_nothing(project: Path) -> None:
    assert clean(project) == ""


def test_clean_leaves_alone_what_only_looks_like_ours(project: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    (precious / "data").mkdir(parents=True)
    (project / ".local").mkdir()
    place.write_state(project / ".local", "postgresql", {"folder": str(precious)})
    (project / "out").symlink_to(precious)

    clean(project, KIJK_LOCAL_DIR=str(precious))

    assert (precious / "data").is_dir()
    assert not (project / ".local").exists()
