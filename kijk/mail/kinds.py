"""Which mails there are. The apps above declare theirs when they start; the ground floor knows none by itself."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

# What opens something of ours, and for how many hours it does; the mail is not sent any more after them.
LINK: Final = "link"
VALID_HOURS: Final = "valid_hours"

_CODE: Final = re.compile(r"[a-z][a-z_]{0,39}")


class UnknownMailKind(LookupError):
    """A mail was asked for that no app has declared."""


@dataclass(frozen=True)
class MailKind:
    """One sort of mail: its subject, and the only things its text can speak of.

    ``code`` names its templates, templates/mail/<code>.txt and .html. ``keys`` are what must be given with each
    mail; "link" must be an address of ours and comes with "valid_hours". ``subject`` may hold them too, as ``%(inviter)s``.
    """

    code: str
    subject: Promise
    keys: frozenset[str]


_declared: dict[str, MailKind] = {}


def declare_kind(code: str, *, subject: Promise, keys: frozenset[str] = frozenset()) -> None:
    """Declare a kind of mail, once.

    Raises ValueError for a code that is taken or cannot name a template, and for a link that never ends.
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} cannot name a mail: small letters and underscores only.")
    if code in _declared:
        raise ValueError(f"The mail {code} is declared twice.")
    if LINK in keys and VALID_HOURS not in keys:
        raise ValueError(f"The mail {code} has a link and does not say for how many hours.")
    _declared[code] = MailKind(code, subject, keys)


def kind_of(code: str) -> MailKind:
    """Return a declared kind; raises UnknownMailKind."""
    try:
        return _declared[code]
    except KeyError:
        raise UnknownMailKind(f"No app declares the mail {code}.") from None


def declared_kinds() -> tuple[MailKind, ...]:
    """Return all kinds, by their codes."""
    return tuple(_declared[code] for code in sorted(_declared))
