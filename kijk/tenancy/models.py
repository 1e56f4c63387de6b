"""Base classes of every model whose rows belong to one organisation."""

from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.models.expressions import F, OrderBy

from kijk.tenancy.context import current, current_organisation_id
from kijk.tenancy.ids import uuid7

_Model_co = TypeVar("_Model_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[_Model_co]):
    """A queryset that refuses to order or aggregate by a sealed field, instead of silently comparing ciphertexts."""

    def order_by(self, *field_names: Any) -> Self:
        """Order as Django does; raises FieldError on a sealed field."""
        for name in field_names:
            self._refuse_sealed(name)
        return super().order_by(*field_names)

    def distinct(self, *field_names: Any) -> Self:
        """Deduplicate as Django does; raises FieldError on a sealed field."""
        for name in field_names:
            self._refuse_sealed(name)
        return super().distinct(*field_names)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Aggregate as Django does; raises FieldError on a sealed field."""
        for expression in (*args, *kwargs.values()):
            self._refuse_sealed(expression)
        return super().aggregate(*args, **kwargs)

    def annotate(self, *args: Any, **kwargs: Any) -> Self:
        """Annotate as Django does; raises FieldError on a sealed field."""
        for expression in (*args, *kwargs.values()):
            self._refuse_sealed(expression)
        return super().annotate(*args, **kwargs)

    def _refuse_sealed(self, expression: Any) -> None:
        if isinstance(expression, str):
            self._refuse_sealed_path(expression.lstrip("-+"))
        elif isinstance(expression, F):
            self._refuse_sealed_path(str(vars(expression)["name"]))
        elif isinstance(expression, OrderBy):
            self._refuse_sealed(expression.expression)
        else:
            for source in getattr(expression, "get_source_expressions", list)():
                if source is not None:
                    self._refuse_sealed(source)

    def _refuse_sealed_path(self, path: str) -> None:
        model: Any = self.model
        for part in path.split("__"):
            try:
                field = model._meta.get_field(part)
            except (FieldDoesNotExist, AttributeError):
                return
            if getattr(field, "sealed", False):
                raise FieldError(f"{path} is sealed: it can be read, but not ordered, compared or aggregated.")
            model = getattr(field, "related_model", None)


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
