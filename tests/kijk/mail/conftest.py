"""An organisation with a user to write to, and a mail server to hand it to."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from accounts.models import User
from kijk.mail.domain import queue_mail
from kijk.mail.links import absolute_url
from kijk.mail.models import OutboxMessage
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.database import TestDatabase
from tests.kijk.mail.smtp_server import Desk, mail_server

Queue = Callable[..., UUID]


@pytest.fixture
def reader(committed_db: TestDatabase) -> User:
    """Somebody who gets mail; committed, and no scope is open."""
    with tenant_scope(factories.organisation("Kinderopvang De Vlieger")):
        return factories.user()


@pytest.fixture
def queue(reader: User) -> Queue:
    """Return a function that puts a mail with a link in the outbox, in a transaction of its own."""

    def put(**more: Any) -> UUID:
        context = {"link": absolute_url("/wachtwoord/geheim-van-de-link/"), "valid_hours": 2}
        with tenant_scope(reader.organisation_id):
            return queue_mail(
                kind="password_reset",
                to_user_id=reader.pk,
                address=reader.email,
                language="nl",
                context=context,
                **more,
            ).pk

    return put


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    """A mail server, and settings by which the product hands its mails to it."""
    with mail_server() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        yield made


@pytest.fixture
def row(reader: User) -> Callable[[UUID], OutboxMessage]:
    """Return a function that reads a mail's row."""

    def read(pk: UUID) -> OutboxMessage:
        with tenant_scope(reader.organisation_id):
            return OutboxMessage.objects.defer("content").get(pk=pk)

    return read
