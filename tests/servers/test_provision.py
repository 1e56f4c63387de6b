"""Roles, database and grants, on the embedded server and on any other that KIJK_TEST_ADMIN_URL names."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kijk.servers import provision as provisioning
from kijk.servers.provision import ProvisionError, provision
from tests.servers.helpers import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kijk.servers import embedded

pytestmark = pytest.mark.second_server


@dataclass(frozen=True)
class Place:
    """A database of this test's own with roles of its own, so that no other test's are touched."""

    admin_url: str
    database: str
    passwords: dict[str, str]

    @property
    def names(self) -> dict[str, str]:
        return {role: f"{self.database}_{role}" for role in ("owner", "app", "backup")}

    def make(self, **more: Any) -> None:
        provision(self.admin_url, self.database, **{**self.names, "passwords": self.passwords, **more})

    def connect(self, role: str) -> psycopg.Connection[tuple[Any, ...]]:
        name = self.names.get(role, role)
        conninfo = make_conninfo(
            self.admin_url, dbname=self.database, user=name, password=self.passwords.get(name, "none")
        )
        return psycopg.connect(conninfo, autocommit=True, connect_timeout=5)

    def admin(self, statement: str, **names: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            parts = {name: sql.Identifier(value) for name, value in names.items()}
            cursor = connection.execute(sql.SQL(statement).format(**parts))  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def here(shared: embedded.Running) -> Iterator[Place]:
    """A place on the server under test; nothing of it remains."""
    database = f"kijk_provision_{secrets.token_hex(4)}"
    names = [f"{database}_{role}" for role in ("owner", "app", "backup", "stranger")]
    admin_url = os.environ.get("KIJK_TEST_ADMIN_URL") or shared.admin_url
    place = Place(admin_url, database, {name: secrets.token_urlsafe() for name in names})
    yield place
    provisioning.drop(admin_url, database)
    for name in names:
        place.admin("DROP ROLE IF EXISTS {name}", name=name)


@pytest.fixture
def made(here: Place) -> Place:
    """The same, provisioned, with one table and one sequence of the owner."""
    here.make()
    with here.connect("owner") as connection:
        connection.execute("CREATE TABLE child (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
        connection.execute("CREATE SEQUENCE number")
    return here


def test_the_roles_can_what_they_should_and_no_more(made: Place) -> None:
    rows = made.admin(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
        f" FROM pg_roles WHERE rolname LIKE '{made.database}%' ORDER BY rolname"
    )

    assert rows == [
        (made.names["app"], True, False, False, False, False, False),
        (made.names["backup"], True, False, True, False, False, False),
        (made.names["owner"], True, False, True, False, False, False),
    ]


def test_the_database_orders_by_code_point_in_utf8(made: Place) -> None:
    with made.connect("app") as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        row = connection.execute(
            "SELECT array_agg(x ORDER BY x), upper('zoë') FROM unnest(ARRAY['é', 'f', 'B', 'a']) AS x"
        ).fetchone()
    assert row == (["B", "a", "f", "é"], "ZOË")


def test_the_owner_owns_the_database_and_its_schema(made: Place) -> None:
    assert made.admin(f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{made.database}'") == [
        (made.names["owner"],)
    ]
    with made.connect("owner") as connection:
        row = connection.execute("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'").fetchone()
    assert row == (made.names["owner"],)


def test_the_app_reads_and_writes_rows_and_makes_nothing(made: Place) -> None:
    with made.connect("app") as connection:
        connection.execute("INSERT INTO child (name) VALUES ('a'), ('b')")
        connection.execute("UPDATE child SET name = 'c' WHERE name = 'a'")
        connection.execute("DELETE FROM child WHERE name = 'b'")
        assert connection.execute("SELECT name, nextval('number') FROM child").fetchall() == [("c", 1)]
        for statement in (
            "CREATE TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "CREATE TEMPORARY TABLE mine (id int)",
            "TRUNCATE child",
            "ALTER TABLE child ADD COLUMN more int",
            "DROP TABLE child",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]


def test_row_level_security_binds_the_app_and_not_owner_and_backup(made: Place) -> None:
    with made.connect("owner") as connection:
        connection.execute("INSERT INTO child (name) VALUES ('a')")
        connection.execute("ALTER TABLE child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")

    seen = {}
    for role in ("owner", "app", "backup"):
        with made.connect(role) as connection:
            seen[role] = connection.execute("SELECT count(*) FROM child").fetchone()
    assert seen == {"owner": (1,), "app": (0,), "backup": (1,)}


def test_the_backup_role_reads_everything_and_writes_nothing(made: Place) -> None:
    with made.connect("backup") as connection:
        assert connection.execute("SELECT count(*) FROM child").fetchone() == (0,)
        assert connection.execute("SELECT last_value FROM number").fetchone() == (1,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("INSERT INTO child (name) VALUES ('a')")
        # Even when it switches its own safety off.
        connection.execute("SET default_transaction_read_only = off")
        for statement in ("INSERT INTO child (name) VALUES ('a')", "DELETE FROM child", "SELECT nextval('number')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]


def test_another_role_of_the_server_does_not_get_in(made: Place) -> None:
    stranger = f"{made.database}_stranger"
    made.admin(f"CREATE ROLE {{name}} LOGIN PASSWORD '{made.passwords[stranger]}'", name=stranger)

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        made.connect(stranger)


def test_functions_of_the_owner_are_not_open_to_everybody(made: Place) -> None:
    with made.connect("owner") as connection:
        connection.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    with made.connect("app") as connection:
        assert connection.execute("SELECT one()").fetchone() == (1,)
    with made.connect("backup") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT one()")


def test_provisioning_again_changes_nothing(made: Place) -> None:
    def look() -> list[Any]:
        with made.connect("owner") as connection:
            return [
                connection.execute("SELECT nspacl FROM pg_namespace WHERE nspname = 'public'").fetchall(),
                connection.execute(
                    "SELECT relname, relacl FROM pg_class WHERE relname IN ('child', 'number')"
                ).fetchall(),
                connection.execute(
                    "SELECT defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2::text"
                ).fetchall(),
                connection.execute("SELECT datacl FROM pg_database WHERE datname = current_database()").fetchall(),
            ]

    before = look()
    made.make()

    assert look() == before


def test_provisioning_again_does_not_give_back_a_right_that_a_migration_took(made: Place) -> None:
    with made.connect("owner") as connection:
        connection.execute(sql.SQL("REVOKE UPDATE, DELETE ON child FROM {}").format(sql.Identifier(made.names["app"])))

    made.make()

    with made.connect("app") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM child")


def test_what_has_drifted_is_set_right(made: Place) -> None:
    made.admin("ALTER ROLE {app} BYPASSRLS CREATEDB", app=made.names["app"])
    made.admin("ALTER DATABASE {database} OWNER TO CURRENT_USER", database=made.database)

    made.make()

    assert made.admin(f"SELECT rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = '{made.names['app']}'") == [
        (False, False)
    ]
    assert made.admin(f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{made.database}'") == [
        (made.names["owner"],)
    ]


def test_a_password_is_stored_as_a_verifier(made: Place) -> None:
    rows = made.admin(f"SELECT rolpassword FROM pg_authid WHERE rolname LIKE '{made.database}%'")

    assert [str(password).split("$")[0] for (password,) in rows] == ["SCRAM-SHA-256"] * 3


def test_a_role_without_a_new_password_keeps_the_one_it_has(made: Place) -> None:
    query = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{made.names['app']}'"
    before = made.admin(query)

    made.make(passwords=None)

    assert made.admin(query) == before


def test_an_admin_that_is_no_superuser_is_refused(made: Place) -> None:
    owner = made.names["owner"]
    address = make_conninfo(made.admin_url, user=owner, password=made.passwords[owner], dbname=made.database)

    with pytest.raises(ProvisionError, match="give the address of a superuser"):
        provision(address, made.database, **made.names)


def test_a_database_in_another_encoding_is_refused(here: Place) -> None:
    here.admin("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'", name=here.database)

    with pytest.raises(ProvisionError, match="it has to be UTF8"):
        here.make()


def test_two_at_the_same_moment_do_not_hinder_each_other(here: Place) -> None:
    code = f"""
from kijk.servers.provision import provision
for _ in range(3):
    provision({here.admin_url!r}, {here.database!r}, **{here.names!r})
"""
    both = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]

    assert [process.communicate(timeout=60)[1] for process in both] == ["", "", ""]


def test_the_command_provisions_any_server(here: Place, tmp_path: Path) -> None:
    (tmp_path / "admin").write_text(here.admin_url + "\n")
    options = [f"--admin-url-file={tmp_path / 'admin'}", f"--database={here.database}"]
    for role, name in here.names.items():
        (tmp_path / role).write_text(here.passwords[name] + "\n")
        options += [f"--{role}={name}", f"--{role}-password-file={tmp_path / role}"]
    command = [sys.executable, "-m", "kijk.servers", "provision", *options]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, f"{here.database}: roles, database and grants are in place\n")
    for role in here.names:
        with here.connect(role) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
