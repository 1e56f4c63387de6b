"""Make the three database roles, the database and its grants, on any PostgreSQL from version 15.

- the owner owns the database and runs migrations (BYPASSRLS: under FORCE ROW LEVEL SECURITY a data migration
  would otherwise change nothing, silently);
- the app role is the one that web and worker use: rows only, no policies bypassed;
- the backup role reads everything and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Mapping

Connection = psycopg.Connection[tuple[Any, ...]]

# One number for all who provision on one server: roles are shared by its databases, and two sessions that change
# the same role at the same moment fail with "tuple concurrently updated".
_LOCK = 0x6B696A6B
_BUILTIN_LOCALE_SINCE = 170000


class ProvisionError(Exception):
    """Roles or database could not be made; the message says what to do."""


@dataclass(frozen=True)
class Names:
    """The database and its roles."""

    database: str
    owner: str
    app: str
    backup: str


def provision(
    admin_url: str,
    database: str,
    *,
    owner: str = "kijk_owner",
    app: str = "kijk_app",
    backup: str = "kijk_backup",
    passwords: Mapping[str, str] | None = None,
) -> None:
    """Make what is missing and set right what differs; running it again changes nothing.

    `admin_url` leads to any database of the server, as a superuser. `passwords` maps a role's name to its password;
    a role that is not in it keeps the password it has (or has none, for servers that trust the connection).

    Raises ProvisionError when the admin is no superuser, or the database exists with another encoding; psycopg's
    own errors when the server does not answer.
    """
    names = Names(database=database, owner=owner, app=app, backup=backup)
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        _require_superuser(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _make_roles(connection, names, passwords or {})
        _make_database(connection, names)
        # Still under the lock of the first session: it ends with that session.
        with psycopg.connect(make_conninfo(admin_url, dbname=database), connect_timeout=10) as inside:
            _grant(inside, names)


def drop(admin_url: str, database: str) -> None:
    """Remove a database, its sessions included; nothing happens when there is none. The roles stay."""
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _require_superuser(connection: Connection) -> None:
    row = connection.execute("SELECT rolsuper, current_user FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is None or not row[0]:
        name = "?" if row is None else row[1]
        message = f"The role {name} cannot make roles that bypass row-level security: give the address of a superuser."
        raise ProvisionError(message)


def _make_roles(connection: Connection, names: Names, passwords: Mapping[str, str]) -> None:
    for role, bypass in ((names.owner, "BYPASSRLS"), (names.app, "NOBYPASSRLS"), (names.backup, "BYPASSRLS")):
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        statement = sql.SQL(
            "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT {bypass}{password}"
        ).format(
            verb=sql.SQL("ALTER" if found else "CREATE"),
            role=sql.Identifier(role),
            bypass=sql.SQL(bypass),
            password=_password_clause(connection, role, passwords),
        )
        connection.execute(statement)
    # A second lock on the door, beside the grants: a slip in a back-up script writes nothing.
    connection.execute(
        sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(names.backup))
    )


def _password_clause(connection: Connection, role: str, passwords: Mapping[str, str]) -> sql.Composable:
    """The password as a SCRAM verifier made here, so that the server's log never sees it in clear."""
    if role not in passwords:
        return sql.SQL("")
    verifier = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
    return sql.SQL(" PASSWORD {}").format(sql.Literal(verifier.decode()))


def _make_database(connection: Connection, names: Names) -> None:
    row = connection.execute(
        "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s", [names.database]
    ).fetchone()
    if row is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' ").format(
                sql.Identifier(names.database), sql.Identifier(names.owner)
            )
            + _locale(connection)
        )
    elif row[0] != "UTF8":
        message = f"The database {names.database} exists with encoding {row[0]}; it has to be UTF8."
        raise ProvisionError(message)
    else:
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(names.database), sql.Identifier(names.owner))
        )


def _locale(connection: Connection) -> sql.SQL:
    """Order by code point, letters of every language known, the same on every server and after every upgrade.

    Names are encrypted, so that people's order is Python's affair; an operating system's own locale would
    change the order of indexes when that system is upgraded.
    """
    if connection.info.server_version >= _BUILTIN_LOCALE_SINCE:
        return sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'")
    found = connection.execute(
        "SELECT 1 FROM pg_collation WHERE collname IN ('C.utf8', 'C.UTF-8') AND collprovider = 'c'"
    ).fetchone()
    return sql.SQL("LOCALE 'C.UTF-8'" if found else "LOCALE 'C'")


def _grant(connection: Connection, names: Names) -> None:
    """Rights on the database, on its schema, and on the tables and sequences there now and later."""
    parts = {
        "database": sql.Identifier(names.database),
        "owner": sql.Identifier(names.owner),
        "app": sql.Identifier(names.app),
        "backup": sql.Identifier(names.backup),
        "default": sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {}").format(sql.Identifier(names.owner)),
    }
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {app}, {backup}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}, {backup}",
        # What exists already gets its rights from the migration that made it: a table from which the app may not
        # delete, such as the audit trail, must not get that right back here.
        "{default} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "{default} IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO {app}",
        "{default} IN SCHEMA public GRANT SELECT ON TABLES TO {backup}",
        "{default} IN SCHEMA public GRANT SELECT ON SEQUENCES TO {backup}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {backup}",
        "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {backup}",
        # Functions are open to all by default; one written with more rights than its caller must be granted by name.
        "{default} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "{default} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {app}",
    ):
        connection.execute(sql.SQL(statement).format(**parts))
