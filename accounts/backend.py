"""Signing in with e-mail address and password (ACC-1)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from accounts.models import User
from kijk.tenancy.context import lookup_scope
from kijk.tenancy.models import TenantQuerySet


class PasswordBackend:
    """Finds a user by address or by the id a session holds, before any organisation's scope is open."""

    def authenticate(self, request: HttpRequest | None, email: str = "", password: str = "") -> User | None:
        """Return the active user with this address and password, or None.

        Each call evaluates exactly one argon2 hash, whether or not the address is known, so that the time tells
        nothing. An outdated hash is replaced when the password is next changed, not here: that needs a scope.
        """
        user = find_by_email(email)
        if user is None:
            make_password(password)
            return None
        return user if _check(user, password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        """Return the active user of a session, or None."""
        try:
            wanted = UUID(str(user_id))
        except ValueError:
            return None
        with lookup_scope(user_id=wanted):
            return _unscoped().filter(pk=wanted, is_active=True).first()


def find_by_email(email: str) -> User | None:
    """Return the user with this address, active or not, or None."""
    address = email.strip().lower()
    if "\x00" in address:
        return None
    with lookup_scope(email=address):
        return _unscoped().filter(email=address).first()


def _check(user: User, password: str) -> bool:
    return check_password(password, user.password)


def _unscoped() -> TenantQuerySet[User]:
    return TenantQuerySet(User)
