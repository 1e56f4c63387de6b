"""What waits in the outbox, and sending it without a worker, for tests of whatever sends mail."""

import re
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import User
from kijk.mail.backends import FolderBackend
from kijk.mail.delivery import deliver_message, due_mail
from kijk.mail.models import MailContent, OutboxMessage
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7

LINK = re.compile(r"https?://\S+/\S+")


def waiting(organisation_id: UUID, kind: str = "") -> list[MailContent]:
    """Return the contents of an organisation's waiting mails (of one kind), the oldest first. Opens the scope."""
    with tenant_scope(organisation_id):
        rows = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING).order_by("created_at", "id")
        return [row.content for row in rows if kind in {"", row.kind}]


def link_in(content: MailContent) -> str:
    """Return the one link of ours with a path in a mail's text; fails when there is none or more than one."""
    (link,) = LINK.findall(content.text)
    return str(link)


def send_all(organisation_id: UUID) -> list[str]:
    """Send what is due, as a worker would, and return the states; a test reads the mails in ``mail.outbox``."""
    now = timezone.now()
    with tenant_scope(organisation_id):
        due = due_mail(now=now)
    return [deliver_message(organisation_id=organisation_id, message_id=message_id, now=now) for message_id in due]


def waiting_mail(to: User) -> OutboxMessage:
    """Make a mail that waits, in the scope that is open, without offering it to the workers."""
    now = timezone.now()
    made = OutboxMessage(kind="proef", to_user_id=to.pk, language="nl", created_at=now, next_attempt_at=now)
    made.content = MailContent(to.email, "Proef", "Goedendag", "<p>Goedendag</p>")
    made.save(force_insert=True)
    return made


def written_mail() -> UUID:
    """Write a mail to the folder of settings.MAIL_DIR and return its id, by which the local page shows it."""
    pk = uuid7()
    mail = EmailMultiAlternatives(
        "Een nieuw wachtwoord voor Kijk",
        "Goedendag,\n\nOpen deze link om het te kiezen.\n\nhttp://localhost:8000/inloggen/\n",
        "Kijk <kijk@kijk.example>",
        ["sanne@voorbeeld.nl"],
        headers={"Message-ID": f"<{pk}@kijk.example>"},
    )
    mail.attach_alternative('<!DOCTYPE html><html lang="nl"><title>Proef</title><h1>Proef</h1></html>', "text/html")
    FolderBackend().send_messages([mail])
    return pk
