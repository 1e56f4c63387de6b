"""The words a password is held against: Dutch ones, names, and those of this work (ACC-3.4, ASVS 6.1.2)."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Final

import yaml

DATA: Final = Path(__file__).parent / "data"
# Years somebody was born, married or hired in, and a few to come: the latest are guessed first.
YEARS: Final = tuple(str(year) for year in range(2040, 1929, -1))


def context_words() -> dict[str, list[str]]:
    """Return the words of data/context_words.yaml by section, in the order in which they are guessed."""
    return {section: list(words) for section, words in _context_file().items()}


def club_years() -> Mapping[str, int]:
    """Return football clubs with the year of their founding."""
    clubs: Mapping[str, int] = _context_file()["clubs"]
    return clubs


@cache
def _context_file() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load((DATA / "context_words.yaml").read_text(encoding="utf-8"))
    return loaded


def dutch_words() -> list[str]:
    """Return Dutch words of three letters and more, the most used first."""
    return _lines("dutch_words.txt")


def dutch_names() -> list[str]:
    """Return first names and surnames without accents or spaces, the most usual first."""
    return _lines("dutch_names.txt")


def ranked_words() -> dict[str, list[str]]:
    """Return the dictionaries that zxcvbn lacks, each from the most to the least likely word."""
    return {
        "dutch_words": dutch_words(),
        "dutch_names": dutch_names(),
        "context": interleaved([*context_words().values(), YEARS]),
    }


def interleaved(lists: Iterable[Iterable[str]]) -> list[str]:
    """Return all firsts of the lists, then all seconds, and so on; each word once."""
    return list(dict.fromkeys(word for word in chain.from_iterable(zip_longest(*lists)) if word))


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").split()
