"""Guards on the database connection: they turn a silent mistake into a loud one."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS

from kijk.tenancy.context import TenantContextMissing, active_scope, looking_up

_checked_roles: set[tuple[str, ...]] = set()


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
    return re.compile('"(' + "|".join(sorted(map(re.escape, tenant_tables()))) + ')"')


def require_scope(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Refuse a statement on a tenant table outside a scope (a database execute wrapper).

    Row-level security would answer with no rows, an empty page that looks like a fact.
    """
    if active_scope() is None:
        touched = set(_tenant_table_pattern().findall(str(sql)))
        if touched and not (looking_up() and touched <= lookup_tables()):
            raise TenantContextMissing("A statement on tenant data outside the scope of an organisation.")
    return execute(sql, params, many, context)


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
        connection.execute_wrappers.append(require_scope)


def _refuse_privileged_role(connection: Any) -> None:
    """Raise ImproperlyConfigured when the app would connect as a role that row-level security does not bind.

    A process that sees every tenant's rows must not serve one request, so this stops it at its first connection.
    """
    target = connection.settings_dict
    key = tuple(str(target[part]) for part in ("HOST", "PORT", "NAME", "USER"))
    if key in _checked_roles:
        return
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolname = pg_get_userbyid(datdba), "
            "EXISTS (SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relowner = pg_roles.oid) "
            "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        )
        superuser, bypasses, owns_database, owns_tables = cursor.fetchone()
    if superuser or bypasses or owns_database or owns_tables:
        raise ImproperlyConfigured(
            f"The app connects as {target['USER']!r}, which row-level security does not bind (superuser, BYPASSRLS "
            "or owner). Let DATABASE_URL name the role kijk_app; migrations use DATABASE_OWNER_URL."
        )
    _checked_roles.add(key)
