"""The size budgets, on a project of the test's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import budgets


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project that the budgets look at."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.setattr(budgets, "ROOT", tmp_path)
    return tmp_path


def breaches(project: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Write the files; return the breaches that are printed."""
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    code = budgets.main()
    lines = capsys.readouterr().out.splitlines()
    assert code == int("all within budget" not in lines)
    return [line for line in lines if not line.startswith(("css:", "js:", "functions:", "all within"))]


def function(lines: int, docstring: str = "") -> str:
    """Return a function with so many lines in all."""
    head = ["def long():", *([f'    """{docstring}"""'] if docstring else [])]
    return "\n".join([*head, *["    x = 1"] * (lines - len(head))]) + "\n"


@pytest.mark.parametrize(
    ("name", "text", "breach"),
    [
        ("app/a.py", "x = 1\n" * 501, "app/a.py: 501 lines (at most 500)"),
        ("tests/test_a.py", "x = 1\n" * 1001, "tests/test_a.py: 1001 lines (at most 1000)"),
        ("templates/a.html", "<p>\n" * 201, "templates/a.html: 201 lines (at most 200)"),
        ("app/a.py", function(41), "app/a.py:1 long: 41 lines (at most 40)"),
        ("static/css/a.css", "a" * 55_001, "static: 55001 bytes of css in all (at most 55000)"),
        ("static/js/a.js", "a" * 40_001, "static: 40001 bytes of js in all (at most 40000)"),
        ("static/css/areas/plans.css", "a" * 8_001, "static: 8001 bytes of css in area plans (at most 8000)"),
        ("static/js/areas/plans/a.js", "a" * 16_001, "static: 16001 bytes of js in area plans (at most 16000)"),
        ("docs/a.md", "one\nhttps://pyp" + "i.org/simple\n", "docs/a.md:2: names a package registry"),
        ("requirements/a.txt", "--index-" + "url x\n", "requirements/a.txt:1: names a package registry"),
    ],
)
def test_what_is_over_budget_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, breach: str
) -> None:
    assert breach in breaches(project, {name: text}, capsys)


def test_what_is_within_budget_passes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "app/a.py": "x = 1\n" * 500,
        "app/b.py": function(26, docstring="What it does."),
        "app/migrations/0001.py": "x = 1\n" * 600,
        "tests/test_a.py": function(200),
        "templates/a.html": "<p>\n" * 200,
        "static/css/a.css": "a" * 50_000,
        "static/css/areas/plans.css": "a" * 8_000,
        "static/js/vendor/b.js": "a" * 90_000,
    }

    assert breaches(project, files, capsys) == []


def test_a_docstring_costs_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = {f"app/short_{number}.py": "def short():\n    return 1\n" for number in range(2)}

    assert breaches(project, {"app/a.py": function(41, docstring="What it does."), **short}, capsys) == []


def test_ignored_files_are_not_looked_at(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert breaches(project, {".gitignore": "out/\n", "out/a.py": "x = 1\n" * 501}, capsys) == []


def test_the_median_function_is_held_to_its_own_budget(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert breaches(project, {"app/a.py": function(30)}, capsys) == ["the median function is longer than 25 lines"]
