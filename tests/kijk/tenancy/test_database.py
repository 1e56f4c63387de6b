"""The database itself, looked at: is every tenant table protected, and is there no way around (SEC-1)."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kijk.tenancy.guards import tenant_tables
from kijk.tenancy.operations import AddTenantReference, EnableTenancy, reference_name
from tests import factories
from tests.database import TestDatabase
from tests.kijk.tenancy.world import column_of

pytestmark = pytest.mark.second_server

# What the server makes of kijk.tenancy.operations.tenant_policy().
POLICY = (
    "({column} = ( SELECT (NULLIF(current_setting('kijk.organisation'::text, true), ''::text))::uuid AS \"nullif\"))"
)
LOOKUPS = {
    ("accounts_user", "own_row"): (
        "(id = ( SELECT (NULLIF(current_setting('kijk.user'::text, true), ''::text))::uuid AS \"nullif\"))"
    ),
    ("accounts_user", "signing_in"): (
        "((email)::text = ( SELECT NULLIF(current_setting('kijk.sign_in_email'::text, true), ''::text) AS \"nullif\"))"
    ),
    ("licensing_organisation", "by_name"): (
        "((name)::text = ( SELECT NULLIF(current_setting('kijk.organisation_name'::text, true), ''::text) "
        'AS "nullif"))'
    ),
}
# Uniqueness over all organisations; each tells a tenant that a value is in use elsewhere, and why that must be.
GLOBAL_UNIQUES = {
    ("accounts_user", "email"): "one signs in with it before the organisation is known",
    ("licensing_organisation", "name"): "commands name an organisation by it, and Bazalt alone creates one",
}


@pytest.fixture
def look(django_db_setup: None) -> Any:
    """Return a function that asks the catalogue as the owner."""
    from tests.conftest import SERVER

    def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(SERVER.owner_url) as owner:
            return owner.execute(statement, values).fetchall()

    return ask


@pytest.mark.requirement("SEC-1.1")
def test_every_table_with_an_organisation_is_a_tenant_table(look: Any) -> None:
    found = look(
        "SELECT DISTINCT table_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name LIKE 'organisation%%'"
    )
    assert {row[0] for row in found} | {"licensing_organisation"} == tenant_tables()


def test_every_table_is_a_model(look: Any) -> None:
    """A table beside the models would be under nobody's rules."""
    found = {row[0] for row in look("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert found - models == {"django_migrations"}


@pytest.mark.requirement("SEC-1.1")
def test_every_tenant_table_has_row_security_forced(look: Any) -> None:
    found = look(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND (relrowsecurity OR relname = ANY(%s))",
        sorted(tenant_tables()),
    )
    assert sorted(found) == [(table, True, True) for table in sorted(tenant_tables())]


@pytest.mark.requirement("SEC-1.1")
def test_policies_are_the_expected_ones_and_no_others(look: Any) -> None:
    found = look(
        "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies "
        "WHERE schemaname = 'public'"
    )
    expected: list[tuple[Any, ...]] = []
    for table in tenant_tables():
        condition = POLICY.format(column=column_of(table))
        expected.append((table, "tenant", "PERMISSIVE", "{public}", "ALL", condition, condition))
    for (table, name), condition in LOOKUPS.items():
        expected.append((table, name, "PERMISSIVE", "{public}", "SELECT", condition, None))
    assert sorted(found) == sorted(expected, key=lambda row: row[:2])


@pytest.mark.requirement("SEC-1.3")
def test_every_tenant_table_can_be_referred_to_within_the_organisation(look: Any) -> None:
    found = look(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'u' AND conname LIKE '%%_tenant_key'"
    )
    expected = [(table, "UNIQUE (organisation_id, id)") for table in tenant_tables() - {"licensing_organisation"}]
    assert sorted(found) == sorted(expected)


@pytest.mark.requirement("SEC-1.3")
def test_every_reference_to_a_tenant_table_is_composite(look: Any) -> None:
    found = look(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, condeferrable AND condeferred, convalidated, "
        "array_agg(a.attname ORDER BY k.position), array_agg(b.attname ORDER BY k.position) "
        "FROM pg_constraint c CROSS JOIN LATERAL unnest(conkey, confkey) WITH ORDINALITY AS k(mine, theirs, position) "
        "JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.mine "
        "JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = k.theirs "
        "WHERE contype = 'f' AND confrelid::regclass::text = ANY(%s) GROUP BY c.oid",
        sorted(tenant_tables()),
    )
    seen = set()
    for table, target, deferred, valid, columns, keys in found:
        assert (table, deferred, valid) == (table, True, True)
        if target == "licensing_organisation":
            assert (table, columns, keys) == (table, ["organisation_id"], ["id"])
        else:
            assert (table, columns[0], keys) == (table, "organisation_id", ["organisation_id", "id"])
            seen.add((table, columns[1]))
    # And the other way round: no relation between tenant models goes without.
    others = tenant_tables() - {"licensing_organisation"}
    assert seen == {(table, column) for table, column, target in _relations() if target in others}


def test_names_of_references_are_unique_and_fit() -> None:
    names = [reference_name(table, column) for table, column, _target in _relations()]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 63


@pytest.mark.requirement("SEC-1.1")
def test_every_unique_index_begins_with_the_organisation(look: Any) -> None:
    found = look(
        "SELECT indrelid::regclass::text, array_agg(a.attname::text ORDER BY k.position) "
        "FROM pg_index CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS k(number, position) "
        "LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.number "
        "WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text = ANY(%s) GROUP BY indexrelid, indrelid",
        sorted(tenant_tables()),
    )
    # A primary key is a random UUID made by us: that one is taken tells nobody anything.
    assert {(table, *columns) for table, columns in found if columns[0] != "organisation_id"} == set(GLOBAL_UNIQUES)


@pytest.mark.requirement("SEC-1.1")
def test_no_view_passes_the_policies(look: Any) -> None:
    found = look(
        "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind NOT IN ('r', 'p', 'i', 'I', 'S', 't')"
    )
    assert found == []


@pytest.mark.requirement("SEC-1.1")
def test_three_functions_run_with_their_owners_rights(look: Any) -> None:
    """They answer with ids alone; every other function runs with the rights of who calls it."""
    found = look(
        "SELECT proname, pg_get_function_result(oid), proconfig, proacl::text FROM pg_proc "
        "WHERE prosecdef AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    )
    rights = ("SETOF uuid", ["search_path=pg_catalog, public"], "{kijk_owner=X/kijk_owner,kijk_app=X/kijk_owner}")
    assert sorted(found) == [
        ("kijk_organisations_with_due_mail", *rights),
        ("kijk_organisations_with_open_jobs", *rights),
        ("kijk_organisations_with_trail", *rights),
    ]


def test_no_other_schema_holds_tables(look: Any) -> None:
    found = look(
        "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert found == [("public",)]


@pytest.mark.requirement("SEC-1.1")
def test_app_role_has_rows_and_nothing_more(look: Any) -> None:
    found = look(
        "SELECT table_name, array_agg(privilege_type::text ORDER BY privilege_type) "
        "FROM information_schema.role_table_grants WHERE grantee = 'kijk_app' AND table_name = ANY(%s) "
        "GROUP BY table_name",
        sorted(tenant_tables()),
    )
    rows = ["DELETE", "INSERT", "SELECT", "UPDATE"]
    expected = dict.fromkeys(tenant_tables(), rows)
    expected |= {"audit_auditevent": ["INSERT", "SELECT"], "audit_audithead": ["INSERT", "SELECT", "UPDATE"]}
    assert dict(found) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE observations_child CASCADE",
        "TRUNCATE audit_auditevent",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW mine AS SELECT 1",
        "ALTER TABLE observations_child DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE observations_child NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON observations_child",
        "CREATE POLICY mine ON observations_child USING (true)",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER append_only",
        "DROP TRIGGER append_only ON audit_auditevent",
        "UPDATE audit_auditevent SET action = 'niets.gebeurd'",
        "DELETE FROM audit_auditevent",
        "DELETE FROM audit_audithead",
        "SET ROLE kijk_owner",
        "SET ROLE kijk_backup",
        "SET SESSION AUTHORIZATION kijk_owner",
        "ALTER ROLE kijk_app BYPASSRLS",
        "SET session_replication_role = replica",
        "COPY observations_child TO PROGRAM 'cat'",
    ],
)
def test_app_role_is_refused(committed_db: TestDatabase, statement: str) -> None:
    with psycopg.connect(committed_db.app_url) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


@pytest.mark.requirement("AUD-1.3")
@pytest.mark.parametrize("whose", ["app_url", "owner_url"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditevent SET origin = ''", "DELETE FROM audit_auditevent", "TRUNCATE audit_auditevent"],
)
def test_nobody_changes_or_removes_an_event(committed_db: TestDatabase, whose: str, statement: str) -> None:
    """The app lacks the right; the owner, who has every right, meets the trigger."""
    factories.organisation()
    with psycopg.connect(getattr(committed_db, whose)) as role:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            role.execute(statement)
        role.rollback()
    with psycopg.connect(committed_db.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM audit_auditevent").fetchone() == (1,)


def test_row_security_cannot_be_switched_off_by_a_session(committed_db: TestDatabase) -> None:
    """The setting does not lift the policies: it turns a query that they would filter into an error."""
    with psycopg.connect(committed_db.app_url) as app:
        app.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM observations_child")


def test_protection_can_be_taken_away_and_put_back(look: Any, django_db_blocker: Any) -> None:
    """A migration that cannot be reversed cannot be rehearsed either."""
    before = _protection(look)
    with django_db_blocker.unblock(), connections["owner"].schema_editor() as editor:
        operations = _operations()
        for operation, model in reversed(operations):
            for statement in operation.backwards(model):
                editor.execute(statement)
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity OR relforcerowsecurity")
            assert cursor.fetchone() == (0,)
        for operation, model in operations:
            for statement in operation.forwards(model):
                editor.execute(statement)
    assert _protection(look) == before


def _relations() -> list[tuple[str, str, str]]:
    """Return (table, column, table referred to) of every relation between models."""
    fields: list[Any] = [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.is_relation
    ]
    return [(field.model._meta.db_table, field.column, field.related_model._meta.db_table) for field in fields]


def _operations() -> list[tuple[Any, Any]]:
    """Return the operations in the order of the migrations, each with its model as it was then.

    A reference that came later is not the business of the operation that protected the table at first.
    """
    loader = MigrationLoader(connections["owner"])
    found: list[tuple[Any, Any]] = []
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        protecting = [
            operation
            for operation in loader.graph.nodes[key].operations
            if isinstance(operation, EnableTenancy | AddTenantReference)
        ]
        if protecting:
            models = loader.project_state(key).apps
            found += [(operation, models.get_model(key[0], operation.model_name)) for operation in protecting]
    return found


def _protection(look: Any) -> list[Any]:
    return [
        sorted(look("SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r'")),
        sorted(look("SELECT tablename, policyname, cmd, qual, COALESCE(with_check, '') FROM pg_policies")),
        sorted(look("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint")),
    ]
