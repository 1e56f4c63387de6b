"""Signing in with e-mail address and password (ACC-1, ACC-5)."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain.attempts import lock_when_spent, reserve_attempt
from accounts.domain.messages import tell_account_locked
from accounts.domain.policy import current_policy, lets_in
from accounts.models import User
from kijk.tenancy.context import lookup_scope, tenant_scope
from kijk.tenancy.models import TenantQuerySet
from kijk.web.origin import origin_of
from licensing.email_domains import InvalidDomain, normalise_address


class PasswordBackend:
    """Finds a user by address or by the id a session holds, before any organisation's scope is open."""

    def authenticate(self, request: HttpRequest | None, email: str = "", password: str = "") -> User | None:
        """Return the active user with this address and password, or None.

        Each call evaluates exactly one argon2 hash, whatever the reason for a refusal, so that the time tells nothing:
        an address nobody has, a locked or closed account, a network that is not let in. The attempt is reserved
        before the hash is looked at and stays taken; who calls gives it back once the person is in. An outdated hash
        is replaced when the password is next changed, not here: that needs a scope.
        """
        user = find_by_email(email)
        if user is None or request is None:
            make_password(password)
            return None
        origin = origin_of(request)
        if not _reserve(user, origin):
            make_password(password)
            return None
        if check_password(password, user.password):
            return user
        _close_when_spent(user, origin)
        return None

    def get_user(self, user_id: Any) -> User | None:
        """Return the active user of a session, or None."""
        try:
            wanted = UUID(str(user_id))
        except ValueError:
            return None
        user = find_by_id(wanted)
        return user if user is not None and user.is_active else None


def find_by_id(user_id: UUID) -> User | None:
    """Return the user with this id, active or not, or None. No scope may be open."""
    with lookup_scope(user_id=user_id):
        return _unscoped().filter(pk=user_id).first()


def find_by_email(email: str) -> User | None:
    """Return the user with this address, active or not, or None. No scope may be open."""
    try:
        address = normalise_address(email)
    except InvalidDomain:
        return None
    with lookup_scope(email=address):
        return _unscoped().filter(email=address).first()


def address_digest(email: str) -> str:
    """Return a digest by which attempts can be compared: people type passwords where an address belongs."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:16]


def digest_for_axes(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return what axes keeps in place of the address that was typed."""
    return address_digest(str((credentials or {}).get("email") or request.POST.get("email", "")))


def _reserve(user: User, origin: str) -> bool:
    """Take an attempt, where the organisation lets people in from this network."""
    with tenant_scope(user.organisation_id, origin=origin):
        welcome = lets_in(current_policy(), origin, timezone.now())
    return welcome and reserve_attempt(user=user, origin=origin)


def _close_when_spent(user: User, origin: str) -> None:
    with tenant_scope(user.organisation_id, origin=origin):
        if lock_when_spent(user=user):
            tell_account_locked(user=user, origin=origin)


def _unscoped() -> TenantQuerySet[User]:
    return TenantQuerySet(User)
