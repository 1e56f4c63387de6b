"""The outbox: written with what it tells or not at all, sealed, and never in the way of a request."""

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.mail.domain import queue_mail
from kijk.mail.kinds import UnknownMailKind
from kijk.mail.links import absolute_url
from kijk.mail.models import OutboxMessage
from kijk.mail.organisations import organisations_with_due_mail
from kijk.mail.tasks import deliver, send_waiting
from kijk.tenancy.context import TenantContextMissing, tenant_scope
from tests.database import TestDatabase
from tests.kijk.mail.conftest import Queue
from tests.mails import link_in, waiting

Row = Callable[[UUID], OutboxMessage]


def offered(message_id: UUID) -> int:
    """Count in the real queue how often a mail was offered to the workers."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        tasks: Any = client.lrange("default", 0, -1)
    bodies = [base64.b64decode(json.loads(task)["body"]).decode() for task in tasks]
    return sum(str(message_id) in body for body in bodies)


def test_mail_waits_with_what_the_kind_says(queue: Queue, reader: User, row: Row) -> None:
    before = timezone.now()
    found = row(queue())
    assert (found.kind, found.to_user_id, found.language) == ("password_reset", reader.pk, "nl")
    assert (found.state, found.attempts, found.sent_at, found.last_error) == ("waiting", 0, None, "")
    assert found.next_attempt_at == found.created_at
    assert before <= found.created_at <= timezone.now()
    (content,) = waiting(reader.organisation_id, "password_reset")
    assert (content.recipient, content.subject) == (reader.email, "Een nieuw wachtwoord voor Kijk")
    assert link_in(content) == "http://localhost:8000/wachtwoord/geheim-van-de-link/"


def test_mail_with_a_link_ends_with_the_link(queue: Queue, row: Row) -> None:
    found = row(queue())
    assert found.expires_at == found.created_at + timedelta(hours=2)
    end = timezone.now() + timedelta(minutes=5)
    assert row(queue(expires_at=end)).expires_at == end


def test_content_cannot_be_read_in_the_table(queue: Queue, reader: User, committed_db: TestDatabase) -> None:
    queue()
    with psycopg.connect(committed_db.owner_url) as owner:
        (everything,) = owner.execute("SELECT string_agg(o::text, ' ') FROM mail_outboxmessage o").fetchone() or ("",)
        (sealed,) = owner.execute("SELECT content FROM mail_outboxmessage").fetchone() or (b"",)
    for secret in (reader.email, "geheim-van-de-link", "wachtwoord voor Kijk", "De Vlieger"):
        assert secret not in everything
        assert secret.encode() not in sealed
    assert len(sealed) > 1000


def test_mail_is_offered_to_the_workers_after_the_commit(reader: User) -> None:
    with tenant_scope(reader.organisation_id):
        made = _queue(reader)
        assert offered(made.pk) == 0
    assert offered(made.pk) == 1


def test_what_is_rolled_back_sends_nothing(reader: User) -> None:
    made = []
    with pytest.raises(ZeroDivisionError), tenant_scope(reader.organisation_id):  # noqa: PT012 - the write comes first
        made.append(_queue(reader))
        raise ZeroDivisionError
    with tenant_scope(reader.organisation_id):
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
            made.append(_queue(reader))
            raise ZeroDivisionError
        kept = _queue(reader)
    with tenant_scope(reader.organisation_id):
        assert [found.pk for found in OutboxMessage.objects.all()] == [kept.pk]
    assert [offered(each.pk) for each in (*made, kept)] == [0, 0, 1]


def test_queue_that_is_down_delays_the_mail_and_fails_nothing(
    queue: Queue, reader: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does it keep a request waiting."""
    monkeypatch.setattr(deliver.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    began = time.monotonic()
    pk = queue()
    assert time.monotonic() - began < 2
    assert caplog.messages == [f"mail {pk} waits for the next sweep: the queue is down (OperationalError)"]
    assert send_waiting() == 0
    monkeypatch.undo()
    assert offered(pk) == 0
    assert send_waiting() == 1
    assert offered(pk) == 1


def test_sweep_offers_what_is_due_of_every_organisation(queue: Queue, reader: User, row: Row) -> None:
    due, later, done = queue(), queue(), queue()
    with tenant_scope(reader.organisation_id):
        OutboxMessage.objects.filter(pk=later).update(next_attempt_at=timezone.now() + timedelta(minutes=1))
        OutboxMessage.objects.filter(pk=done).update(state="failed", content=None)
    before = [offered(pk) for pk in (due, later, done)]
    assert organisations_with_due_mail(now=timezone.now()) == [reader.organisation_id]
    assert send_waiting() == 1
    assert [offered(pk) for pk in (due, later, done)] == [before[0] + 1, *before[1:]]


def test_sweep_opens_no_organisation_that_has_nothing_due(queue: Queue, django_assert_num_queries: Any) -> None:
    """Otherwise it would take longer the more organisations there are."""
    now = timezone.now() - timedelta(hours=1)
    queue()
    with django_assert_num_queries(1):
        assert organisations_with_due_mail(now=now) == []


def test_address_with_a_line_break_is_refused(reader: User) -> None:
    for address in (
        "a@voorbeeld.nl\nBcc: b@elders.example",
        "a@voorbeeld.nl\r",
        "a",
        "a@voorbeeld.nl, b@elders.example",
    ):
        with tenant_scope(reader.organisation_id), pytest.raises(ValidationError):
            _queue(reader, address=address)
    assert waiting(reader.organisation_id) == []


def test_mail_belongs_to_an_organisation(reader: User) -> None:
    with pytest.raises(TenantContextMissing):
        _queue(reader)
    with tenant_scope(reader.organisation_id), pytest.raises(UnknownMailKind):
        _queue(reader, kind="reclame")


@pytest.mark.parametrize(
    "change", [{"content": None}, {"state": "sent"}, {"state": "weg"}, {"sent_at": timezone.now()}]
)
def test_table_keeps_content_of_waiting_mails_only(queue: Queue, reader: User, change: dict[str, Any]) -> None:
    queue()
    with pytest.raises(IntegrityError, match="mail_"), tenant_scope(reader.organisation_id):
        OutboxMessage.objects.update(**change)


def test_queueing_leaves_no_event_of_its_own(queue: Queue, reader: User) -> None:
    """What caused the mail has its event; a second one would say it twice."""
    queue()
    with tenant_scope(reader.organisation_id):
        assert not AuditEvent.objects.filter(action__startswith="mail.").exists()


@pytest.mark.parametrize(
    "path", ["wachtwoord/", "//elders.example/", "/\\elders.example/", "https://elders.example/", ""]
)
def test_link_of_a_mail_begins_at_the_root(path: str) -> None:
    with pytest.raises(ValueError, match="begins at the root"):
        absolute_url(path)


def test_link_of_a_mail_is_under_the_public_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://kijk.example.nl"
    assert absolute_url("/uitnodiging/abc/") == "https://kijk.example.nl/uitnodiging/abc/"


def _queue(reader: User, **other: Any) -> OutboxMessage:
    values: dict[str, Any] = {
        "kind": "sessions_ended",
        "to_user_id": uuid4(),
        "address": reader.email,
        "language": reader.language,
        "context": {"by_whom": "Noor van den Berg"},
    }
    return queue_mail(**{**values, **other})
