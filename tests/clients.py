"""Signing in without the form, for tests of pages."""

from datetime import datetime

from django.test import Client
from django.utils import timezone

from accounts.domain.sessions import begin_session
from accounts.models import User, UserSession
from kijk.tenancy.context import tenant_scope


def client_of(
    user: User,
    *,
    second_factor: bool = True,
    method: UserSession.Method = UserSession.Method.TOTP,
    at: datetime | None = None,
    client: Client | None = None,
) -> Client:
    """Return a test client with a session of this user, begun now or at ``at``; no scope may be open."""
    made = client or Client()
    with tenant_scope(user.organisation_id):
        made.force_login(user, backend="accounts.backend.PasswordBackend")
        begin_session(
            user=user,
            session_key=str(made.session.session_key),
            device="Firefox op Linux",
            origin="127.0.0.1",
            method=method,
            second_factor=second_factor,
            now=at or timezone.now(),
        )
    return made


def session_of(client: Client, user: User) -> UserSession:
    """Return the row of a client's session."""
    with tenant_scope(user.organisation_id):
        return UserSession.objects.get(user=user, ended_at=None)
