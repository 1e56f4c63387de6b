"""docs/security/asvs.tsv: each line of the checklist has its test, document, recorded deviation or reason (SEC-3)."""

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest

from tests.security.product import ROOT

STATUSES = {"test", "doc", "deviation", "na"}
# The lines of levels 1 and 2 in the chapters that are built: authentication, sessions, authorisation (ASVS 5.0.0).
FROZEN = {
    "L1": (
        "6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 "
        "7.4.2 8.1.1 8.2.1 8.2.2 8.3.1"
    ),
    "L2": (
        "6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.8.1 6.8.2 "
        "6.8.3 6.8.4 7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 8.1.2 8.2.3 8.4.1"
    ),
}
REVIEW = re.compile(r"Owner: \S.*\. Review: .*\d{1,2} [A-Z][a-z]+ \d{4}")


class Line(NamedTuple):
    """One line of the file."""

    id: str
    level: str
    status: str
    proof: str
    note: str


def _lines() -> list[Line]:
    text = (ROOT / "docs" / "security" / "asvs.tsv").read_text(encoding="utf-8")
    header, *rows = text.splitlines()
    assert header == "id\tlevel\tstatus\tproof\tnote"
    return [Line(*row.split("\t")) for row in rows]


LINES = _lines()


def of(status: str) -> list[object]:
    return [pytest.param(line, id=line.id) for line in LINES if line.status == status]


def test_every_line_is_there_once() -> None:
    assert len({line.id for line in LINES}) == len(LINES)
    for level, ids in FROZEN.items():
        assert {line.id for line in LINES if line.level == level} == {f"v5.0.0-{number}" for number in ids.split()}
    assert {line.status for line in LINES} <= STATUSES


@pytest.mark.parametrize("line", of("test"))
def test_test_is_there(line: Line) -> None:
    path, _colons, name = line.proof.partition("::")
    assert name in named_in(path)


@cache
def named_in(path: str) -> set[str]:
    """Return the tests of a file that run wherever they can: none that is skipped or expected to fail."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    marks = {node.name: " ".join(map(ast.unparse, node.decorator_list)) for node in functions}
    return {name for name, mark in marks.items() if name.startswith("test_") and not re.search("skip|xfail", mark)}


@pytest.mark.parametrize("line", [*of("doc"), *of("deviation")])
def test_document_has_the_place(line: Line) -> None:
    path, _hash, anchor = line.proof.partition("#")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert any(heading.startswith(anchor) for heading in anchors_of(text))
    assert anchor


def anchors_of(text: str) -> list[str]:
    """Return the anchors of a page's headings, as they are made of them: small letters, and "-" for a blank."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("line", of("deviation"))
def test_deviation_has_an_owner_and_a_day_of_review(line: Line) -> None:
    path, _hash, anchor = line.proof.partition("#")
    sections = re.split(r"^(?=#+ )", (ROOT / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = next(section for section in sections if any(each.startswith(anchor) for each in anchors_of(section)))
    assert REVIEW.search(found)
    assert line.note


@pytest.mark.parametrize("line", of("na"))
def test_what_does_not_apply_says_why(line: Line) -> None:
    assert (bool(line.note), line.proof) == (True, "")
