"""Background work of the outbox."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from kijk.audit.organisations import organisations_with_trail
from kijk.mail import delivery
from kijk.mail.organisations import organisations_with_due_mail
from kijk.tenancy.context import tenant_scope

logger = logging.getLogger(__name__)

# A task nobody took by then is thrown away: the mail itself waits in the table, and the next sweep offers it again.
_OFFERED_S = 55
# A request stands behind the offer, and need not wait for a queue that is down: Celery's own way takes six seconds.
_IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 2}


def hand_over(organisation_id: UUID, message_id: UUID) -> bool:
    """Offer one mail to the workers; return whether the queue took it.

    A queue that is down is no reason to fail what the mail tells of: the sweep finds the mail in the table.
    """
    arguments = {"organisation_id": str(organisation_id), "message_id": str(message_id)}
    try:
        with deliver.app.connection_for_write(transport_options=_IMPATIENT) as queue:
            deliver.apply_async(kwargs=arguments, expires=_OFFERED_S, retry=False, connection=queue)
    except OperationalError as error:
        logger.warning("mail %s waits for the next sweep: the queue is down (%s)", message_id, type(error).__name__)
        return False
    return True


@shared_task(name="kijk.mail.deliver", scoped=False)  # type: ignore[untyped-decorator]
def deliver(*, organisation_id: str, message_id: str) -> str:
    """Send one mail; return what has become of it. Not in a scope: none is held while a mail server thinks."""
    return delivery.deliver_message(
        organisation_id=UUID(organisation_id), message_id=UUID(message_id), now=timezone.now()
    )


@shared_task(name="kijk.mail.send_waiting")  # type: ignore[untyped-decorator]
def send_waiting() -> int:
    """Offer every mail that is due to the workers, of all organisations; return how many.

    Those whose first offer was lost, those to be tried again, and those whose worker died.
    """
    offered, now = 0, timezone.now()
    for organisation_id in organisations_with_due_mail(now=now):
        with tenant_scope(organisation_id):
            waiting = delivery.due_mail(now=now)
        offered += sum(hand_over(organisation_id, message_id) for message_id in waiting)
    return offered


@shared_task(name="kijk.mail.delete_old_mail")  # type: ignore[untyped-decorator]
def delete_old_mail() -> int:
    """Delete what has been in the outbox for 30 days, of all organisations; return how many."""
    deleted = 0
    for organisation_id in organisations_with_trail():
        with tenant_scope(organisation_id):
            deleted += delivery.delete_old_mail(now=timezone.now())
    return deleted
