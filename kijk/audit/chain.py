"""The links of the audit chain: what is hashed, and with which key."""

import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any

from kijk.audit.models import AuditEvent
from kijk.encryption.keyring import KeyPurpose, keyring

GENESIS = bytes(32)


def chain_key(*, create: bool = True) -> bytes:
    """Return the organisation's audit key; without it nobody can make a link that verifies.

    It is a key of its own, which does not rotate and outlives the data keys: a trail stays checkable after a
    child's or an organisation's data were shredded. Raises DecryptionError when it is gone and ``create`` is False.
    """
    return keyring().organisation_key(KeyPurpose.AUDIT, create=create)[1]


def link(key: bytes, event: AuditEvent, previous: bytes) -> bytes:
    """Return the keyed hash (HMAC-SHA256) of an event and the hash before it."""
    content = {
        "organisation": str(event.organisation_id),
        "id": str(event.id),
        "sequence": event.sequence,
        "at": event.at.timestamp(),
        "actor": str(event.actor_id),
        "on_behalf_of": str(event.on_behalf_of_id),
        "action": event.action,
        "object_type": event.object_type,
        "object": str(event.object_id),
        "data": _canonical(event.data),
        "origin": event.origin,
        "previous": previous.hex(),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _canonical(data: Any) -> Any:
    """Return data as they are on both sides of the database, which keeps no difference between 1e16 and its digits."""
    if isinstance(data, dict):
        return {key: _canonical(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_canonical(value) for value in data]
    if isinstance(data, float) and data.is_integer():
        # By way of its digits, as the database takes it: int(1.5e300) would be the nearest binary number.
        return int(Decimal(repr(data)))
    return data
