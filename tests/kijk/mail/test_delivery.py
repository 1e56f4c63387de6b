"""Sending, in real conversations with a mail server: once, again when it must, and not when it has no use."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.mail.delivery import LEASE, MOST_ATTEMPTS, Failure, delete_old_mail, deliver_message, due_mail, failure_of
from kijk.mail.models import OutboxMessage
from kijk.mail.tasks import delete_old_mail as delete_old_mail_task
from kijk.mail.tasks import deliver
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.database import TestDatabase
from tests.kijk.mail.conftest import Queue
from tests.kijk.mail.smtp_server import Desk, mail_server

ROOT = Path(__file__).resolve().parents[3]
Row = Callable[[UUID], OutboxMessage]
Send = Callable[..., str]


@pytest.fixture
def send(reader: User) -> Send:
    """Return a function that tries to send a mail at a moment."""

    def attempt(pk: UUID, now: datetime | None = None) -> str:
        return deliver_message(organisation_id=reader.organisation_id, message_id=pk, now=now or timezone.now())

    return attempt


def has_content(reader: User, pk: UUID) -> bool:
    with tenant_scope(reader.organisation_id):
        return OutboxMessage.objects.filter(pk=pk, content__isnull=False).exists()


def mail_events(reader: User) -> list[tuple[str, UUID | None, Any]]:
    with tenant_scope(reader.organisation_id):
        events = AuditEvent.objects.filter(action__startswith="mail.").order_by("sequence")
        return list(events.values_list("action", "object_id", "data"))


# ------------------------------------------------------------------------------------------------- what arrives


def test_mail_arrives_in_two_parts_from_the_sender_of_the_settings(
    queue: Queue, send: Send, desk: Desk, reader: User, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Kijk <kijk@voorbeeld.example>"
    pk = queue()
    assert send(pk) == "sent"

    (received,) = desk.received
    assert (received.sender, received.recipient) == ("kijk@voorbeeld.example", reader.email)
    mail: Any = received.mail
    assert {name: str(mail[name]) for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")} == {
        "From": "Kijk <kijk@voorbeeld.example>",
        "To": reader.email,
        "Subject": "Een nieuw wachtwoord voor Kijk",
        "Message-ID": f"<{pk}@voorbeeld.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert (mail["Reply-To"], mail["Bcc"], mail["Content-Language"]) == (None, None, "nl")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = (mail.get_body(preferencelist=(kind,)).get_content() for kind in ("plain", "html"))
    assert "De link werkt één keer en is 2 uur geldig." in text
    assert 'href="http://localhost:8000/wachtwoord/geheim-van-de-link/"' in html


def test_mail_that_was_sent_says_when(queue: Queue, send: Send, desk: Desk, row: Row) -> None:
    pk, now = queue(), timezone.now()
    assert send(pk, now) == "sent"
    found = row(pk)
    assert (found.state, found.attempts, found.sent_at, found.last_error) == ("sent", 1, now, "")


def test_content_is_gone_once_it_was_sent(
    queue: Queue, send: Send, desk: Desk, reader: User, committed_db: TestDatabase
) -> None:
    pk = queue()
    assert has_content(reader, pk)
    send(pk)
    with psycopg.connect(committed_db.owner_url) as owner:
        assert owner.execute("SELECT state, content FROM mail_outboxmessage").fetchall() == [("sent", None)]
    assert mail_events(reader) == []


def test_mail_that_was_sent_is_not_sent_again(queue: Queue, send: Send, desk: Desk) -> None:
    pk = queue()
    assert [send(pk), send(pk), send(pk, timezone.now() + timedelta(days=1))] == ["sent", "", ""]
    assert len(desk.received) == 1


def test_mail_of_another_organisation_is_not_found(queue: Queue, desk: Desk) -> None:
    pk, other = queue(), factories.organisation()
    assert deliver_message(organisation_id=other, message_id=pk, now=timezone.now()) == ""
    assert deliver_message(organisation_id=other, message_id=uuid4(), now=timezone.now()) == ""
    assert desk.received == []


@pytest.mark.second_server
def test_worker_sends_a_mail_by_the_settings_of_its_environment(queue: Queue, reader: User, row: Row) -> None:
    """From the queue over a real worker to a mail server, whose address it reads from EMAIL_URL."""
    name = f"test-{uuid4()}"
    command = [sys.executable, "-m", "celery", "-A", "kijk.celery", "worker", "-Q", name, "-n", f"{name}@localhost"]
    options = ["-c", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    with mail_server() as desk:
        environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{desk.port}"}
        running = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            pk = queue()
            arguments = {"organisation_id": str(reader.organisation_id), "message_id": str(pk)}
            deliver.apply_async(kwargs=arguments, queue=name)
            assert desk.arrived.wait(60)
        finally:
            # It ends what it is doing first.
            running.terminate()
            running.communicate(timeout=30)
    assert [received.recipient for received in desk.received] == [reader.email]
    assert row(pk).state == "sent"


# ------------------------------------------------------------------------------------------------ trying again


def test_mail_refused_for_now_is_sent_later(queue: Queue, send: Send, desk: Desk, row: Row, reader: User) -> None:
    desk.answers["RCPT"] = ["451 4.7.1 probeer het later, medewerker@voorbeeld.nl"]
    pk, now = queue(), timezone.now()
    assert send(pk, now) == "waiting"
    found = row(pk)
    assert (found.attempts, found.last_error) == (1, "SMTPRecipientsRefused 451")
    assert found.next_attempt_at == now + timedelta(minutes=1)
    assert send(pk, now + timedelta(seconds=59)) == ""
    assert send(pk, now + timedelta(minutes=1)) == "sent"
    assert len(desk.received) == 1
    assert mail_events(reader) == []


def test_mail_refused_for_good_is_not_tried_again(queue: Queue, send: Send, desk: Desk, row: Row, reader: User) -> None:
    desk.answers["RCPT"] = ["550 5.1.1 medewerker@voorbeeld.nl bestaat niet"]
    pk, now = queue(), timezone.now()
    assert send(pk, now) == "failed"
    found = row(pk)
    assert (found.attempts, found.sent_at, found.last_error) == (1, None, "SMTPRecipientsRefused 550")
    assert not has_content(reader, pk)
    assert send(pk, now + timedelta(days=1)) == ""
    assert mail_events(reader) == [
        ("mail.failed", pk, {"kind": "password_reset", "attempts": 1, "error": "SMTPRecipientsRefused 550"})
    ]


def test_waits_grow_and_end(queue: Queue, send: Send, desk: Desk, row: Row, reader: User) -> None:
    desk.answers["."] = ["452 4.2.2 vol"] * 20
    end = timezone.now() + timedelta(days=2)
    pk, now, waits = queue(expires_at=end), timezone.now(), []
    while send(pk, now) == "waiting":
        waits.append(row(pk).next_attempt_at - now)
        now = row(pk).next_attempt_at
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 240, 240, 240]
    assert (row(pk).state, row(pk).attempts, row(pk).last_error) == ("failed", 8, "SMTPDataError 452")
    assert [event[0] for event in mail_events(reader)] == ["mail.failed"]
    assert desk.received == []


def test_server_that_is_not_there_is_tried_again(queue: Queue, send: Send, row: Row, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        pk = queue()
        assert send(pk) == "waiting"
    assert row(pk).last_error == "ConnectionRefusedError"


def test_server_that_falls_silent_is_tried_again(queue: Queue, send: Send, desk: Desk, row: Row, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    desk.holding.set()
    pk = queue()
    assert send(pk) == "waiting"
    assert row(pk).last_error == "SMTPServerDisconnected"


@pytest.mark.parametrize(
    ("error", "code", "final"),
    [
        (SMTPRecipientsRefused({"a@voorbeeld.nl": (550, b"a@voorbeeld.nl?")}), "SMTPRecipientsRefused 550", True),
        (SMTPRecipientsRefused({"a@voorbeeld.nl": (450, b"later")}), "SMTPRecipientsRefused 450", False),
        (SMTPDataError(554, b"geweigerd"), "SMTPDataError 554", True),
        (SMTPDataError(451, b"later"), "SMTPDataError 451", False),
        # These are the operator's to mend; the mail waits for it.
        (SMTPAuthenticationError(535, b"fout"), "SMTPAuthenticationError 535", False),
        (SMTPSenderRefused(550, b"niet u", "kijk@voorbeeld.nl"), "SMTPSenderRefused 550", False),
        (ConnectionResetError("a@voorbeeld.nl"), "ConnectionResetError", False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_failure_is_a_code_without_words(error: OSError, code: str, final: bool) -> None:
    assert failure_of(error) == Failure(code, final)


@pytest.mark.requirement("SEC-5.1")
def test_server_without_a_certificate_that_holds_gets_nothing(
    queue: Queue, send: Send, row: Row, settings: Any, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_own_certificate(tmp_path))
    with mail_server(context) as desk:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL = "localhost", desk.port, True
        pk = queue()
        assert send(pk) == "waiting"
        assert row(pk).last_error == "SSLCertVerificationError"
        assert desk.received == []


def test_server_that_offers_no_tls_where_it_must_gets_nothing(
    queue: Queue, send: Send, desk: Desk, row: Row, settings: Any
) -> None:
    settings.EMAIL_USE_TLS = True
    pk = queue()
    assert send(pk) == "waiting"
    assert row(pk).last_error == "SMTPNotSupportedError"
    assert desk.received == []


# ---------------------------------------------------------------------------------------- two workers, or none


@pytest.mark.second_server
def test_two_workers_at_once_send_once(queue: Queue, desk: Desk, reader: User, row: Row) -> None:
    pk = queue()
    start, states, errors = Barrier(6), [], []

    def work() -> None:
        try:
            start.wait(10)
            now = timezone.now()
            states.append(deliver_message(organisation_id=reader.organisation_id, message_id=pk, now=now))
        except Exception as error:  # noqa: BLE001 - told to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert sorted(states) == ["", "", "", "", "", "sent"]
    assert len(desk.received) == 1
    assert row(pk).attempts == 1


def test_second_worker_finds_nothing_while_the_first_speaks(queue: Queue, desk: Desk, send: Send, reader: User) -> None:
    """No transaction is open meanwhile, and the row can be read and counted."""
    pk = queue()
    desk.holding.set()
    first: list[str] = []

    def work() -> None:
        try:
            first.append(send(pk))
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    assert desk.arrived.wait(10)
    assert send(pk) == ""
    with tenant_scope(reader.organisation_id):
        assert OutboxMessage.objects.select_for_update(nowait=True).get(pk=pk).attempts == 1
        assert due_mail(now=timezone.now()) == []
    desk.holding.clear()
    thread.join(10)
    assert first == ["sent"]
    assert len(desk.received) == 1


class DyingBackend(BaseEmailBackend):
    """A worker's end in the middle of a mail."""

    def send_messages(self, email_messages: Any) -> int:
        """Fail with what nobody catches."""
        raise SystemExit(9)


def test_mail_whose_worker_died_is_taken_up_after_the_lease(
    queue: Queue, desk: Desk, send: Send, row: Row, settings: Any
) -> None:
    pk, now = queue(), timezone.now()
    _die(send, pk, now, settings)
    assert (row(pk).state, row(pk).attempts) == ("waiting", 1)
    assert send(pk, now + LEASE - timedelta(seconds=1)) == ""
    assert send(pk, now + LEASE) == "sent"
    assert row(pk).attempts == 2
    assert LEASE.total_seconds() > settings.CELERY_TASK_TIME_LIMIT


def test_mail_that_kills_its_workers_is_given_up(
    queue: Queue, desk: Desk, send: Send, settings: Any, reader: User
) -> None:
    pk = queue(expires_at=timezone.now() + timedelta(days=1))
    now = timezone.now()
    for _ in range(MOST_ATTEMPTS):
        _die(send, pk, now, settings)
        now += LEASE
    assert send(pk, now) == "failed"
    assert mail_events(reader) == [("mail.failed", pk, {"kind": "password_reset", "attempts": 8, "error": ""})]
    assert desk.received == []


def test_worker_that_comes_back_after_its_lease_changes_nothing(
    queue: Queue, desk: Desk, send: Send, row: Row, reader: User
) -> None:
    """Another one has taken the mail over: what that one does counts."""
    pk, now = queue(), timezone.now()
    desk.holding.set()
    slow: list[str] = []

    def work() -> None:
        try:
            slow.append(send(pk, now))
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    assert desk.arrived.wait(10)
    with tenant_scope(reader.organisation_id):
        OutboxMessage.objects.update(attempts=2)
    desk.holding.clear()
    thread.join(10)
    assert slow == [""]
    assert row(pk).state == "waiting"


# ------------------------------------------------------------------------------------------- what has no use


def test_mail_with_a_dead_link_is_not_sent(queue: Queue, desk: Desk, send: Send, row: Row, reader: User) -> None:
    pk = queue()
    assert send(pk, timezone.now() + timedelta(hours=2)) == "expired"
    assert (row(pk).attempts, row(pk).sent_at) == (0, None)
    assert not has_content(reader, pk)
    assert desk.received == []
    assert mail_events(reader) == [("mail.expired", pk, {"kind": "password_reset", "attempts": 0, "error": ""})]


def test_wait_does_not_outlast_the_link(queue: Queue, desk: Desk, send: Send, row: Row) -> None:
    desk.answers["RCPT"] = ["451 later"]
    end = timezone.now() + timedelta(seconds=20)
    pk = queue(expires_at=end)
    assert send(pk) == "waiting"
    assert row(pk).next_attempt_at == end
    assert send(pk, end) == "expired"


def test_mail_whose_key_was_destroyed_fails(queue: Queue, send: Send, row: Row, committed_db: TestDatabase) -> None:
    pk = queue()
    with psycopg.connect(committed_db.owner_url) as owner:
        owner.execute("DELETE FROM encryption_organisationkey WHERE purpose = 'data'")
    assert send(pk) == "failed"
    assert row(pk).last_error == "DecryptionError"


def test_rows_go_after_thirty_days(queue: Queue, reader: User) -> None:
    old, young = queue(), queue()
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with tenant_scope(reader.organisation_id):
        OutboxMessage.objects.filter(pk=old).update(created_at=now - timedelta(days=30, seconds=1))
        OutboxMessage.objects.filter(pk=young).update(created_at=now - timedelta(days=30))
        assert delete_old_mail(now=now) == 1
        assert [found.pk for found in OutboxMessage.objects.all()] == [young]
        OutboxMessage.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert delete_old_mail_task() == 1
    with tenant_scope(reader.organisation_id):
        assert OutboxMessage.objects.count() == 0


def test_task_says_what_has_become_of_a_mail(queue: Queue, desk: Desk, reader: User) -> None:
    arguments = {"organisation_id": str(reader.organisation_id), "message_id": str(queue())}
    assert [deliver.apply(kwargs=arguments, throw=True).result for _ in range(2)] == ["sent", ""]
    assert len(desk.received) == 1


def test_oldest_mail_goes_first(queue: Queue, reader: User) -> None:
    first, second, third = queue(), queue(), queue()
    now = timezone.now()
    with tenant_scope(reader.organisation_id):
        OutboxMessage.objects.filter(pk=third).update(next_attempt_at=now - timedelta(hours=1))
        assert due_mail(now=now) == [third, first, second]
        assert due_mail(now=now, limit=2) == [third, first]


def _die(send: Send, pk: UUID, now: datetime, settings: Any) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    with pytest.raises(SystemExit):
        send(pk, now)
    settings.EMAIL_BACKEND = working


def _own_certificate(folder: Path) -> Path:
    """Write a certificate for localhost that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "localhost.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
