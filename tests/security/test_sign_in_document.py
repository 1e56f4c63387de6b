"""docs/security/sign-in.md says what the code does: its limits, its ways in, its rights (ASVS V6, V7, V8)."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.urls import resolve

from accounts.models import UserSession
from accounts.roles import ROLE_TABLE, Right, Role
from kijk import settings as kijk_settings
from tests.security.product import ROOT, modules

TEXT = (ROOT / "docs" / "security" / "sign-in.md").read_text(encoding="utf-8")
# Each of these lets somebody in, or says who somebody is.
SIGNS_IN = {"login", "aauthenticate", "authenticate", "force_login", "complete_sign_in", "begin_session"}
ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \|", re.MULTILINE)
SPANS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def rows_under(title: str) -> dict[str, str]:
    """Return the rows of the table under a heading: the name in its first cell, and its second cell."""
    section = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return dict(ROW.findall(section))


def value_of(name: str) -> Any:
    if name.startswith("settings."):
        return getattr(settings, name.removeprefix("settings."))
    module, _dot, constant = name.rpartition(".")
    return getattr(import_module(module), constant)


def in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if not isinstance(value, timedelta):
        return str(value)
    unit, word = next((unit, word) for unit, word in SPANS if value % unit == timedelta(0))
    count = value // unit
    return f"{count} {word}{'' if count == 1 else 's'}"


LIMITS = {**rows_under("Limits"), **rows_under("Sessions")}


@pytest.mark.parametrize("name", LIMITS)
def test_limit_is_that_of_the_code(name: str) -> None:
    assert in_words(value_of(name)) == LIMITS[name]


def test_limits_of_axes_are_all_there() -> None:
    limiting = {name for name in dir(kijk_settings) if re.fullmatch(r"AXES_(\w+_LIMIT|\w+_TIME|LOCKOUT_\w+)", name)}
    assert {f"settings.{name}" for name in limiting} == {name for name in LIMITS if "AXES" in name}


# ------------------------------------------------------------------------------------------- ways in


def test_ways_in_are_those_of_the_document() -> None:
    described = {name: cell for name, cell in rows_under("Ways in").items() if "." not in name}
    assert set(described) == {method.value for method in UserSession.Method}


def test_addresses_of_the_ways_in_exist() -> None:
    addresses = re.findall(r"`(/inloggen/[a-z/-]*)` \|", TEXT)
    assert len(addresses) == len(UserSession.Method)
    assert {resolve(address).view_name.partition(":")[0] for address in addresses} == {"accounts"}


def test_what_signs_in_is_called_where_the_document_says() -> None:
    described = {
        (name, called)
        for name, cell in rows_under("Ways in").items()
        if "." in name
        for called in re.findall(r"`(\w+)`", cell)
    }
    assert set(_calls()) == described


def _calls() -> Iterator[tuple[str, str]]:
    for name, module in modules():
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from ((f"{name}.{function.name}", called) for called in _signs_in(function))


def _signs_in(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in SIGNS_IN:
                yield called


# -------------------------------------------------------------------------------------------- rights


def test_rights_are_those_of_the_code() -> None:
    described = {name: set(cell.split(", ")) for name, cell in rows_under("Who may do what").items() if "." in name}
    assert described == {
        right.code: {
            f"{role.value} ({ROLE_TABLE[role][right].name.lower()})" for role in Role if right in ROLE_TABLE[role]
        }
        for right in Right
    }
