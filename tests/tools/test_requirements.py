"""The tool that holds the promises against their tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.requirements import Promise, Proof, TableError, find_faults, read_promises, write_report

ROOT = Path(__file__).resolve().parents[2]
TABLE = """# Promises

| id | due | promise |
|---|---|---|
| ABC-1.1 | yes | It counts. |
| ABC-1.2 | later | It sings. |
"""
PROMISES = read_promises(TABLE)


def run_tool(folder: Path, tests: str, table: str = TABLE) -> subprocess.CompletedProcess[str]:
    """Run the tool, as make does, over a project that consists of one test file."""
    (folder / "docs").mkdir()
    (folder / "docs" / "requirements.md").write_text(table, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    requirement(id): promise\n", encoding="utf-8")
    (folder / "test_it.py").write_text(f"import pytest\nproves = pytest.mark.requirement\n{tests}", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "tools.requirements"],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_read_promises_takes_every_row_in_order() -> None:
    assert list(PROMISES.values()) == [
        Promise("ABC-1.1", due=True, text="It counts."),
        Promise("ABC-1.2", due=False, text="It sings."),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("| ABC-1.3 | soon | It waits. |", "line 7: due is `soon`"),
        ("| ABC-1.1 | yes | Again. |", "line 7: ABC-1.1 is there twice"),
        ("| ABC-1.3 | yes | |", "line 7: ABC-1.3 promises nothing"),
        ("| ABC-1 | yes | No second number. |", "line 7: not a row"),
        ("| abc-1.3 | yes | Small letters. |", "line 7: not a row"),
        ("| ABC-1.3 | yes | No end", "line 7: not a row"),
    ],
)
def test_read_promises_names_the_line_of_a_mistake(row: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_promises(f"{TABLE}{row}\n")


def test_read_promises_refuses_a_table_without_rows() -> None:
    with pytest.raises(TableError, match="no promises"):
        read_promises("# Promises\n")


def test_find_faults_of_a_sound_set_is_empty() -> None:
    assert find_faults(PROMISES, [Proof("t::a", ("ABC-1.1", "ABC-1.2"))]) == []


def test_find_faults_tells_due_without_test_unknown_and_too_many() -> None:
    assert find_faults(PROMISES, [Proof("t::a", ("ABC-1.2", "ABC-9.9", "XYZ-1.1"))]) == [
        "t::a carries 3 ids, more than 2: ABC-1.2, ABC-9.9, XYZ-1.1",
        "t::a names ABC-9.9, which is not in the table",
        "t::a names XYZ-1.1, which is not in the table",
        "ABC-1.1 is due and has no test: It counts.",
    ]


def test_write_report_lists_due_promises_and_early_ones() -> None:
    report = write_report(PROMISES, [Proof("t::a", ("ABC-1.2",)), Proof("t::b", ("ABC-1.2",))])
    assert report.splitlines() == [
        "ABC-1.1  It counts.",
        "    - no test",
        "ABC-1.2 (later)  It sings.",
        "    t::a",
        "    t::b",
    ]
    assert "ABC-1.2" not in write_report(PROMISES, [])


def test_tool_succeeds_when_every_due_promise_has_a_test(tmp_path: Path) -> None:
    done = run_tool(
        tmp_path,
        '@proves("ABC-1.1")\n@pytest.mark.parametrize("n", [1, 2])\ndef test_one(n): raise RuntimeError("never run")\n',
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("test_it.py::test_one") == 1
    assert done.stdout.endswith("1 of 1 due promises have a test; 2 in all.\n")


@pytest.mark.parametrize(
    ("tests", "fault"),
    [
        ("def test_one(): pass\n", "ABC-1.1 is due and has no test"),
        ("", "ABC-1.1 is due and has no test"),
        ('@proves("ABC-1.1")\n@pytest.mark.skip(reason="x")\ndef test_one(): pass\n', "ABC-1.1 is due"),
        ('@proves("ABC-1.1")\n@pytest.mark.xfail(reason="x")\ndef test_one(): pass\n', "ABC-1.1 is due"),
        ('@proves("ABC-1.1", "ABC-1.7")\ndef test_one(): pass\n', "names ABC-1.7, which is not in the table"),
        ('@proves("ABC-1.1", "ABC-1.2")\n@proves("ABC-1.3")\ndef test_one(): pass\n', "carries 3 ids"),
        ("import no_such_module\n", "test_it.py cannot be collected"),
        ("@pytest.mark.parametrize('a', [])\ndef test_one(b): pass\n", "cannot be collected"),
    ],
)
def test_tool_fails_with_one_line_a_fault(tmp_path: Path, tests: str, fault: str) -> None:
    done = run_tool(tmp_path, tests)
    assert done.returncode == 1
    assert fault in done.stderr


def test_tool_names_a_table_it_cannot_read(tmp_path: Path) -> None:
    done = run_tool(tmp_path, "", table="| ABC-1.1 | maybe | It counts. |\n")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("requirements.md: line 1: due is `maybe`, not yes or later")


def test_the_projects_own_table_can_be_read() -> None:
    promises = read_promises((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8"))
    assert all(promise.text.endswith(".") for promise in promises.values())
    assert {"REG-5.1", "SEC-1.1"} <= {promise.id for promise in promises.values() if promise.due}
