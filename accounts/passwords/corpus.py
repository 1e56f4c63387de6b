"""The public corpus of breached passwords, from a file of lines ``SHA1:count`` to a list of our own (ACC-3.4).

The corpus holds some thousand million lines, sorted by digest or by count. It is read as a stream, twice where only
the most used are wanted; memory stays the same however long it is.
"""

import heapq
import tempfile
from binascii import unhexlify
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from accounts.passwords.digests import WIDTH

# Some 250 MB in memory at a time; for the whole corpus 500 files side by side, which every system allows.
_SORTED_AT_ONCE: Final = 2_000_000
_SHA1_DIGITS: Final = 40


class BadCorpus(Exception):
    """A line of the corpus is not what it must be; the message names it."""


def read_corpus(path: Path, *, limit: int | None, min_count: int) -> Iterator[bytes]:
    """Yield the truncated digests of a corpus, in its own order.

    Only of passwords seen at least ``min_count`` times, and of those the ``limit`` most seen. Raises BadCorpus, or
    OSError when the file cannot be read.
    """
    if limit is None:
        yield from (digest for digest, count in _lines(path) if count >= min_count)
        return
    # First how often each count occurs, so that it is known from which count on there is room.
    occurrences = Counter(count for _, count in _lines(path) if count >= min_count)
    least, room = _least_count(occurrences, limit, min_count)
    for digest, count in _lines(path):
        if count > least:
            yield digest
        elif count == least and room:
            room -= 1
            yield digest


def _least_count(occurrences: Counter[int], limit: int, min_count: int) -> tuple[int, int]:
    """Return the lowest count that still goes in, and for how many passwords of that count there is room."""
    room = limit
    for count in sorted(occurrences, reverse=True):
        if occurrences[count] >= room:
            return count, room
        room -= occurrences[count]
    return min_count - 1, 0


def _lines(path: Path) -> Iterator[tuple[bytes, int]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip()
            if text:
                yield _parse(text, number)


def _parse(text: bytes, number: int) -> tuple[bytes, int]:
    digest, colon, count = text.partition(b":")
    try:
        if len(digest) == _SHA1_DIGITS and colon and count.isdigit():
            return unhexlify(digest)[:WIDTH], int(count)
    except ValueError:
        pass
    raise BadCorpus(f"Line {number} is not a SHA-1 of 40 hexadecimal digits, a colon and a count.")


def ascending(digests: Iterable[bytes], folder: Path, at_once: int = _SORTED_AT_ONCE) -> Iterator[bytes]:
    """Yield digests in ascending order, with at most ``at_once`` of them in memory; the rest waits in ``folder``."""
    rest = iter(digests)
    with tempfile.TemporaryDirectory(prefix="passwords-", dir=folder) as place:
        runs: list[Path] = []
        while run := sorted(islice(rest, at_once)):
            path = Path(place) / str(len(runs))
            path.write_bytes(b"".join(run))
            runs.append(path)
        yield from heapq.merge(*(_read_run(path) for path in runs))


def _read_run(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _digests_in(file)


def _digests_in(file: BinaryIO) -> Iterator[bytes]:
    while digest := file.read(WIDTH):
        yield digest
