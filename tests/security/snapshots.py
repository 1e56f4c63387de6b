"""What the database holds, as a digest per table: a form that was refused must have left it as it was."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID
from weakref import WeakSet

import psycopg
from django.db import connection
from psycopg import sql

from kijk.tenancy.context import tenant_scope
from kijk.tenancy.guards import tenant_tables

Snapshot = dict[tuple[UUID, str], str]

# Planning what reads every table takes longer than reading them: a connection plans it once.
_PREPARED: WeakSet[psycopg.Connection] = WeakSet()

# What a refused form may change, because it is kept of every request: the trail; the sessions with when they were last
# used; drafts, which is where a form of a session that is over goes to (ACC-6.3).
KEPT_OF_REQUESTS = {"audit_auditevent", "audit_audithead", "accounts_usersession", "drafts_draft"}
# And what is counted of wrong passwords and codes: three of them lock an account (ACC-5.1).
COUNTERS = {
    "accounts_user": ("failed_attempts", "locked_at"),
    "accounts_totpdevice": ("last_step",),
}


def snapshot_of(organisations: Iterable[UUID]) -> Snapshot:
    """Return a digest of every tenant table's rows, for each of these organisations; no scope may be open."""
    found: Snapshot = {}
    for organisation_id in organisations:
        with tenant_scope(organisation_id), connection.cursor() as cursor:
            if connection.connection not in _PREPARED:
                cursor.execute(sql.SQL("PREPARE kijk_snapshot AS {}").format(_statement()))
                _PREPARED.add(connection.connection)
            cursor.execute("EXECUTE kijk_snapshot")
            found |= {(organisation_id, table): digest for table, digest in cursor.fetchall()}
    return found


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the tables that are not as they were."""
    return sorted(
        {table for (organisation_id, table), digest in after.items() if before[organisation_id, table] != digest}
    )


@cache
def _statement() -> sql.Composed:
    parts = [
        sql.SQL(
            "SELECT {name}, coalesce(md5(string_agg(md5(row), '' ORDER BY md5(row))), '') FROM ({rows}) AS rows"
        ).format(name=sql.Literal(table), rows=_rows(table))
        for table in sorted(tenant_tables() - KEPT_OF_REQUESTS)
    ]
    return sql.SQL(" UNION ALL ").join(parts)


def _rows(table: str) -> sql.Composed:
    # Row-level security shows the rows of the scope alone.
    left_out = sql.Literal(list(COUNTERS.get(table, ())))
    return sql.SQL("SELECT (to_jsonb(t) - {left_out}::text[])::text AS row FROM {table} AS t").format(
        left_out=left_out, table=sql.Identifier(table)
    )
