"""The scope of one organisation: a transaction in which the database shows that organisation's rows and no others.

SEC-1. Two independent layers use it: row-level security reads the transaction's setting, and the tenant manager
filters on the context variable. Either alone keeps tenants apart (tests switch off one and hold the other).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any
from uuid import UUID

from django.db import connection, transaction

# Events that belong to no organisation (a sign-in with an unknown address) hang under this pseudo-tenant.
PLATFORM = UUID(int=0)


class TenantContextMissing(RuntimeError):
    """Work on tenant data was tried outside the scope of an organisation."""


class TenantScopeConflict(RuntimeError):
    """A scope was opened inside the scope of another organisation."""


@dataclass
class Scope:
    """What holds while one organisation's work is done.

    ``finishers`` run as the last statements before the commit, in the order they were added; ``state`` lets the
    ground floor (keys, audit events) keep what must not outlive the scope; ``undone`` names the savepoints that were
    rolled back, so that what was remembered in Python of their work can be forgotten too. A scope belongs to the
    thread whose database connection has its transaction.
    """

    organisation_id: UUID
    actor_id: UUID | None
    origin: str
    finishers: list[Callable[["Scope"], None]] = field(default_factory=list, repr=False)
    state: dict[str, Any] = field(default_factory=dict, repr=False)
    undone: set[str] = field(default_factory=set, repr=False)
    thread: int = field(default_factory=get_ident, repr=False)


_active: ContextVar[Scope | None] = ContextVar("kijk_scope", default=None)
_looking_up: ContextVar[bool] = ContextVar("kijk_lookup", default=False)


def looking_up() -> bool:
    """Say whether a lookup by key is under way, which may read the tables that have a policy for it."""
    return _looking_up.get()


def active_scope() -> Scope | None:
    """Return the scope in force, or None.

    A context copied into another thread carries no scope: that thread's connection is not in its transaction.
    """
    scope = _active.get()
    return scope if scope is not None and scope.thread == get_ident() else None


def current() -> Scope:
    """Return the scope in force; raises TenantContextMissing when there is none."""
    scope = active_scope()
    if scope is None:
        raise TenantContextMissing("No organisation is in scope: open one with tenant_scope().")
    return scope


def current_organisation_id() -> UUID:
    """Return the organisation in scope: the default of every tenant row's organisation."""
    return current().organisation_id


@contextmanager
def tenant_scope(organisation_id: UUID, *, actor_id: UUID | None = None, origin: str = "") -> Iterator[Scope]:
    """Open the scope of one organisation: a durable transaction whose rows are that organisation's.

    ``actor_id`` is the user on whose action this is done (None for the system itself), ``origin`` where from
    (a network address). Inside a scope of the same organisation it is a no-op that yields the outer scope.
    Raises TenantScopeConflict inside another organisation's scope, because PostgreSQL does not restore an outer
    setting when an inner SET LOCAL ends.
    """
    outer = active_scope()
    if outer is not None:
        if outer.organisation_id != organisation_id:
            raise TenantScopeConflict("A scope of another organisation is open; end it first.")
        yield outer
        return
    scope = Scope(organisation_id, actor_id, origin)
    with transaction.atomic(durable=True):
        _set(organisation=str(organisation_id))
        token = _active.set(scope)
        try:
            yield scope
            # Of a transaction that is to be rolled back nothing is finished, and it takes no more statements.
            if not transaction.get_rollback():
                for finish in scope.finishers:
                    finish(scope)
        finally:
            # Before the commit: what runs on commit must not find a context without its database setting.
            _active.reset(token)
        # A rollback restores the setting; after success a test's outer transaction would keep it and hide a leak.
        if not transaction.get_rollback():
            _set(organisation="")


@contextmanager
def lookup_scope(*, user_id: UUID | None = None, email: str = "", organisation_name: str = "") -> Iterator[None]:
    """Open a transaction in which exactly one user or organisation, named by its key, can be read.

    Needed before the organisation is known: to sign in by e-mail address, to load a session's user, to find an
    organisation by its name. The policies of those tables compare with these settings and show that row only.
    Raises TenantScopeConflict inside a scope, ValueError for more than one key.
    """
    if active_scope() is not None:
        raise TenantScopeConflict("A lookup needs no organisation's scope; end it first.")
    if sum(map(bool, (user_id, email, organisation_name))) > 1:
        raise ValueError("A lookup is by one key.")
    values = {
        "user": str(user_id) if user_id else "",
        "sign_in_email": email,
        "organisation_name": organisation_name,
    }
    with transaction.atomic():
        _set(**values)
        token = _looking_up.set(True)
        try:
            yield
        finally:
            _looking_up.reset(token)
        _set(**dict.fromkeys(values, ""))


def _set(**values: str) -> None:
    """Set ``kijk.<name>`` for the rest of the transaction, all in one statement."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    parameters = [part for name, value in values.items() for part in (f"kijk.{name}", value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", parameters)
