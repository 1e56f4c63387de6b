"""Migration operations that give a table its row-level security and its composite references."""

from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.models import Model

ORGANISATION = "(SELECT NULLIF(current_setting('kijk.organisation', true), '')::uuid)"


def tenant_policy(column: str) -> str:
    """Return the condition under which a row belongs to the organisation in scope.

    A setting that ended with its transaction reads '' and not NULL, hence NULLIF; the sub-select makes PostgreSQL
    evaluate it once a query.
    """
    return f"{column} = {ORGANISATION}"


class _SqlOperation(Operation):
    """An operation that changes the database and not Django's picture of the models."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing: the models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Run the statements that protect the table."""
        for statement in self.forwards(to_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Run the statements that take the protection away."""
        for statement in self.backwards(from_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement)

    def forwards(self, model: type[Model]) -> list[str]:
        """Return the statements for applying."""
        raise NotImplementedError

    def backwards(self, model: type[Model]) -> list[str]:
        """Return the statements for reversing."""
        raise NotImplementedError


class EnableTenancy(_SqlOperation):
    """Put a table under row-level security, forced also on its owner, and make its references composite (SEC-1).

    ``column`` names the organisation's column ("id" for the organisation itself). ``lookups`` adds policies for
    reading one row before the organisation is known: {policy name: condition}.
    """

    def __init__(self, model_name: str, column: str = "organisation_id", lookups: dict[str, str] | None = None) -> None:
        super().__init__(model_name)
        self.column = column
        self.lookups = lookups or {}

    def describe(self) -> str:
        """Say what this does, for the migration's log."""
        return f"Row-level security on {self.model_name}"

    def forwards(self, model: type[Model]) -> list[str]:
        """Return the statements for applying."""
        table = model._meta.db_table
        condition = tenant_policy(self.column)
        statements = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY tenant ON "{table}" USING ({condition}) WITH CHECK ({condition})',
        ]
        statements += [
            f'CREATE POLICY {name} ON "{table}" FOR SELECT USING ({using})' for name, using in self.lookups.items()
        ]
        if self.column != "id":
            statements.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE ({self.column}, id)')
        return statements + [composite_reference(model, field) for field in tenant_references(model)]

    def backwards(self, model: type[Model]) -> list[str]:
        """Return the statements for reversing."""
        table = model._meta.db_table
        statements = [
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{reference_name(table, field.column)}"'
            for field in tenant_references(model)
        ]
        if self.column != "id":
            statements.append(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_tenant_key"')
        statements += [f'DROP POLICY {name} ON "{table}"' for name in (*self.lookups, "tenant")]
        statements.append(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        return [*statements, f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY']


class AddTenantReference(_SqlOperation):
    """Add the composite constraint of one TenantForeignKey that was added after its table."""

    def __init__(self, model_name: str, field_name: str) -> None:
        super().__init__(model_name)
        self.field_name = field_name

    def describe(self) -> str:
        """Say what this does, for the migration's log."""
        return f"Composite reference {self.model_name}.{self.field_name}"

    def forwards(self, model: type[Model]) -> list[str]:
        """Return the statements for applying."""
        return [composite_reference(model, model._meta.get_field(self.field_name))]

    def backwards(self, model: type[Model]) -> list[str]:
        """Return the statements for reversing."""
        table = model._meta.db_table
        column = str(vars(model._meta.get_field(self.field_name))["column"])
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT "{reference_name(table, column)}"']


class RevokeFromApp(_SqlOperation):
    """Take rights on a table from the app's role: what it may not do, a fault in the app cannot do either."""

    def __init__(self, model_name: str, rights: str) -> None:
        super().__init__(model_name)
        self.rights = rights

    def forwards(self, model: type[Model]) -> list[str]:
        """Return the statements for applying."""
        return [f'REVOKE {self.rights} ON "{model._meta.db_table}" FROM kijk_app']

    def backwards(self, model: type[Model]) -> list[str]:
        """Return the statements for reversing."""
        return [f'GRANT {self.rights} ON "{model._meta.db_table}" TO kijk_app']


def tenant_references(model: type[Model]) -> list[Any]:
    """Return the model's fields that refer to a row of the same organisation."""
    from kijk.tenancy.models import TenantForeignKey

    return [field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)]


def reference_name(table: str, column: str) -> str:
    """Return the constraint's name, within PostgreSQL's 63 characters."""
    return f"{table}_{column}_tenant_fk"[-63:]


def composite_reference(model: type[Model], field: Any) -> str:
    """Return the statement that ties a reference to its own organisation's rows.

    Deferred to the commit, as Django's own are, so that rows may be written in any order.
    """
    table, column = model._meta.db_table, field.column
    target = field.related_model._meta.db_table
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{reference_name(table, column)}" '
        f'FOREIGN KEY (organisation_id, "{column}") REFERENCES "{target}" (organisation_id, id) '
        "DEFERRABLE INITIALLY DEFERRED"
    )
