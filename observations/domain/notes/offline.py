"""Notes that wait on a device for a network (OBS-2.2, OBS-2.3): the key they are sealed with there, and their coming in.

The device keeps ciphertext alone. Its key is derived here, for one person on one device, and given to a page of that
person only: who else uses the tablet can neither read nor send what is on it. Nothing of it is stored: the same person
gets the same key again after signing in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.encryption.keyring import keyring
from kijk.encryption.primitives import DecryptionError, derive
from licensing.modules import Module
from observations.domain.notes.writing import NoteRefused
from observations.models import Note

# What one note may weigh when it comes in, and how many somebody may send within an hour: four full devices.
MAX_BYTES = 32 * 1024
MOST_AN_HOUR = 200


class KeyGone(Exception):
    """The organisation's key that the device's key was made with was destroyed: what it sealed stays unreadable."""


class TooManyNotes(NoteRefused):
    """Somebody sent more notes within the hour than a person writes."""

    def __init__(self) -> None:
        super().__init__(_("Er kwamen te veel notities in korte tijd. De rest wordt later verstuurd."))


@dataclass(frozen=True, repr=False)
class DeviceKey:
    """The key for what one person keeps on one device; ``version`` is that of the organisation's key behind it."""

    version: int
    key: bytes


def keeps_offline(user: User) -> bool:
    """Say whether the organisation has notes on devices switched on; no query beyond those for the user's rights."""
    return Module.OFFLINE_NOTES.value in user.access.modules


def device_key(*, user_id: UUID, device: UUID, version: int | None = None) -> DeviceKey:
    """Return the key for a person's notes on a device: the newest, or that of the version they were sealed with.

    HKDF from the organisation's key, so that it is destroyed with it (SEC-2). Raises KeyGone.
    """
    try:
        found, key = keyring().organisation_key(version=version)
    except DecryptionError:
        raise KeyGone from None
    return DeviceKey(found, derive(key, f"offline-notes|{user_id}|{device}"))


def check_pace(*, by: User, now: datetime) -> None:
    """Raise TooManyNotes when somebody has kept more notes in the last hour than a person writes."""
    if Note.objects.filter(author=by, created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyNotes
