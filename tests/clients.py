"""Signing in without the form, for tests of pages."""

from django.test import Client

from accounts.models import User
from kijk.tenancy.context import tenant_scope


def client_of(user: User) -> Client:
    """Return a test client with a session of this user; no scope may be open."""
    client = Client()
    with tenant_scope(user.organisation_id):
        client.force_login(user, backend="accounts.backend.PasswordBackend")
    return client
