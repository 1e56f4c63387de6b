"""Verifying the audit trail: an altered, removed or inserted event is found (AUD-1).

The newest event too: signed checkpoints outside the database say how far the chain had come.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from kijk.audit.chain import GENESIS, chain_key, link
from kijk.audit.models import AuditEvent, AuditHead
from kijk.encryption.primitives import derive
from kijk.tenancy.context import current, tenant_scope


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a chain, at an event's number."""

    organisation_id: UUID
    sequence: int
    reason: str


@dataclass(frozen=True)
class Checkpoint:
    """How far an organisation's chain had come at a moment."""

    organisation_id: UUID
    sequence: int
    hash: str
    at: str


def verify_organisation(organisation_id: UUID) -> tuple[int, list[Fault]]:
    """Return how many events the organisation's chain has, and everything wrong with it."""
    with tenant_scope(organisation_id):
        faults = [*_chain_faults(), *_checkpoint_faults()]
        return AuditEvent.objects.count(), faults


def _chain_faults() -> Iterator[Fault]:
    organisation_id = current().organisation_id
    key = chain_key()
    previous, expected = GENESIS, 0
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000):
        expected += 1
        if event.sequence != expected:
            yield Fault(organisation_id, expected, "events are missing before this one")
            expected = event.sequence
        if bytes(event.previous_hash) != previous:
            yield Fault(organisation_id, event.sequence, "does not follow the event before it")
        if not hmac.compare_digest(bytes(event.hash), link(key, event, bytes(event.previous_hash))):
            yield Fault(organisation_id, event.sequence, "was altered or inserted")
        previous = bytes(event.hash)
    head = AuditHead.objects.first()
    if head is not None and (head.sequence != expected or bytes(head.hash) != previous) and head.sequence:
        yield Fault(organisation_id, head.sequence, "the newest event is not the one that was written last")
    if head is None and expected:
        yield Fault(organisation_id, expected, "the head of the chain is missing")


def _checkpoint_faults() -> Iterator[Fault]:
    organisation_id = current().organisation_id
    for checkpoint in read_checkpoints(organisation_id):
        if checkpoint is None:
            yield Fault(organisation_id, 0, "a checkpoint's signature is not ours")
        elif not AuditEvent.objects.filter(sequence=checkpoint.sequence, hash=bytes.fromhex(checkpoint.hash)).exists():
            yield Fault(organisation_id, checkpoint.sequence, f"differs from the checkpoint of {checkpoint.at}")


def write_checkpoint(organisation_id: UUID) -> Checkpoint | None:
    """Append the chain's present end to the organisation's checkpoint file, signed; None when nothing is new.

    The folder stands outside the database (in production on another machine), so that who can rewrite the chain
    and its head still cannot hide that its end is gone.
    """
    with tenant_scope(organisation_id):
        head = AuditHead.objects.first()
        known = [found.sequence for found in read_checkpoints(organisation_id) if found]
        if head is None or head.sequence in known:
            return None
        moment = timezone.now().isoformat(timespec="seconds")
        checkpoint = Checkpoint(organisation_id, head.sequence, bytes(head.hash).hex(), moment)
        line = json.dumps({**_content(checkpoint), "signature": _signature(checkpoint)})
    path = _checkpoint_file(organisation_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return checkpoint


def read_checkpoints(organisation_id: UUID) -> list[Checkpoint | None]:
    """Return the checkpoints of the organisation in scope, oldest first; None for a line whose signature is wrong."""
    path = _checkpoint_file(organisation_id)
    if not path.exists():
        return []
    return [_parse(organisation_id, line) for line in path.read_text(encoding="utf-8").splitlines()]


def _parse(organisation_id: UUID, line: str) -> Checkpoint | None:
    try:
        row = json.loads(line)
        checkpoint = Checkpoint(organisation_id, int(row["sequence"]), str(row["hash"]), str(row["at"]))
        right = hmac.compare_digest(str(row["signature"]), _signature(checkpoint))
    except (ValueError, KeyError, TypeError):
        return None
    return checkpoint if right else None


def _content(checkpoint: Checkpoint) -> dict[str, str | int]:
    return {
        "organisation": str(checkpoint.organisation_id),
        "sequence": checkpoint.sequence,
        "hash": checkpoint.hash,
        "at": checkpoint.at,
    }


def _signature(checkpoint: Checkpoint) -> str:
    key = derive(chain_key(), "checkpoint")
    text = json.dumps(_content(checkpoint), sort_keys=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _checkpoint_file(organisation_id: UUID) -> Path:
    return Path(settings.CHECKPOINT_DIR) / f"{organisation_id}.jsonl"
