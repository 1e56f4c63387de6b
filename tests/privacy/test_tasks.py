"""Background work of privacy."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from kijk.celery import app
from privacy.tasks import clear_expired_sessions


def test_clear_expired_sessions_leaves_those_that_still_run(db: None) -> None:
    now = timezone.now()
    Session.objects.create(session_key="verlopen", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="lopend", session_data="", expire_date=now + timedelta(hours=1))
    assert clear_expired_sessions() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["lopend"]


def test_clear_expired_sessions_runs_every_hour() -> None:
    entry = app.conf.beat_schedule["expired sessions"]
    assert (entry["task"], entry["schedule"]) == (clear_expired_sessions.name, timedelta(hours=1))
