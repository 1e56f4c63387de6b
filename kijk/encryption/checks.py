"""A system check over all sealed fields together."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error

from kijk.encryption.fields import SealedField


def check_labels(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each label that two columns share: a value could be moved between them unseen (SEC-2)."""
    faults: list[CheckMessage] = []
    owners: dict[str, SealedField[Any]] = {}
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedField) and owners.setdefault(field.label, field) is not field:
                message = f"The label {field.label} is that of {owners[field.label]} already."
                faults.append(Error(message, obj=field, id="encryption.E003"))
    return faults
