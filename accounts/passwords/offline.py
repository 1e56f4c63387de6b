"""Whether a password is common or known from a breach, without asking anybody (ACC-3.4)."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts.passwords.digests import DigestList
from accounts.passwords.shipped import SHIPPED_LIST
from accounts.passwords.text import composed, folded, readings, trimmed, words_of
from accounts.passwords.words import YEARS, context_words, dutch_names

# A word with this many digits and signs around it is that word; with more it begins to be something of its own.
_TRIFLE: Final = 6
_SHORTEST_WORD: Final = 3
_FEW_WORDS: Final = 2
_YEAR: Final = re.compile("|".join(YEARS))
_CAPITAL_INSIDE: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")


def shipped_list() -> DigestList:
    """Return the list that comes with the product. Raises UnusableList."""
    return _open(SHIPPED_LIST)


def larger_list() -> DigestList | None:
    """Return the list that the setting KIJK_PASSWORD_LIST names, or None where it names none. Raises UnusableList."""
    return _open(Path(settings.PASSWORD_LIST)) if settings.PASSWORD_LIST else None


@cache
def _open(path: Path) -> DigestList:
    return DigestList(path)


def is_breached(password: str) -> bool:
    """Say whether exactly this password is on a list: the shipped one or the larger one. Raises UnusableList."""
    forms = {password, composed(password)}
    lists = [shipped_list(), larger_list()]
    return any(known.holds(form) for known in lists if known is not None for form in forms)


def is_common(password: str) -> bool:
    """Say whether a password is a common one, or a common word in the usual disguise.

    Capitals and accents aside, digits and signs read as letters, a few of them around it; or two words of this work,
    or names, with perhaps a year and little else: Kijk!2026school.
    """
    return any(shipped_list().holds(form) for form in _bare_forms(password)) or _only_familiar_words(password)


def _bare_forms(password: str) -> set[str]:
    text = folded(password)
    cores = {core for core in trimmed(text) if len(core) >= _SHORTEST_WORD and len(text) - len(core) <= _TRIFLE}
    read = (reading for form in (text, *cores) for reading in readings(form))
    return {text, *cores, *read}


def _only_familiar_words(password: str) -> bool:
    without_year = _YEAR.sub("", composed(password), count=1)
    words = words_of(_CAPITAL_INSIDE.sub(" ", without_year))
    if not words or len(without_year) - sum(map(len, words)) > _TRIFLE:
        return False
    return sum(map(_pieces, words)) <= _FEW_WORDS


def _pieces(word: str) -> int:
    """Return of how many familiar words a word is made, or more than a few when of others."""
    known = _familiar_words()
    if word in known:
        return 1
    halves = range(_SHORTEST_WORD, len(word) - _SHORTEST_WORD + 1)
    return _FEW_WORDS if any(word[:at] in known and word[at:] in known for at in halves) else _FEW_WORDS + 1


@cache
def _familiar_words() -> frozenset[str]:
    return frozenset([*(word for section in context_words().values() for word in section), *dutch_names()])
