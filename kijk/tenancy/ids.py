"""Row identifiers: UUID version 7, which Python 3.11 and PostgreSQL 15 both lack."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new time-ordered UUID (RFC 9562, section 5.7).

    48 bits of Unix time in milliseconds, then random bits: rows written together lie together in an index,
    and the id exists before the insert, which sealing a value under its row requires.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= secrets.randbits(76)
    value &= ~(0xF << 76)
    value |= 0x7 << 76
    value &= ~(0x3 << 62)
    value |= 0x2 << 62
    return UUID(int=value)
