"""A file of password digests that is looked up where it lies (ACC-3.4).

The format, numbers with their highest byte first:

====== ====== ==========================================================================
offset bytes  content
====== ====== ==========================================================================
0      8      ``KIJKPWL1``
8      8      how many digests follow, n
16     32     SHA-256 of everything from offset 48 on
48     6 · n  the first six bytes of each password's SHA-1 (UTF-8), ascending, each once
====== ====== ==========================================================================

SHA-1 because the public corpus of breached passwords comes as SHA-1: nothing here rests on its strength, for the list
is no secret. Six bytes: a password that is not listed is taken for a listed one with a chance of n / 2^48, which for
ten million entries is one in 28 million, and for the whole corpus of a thousand million one in 280,000.
"""

import hashlib
import mmap
import os
import struct
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, overload

WIDTH: Final = 6
_MAGIC: Final = b"KIJKPWL1"
_HEADER: Final = struct.Struct(">8sQ32s")
_PIECE: Final = 1 << 20


class UnusableList(Exception):
    """The file is missing, or is no list of digests, or is damaged. The message says which, and names the file."""


def digest_of(password: str) -> bytes:
    """Return what the lists keep of a password."""
    # A lone surrogate cannot be UTF-8. No form accepts one, but asking about one must not fail.
    return hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()[:WIDTH]


class DigestList(Sequence[bytes]):
    """The digests of an open file. Raises UnusableList when the file is none, or not as long as it says it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise UnusableList(f"The password list {path} cannot be read: {error}.") from error
        if len(self._map) < _HEADER.size:
            raise UnusableList(f"The password list {path} is too short to be one.")
        magic, self._count, self._checksum = _HEADER.unpack_from(self._map)
        if magic != _MAGIC:
            raise UnusableList(f"{path} is no password list: make one with manage.py build_password_list.")
        if len(self._map) != _HEADER.size + self._count * WIDTH or not self._count:
            raise UnusableList(f"The password list {path} is damaged: it does not have the length it says it has.")

    def __len__(self) -> int:
        return int(self._count)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        start = _HEADER.size + index * WIDTH
        return self._map[start : start + WIDTH]

    def __contains__(self, digest: object) -> bool:
        if not isinstance(digest, bytes):
            return False
        place = bisect_left(self, digest)
        return place < len(self) and self[place] == digest

    def holds(self, password: str) -> bool:
        """Say whether a password is on the list; with the chance above also where it is not."""
        return digest_of(password) in self

    def verify(self) -> None:
        """Read the whole file; raises UnusableList where one bit is not as it was written. Some 3 seconds a GB."""
        checksum = hashlib.sha256()
        for start in range(_HEADER.size, len(self._map), _PIECE):
            checksum.update(self._map[start : start + _PIECE])
        if checksum.digest() != self._checksum:
            raise UnusableList(
                f"The password list {self.path} is damaged: its contents have changed since it was made."
            )


def write_digests(path: Path, digests: Iterable[bytes]) -> int:
    """Write ascending digests to a list, each once, and return their number.

    The file takes the place of an older one only when it is complete, so that a running process never reads half of
    one. Raises ValueError when there are none or when they do not ascend.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            count = _write(file, digests)
        if not count:
            raise ValueError("A password list without passwords would let everything pass.")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write(file: BinaryIO, digests: Iterable[bytes]) -> int:
    file.write(bytes(_HEADER.size))
    checksum, count, last = hashlib.sha256(), 0, b""
    for digest in digests:
        if digest == last:
            continue
        if digest < last or len(digest) != WIDTH:
            raise ValueError("Digests must come in ascending order.")
        file.write(digest)
        checksum.update(digest)
        last, count = digest, count + 1
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, count, checksum.digest()))
    return count
