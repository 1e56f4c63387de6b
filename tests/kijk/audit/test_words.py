"""Every event in the code has words for who reads the trail, and no words are left over (AUD-2).

Found by reading the code: each call of a function that takes an ``action``, such as record(…) and @page(…). An action
that cannot be read there fails: write it out, or hand it on in a parameter of that name.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation import override

from kijk.audit import words
from kijk.audit.words import DetailWords, EventGroup, EventWords

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("kijk", "licensing", "accounts", "observations", "monitoring", "privacy")
ACTION = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
RECORDERS = {"record", "record_apart"}
# Not ours: what argparse does with an option.
FOREIGN = {"add_argument"}


@dataclass(frozen=True)
class Recorded:
    """An action in the code, with the keys of its data that can be read there."""

    action: str
    place: str
    keys: frozenset[str]


class Source:
    """One file, with what its names stand for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            value = getattr(node, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                    self.values.setdefault(target.id, []).append(value)
                    continue
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    for name, part in zip(target.elts, value.elts, strict=False):
                        if isinstance(name, ast.Name):
                            self.values.setdefault(name.id, []).append(part)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield each call with the name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                if name is not None and name not in FOREIGN:
                    yield name, node

    def expressions(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[ast.expr]:
        """Yield an expression's parts, and those of what its names were given."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id not in seen:
                for value in self.values.get(part.id, []):
                    yield from self.expressions(value, seen | {part.id})
            elif isinstance(part, ast.expr):
                yield part

    def actions(self, node: ast.expr) -> set[str]:
        """Return the actions that an expression can be."""
        texts = {
            part.value
            for part in self.expressions(node)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        }
        return {text for text in texts if ACTION.fullmatch(text)}

    def keys(self, node: ast.expr | None, seen: frozenset[ast.expr] = frozenset()) -> frozenset[str]:
        """Return the keys of an event's data that are written out, but not those of what stands inside.

        Functions of one name are not told apart, so that one can seem to call itself: each is ``seen`` once.
        """
        if node is None or node in seen:
            return frozenset()
        seen |= {node}
        if isinstance(node, ast.Dict):
            parts = zip(node.keys, node.values, strict=True)
            return frozenset().union(
                *(self.keys(value, seen) if key is None else {getattr(key, "value", "")} for key, value in parts)
            )
        if isinstance(node, ast.BinOp):
            return self.keys(node.left, seen) | self.keys(node.right, seen)
        if isinstance(node, ast.IfExp):
            return self.keys(node.body, seen) | self.keys(node.orelse, seen)
        if isinstance(node, ast.Name):
            return frozenset().union(*(self.keys(value, seen) for value in self.values.get(node.id, [])))
        if isinstance(node, ast.Call):
            made = returned().get(getattr(node.func, "id", ""), [])
            made = [each for each in made if each[0] is self] or made
            return frozenset().union(*(source.keys(value, seen) for source, value in made))
        return frozenset()


@cache
def sources() -> tuple[Source, ...]:
    """Read the code of all apps, without migrations and without the words themselves."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(Source(path) for path in paths if "migrations" not in path.parts and path.name != "audit_words.py")


@cache
def takers() -> dict[str, int]:
    """Return the functions that take an action, each with the place it has among the arguments."""
    found = {}
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                names = [
                    each.arg for each in (*node.args.args, *node.args.kwonlyargs) if each.arg not in {"self", "cls"}
                ]
                if "action" in names:
                    found[node.name] = names.index("action")
    return found


@cache
def returned() -> dict[str, list[tuple[Source, ast.expr]]]:
    """Return what each function can return, for those that put an event's data together."""
    found: dict[str, list[tuple[Source, ast.expr]]] = {}
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                values = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
                found.setdefault(node.name, []).extend((source, value) for value in values if value is not None)
    return found


def is_handed_on(node: ast.expr) -> bool:
    """Say whether an expression is an action that a caller wrote out."""
    return "action" in {getattr(node, "id", None), getattr(node, "attr", None)}


@cache
def recorded() -> tuple[tuple[Recorded, ...], tuple[str, ...]]:
    """Return all actions in the code, and the places where one cannot be read."""
    found, unreadable = [], []
    for source in sources():
        for name, call in source.calls():
            given = argument(call, "action", takers().get(name))
            if given is None:
                continue
            place = f"{source.path.relative_to(ROOT)}:{call.lineno}"
            actions = source.actions(given)
            keys = source.keys(argument(call, "data", None))
            found += [Recorded(action, place, keys) for action in actions]
            if not actions and name in RECORDERS and not is_handed_on(given):
                unreadable.append(f"{place}: {ast.unparse(given)}")
    return tuple(found), tuple(unreadable)


def argument(call: ast.Call, name: str, place: int | None) -> ast.expr | None:
    """Return what a call gives for a parameter, by name or by place."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if place is None or place >= len(call.args):
        return None
    return call.args[place]


def test_reading_the_code_finds_what_is_known_to_be_there() -> None:
    found = {each.action: each for each in recorded()[0]}
    assert found["child.viewed"].place.startswith("observations/views/children.py:")
    assert {"request.refused", "request.denied", "request.not_found", "request.conflict", "request.failed"} <= set(
        found
    )
    assert found["registration.closed"].keys == {"lines", "answers"}
    assert found["request.denied"].keys == {"page", "method", "status"}
    assert "monitoring.cross_section.printed" in found


def test_every_action_can_be_read_in_the_code() -> None:
    assert list(recorded()[1]) == []


@pytest.mark.requirement("AUD-2.1")
def test_every_action_has_words() -> None:
    declared = words.declared_events()
    missing = {f'"{each.action}" ({each.place})' for each in recorded()[0] if each.action not in declared}
    assert sorted(missing) == [], "Each of these needs a line in the audit_words.py of its app."


def test_every_key_of_an_events_data_has_words() -> None:
    missing = {
        f'"{key}" of "{each.action}" ({each.place})'
        for each in recorded()[0]
        for key in each.keys - {"staff_role"}
        if not words.knows_detail(each.action, key)
    }
    assert sorted(missing) == [], "Each of these needs a line under details in the audit_words.py of its app."


def test_no_words_are_left_over() -> None:
    texts = {
        node.value
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(words.declared_events().keys() - texts) == [], "Nothing in the code records these."


def test_every_thing_that_words_speak_of_has_a_name() -> None:
    things = {each.thing for each in words.declared_events().values() if each.thing}
    assert sorted(thing for thing in things if not words.knows_thing(thing)) == []


def test_words_follow_a_name_as_a_sentence_does() -> None:
    with override("nl"):
        deeds = {action: str(each.deed) for action, each in words.declared_events().items()}
    assert {action: deed for action, deed in deeds.items() if not deed or deed[0].isupper() or deed[-1] in ".!"} == {}
    same = {deed for deed in deeds.values() if list(deeds.values()).count(deed) > 1}
    assert same == set(), "Two kinds of event that read alike cannot be told apart."


def test_event_nobody_declared_shows_its_code() -> None:
    with override("nl"):
        found = words.words_for("thing.happened")
        assert str(found.deed) == "deed iets dat hier geen omschrijving heeft (thing.happened)"
    assert (found.group, found.child_content) == (EventGroup.SYSTEM, False)
    assert words.detail_words_for("thing.happened", "count") == DetailWords("count")
    assert words.thing_words_for("app.thing") == "app.thing"


def test_words_are_declared_once() -> None:
    with pytest.raises(ValueError, match=r"child\.viewed"):
        words.declare({"child.viewed": EventWords("las iets", EventGroup.CHILDREN)})
    with pytest.raises(ValueError, match=r"observations\.child"):
        words.declare({}, things={"observations.child": "kind"})


def test_each_event_is_in_one_group() -> None:
    by_group = {group: words.actions_in(group) for group in EventGroup}
    assert sorted(action for actions in by_group.values() for action in actions) == sorted(words.declared_events())
    assert all(by_group.values())
    others = [action for group in EventGroup if group is not EventGroup.SYSTEM for action in by_group[group]]
    assert words.actions_outside(EventGroup.SYSTEM) == sorted(others)
