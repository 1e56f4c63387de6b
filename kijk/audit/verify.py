"""Verifying the audit trail: an altered, removed or inserted event is found (AUD-1).

The newest event too: signed checkpoints outside the database say how far the chain had come.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from kijk.audit.chain import GENESIS, chain_key, link
from kijk.audit.models import AuditEvent, AuditHead
from kijk.encryption.primitives import DecryptionError, derive
from kijk.tenancy.context import tenant_scope


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
    """Return how many events the organisation's chain has, and everything wrong with it. Writes nothing."""
    with tenant_scope(organisation_id):
        try:
            walk = _Walk(organisation_id, chain_key(create=False))
        except DecryptionError as error:
            return AuditEvent.objects.count(), [Fault(organisation_id, 0, f"the audit key cannot be had: {error}")]
        head = walk.to_the_end()
        return walk.events, [*walk.faults, *_head_faults(walk, head), *_checkpoint_faults(organisation_id)]


class _Walk:
    """A walk along an organisation's chain that keeps what it found wrong on its way."""

    def __init__(self, organisation_id: UUID, key: bytes) -> None:
        self.organisation_id = organisation_id
        self.key = key
        self.events = self.sequence = 0
        self.hash = GENESIS
        self.faults: list[Fault] = []

    def to_the_end(self) -> AuditHead | None:
        """Walk until the head is reached or nothing more follows; return the head as it was then.

        The product goes on meanwhile: events written after the first look are there when the head is read, so the
        walk goes on until both agree. An event beyond a head that was read later than it can only be a forgery.
        """
        while True:
            before = self.events
            events = AuditEvent.objects.order_by("sequence")
            for event in (events.filter(sequence__gt=self.sequence) if before else events).iterator(2000):
                self._step(event)
            head = AuditHead.objects.first()
            if head is None or head.sequence <= self.sequence or self.events == before:
                return head

    def _step(self, event: AuditEvent) -> None:
        if event.sequence != self.sequence + 1:
            self._fault(self.sequence + 1, "events are missing before this one")
        if bytes(event.previous_hash) != self.hash:
            self._fault(event.sequence, "does not follow the event before it")
        if not hmac.compare_digest(bytes(event.hash), link(self.key, event, bytes(event.previous_hash))):
            self._fault(event.sequence, "was altered or inserted")
        self.events += 1
        self.sequence, self.hash = event.sequence, bytes(event.hash)

    def _fault(self, sequence: int, reason: str) -> None:
        self.faults.append(Fault(self.organisation_id, sequence, reason))


def _head_faults(walk: _Walk, head: AuditHead | None) -> Iterator[Fault]:
    if head is None:
        if walk.events:
            yield Fault(walk.organisation_id, walk.sequence, "the head of the chain is missing")
    elif (head.sequence, bytes(head.hash)) != (walk.sequence, walk.hash):
        yield Fault(walk.organisation_id, head.sequence, "the newest event is not the one that was written last")


def _checkpoint_faults(organisation_id: UUID) -> Iterator[Fault]:
    checkpoints = read_checkpoints(organisation_id)
    wanted = [checkpoint.sequence for checkpoint in checkpoints if checkpoint]
    rows = AuditEvent.objects.filter(sequence__in=wanted).values_list("sequence", "hash")
    found = {sequence: bytes(value).hex() for sequence, value in rows}
    for checkpoint in checkpoints:
        if checkpoint is None:
            yield Fault(organisation_id, 0, "a checkpoint's signature is not ours")
        elif found.get(checkpoint.sequence) != checkpoint.hash:
            yield Fault(organisation_id, checkpoint.sequence, f"differs from the checkpoint of {checkpoint.at}")


def write_checkpoint(organisation_id: UUID) -> Checkpoint | None:
    """Append the chain's present end to the organisation's checkpoint file, signed; None when nothing is new.

    The folder stands outside the database (in production on another machine), so that who can rewrite the chain
    and its head still cannot hide that its end is gone.
    """
    with tenant_scope(organisation_id):
        head = AuditHead.objects.first()
        known = [found.sequence for found in read_checkpoints(organisation_id) if found]
        if head is None or head.sequence <= max(known, default=0):
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
    """Return the checkpoints of the organisation in scope, oldest first; None for a line whose signature is wrong.

    Raises DecryptionError when the audit key is gone.
    """
    path = _checkpoint_file(organisation_id)
    if not path.exists():
        return []
    return [_parse(organisation_id, line) for line in path.read_text(encoding="utf-8").splitlines()]


def organisations_with_checkpoints() -> set[UUID]:
    """Return the organisations that have a checkpoint file: also those whose whole trail is gone from the database."""
    found = set()
    for path in Path(settings.CHECKPOINT_DIR).glob("*.jsonl"):
        with suppress(ValueError):
            found.add(UUID(path.stem))
    return found


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
    key = derive(chain_key(create=False), "checkpoint")
    text = json.dumps(_content(checkpoint), sort_keys=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _checkpoint_file(organisation_id: UUID) -> Path:
    return Path(settings.CHECKPOINT_DIR) / f"{organisation_id}.jsonl"
