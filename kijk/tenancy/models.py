"""Base classes of every model whose rows belong to one organisation."""

from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.db.models.sql import Query

from kijk.tenancy.context import current, current_organisation_id
from kijk.tenancy.ids import uuid7

_Model_co = TypeVar("_Model_co", bound=models.Model, covariant=True)


class TenantQuery(Query):
    """A query in which a sealed field can be selected, and not compared, ordered by or computed with.

    Its database value is ciphertext under a random nonce: every answer about it would be wrong without saying so.
    """

    def resolve_ref(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Resolve a reference in an expression, wherever that stands; raises FieldError on a sealed field."""
        found = super().resolve_ref(name, *args, **kwargs)
        _refuse_sealed(getattr(found, "target", None), name)
        return found

    def add_ordering(self, *ordering: Any) -> None:
        """Order as Django does; raises FieldError on a sealed field."""
        super().add_ordering(*ordering)
        for name in ordering:
            if isinstance(name, str):
                self._refuse_path(name.removeprefix("-"))

    def add_distinct_fields(self, *field_names: str) -> None:
        """Deduplicate as Django does; raises FieldError on a sealed field."""
        for name in field_names:
            self._refuse_path(name)
        super().add_distinct_fields(*field_names)

    def refuse_selected(self) -> None:
        """Raise FieldError when ``values()`` has selected a sealed field, by which rows would then be grouped."""
        for column in self.select:
            _refuse_sealed(getattr(column, "target", None), "a selected value")

    def _refuse_path(self, path: str) -> None:
        if path == "?" or path in self.annotations or path in self.extra:
            return
        _refuse_sealed(self.names_to_path(path.split(LOOKUP_SEP), self.get_meta())[1], path)


def _refuse_sealed(field: Any, name: str) -> None:
    if getattr(field, "sealed", False):
        raise FieldError(f"{name} is sealed: it can be read, but not ordered, compared or computed with.")


class TenantQuerySet(models.QuerySet[_Model_co]):
    """A queryset that refuses what the database cannot do with a sealed field, instead of using its ciphertext."""

    def __init__(self, model: Any = None, query: Any = None, using: str | None = None, hints: Any = None) -> None:
        """Take what a QuerySet takes; a query of its own kind where none is given."""
        if query is None and model is not None:
            query = TenantQuery(model)
        super().__init__(model, query, using, hints)

    def distinct(self, *field_names: Any) -> Self:
        """Deduplicate as Django does; raises FieldError on a sealed field."""
        self._refuse_grouping()
        return super().distinct(*field_names)

    def annotate(self, *args: Any, **kwargs: Any) -> Self:
        """Annotate as Django does; raises FieldError on a sealed field, also where rows are grouped by one."""
        self._refuse_grouping()
        return super().annotate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Update as Django does; raises FieldError on a new sealed value, which belongs to one row only."""
        for name, value in kwargs.items():
            if value is not None:
                _refuse_sealed(self.model._meta.get_field(name), name)
            if hasattr(value, "resolve_expression"):
                value.resolve_expression(self.query.chain(), allow_joins=False)
        return super().update(**kwargs)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[_Model_co]:
        """Insert as Django does; raises FieldError where a conflict would put a value sealed for a new row in an old."""
        for name in kwargs.get("update_fields") or ():
            _refuse_sealed(self.model._meta.get_field(name), name)
        return super().bulk_create(objs, *args, **kwargs)

    def _refuse_grouping(self) -> None:
        if isinstance(self.query, TenantQuery):
            self.query.refuse_selected()


class TenantManager(models.Manager[_Model_co]):
    """Hands out rows of the organisation in scope; raises TenantContextMissing when there is no scope."""

    def get_queryset(self) -> TenantQuerySet[_Model_co]:
        """Return the scope's rows."""
        queryset = TenantQuerySet[_Model_co](self.model, using=self._db)
        return queryset.filter(organisation_id=current().organisation_id)


class TenantRow(models.Model):
    """What ground-floor and app tables share: a UUIDv7 key, and access through the tenant manager alone.

    The default and the base manager are the same one, so that following a relation is filtered too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = TenantManager["Self"]()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class GroundTenantModel(TenantRow):
    """A tenant row of the ground floor, which knows no app and so holds the organisation's id without a reference."""

    organisation_id = models.UUIDField(default=current_organisation_id, editable=False)

    class Meta(TenantRow.Meta):
        abstract = True


class TenantModel(TenantRow):
    """A row that belongs to one organisation. Its migration adds ``EnableTenancy`` after ``CreateModel``."""

    organisation = models.ForeignKey(
        settings.TENANT_MODEL,
        on_delete=models.PROTECT,
        default=current_organisation_id,
        editable=False,
        related_name="+",
        db_index=False,
    )

    class Meta(TenantRow.Meta):
        abstract = True


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference that cannot leave the organisation.

    PostgreSQL checks references without row-level security, so a plain one could point at another tenant's row.
    The constraint is therefore a composite one, (organisation, reference) to (organisation, id), which
    ``EnableTenancy`` and ``AddTenantReference`` create in place of Django's own.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        """Take what a ForeignKey takes, without ``db_constraint``."""
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out the constraint flag, which is always the same."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs
