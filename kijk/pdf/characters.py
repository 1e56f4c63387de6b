"""Which characters the letters of our PDFs have.

A character that they lack would be an empty box on paper, or another font's letter on one machine and not on the next.
The list is that of static/fonts; a test holds it against those files.
"""

import unicodedata
from typing import Final

# Points of Unicode, from and to, both included: Atkinson Hyperlegible Next with its extension for Latin scripts.
RANGES: Final = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x00B4), (0x00B6, 0x0107), (0x010A, 0x0113), (0x0116, 0x011B),
    (0x011E, 0x0123), (0x0126, 0x0127), (0x012A, 0x012B), (0x012E, 0x0133), (0x0136, 0x0137), (0x0139, 0x013E),
    (0x0141, 0x0148), (0x0150, 0x0155), (0x0158, 0x015B), (0x015E, 0x0165), (0x016A, 0x016B), (0x016E, 0x017E),
    (0x0192, 0x0192), (0x0218, 0x021B), (0x0237, 0x0237), (0x02C6, 0x02C7), (0x02C9, 0x02C9), (0x02DA, 0x02DA),
    (0x02DC, 0x02DD), (0x0300, 0x0301), (0x0303, 0x0304), (0x0308, 0x0308), (0x1E80, 0x1E85), (0x1E9E, 0x1E9E),
    (0x1EF2, 0x1EF3), (0x2009, 0x2009), (0x2013, 0x2014), (0x2018, 0x201A), (0x201C, 0x201E), (0x2020, 0x2020),
    (0x2022, 0x2022), (0x2026, 0x2026), (0x2039, 0x203A), (0x2044, 0x2044), (0x20AC, 0x20AC), (0x20B9, 0x20B9),
    (0x2113, 0x2113), (0x2122, 0x2122), (0x2212, 0x2212), (0x2215, 0x2215),
)  # fmt: skip

STAND_IN: Final = "?"

_PRINTED: Final = frozenset(chr(point) for first, last in RANGES for point in range(first, last + 1)) | {"\n"}
# What a keyboard or another program puts in a text and has an equal on paper.
_EQUALS: Final = str.maketrans(
    {"\r": "", "\t": " ", "\u2010": "-", "\u2011": "-", "\u202f": "\u00a0", "\u2003": " ", "\u2002": " ",
     "\u201b": "\u2018", "\u201f": "\u201c", "\u2192": "\u2013", "\u200b": "", "\u200c": "", "\u200d": "",
     "\ufeff": "", "\u00ad": "", "\u2032": "'", "\u2033": '"', "\u25cf": "\u2022", "\u2015": "\u2014", "\ufe0f": ""}
)  # fmt: skip


def tidy(text: str) -> str:
    """Return a text with composed letters, and with signs that have an equal in our letters replaced by that."""
    return unicodedata.normalize("NFC", text).translate(_EQUALS)


def unprintable(text: str) -> list[str]:
    """Return the characters of a text that cannot stand on paper, each once, in their order."""
    return list(dict.fromkeys(char for char in tidy(text) if char not in _PRINTED))


def on_paper(text: str) -> str:
    """Return a text as it can stand on paper; what cannot becomes a question mark, several together one."""
    parts: list[str] = []
    for char in tidy(text):
        if char in _PRINTED:
            parts.append(char)
        elif not parts or parts[-1] != STAND_IN:
            parts.append(STAND_IN)
    return "".join(parts)
