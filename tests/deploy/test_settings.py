"""docs/settings.md against the code, the compose file and the Dockerfile, both ways."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PACKAGES = ("kijk", "accounts", "licensing", "observations", "monitoring", "privacy", "tools", "deploy")
NAME = re.compile(r"[A-Z][A-Z0-9_]{3,}")
READERS = {"read", "read_list", "get", "setdefault", "is_set", "getenv", "pop"}
# Read by the tests or by make alone, so that no module of the product names them.
ELSEWHERE = {"KIJK_TEST_ADMIN_URL": "tests/database.py", "PORT": "Makefile", "SCALE": "Makefile"}


def bare(name: str) -> str:
    """Return a setting's own name: NAME_FILE is another way to give NAME."""
    return name.removesuffix("_FILE") if name != "KIJK_GCDG_FILE" else name


def documented() -> set[str]:
    """Return every name the page has in code type."""
    names = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", PAGE))
    return {name for name in names if NAME.fullmatch(name)} - {"NAME_FILE"}


def rows() -> list[list[str]]:
    """Return the rows of the page's tables."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def read_in_code() -> Iterator[str]:
    """Yield what the code asks the environment for: as an argument of a reader, or as an index of os.environ."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    for path in [*files, ROOT / "manage.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from (name for name in arguments(node) if NAME.fullmatch(name))


def arguments(node: ast.AST) -> list[str]:
    """Return the texts with which a piece of code asks the environment."""
    if isinstance(node, ast.Call) and node.args:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        asks = name in {"read", "read_list", "is_set", "getenv"} or (
            isinstance(function, ast.Attribute) and ast.unparse(function.value) == "os.environ" and name in READERS
        )
        if asks:
            return [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
        return [node.slice.value] if isinstance(node.slice, ast.Constant) else []
    return []


def in_containers() -> Iterator[str]:
    """Yield the variables of the compose file, those it takes from `.env`, and those of the Dockerfile."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for service in yaml.safe_load(text)["services"].values():
        yield from service.get("environment", {})
    yield from re.findall(r"\$\{(\w+)", text)
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for block in re.findall(r"^ENV ((?:.*\\\n)*.*)$", dockerfile, re.MULTILINE):
        yield from re.findall(r"(\w+)=", block)
    yield from re.findall(r"^ARG (\w+)", dockerfile, re.MULTILINE)


@pytest.mark.requirement("OPS-2.2")
def test_every_setting_the_code_reads_is_documented() -> None:
    assert {bare(name) for name in read_in_code()} - documented() == set()


@pytest.mark.requirement("OPS-2.2")
def test_every_variable_of_the_containers_is_documented() -> None:
    assert {bare(name) for name in in_containers()} - documented() == set()


def test_every_documented_setting_exists() -> None:
    known = {bare(name) for name in read_in_code()} | {bare(name) for name in in_containers()}
    known |= {"DEBIAN_FRONTEND"}

    assert documented() - known == set(ELSEWHERE)
    for name, path in ELSEWHERE.items():
        assert name in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0].strip("`"))
def test_every_setting_says_meaning_default_and_who_needs_it(row: list[str]) -> None:
    assert len(row) == 4
    assert all(row)


def test_the_reader_of_settings_finds_what_it_should() -> None:
    found = {bare(name) for name in read_in_code()}

    assert {"DATABASE_URL", "SECRET_KEY", "KIJK_LOCAL_DIR", "KIJK_ENVIRONMENT", "WEB_CONCURRENCY"} <= found
    assert {"KIJK_HOST", "POSTGRES_PASSWORD", "PYTHONUNBUFFERED"} <= {bare(name) for name in in_containers()}
