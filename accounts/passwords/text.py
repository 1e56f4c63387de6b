"""Forms of a text in which two spellings of the same thing are equal."""

import re
import unicodedata
from functools import lru_cache

# "1" stands for i as often as for l, so a text has two readings.
_SIGNS = {"4": "a", "@": "a", "8": "b", "3": "e", "€": "e", "9": "g", "!": "i", "|": "i", "0": "o", "5": "s", "$": "s"}
_SIGNS |= {"7": "t", "+": "t", "2": "z"}
_READINGS = (str.maketrans(_SIGNS | {"1": "i"}), str.maketrans(_SIGNS | {"1": "l"}))
_NO_LETTER = re.compile(r"[\W\d_]+")
_ZERO_WIDTH_JOINERS = {"\u200c", "\u200d"}
_UNSEEN = {"Cc", "Cs", "Co", "Zl", "Zp"}


def composed(text: str) -> str:
    """Return the text in Unicode's form NFC: a letter and its accent are one character, however they were typed."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return the text without accents on Latin letters and without capitals. Other scripts keep their marks."""
    return "".join(_without_accent(letter) for letter in composed(text)).casefold()


@lru_cache(maxsize=4096)
def _without_accent(letter: str) -> str:
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else letter


def letters_of(text: str) -> str:
    """Return only the letters of a text, folded."""
    return _NO_LETTER.sub("", folded(text))


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded, in their order: what stands between anything but letters."""
    return [word for word in _NO_LETTER.split(folded(text)) if word]


def readings(text: str) -> list[str]:
    """Return a folded text with digits and signs read as the letters they stand for: "w@chtw00rd" is wachtwoord."""
    return [text.translate(table) for table in _READINGS]


def trimmed(text: str) -> list[str]:
    """Return a text without what is no letter at its end, and the same also without what is none at its start."""
    end = len(text)
    while end and not text[end - 1].isalpha():
        end -= 1
    start = 0
    while start < end and not text[start].isalpha():
        start += 1
    return [text[:end], text[start:end]]


def is_visible(letter: str) -> bool:
    """Say whether somebody can see a character and so type it again. Joiners inside emoji and some scripts count."""
    category = unicodedata.category(letter)
    return letter in _ZERO_WIDTH_JOINERS if category == "Cf" else category not in _UNSEEN
