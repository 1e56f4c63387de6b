"""Reading YAML with the place of every mistake: values keep the line they stand on until they are checked.

``yaml.compose`` gives nodes with marks where ``safe_load`` gives bare values, drops a duplicate key without a word
and turns ``no`` into False. Mistakes are collected and reading goes on, so that an author sees all of them at once.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

_TEXT = "tag:yaml.org,2002:str"
_WHOLE = "tag:yaml.org,2002:int"
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_KIND_OF = {
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:bool": "a yes or no",
    _WHOLE: "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
}
#: Larger is no instrument; it also keeps a slip of the path from filling the memory.
LARGEST_FILE = 5_000_000


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong in a file, at a line counted from 1 (0: the file as a whole)."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class YamlFile:
    """A file that is read, and where its mistakes are collected."""

    name: str
    mistakes: list[Mistake]

    def note(self, line: int, reason: str) -> None:
        """Collect a mistake."""
        self.mistakes.append(Mistake(self.name, line, reason))

    def compose(self, path: Path) -> yaml.Node | None:
        """Return the file's one document, or None when it is not there, is not YAML or is empty (noted)."""
        text = self._read(path)
        if text is None:
            return None
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.note(mark.line + 1 if mark else 0, f"is not YAML: {error.problem or error.context}")
        except yaml.reader.ReaderError as error:
            self.note(text.count("\n", 0, error.position) + 1, "holds a character that YAML does not allow")
        else:
            if node is None:
                self.note(0, "is empty")
            return node
        return None

    def _read(self, path: Path) -> str | None:
        try:
            if path.stat().st_size > LARGEST_FILE:
                self.note(0, f"is larger than {LARGEST_FILE} bytes")
                return None
            content = path.read_bytes()
        except OSError as error:
            self.note(0, f"cannot be read: {error.strerror}")
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            self.note(content.count(b"\n", 0, error.start) + 1, "is not UTF-8")
            return None


def line_of(node: yaml.Node) -> int:
    """Return the line a node begins on, counted from 1."""
    return int(node.start_mark.line) + 1


class Fields:
    """The keys of one mapping, read one by one; each reader notes what is wrong and returns None then."""

    def __init__(
        self, file: YamlFile, node: yaml.Node, what: str, *, required: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        """Take a node that should be a mapping with these keys; ``what`` names it in mistakes ("the milestone")."""
        self.file, self.node, self.what = file, node, what
        self.line = line_of(node)
        required = tuple(required)
        self._nodes: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            file.note(self.line, f"{what} should be keys with values, but is {_kind(node)}")
            return
        self._read_keys(node, (*required, *optional))
        missing = [key for key in required if key not in self._nodes]
        if missing:
            file.note(self.line, f"{what} misses {_listed(missing)}")

    def _read_keys(self, node: yaml.MappingNode, known: Collection[str]) -> None:
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key not in known:
                close = get_close_matches(str(key), known, n=1)
                hint = f" (meant: {close[0]}?)" if close else ""
                self.file.note(line_of(key_node), f"{self.what} has an unknown key {key!r}{hint}")
            elif key in self._nodes:
                self.file.note(line_of(key_node), f"{self.what} has the key {key!r} twice")
            else:
                self._nodes[key] = value

    def node_of(self, key: str) -> yaml.Node | None:
        """Return the node of a key, or None when it is missing (noted before)."""
        return self._nodes.get(key)

    def line_of(self, key: str) -> int:
        """Return the line of a key's value, or of the mapping when the key is missing."""
        return line_of(self._nodes[key]) if key in self._nodes else self.line

    def text(self, key: str, *, longest: int = 0, pattern: str = "") -> str | None:
        """Return a text, trimmed and not empty, of at most ``longest`` characters (0: any) that fits ``pattern``."""
        node = self._nodes.get(key)
        return None if node is None else text_of(self.file, node, key, longest=longest, pattern=pattern)

    def choice(self, key: str, options: Collection[str]) -> str | None:
        """Return a text that is one of ``options``."""
        found = self.text(key)
        if found is not None and found not in options:
            self.file.note(self.line_of(key), f"{key} is {found!r}, which is not one of {_listed(options)}")
            return None
        return found

    def whole(self, key: str, *, low: int, high: int) -> int | None:
        """Return a whole number from ``low`` to ``high``."""
        node = self._nodes.get(key)
        if node is None:
            return None
        found = _whole(node)
        if found is None or not low <= found <= high:
            shown = _kind(node) if found is None else found
            self.file.note(line_of(node), f"{key} should be a whole number from {low} to {high}, but is {shown}")
            return None
        return found

    def entries(self, key: str) -> list[yaml.Node]:
        """Return the entries of a list that is not empty."""
        node = self._nodes.get(key)
        return [] if node is None else entries_of(self.file, node, key)


def text_of(file: YamlFile, node: yaml.Node, what: str, *, longest: int = 0, pattern: str = "") -> str | None:
    """Return a node's text; see ``Fields.text``."""
    if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT:
        quotes = ": put it in quotes" if isinstance(node, yaml.ScalarNode) and node.value else ""
        file.note(line_of(node), f"{what} should be text, but is {_kind(node)}{quotes}")
        return None
    found = str(node.value).strip()
    if not found:
        file.note(line_of(node), f"{what} is empty")
    elif longest and len(found) > longest:
        file.note(line_of(node), f"{what} has {len(found)} characters, more than {longest}")
    elif pattern and not re.fullmatch(pattern, found):
        file.note(line_of(node), f"{what} is {found!r}, which does not have the form {pattern}")
    else:
        return found
    return None


def entries_of(file: YamlFile, node: yaml.Node, what: str) -> list[yaml.Node]:
    """Return the entries of a node that should be a list with at least one."""
    if not isinstance(node, yaml.SequenceNode):
        file.note(line_of(node), f"{what} should be a list, but is {_kind(node)}")
        return []
    if not node.value:
        file.note(line_of(node), f"{what} is empty")
    return list(node.value)


def numbered_of(file: YamlFile, node: yaml.Node, what: str, numbers: range) -> dict[int, yaml.Node]:
    """Return the values of a mapping whose keys must be exactly ``numbers``, ascending."""
    if not isinstance(node, yaml.MappingNode):
        file.note(line_of(node), f"{what} should be numbers with values, but is {_kind(node)}")
        return {}
    found: dict[int, yaml.Node] = {}
    for key_node, value in node.value:
        key = _whole(key_node)
        if key is None or key not in numbers:
            shown = getattr(key_node, "value", "")
            file.note(
                line_of(key_node), f"{what} has {shown!r}, which is not a number from {numbers[0]} to {numbers[-1]}"
            )
        elif key in found:
            file.note(line_of(key_node), f"{what} has {key} twice")
        else:
            found[key] = value
    missing = [str(number) for number in numbers if number not in found]
    if missing:
        file.note(line_of(node), f"{what} misses {_listed(missing)}")
    return dict(sorted(found.items()))


def _whole(node: yaml.Node) -> int | None:
    if isinstance(node, yaml.ScalarNode) and node.tag == _WHOLE and _WHOLE_NUMBER.fullmatch(node.value):
        return int(node.value)
    return None


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "keys with values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    kind = _KIND_OF.get(node.tag, "text" if node.tag == _TEXT else "something else")
    return f"{kind} ({node.value})" if node.value else kind


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
