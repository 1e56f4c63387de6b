"""Ten codes on paper for when the second factor is lost, each for once (ACC-8.2).

A code is twelve letters and digits, K4QX-9T2W-DMH7, without signs that look alike. The first says which of the ten it
is and stands in the clear before the hash, so that looking at a code costs one argon2 hash and not ten; the other
eleven are 54 bits of chance.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from accounts.models import RecoveryCode, User
from kijk.audit.domain import record

HOW_MANY = 10
# From so few left on, the owner is asked to make new ones.
FEW = 3
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_FIRST = "ABCDEFGHJK"
_LENGTH = 12
_CODE = re.compile(f"[{_FIRST}][{_ALPHABET}]{{{_LENGTH - 1}}}")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—.]+")
_MARK = "$"


def normalise(text: str) -> str:
    """Return a code as it is hashed: capitals only, without what stands between the groups; "" when it can be none."""
    code = _BETWEEN.sub("", text).upper()
    return code if _CODE.fullmatch(code) else ""


def in_groups(code: str) -> str:
    """Return a code as people read it: K4QX-9T2W-DMH7."""
    return "-".join(code[place : place + 4] for place in range(0, _LENGTH, 4))


def make_recovery_codes(*, user: User) -> list[str]:
    """Make ten codes and return them, to be shown this once; those made before work no more. Needs the scope.

    Costs ten argon2 hashes: more than a second.
    """
    RecoveryCode.objects.filter(user=user).delete()
    codes = [first + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH - 1)) for first in _FIRST]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, encoded=f"{code[0]}{_MARK}{make_password(code)}") for code in codes
    )
    record("recovery_codes.made", about=user, data={"codes": len(codes)})
    return [in_groups(code) for code in codes]


def codes_left(user: User) -> int:
    """Return how many codes the user has left. Needs the scope."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def find_code(*, user: User, code: str) -> RecoveryCode | None:
    """Return the unused code this one may be, by its first letter. Needs the scope; one query."""
    unused: Iterable[RecoveryCode] = RecoveryCode.objects.filter(user=user, used_at=None)
    return next((row for row in unused if code and row.encoded.startswith(code[0] + _MARK)), None)


def is_right(row: RecoveryCode | None, code: str) -> bool:
    """Compare a code with the one it may be. Evaluates exactly one argon2 hash; needs no scope, and waits for none."""
    if row is None:
        make_password(code)
        return False
    return check_password(code, row.encoded.partition(_MARK)[2])


def use_code(*, row: RecoveryCode, now: datetime) -> bool:
    """Use a code up; False when somebody else was first. Needs the scope."""
    return RecoveryCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now) == 1
