"""Putting a mail in the outbox, in the transaction of what it tells."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from kijk.mail.kinds import VALID_HOURS, kind_of
from kijk.mail.models import OutboxMessage
from kijk.mail.rendering import render_mail
from kijk.mail.tasks import hand_over
from kijk.tenancy.context import current


def queue_mail(
    *,
    kind: str,
    to_user_id: UUID,
    address: str,
    language: str,
    context: Mapping[str, Any],
    expires_at: datetime | None = None,
) -> OutboxMessage:
    """Write a mail for a user of the organisation in scope and put it in the outbox; it is sent after the commit.

    What is rolled back sends nothing. A queue that is down delays the mail by a minute at most and never fails the
    request. ``context`` holds exactly what the kind declares. ``expires_at`` is when the mail has no use any more;
    for one with a link it is by default ``valid_hours`` from now.

    Raises UnknownMailKind, MailContextError, and ValidationError for an address that is none, such as one with a
    line break.
    """
    now = timezone.now()
    declared = kind_of(kind)
    validate_email(address)
    content = render_mail(declared, address=address, language=language, context=context)
    if expires_at is None and VALID_HOURS in context:
        expires_at = now + timedelta(hours=context[VALID_HOURS])
    message = OutboxMessage(
        kind=kind,
        to_user_id=to_user_id,
        language=language,
        created_at=now,
        next_attempt_at=now,
        expires_at=expires_at,
    )
    message.content = content
    message.save(force_insert=True)
    transaction.on_commit(partial(hand_over, current().organisation_id, message.pk))
    return message
