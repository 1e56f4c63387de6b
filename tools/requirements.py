"""`make requirements`: the tests of each promise in docs/requirements.md.

Fails on a promise that is due and has no test, on a test that names an id that is not in the table, and on a test that
names more than two. The tests are collected by pytest itself, so that marks of classes and modules count as well; one
that is skipped or expected to fail proves nothing.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TABLE = Path("docs/requirements.md")
MOST = 2
ROW = re.compile(r"^\| (?P<id>[A-Z][A-Z0-9]{1,3}-\d+\.\d+) \| (?P<due>[^|]*?) \|(?P<text>.*)\|$")
HEADING = re.compile(r"^\|\s*id\s*\|\s*due\s*\||^\|[\s:|-]+\|$")


class TableError(Exception):
    """The table cannot be read; the message gives line and reason."""


class Promise(NamedTuple):
    """One row of the table."""

    id: str
    due: bool
    text: str


class Proof(NamedTuple):
    """One test and the promises it says it proves."""

    test: str
    ids: tuple[str, ...]


class Collector:
    """Notes, as a plugin of pytest, the marks of each test and the files that cannot be collected."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.proofs: dict[str, Proof] = {}
        self.broken: list[str] = []

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note a test once, however many parameters it runs with."""
        if any(item.iter_markers("skip")) or any(item.iter_markers("xfail")):
            return
        ids = tuple(dict.fromkeys(str(each) for mark in item.iter_markers("requirement") for each in mark.args))
        if ids:
            test = item.nodeid.split("[")[0]
            self.proofs[test] = Proof(test, ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot be collected: its tests would be missing without a word."""
        if report.failed:
            lines = [line.strip() for line in report.longreprtext.splitlines() if line.strip()]
            self.broken.append(f"{report.nodeid or 'the tests'} cannot be collected: {lines[-1] if lines else '?'}")


def main() -> int:
    """Print the promises with their tests, and each fault on standard error; returns 0, 1 for faults, 2 for no table."""
    try:
        promises = read_promises(TABLE.read_text(encoding="utf-8"))
    except (OSError, TableError) as error:
        print(f"{TABLE}: {error}", file=sys.stderr)
        return 2
    collected = collect()
    proofs = sorted(collected.proofs.values())
    print(write_report(promises, proofs))
    faults = [*collected.broken, *find_faults(promises, proofs)]
    for fault in faults:
        print(fault, file=sys.stderr)
    due = [promise.id for promise in promises.values() if promise.due]
    proven = {each for proof in proofs for each in proof.ids}
    print(f"{len(proven & set(due))} of {len(due)} due promises have a test; {len(promises)} in all.")
    return 1 if faults else 0


def read_promises(text: str) -> dict[str, Promise]:
    """Return the promises of the table by id, in its order. Raises TableError with the line of a mistake."""
    promises: dict[str, Promise] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|") or HEADING.match(line):
            continue
        found = ROW.match(line)
        if found is None:
            message = f"line {number}: not a row `| ABC-1.1 | yes | promise |`"
            raise TableError(message)
        identifier, due, promise = found["id"], found["due"].strip(), found["text"].strip()
        if due not in {"yes", "later"}:
            message = f"line {number}: due is `{due}`, not yes or later"
            raise TableError(message)
        if identifier in promises:
            message = f"line {number}: {identifier} is there twice"
            raise TableError(message)
        if not promise:
            message = f"line {number}: {identifier} promises nothing"
            raise TableError(message)
        promises[identifier] = Promise(identifier, due == "yes", promise)
    if not promises:
        message = "no promises in it"
        raise TableError(message)
    return promises


def collect() -> Collector:
    """Collect the tests of the current folder, running none."""
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"], plugins=[collector])
    return collector


def find_faults(promises: Mapping[str, Promise], proofs: Iterable[Proof]) -> list[str]:
    """Return one line for each fault: of the tests first, then of the promises."""
    faults: list[str] = []
    proven: set[str] = set()
    for proof in proofs:
        proven.update(proof.ids)
        if len(proof.ids) > MOST:
            faults.append(f"{proof.test} carries {len(proof.ids)} ids, more than {MOST}: {', '.join(proof.ids)}")
        faults += [
            f"{proof.test} names {each}, which is not in the table" for each in proof.ids if each not in promises
        ]
    for promise in promises.values():
        if promise.due and promise.id not in proven:
            faults.append(f"{promise.id} is due and has no test: {promise.text}")
    return faults


def write_report(promises: Mapping[str, Promise], proofs: Iterable[Proof]) -> str:
    """Return each promise that is due, or proven early, with its tests under it."""
    tests: dict[str, list[str]] = {}
    for proof in proofs:
        for each in proof.ids:
            tests.setdefault(each, []).append(proof.test)
    lines: list[str] = []
    for promise in promises.values():
        names = tests.get(promise.id, [])
        if promise.due:
            lines.append(f"{promise.id}  {promise.text}")
            lines += [f"    {name}" for name in names] or ["    - no test"]
        elif names:
            lines.append(f"{promise.id} (later)  {promise.text}")
            lines += [f"    {name}" for name in names]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
