"""Background work of accounts: answers to who forgot a password, and the end of what is kept of signing in."""

import logging
from datetime import timedelta
from uuid import UUID, uuid4

from axes.models import AccessAttempt
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.domain.forgotten import answer_question
from accounts.domain.links import erase_old_links
from accounts.domain.sessions import erase_old_sessions
from accounts.models import User
from kijk.audit.organisations import organisations_with_trail
from kijk.tenancy.context import PLATFORM, tenant_scope

logger = logging.getLogger(__name__)

_ATTEMPTS_KEPT = timedelta(hours=1)
# Whoever waits longer for a mail has asked again.
_ANSWERED_WITHIN_S = 900


def answer_later(user: User | None) -> None:
    """Have the owner of an account sent what helps; for nobody (None) just as much is done here. No scope may be open.

    Where the queue is down it is done at once: better that the time tells something than that nobody can get in.
    """
    arguments = {
        "organisation_id": str(user.organisation_id if user else PLATFORM),
        "user_id": str(user.pk if user else uuid4()),
    }
    try:
        answer_forgotten.apply_async(kwargs=arguments, expires=_ANSWERED_WITHIN_S, retry=False)
    except OperationalError as error:
        logger.warning("a forgotten password is answered at once: the queue is down (%s)", type(error).__name__)
        answer_forgotten(**arguments)


@shared_task(name="accounts.answer_forgotten")  # type: ignore[untyped-decorator]
def answer_forgotten(*, organisation_id: str, user_id: str) -> str:
    """Send the owner of an account a link; return which mail it was, or "" for none. Twice sends a newer link."""
    user = User.objects.filter(pk=UUID(user_id)).first()
    return answer_question(user=user, now=timezone.now()) if user is not None else ""


@shared_task(name="accounts.erase_sign_in_history")  # type: ignore[untyped-decorator]
def erase_sign_in_history() -> int:
    """Erase sessions, links and attempts as the leaflet promises (Retention.SESSION_HISTORY, ATTEMPTS); return how many.

    Who ever signed in has left an event, so that their organisation has a trail.
    """
    now = timezone.now()
    erased: int = AccessAttempt.objects.filter(attempt_time__lt=now - _ATTEMPTS_KEPT).delete()[0]
    for organisation_id in organisations_with_trail():
        with tenant_scope(organisation_id):
            erased += erase_old_sessions(now) + erase_old_links(now)
    return erased
