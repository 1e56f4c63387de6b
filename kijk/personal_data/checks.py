"""A system check: nothing is stored that does not say what it is (PRI-1)."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models

from kijk.personal_data.register import category_of, declaration_of, names_to_declare, parts_of


def check_declarations(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each model and each field that declares nothing (a Django system check)."""
    return [fault for model in apps.get_models(include_auto_created=True) for fault in check_model(model)]


def check_model(model: type[models.Model]) -> Iterable[CheckMessage]:
    """Yield the faults of one model."""
    declaration = declaration_of(model)
    if declaration is None:
        yield Error(f"{model._meta.label} does not declare its personal data.", obj=model, id="personal_data.E001")
        return
    for name in sorted(names_to_declare(model)):
        if category_of(model, name) is None:
            yield Error(f"{model._meta.label}.{name} declares no category.", obj=model, id="personal_data.E002")
    fields = model._meta.local_fields
    names = {field.name for field in fields} | {part for field in fields for part in parts_of(field)}
    for name in sorted({*declaration.fields, *declaration.field_modules} - names):
        yield Error(f"{model._meta.label} declares {name}, which it does not have.", obj=model, id="personal_data.E003")
