"""The words by which a note suggests development lines: reading the list, and finding its words in a text (OBS-2).

The browser does the same while one types (static/js/areas/notes.js); a test holds the two against each other.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parents[2] / "content" / "kijk07" / "words.yaml"
# How many lines a text suggests at most, and what its words must weigh together for one.
MOST_LINES = 2
ENOUGH = 2
_WEIGHTS = {"sure": 2, "maybe": 1}
_FORMAT = 1
_LAST_MONTH = 200
_WORD = re.compile(r"(?P<stem>[a-z][a-z -]*)(?P<whole>\.?)(?:@(?P<from>\d*)(?:-(?P<until>\d+))?)?")

_WORDS, _APOSTROPHES = re.compile("[a-z0-9]+"), re.compile("['’‘`]")


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that tells of a line where it stands in a padded text. Ages are in months, ``until`` not included."""

    found_by: str
    weight: int
    from_months: int
    until_months: int

    def is_for(self, ages: Iterable[int]) -> bool:
        """Say whether it counts for children of these ages: for one of them at least, and without any always."""
        known = tuple(ages)
        return not known or any(self.from_months <= age < self.until_months for age in known)


@cache
def signs() -> Mapping[str, tuple[Sign, ...]]:
    """Return the signs by line code; raises ValueError for a word that is not written in the list's way."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if content["format"] != _FORMAT:
        raise ValueError(f"{FILE.name}: this is not format {_FORMAT}")
    return {code: tuple(_signs(code, lists)) for code, lists in content["lines"].items()}


def _signs(code: str, lists: Mapping[str, list[str]]) -> Iterable[Sign]:
    for kind, weight in _WEIGHTS.items():
        for word in lists[kind]:
            found = _WORD.fullmatch(word)
            if found is None:
                raise ValueError(f"{FILE.name}: {code}: {word!r} is not written as a word of this list")
            until = int(found["until"] or _LAST_MONTH)
            stem = " ".join(words_of(found["stem"]))
            yield Sign(f" {stem}{' ' if found['whole'] else ''}", weight, int(found["from"] or 0), until)


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without accents, apostrophes and signs."""
    plain = text.lower()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _WORDS.findall(_APOSTROPHES.sub("", plain))


def padded(text: str) -> str:
    """Return the words of a text with a blank before and after each: the form in which signs are looked for."""
    return f" {' '.join(words_of(text))} "


def suggest_lines(text: str, ages: Iterable[int] = ()) -> tuple[str, ...]:
    """Return the codes of the lines a note may be about, the best first (OBS-2.1).

    ``ages`` are those of the children it is about, in whole months. Of lines that weigh the same, the one that stands
    first in the list comes first, so that the same text always suggests the same.
    """
    within, known = padded(text), tuple(ages)
    weights = {
        code: sum(sign.weight for sign in of_line if sign.found_by in within and sign.is_for(known))
        for code, of_line in signs().items()
    }
    enough = [code for code, weight in weights.items() if weight >= ENOUGH]
    return tuple(sorted(enough, key=lambda code: -weights[code])[:MOST_LINES])


@cache
def words_for_browser() -> str:
    """Return the list as the page hands it to its script: "line=sure,sure|maybe,maybe;line=…", in the list's own way."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return ";".join(
        f"{code}=" + "|".join(",".join(lists[kind]) for kind in _WEIGHTS) for code, lists in content["lines"].items()
    )
