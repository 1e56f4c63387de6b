"""Writing to the audit trail (AUD-1).

Events are collected while a scope is open and written as the last statements before its commit: the lock on the
chain's head is then held for a moment and not for the length of a request. What must remain when a request is
rolled back, a refusal for one, is written after it in a scope of its own.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from kijk.audit.chain import GENESIS, chain_key, link
from kijk.audit.models import AuditEvent, AuditHead
from kijk.tenancy.context import Scope, TenantScopeConflict, active_scope, current, tenant_scope

_PENDING = "audit"


def record(
    action: str,
    *,
    about: models.Model | None = None,
    object_type: str = "",
    object_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    on_behalf_of_id: UUID | None = None,
) -> None:
    """Add an event to the trail of the organisation in scope.

    ``action`` reads "thing.happened". The event is about ``about``, or about ``object_type`` and ``object_id``.
    ``data`` holds counts, codes and field names, never a name or a text. What is rolled back to a savepoint takes
    its events along. Raises TenantContextMissing without scope, TypeError or ValueError on data that is not JSON.
    """
    scope = current()
    if about is not None:
        object_type, object_id = about._meta.label_lower, about.pk
    event = AuditEvent(
        organisation_id=scope.organisation_id,
        at=timezone.now(),
        actor_id=scope.actor_id,
        on_behalf_of_id=on_behalf_of_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        data=json.loads(json.dumps(dict(data or {}), allow_nan=False)),
        origin=scope.origin,
    )
    if _PENDING not in scope.state:
        scope.state[_PENDING] = []
        scope.finishers.append(_write_pending)
    scope.state[_PENDING].append((frozenset(connection.savepoint_ids), event))


def record_apart(
    organisation_id: UUID,
    action: str,
    *,
    actor_id: UUID | None = None,
    origin: str = "",
    data: Mapping[str, Any] | None = None,
    object_id: UUID | None = None,
) -> None:
    """Write one event in a scope of its own: what a rolled-back request must still leave behind.

    Raises TenantScopeConflict inside a scope, with which the event would be rolled back.
    """
    if active_scope() is not None:
        raise TenantScopeConflict("An event apart is written after the scope has ended.")
    with tenant_scope(organisation_id, actor_id=actor_id, origin=origin):
        record(action, data=data, object_id=object_id)


def _write_pending(scope: Scope) -> None:
    # Taken out, so that an event of a later finisher finds its way too.
    pending: list[tuple[frozenset[str], AuditEvent]] = scope.state.pop(_PENDING)
    events = [event for savepoints, event in pending if savepoints.isdisjoint(scope.undone)]
    if events:
        append(events)


def append(events: Iterable[AuditEvent]) -> None:
    """Chain events behind the head and insert them; holds the head's lock until the transaction ends."""
    key = chain_key()
    head = _locked_head()
    previous, sequence = bytes(head.hash) or GENESIS, head.sequence
    rows = []
    for event in events:
        sequence += 1
        event.sequence = sequence
        event.previous_hash = previous
        previous = event.hash = link(key, event, previous)
        rows.append(event)
    AuditEvent.objects.bulk_create(rows)
    head.sequence, head.hash = sequence, previous
    head.save(update_fields=["sequence", "hash"])


def _locked_head() -> AuditHead:
    heads = AuditHead.objects.select_for_update()
    found = heads.first()
    if found is None:
        # The first event of an organisation. Another process may be first: its head is the one that counts.
        AuditHead.objects.bulk_create([AuditHead()], ignore_conflicts=True)
        found = heads.get()
    return found
