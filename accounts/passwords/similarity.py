"""Whether two texts are nearly the same (ACC-3.3), and whether one holds a word (ACC-3.5)."""

from collections.abc import Iterable

from accounts.passwords.text import composed, folded, letters_of, readings

NEAR = 3
# Shorter remains say nothing: two passwords that share one letter are not alike.
_TELLING_LETTERS = 3
# A whole old password with something added is the old password.
_TELLING_LENGTH = 8
# Short words are found by chance where digits are read as letters, or where words are run together.
_READ_FROM = 4
_JOINED_FROM = 6


def nearly_equal(new: str, old: str) -> bool:
    """Say whether a password is the old one with little changed.

    That is: at most three characters changed, added or removed, capitals aside; or the same letters in the same order;
    or one of the two within the other.
    """
    one, other = composed(new).casefold(), composed(old).casefold()
    if within_edits(one, other, NEAR):
        return True
    letters = letters_of(new)
    if len(letters) >= _TELLING_LETTERS and letters == letters_of(old):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _TELLING_LENGTH and short in long


def within_edits(one: str, other: str, most: int) -> bool:
    """Say whether one text becomes the other by at most ``most`` insertions, deletions and replacements.

    Levenshtein's distance, computed only along the diagonal: what strays further from it is too far already.
    """
    if abs(len(one) - len(other)) > most:
        return False
    far = most + 1
    row = {column: column for column in range(most + 1)}
    for line, letter in enumerate(one, start=1):
        above, row = row, {}
        for column in range(max(0, line - most), min(len(other), line + most) + 1):
            best = above.get(column, far) + 1
            if column:
                replaced = above.get(column - 1, far) + (letter != other[column - 1])
                best = min(best, row.get(column - 1, far) + 1, replaced)
            row[column] = best
    return row.get(len(other), far) <= most


def word_inside(text: str, words: Iterable[str]) -> str:
    """Return the first of the folded words that a text holds, or nothing.

    Accents and capitals aside; longer words also with digits and signs for letters, and with signs in between.
    """
    plain, joined = folded(text), letters_of(text)
    read = readings(plain)
    for word in words:
        if (
            word in plain
            or (len(word) >= _READ_FROM and any(word in reading for reading in read))
            or (len(word) >= _JOINED_FROM and word in joined)
        ):
            return word
    return ""
