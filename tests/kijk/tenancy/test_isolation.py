"""Two tenants, and everything that could mix them up (SEC-1). Transactional: an outer transaction hides leaks."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import Error, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F, Model, QuerySet
from psycopg import sql

from accounts.backend import PasswordBackend, find_by_email
from accounts.models import User
from kijk.tenancy.context import (
    TenantContextMissing,
    TenantScopeConflict,
    active_scope,
    lookup_scope,
    tenant_scope,
)
from kijk.tenancy.guards import tenant_tables
from kijk.tenancy.models import TenantForeignKey, TenantRow
from licensing.domain import find_organisation
from licensing.models import EmailDomain, Location, Organisation
from observations.models import Child, Group, Note
from tests import factories
from tests.database import TestDatabase
from tests.kijk.tenancy.world import Tenant, column_of, rows_by_table

Tenants = tuple[Tenant, Tenant]

TENANT_MODELS: list[Any] = sorted(
    (model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantRow)),
    key=lambda model: model._meta.label,
)
REFERENCES: list[tuple[Any, Any]] = [
    (model, field)
    for model in TENANT_MODELS
    for field in model._meta.local_fields
    if isinstance(field, TenantForeignKey)
]


@contextmanager
def row_security_off(database: TestDatabase, table: str) -> Iterator[None]:
    """Switch a table's row-level security off for a moment, as only its owner can."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        name = sql.Identifier(table)
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(name))
        try:
            yield
        finally:
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name))


def unfiltered(model: type[Model]) -> QuerySet[Any]:
    """Return all rows as the database gives them, without the manager's filter."""
    return QuerySet(model)


def test_world_fills_every_tenant_table(tenants: Tenants, committed_db: TestDatabase) -> None:
    for tenant in tenants:
        rows = rows_by_table(committed_db.owner_url, tenant.id)
        assert [table for table, count in rows.items() if count == 0] == []


@pytest.mark.requirement("SEC-1.1")
def test_database_alone_shows_own_rows_only(tenants: Tenants, committed_db: TestDatabase) -> None:
    ours, _theirs = tenants
    wanted = rows_by_table(committed_db.owner_url, ours.id)
    with tenant_scope(ours.id):
        for table in tenant_tables():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {column_of(table)} FROM {table}")
                found = [row[0] for row in cursor.fetchall()]
            assert (table, found) == (table, [ours.id] * wanted[table])


@pytest.mark.requirement("SEC-1.1")
def test_database_alone_changes_own_rows_only(tenants: Tenants, committed_db: TestDatabase) -> None:
    ours, theirs = tenants
    before = rows_by_table(committed_db.owner_url, theirs.id)
    with tenant_scope(ours.id):
        assert unfiltered(Location).filter(organisation_id=theirs.id).update(name="Van ons nu") == 0
        assert unfiltered(Note).filter(pk=theirs.note.pk).delete() == (0, {})
        assert unfiltered(Location).update(place="Elders") == 1
    assert rows_by_table(committed_db.owner_url, theirs.id) == before
    with tenant_scope(theirs.id):
        assert Location.objects.get().place == "Utrecht"


@pytest.mark.requirement("SEC-1.1")
def test_manager_alone_shows_own_rows_only(tenants: Tenants, committed_db: TestDatabase) -> None:
    ours, theirs = tenants
    for model in TENANT_MODELS:
        with row_security_off(committed_db, model._meta.db_table), tenant_scope(ours.id):
            assert set(unfiltered(model).values_list("organisation_id", flat=True)) == {ours.id, theirs.id}
            for manager in (model._default_manager, model._base_manager):
                found = set(manager.values_list("organisation_id", flat=True))
                assert (model, found) == (model, {ours.id})


def test_manager_alone_shows_own_organisation_only(tenants: Tenants, committed_db: TestDatabase) -> None:
    ours, _theirs = tenants
    with row_security_off(committed_db, "licensing_organisation"), tenant_scope(ours.id):
        assert unfiltered(Organisation).count() == 2
        assert list(Organisation.objects.values_list("pk", flat=True)) == [ours.id]


def test_manager_alone_changes_own_rows_only(tenants: Tenants, committed_db: TestDatabase) -> None:
    ours, theirs = tenants
    with row_security_off(committed_db, "licensing_location"), tenant_scope(ours.id):
        assert Location.objects.filter(organisation_id=theirs.id).update(name="Van ons nu") == 0
        assert Location.objects.update(place="Elders") == 1
        found = unfiltered(Location).get(organisation_id=theirs.id)
        found.place = "Gekaapt"
        with pytest.raises(IntegrityError), transaction.atomic():
            # The update does not find the row, and the insert that Django then tries meets its key.
            found.save()
        with pytest.raises(Location.DoesNotExist):
            Location.objects.get(pk=found.pk)
    with tenant_scope(theirs.id):
        assert Location.objects.get().place == "Utrecht"


def test_related_managers_alone_show_own_rows_only(tenants: Tenants, committed_db: TestDatabase) -> None:
    ours, theirs = tenants
    with row_security_off(committed_db, "observations_note"), tenant_scope(ours.id):
        assert unfiltered(Note).filter(child_id=theirs.child.pk).count() == 1
        assert theirs.child.notes.count() == 0
        assert ours.child.notes.count() == 1


@pytest.mark.requirement("SEC-1.1")
def test_app_role_without_scope_sees_no_row(tenants: Tenants, committed_db: TestDatabase) -> None:
    assert set(rows_by_table(committed_db.app_url).values()) == {0}
    assert 0 not in rows_by_table(committed_db.owner_url).values()


def test_app_role_with_ended_setting_sees_no_row(tenants: Tenants, committed_db: TestDatabase) -> None:
    """A setting that ended with its transaction reads '' and not NULL."""
    ours, _theirs = tenants
    with psycopg.connect(committed_db.app_url, autocommit=True) as app:
        with app.transaction():
            app.execute("SELECT set_config('kijk.organisation', %s, true)", [str(ours.id)])
            assert app.execute("SELECT count(*) FROM observations_child").fetchone() == (1,)
        assert app.execute("SELECT current_setting('kijk.organisation')").fetchone() == ("",)
        assert app.execute("SELECT count(*) FROM observations_child").fetchone() == (0,)


@pytest.mark.requirement("SEC-1.1")
def test_manager_raises_without_scope(committed_db: object) -> None:
    for model in (*TENANT_MODELS, Organisation):
        with pytest.raises(TenantContextMissing):
            model._default_manager.all()


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT * FROM "observations_child"',
        "SELECT * FROM observations_child",
        "select * from OBSERVATIONS_CHILD as c",
        "SELECT 1 FROM public.observations_child",
        "SELECT 1 FROM django_session, observations_child",
        "DELETE FROM observations_note",
        "UPDATE licensing_organisation SET name = ''",
        "WITH c AS (SELECT * FROM observations_child) SELECT count(*) FROM c",
    ],
)
def test_statement_without_scope_raises(committed_db: object, statement: str) -> None:
    with pytest.raises(TenantContextMissing), connection.cursor() as cursor:
        cursor.execute(statement)


def test_statement_composed_without_scope_raises(committed_db: object) -> None:
    statement = sql.SQL("SELECT * FROM {}").format(sql.Identifier("observations_child"))
    with pytest.raises(TenantContextMissing), connection.cursor() as cursor:
        cursor.execute(statement)


def test_statements_on_other_tables_need_no_scope(committed_db: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM observations_line, django_session")
        assert cursor.fetchone() == (0,)


def test_queryset_of_one_scope_is_empty_in_another(tenants: Tenants) -> None:
    ours, theirs = tenants
    with tenant_scope(ours.id):
        kept = Child.objects.all()
    with tenant_scope(theirs.id):
        assert list(kept) == []


@pytest.mark.requirement("SEC-1.3")
def test_reference_to_other_organisation_is_refused_at_commit(tenants: Tenants) -> None:
    ours, theirs = tenants
    accepted = []
    for model, field in REFERENCES:
        with tenant_scope(theirs.id):
            foreign = field.related_model.objects.values_list("pk", flat=True).first()
        changed, refused = 0, False
        try:
            with tenant_scope(ours.id):
                # A row that refers to something already: of some models one reference excludes the others.
                rows = model.objects.order_by(F(field.attname).asc(nulls_last=True))
                mine = rows.values_list("pk", flat=True).first()
                changed = model.objects.filter(pk=mine).update(**{field.attname: foreign})
        except IntegrityError as error:
            refused = changed == 1 and "_tenant_fk" in str(error)
        if not refused:
            accepted.append((model, field.name))
    assert accepted == []


@pytest.mark.requirement("SEC-1.3")
def test_new_row_that_refers_to_other_organisation_is_refused_at_commit(tenants: Tenants) -> None:
    ours, theirs = tenants
    with pytest.raises(IntegrityError, match="_tenant_fk"), tenant_scope(ours.id):
        Group.objects.create(location_id=theirs.group.location_id, name="Brug", kind="vve", school_year=2026)


@pytest.mark.requirement("SEC-1.3")
def test_row_cannot_move_to_other_organisation(tenants: Tenants) -> None:
    ours, theirs = tenants
    for model in TENANT_MODELS:
        with pytest.raises(ProgrammingError) as refusal, tenant_scope(ours.id):
            model.objects.update(organisation_id=theirs.id)
        assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_row_cannot_be_made_for_other_organisation(tenants: Tenants) -> None:
    ours, theirs = tenants
    with pytest.raises(ProgrammingError, match="row-level security"), tenant_scope(ours.id):
        Location.objects.create(organisation_id=theirs.id, name="Van hen", place="Utrecht")
    with pytest.raises(ProgrammingError, match="row-level security"), tenant_scope(ours.id):
        EmailDomain.objects.bulk_create([EmailDomain(organisation_id=theirs.id, domain="aanval.nl")])


def test_new_row_belongs_to_scope(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id):
        assert Location.objects.create(name="Nieuw", place="Utrecht").organisation_id == ours.id
    with pytest.raises(TenantContextMissing):
        Location(name="Nergens", place="Utrecht")


def test_scope_within_scope_of_same_organisation_is_the_same(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id, actor_id=ours.user.pk, origin="192.0.2.1") as outer:
        with tenant_scope(ours.id) as inner:
            assert inner is outer
        assert Child.objects.count() == 1


def test_scope_within_scope_of_other_organisation_raises(tenants: Tenants) -> None:
    ours, theirs = tenants
    with tenant_scope(ours.id):
        with pytest.raises(TenantScopeConflict), tenant_scope(theirs.id):
            pass
        assert list(Child.objects.values_list("pk", flat=True)) == [ours.child.pk]


def test_scope_needs_a_transaction_of_its_own(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), tenant_scope(ours.id):
        pass


def test_scope_that_fails_leaves_nothing(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with pytest.raises(ZeroDivisionError), tenant_scope(ours.id):  # noqa: PT012 - the write comes before the failure
        Location.objects.update(place="Elders")
        raise ZeroDivisionError
    assert (active_scope(), _setting("kijk.organisation")) == (None, "")
    with tenant_scope(ours.id):
        assert Location.objects.get().place == "Utrecht"


def test_scope_that_is_to_be_rolled_back_ends_quietly(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id):
        factories.location()
        transaction.set_rollback(True)
    with tenant_scope(ours.id):
        assert Location.objects.count() == 1


def test_setting_is_gone_after_scope_inside_an_outer_transaction(db: None) -> None:
    """The transaction that wraps an ordinary test would keep the setting, and hide the leak of a next request."""
    with tenant_scope(factories.organisation()):
        assert _setting("kijk.organisation") != ""
    assert _setting("kijk.organisation") == ""


def test_setting_ends_with_its_transaction_however_that_ends(tenants: Tenants) -> None:
    """Not with our tidying up: a process may be killed, and a pool hands its connection on."""
    ours, _theirs = tenants
    with suppress(Error), tenant_scope(ours.id):
        assert connection.connection is not None
        connection.connection.commit()
        found = connection.connection.execute("SELECT count(*) FROM observations_child").fetchone()
        assert found == (0,)
    connection.close()


def test_next_user_of_a_connection_sees_nothing(tenants: Tenants) -> None:
    """Connections are kept and used again; a setting that stayed on one would show the next user our rows."""
    ours, _theirs = tenants
    before = _backend()
    with tenant_scope(ours.id):
        assert unfiltered(Child).count() == 1
    with pytest.raises(ZeroDivisionError), tenant_scope(ours.id):
        raise ZeroDivisionError
    assert connection.connection is not None
    found = connection.connection.execute("SELECT count(*) FROM observations_child").fetchone()
    assert (_backend(), found) == (before, (0,))


def test_on_commit_callback_has_no_scope_and_opens_its_own(tenants: Tenants) -> None:
    ours, theirs = tenants
    found: list[object] = []

    def callback() -> None:
        found.append(active_scope())
        with pytest.raises(TenantContextMissing):
            Child.objects.count()
        with pytest.raises(TenantContextMissing):
            unfiltered(Child).count()
        with tenant_scope(theirs.id):
            found.append(Child.objects.get().pk)

    with tenant_scope(ours.id):
        transaction.on_commit(callback)
    assert found == [None, theirs.child.pk]


def test_scope_does_not_travel_to_another_thread(tenants: Tenants) -> None:
    """A copied context would let the manager filter, and the thread's own connection give no row: silence."""
    ours, _theirs = tenants
    found: list[object] = []

    def work() -> None:
        found.append(active_scope())
        try:
            with pytest.raises(TenantContextMissing):
                Child.objects.count()
            with tenant_scope(ours.id):
                found.append(Child.objects.count())
        finally:
            connection.close()

    with tenant_scope(ours.id):
        thread = Thread(target=copy_context().run, args=(work,))
        thread.start()
        thread.join()
        assert Child.objects.count() == 1
    assert found == [None, 1]


def test_lookup_shows_one_row_of_one_table(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id):
        name = Organisation.objects.get().name
    with lookup_scope(user_id=ours.user.pk):
        assert _visible() == ([ours.user.pk], [])
    with lookup_scope(email=ours.user.email):
        assert _visible() == ([ours.user.pk], [])
    with lookup_scope(organisation_name=name):
        assert _visible() == ([], [ours.id])
    with lookup_scope():
        assert _visible() == ([], [])


def test_lookup_opens_no_other_table(tenants: Tenants) -> None:
    ours, _theirs = tenants
    for model in TENANT_MODELS:
        if model is not User:
            with lookup_scope(user_id=ours.user.pk), pytest.raises(TenantContextMissing):
                unfiltered(model).count()


def test_lookup_changes_nothing(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with lookup_scope(user_id=ours.user.pk):
        assert QuerySet(User).update(is_active=False) == 0
        assert QuerySet(User).filter(pk=ours.user.pk)._raw_delete("default") == 0
    with tenant_scope(ours.id):
        assert User.objects.get().is_active


def test_lookup_is_by_one_key(committed_db: object) -> None:
    with pytest.raises(ValueError, match="one key"), lookup_scope(email="a@voorbeeld.nl", organisation_name="A"):
        pass


def test_lookup_and_scope_do_not_mix(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with tenant_scope(ours.id), pytest.raises(TenantScopeConflict), lookup_scope(user_id=ours.user.pk):
        pass
    with lookup_scope(user_id=ours.user.pk), pytest.raises(RuntimeError, match="durable"), tenant_scope(ours.id):
        pass


def test_lookup_leaves_no_setting_behind(db: None) -> None:
    with lookup_scope(email="iemand@voorbeeld.nl"):
        assert _setting("kijk.sign_in_email") == "iemand@voorbeeld.nl"
    assert [_setting(f"kijk.{name}") for name in ("user", "sign_in_email", "organisation_name")] == ["", "", ""]
    with pytest.raises(TenantContextMissing):
        QuerySet(User).count()


def test_finders_find_across_organisations_by_key_only(tenants: Tenants) -> None:
    ours, theirs = tenants
    for tenant in (ours, theirs):
        found = find_by_email(tenant.user.email.upper())
        assert found is not None
        assert (found.pk, found.organisation_id) == (tenant.user.pk, tenant.id)
        assert PasswordBackend().get_user(str(tenant.user.pk)) == tenant.user
    assert find_by_email("niemand@voorbeeld.nl") is None
    assert find_by_email("%@voorbeeld.nl") is None
    assert find_organisation("%") is None


def _visible() -> tuple[list[Any], list[Any]]:
    return [row.pk for row in unfiltered(User)], [row.pk for row in unfiltered(Organisation)]


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(current_setting(%s, true), '')", [name])
        return str(cursor.fetchone()[0])


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
