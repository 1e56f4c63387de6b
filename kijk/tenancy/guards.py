"""Guards on the database connection: they turn a silent mistake into a loud one."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from kijk.tenancy.context import TenantContextMissing, active_scope, looking_up

_checked_roles: set[tuple[str, ...]] = set()
_ROLLBACK = "ROLLBACK TO SAVEPOINT "

# The role itself, the one that signed in (an option may have changed roles since), and every role either may become.
_PRIVILEGES = """
SELECT bool_or(rolsuper), bool_or(rolbypassrls),
       bool_or(oid = (SELECT datdba FROM pg_database WHERE datname = current_database())),
       EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
               AND (pg_has_role(current_user, relowner, 'MEMBER') OR pg_has_role(session_user, relowner, 'MEMBER')))
FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') OR pg_has_role(session_user, oid, 'MEMBER')
"""


@cache
def tenant_tables() -> frozenset[str]:
    """Return the names of all tables whose rows belong to one organisation, its own table included."""
    from kijk.tenancy.models import TenantRow

    organisation = apps.get_model(settings.TENANT_MODEL)
    models = [organisation, *(model for model in apps.get_models() if issubclass(model, TenantRow))]
    return frozenset(model._meta.db_table for model in models)


@cache
def lookup_tables() -> frozenset[str]:
    """Return the tables of which one row can be read by its key before the organisation is known."""
    return frozenset(model._meta.db_table for model in apps.get_models() if getattr(model, "tenant_lookup", False))


@cache
def _tenant_table_pattern() -> re.Pattern[str]:
    # Quoted or not, in any case: hand-written SQL seldom has the ORM's quotes.
    return re.compile(r"(?<!\w)(" + "|".join(sorted(map(re.escape, tenant_tables()))) + r")(?!\w)", re.IGNORECASE)


def require_scope(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Refuse a statement on a tenant table outside a scope (a database execute wrapper).

    Row-level security would answer with no rows, an empty page that looks like a fact. Inside a scope it notes the
    savepoints that are rolled back, for what Python remembers of their work is then no longer true.
    """
    scope = active_scope()
    if scope is None:
        touched = {name.lower() for name in _tenant_table_pattern().findall(str(sql))}
        if touched and not (looking_up() and touched <= lookup_tables()):
            raise TenantContextMissing("A statement on tenant data outside the scope of an organisation.")
        return execute(sql, params, many, context)
    result = execute(sql, params, many, context)
    if isinstance(sql, str) and sql.startswith(_ROLLBACK):
        scope.undone.add(sql.removeprefix(_ROLLBACK).strip('"'))
    return result


def guard_connection(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Check the role and install the wrapper on each new connection of the app (receiver of connection_created)."""
    if connection.alias != DEFAULT_DB_ALIAS:
        return
    try:
        _refuse_privileged_role(connection)
    except ImproperlyConfigured:
        connection.close()
        raise
    if require_scope not in connection.execute_wrappers:
        # First of all: a wrapper put on for the length of a block takes the last one off again.
        connection.execute_wrappers.insert(0, require_scope)


def refuse_privileged_start() -> None:
    """Connect once, so that a process with a role too many ends at its start and not at its first request.

    Raises ImproperlyConfigured. A database that cannot be reached is no reason: it may come up later, and the check
    comes with the connection.
    """
    with suppress(OperationalError):
        default = connections[DEFAULT_DB_ALIAS]
        default.ensure_connection()
        # A server forks its workers: none may inherit this one.
        default.close()


def _refuse_privileged_role(connection: Any) -> None:
    """Raise ImproperlyConfigured when the app would connect as a role that row-level security does not bind.

    A process that sees every tenant's rows must not serve one request, so this stops it at its first connection.
    """
    target = connection.settings_dict
    key = tuple(str(target[part]) for part in ("HOST", "PORT", "NAME", "USER"))
    if key in _checked_roles:
        return
    with connection.connection.cursor() as cursor:
        cursor.execute(_PRIVILEGES)
        privileges = cursor.fetchone()
    if any(privileges):
        raise ImproperlyConfigured(
            f"The app connects as {target['USER']!r}, which row-level security does not bind (superuser, BYPASSRLS "
            "or owner, itself or as a member). Let DATABASE_URL name the role kijk_app; migrations use DATABASE_OWNER_URL."
        )
    _checked_roles.add(key)
