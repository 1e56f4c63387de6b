"""The links of the audit chain: what is hashed, and with which key."""

import hashlib
import hmac
import json

from kijk.audit.models import AuditEvent
from kijk.encryption.keyring import KeyPurpose, keyring

GENESIS = bytes(32)


def chain_key() -> bytes:
    """Return the organisation's audit key; without it nobody can make a link that verifies.

    It is a key of its own, which does not rotate and outlives the data keys: a trail stays checkable after a
    child's or an organisation's data were shredded.
    """
    return keyring().organisation_key(KeyPurpose.AUDIT)[1]


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
        "data": event.data,
        "origin": event.origin,
        "previous": previous.hex(),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
