"""Base class of background tasks: no task touches tenant data without saying whose."""

from typing import Any
from uuid import UUID

from celery.contrib.django.task import DjangoTask

from kijk.tenancy.context import tenant_scope


class TenantTask(DjangoTask):  # type: ignore[misc]
    """A task that opens its organisation's scope when it is given ``organisation_id`` as a keyword argument.

    A task over long work takes ``scoped = False`` and opens short scopes itself, so that no transaction is held
    while, say, a PDF renders. Arguments are ids only: a broker is no place for personal data.
    """

    scoped = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task, inside the scope of ``organisation_id`` where it has one."""
        organisation_id = kwargs.get("organisation_id")
        if organisation_id is None or not self.scoped:
            return super().__call__(*args, **kwargs)
        with tenant_scope(UUID(str(organisation_id))):
            return super().__call__(*args, **kwargs)
