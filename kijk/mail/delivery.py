"""Sending what is in the outbox: at least once, and not twice as long as nothing breaks (docs/decisions/0013).

Three short steps: claim the mail in a transaction, speak to the mail server in none, note the result in another.
A claim is a lease: a worker that dies halfway loses it, and the mail is taken up again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q

from kijk.audit.domain import record
from kijk.encryption.primitives import DecryptionError
from kijk.mail.models import MailContent, OutboxMessage
from kijk.tenancy.context import tenant_scope

State = OutboxMessage.State

# How long after an attempt the next one comes; the last wait is repeated.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MOST_ATTEMPTS: Final = 8
# Longer than a task may run at all (CELERY_TASK_TIME_LIMIT): who holds a claim that ran out is no longer there.
LEASE: Final = timedelta(minutes=15)
KEPT: Final = timedelta(days=30)
_PERMANENT: Final = 500


@dataclass(frozen=True, repr=False)
class Claim:
    """A mail that is ours to send now, and which attempt this is."""

    message_id: UUID
    attempt: int
    language: str
    content: MailContent


@dataclass(frozen=True)
class Failure:
    """Why a mail was not taken: a code without words, and whether trying again makes no sense."""

    code: str
    final: bool


def due_mail(*, now: datetime, limit: int = 500) -> list[UUID]:
    """Return the mails of the organisation in scope that are due, the oldest first, at most ``limit``."""
    due = OutboxMessage.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    return list(due.order_by("next_attempt_at", "id").values_list("id", flat=True)[:limit])


def deliver_message(*, organisation_id: UUID, message_id: UUID, now: datetime) -> str:
    """Send one mail if it is due and nobody else has it; return its state, or "" when there was nothing to do.

    A mail server that refuses or is down is no error here: it is noted at the mail, with the moment of the next
    attempt. Opens the organisation's scope itself; none may be open.
    """
    with tenant_scope(organisation_id):
        claim = _claim(message_id, now)
    if not isinstance(claim, Claim):
        return claim
    failure = _send(claim)
    with tenant_scope(organisation_id):
        return _note(claim, failure, now)


def delete_old_mail(*, now: datetime) -> int:
    """Delete what the organisation in scope has had in its outbox for 30 days (Retention.MAIL); return how many."""
    return OutboxMessage.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _claim(message_id: UUID, now: datetime) -> Claim | str:
    """Take a mail for the length of the lease, or end one that has no use any more; else return its state or ""."""
    due = Q(state=State.WAITING, next_attempt_at__lte=now)
    message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(due, pk=message_id).first()
    if message is None:
        return ""
    if message.expires_at is not None and message.expires_at <= now:
        return _end(message, State.EXPIRED)
    if message.attempts >= MOST_ATTEMPTS:
        # The last attempt never came back to say how it went.
        return _end(message, State.FAILED)
    try:
        content = message.content
    except DecryptionError as error:
        # Its key is gone, with the organisation's data: no later attempt will read it.
        message.last_error = type(error).__name__
        return _end(message, State.FAILED)
    message.attempts += 1
    message.next_attempt_at = now + LEASE
    message.save(update_fields=["attempts", "next_attempt_at"])
    return Claim(message.pk, message.attempts, message.language, content)


def _send(claim: Claim) -> Failure | None:
    """Hand the mail to the mail server; return why it did not take it."""
    content = claim.content
    sender = settings.DEFAULT_FROM_EMAIL
    mail = EmailMultiAlternatives(
        content.subject,
        content.text,
        sender,
        [content.recipient],
        headers={
            # The same at each attempt, so that a mail server can tell the second copy of a mail.
            "Message-ID": f"<{claim.message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>",
            # RFC 3834, and what Exchange listens to: no out-of-office answers.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": claim.language,
        },
    )
    mail.attach_alternative(content.html, "text/html")
    connection = get_connection()
    try:
        connection.send_messages([mail])
    except OSError as error:
        # Every error of smtplib, TLS and the network is one.
        return failure_of(error)
    finally:
        # Django leaves it open when TLS or signing in fails; and a mail that was taken is sent, however one parts.
        with suppress(OSError):
            connection.close()
    return None


def failure_of(error: OSError) -> Failure:
    """Return what an error of the conversation means for the mail.

    Final is only what the server says for good (5xx) of this address or this text. A sender or a password it does
    not accept is the operator's to mend, and the mail waits for that.
    """
    name = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused):
        code = next(code for code, _words in error.recipients.values())
        return Failure(f"{name} {code}", final=code >= _PERMANENT)
    if isinstance(error, SMTPResponseException):
        final = isinstance(error, SMTPDataError) and error.smtp_code >= _PERMANENT
        return Failure(f"{name} {error.smtp_code}", final=final)
    return Failure(name, final=False)


# What was not sent leaves an event: somebody misses it.
_EVENTS: Mapping[str, str] = {State.FAILED: "mail.failed", State.EXPIRED: "mail.expired"}


def _note(claim: Claim, failure: Failure | None, now: datetime) -> str:
    """Write down how the attempt went; return the mail's state."""
    held = OutboxMessage.objects.select_for_update().filter(pk=claim.message_id, attempts=claim.attempt)
    message = held.filter(state=State.WAITING).first()
    if message is None:
        # The lease ran out meanwhile and another worker has it, or the row is gone.
        return ""
    if failure is None:
        message.sent_at = now
        return _end(message, State.SENT)
    message.last_error = failure.code
    if failure.final or claim.attempt >= MOST_ATTEMPTS:
        return _end(message, State.FAILED)
    retry_at = now + WAITS[min(claim.attempt, len(WAITS)) - 1]
    # Not later than its end, so that the content does not outlive its use.
    message.next_attempt_at = min(retry_at, message.expires_at or retry_at)
    message.save(update_fields=["last_error", "next_attempt_at"])
    return str(message.state)


def _end(message: OutboxMessage, state: str) -> str:
    """Empty the mail and leave the fact; what was not sent leaves an event, for somebody misses it."""
    message.state = state
    message.content = None
    message.save(update_fields=["state", "content", "sent_at", "last_error"])
    action = _EVENTS.get(state)
    if action is not None:
        data = {"kind": message.kind, "attempts": message.attempts, "error": message.last_error}
        record(action, about=message, data=data)
    return str(state)
