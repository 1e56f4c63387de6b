"""Background work of privacy."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone


@shared_task(name="privacy.clear_expired_sessions")  # type: ignore[untyped-decorator]
def clear_expired_sessions() -> int:
    """Delete sessions that have run out, as the leaflet promises (Retention.SESSION); return how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
