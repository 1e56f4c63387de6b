"""The check that nothing is stored which does not say what it is (PRI-1)."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.core.checks.registry import registry
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models
from django.test.utils import isolate_apps

from kijk.personal_data.checks import check_declarations, check_model
from kijk.personal_data.register import (
    ALWAYS_TECHNICAL,
    Category,
    Erasure,
    Export,
    PersonalData,
    Purpose,
    Retention,
    Subject,
    category_of,
    declaration_of,
    names_to_declare,
)
from kijk.tenancy.models import TenantModel


def declaration(**changes: Any) -> PersonalData:
    """Return a declaration that names no field."""
    whole: dict[str, Any] = {
        "subject": Subject.CHILD,
        "purpose": Purpose.OBSERVATION,
        "retention": Retention.CHILD_FILE,
        "export": Export.FILE,
        "erase": Erasure.DELETE,
        **changes,
    }
    return PersonalData(**whole)


def faults(model: type[models.Model]) -> list[tuple[str | None, str]]:
    """Return what the check says of a model."""
    return [(fault.id, fault.msg) for fault in check_model(model)]


@pytest.mark.requirement("PRI-1.1")
@isolate_apps("observations")
def test_undeclared_model_is_found() -> None:
    class Loose(models.Model):
        class Meta:
            app_label = "observations"

    assert faults(Loose) == [("personal_data.E001", "observations.Loose does not declare its personal data.")]


@pytest.mark.requirement("PRI-1.1")
@isolate_apps("observations")
def test_undeclared_field_is_found() -> None:
    class Loose(models.Model):
        name = models.TextField()
        shoe_size = models.IntegerField()
        created_at = models.DateTimeField()
        personal_data = declaration(fields={"name": Category.NAME})

        class Meta:
            app_label = "observations"

    assert faults(Loose) == [("personal_data.E002", "observations.Loose.shoe_size declares no category.")]


@isolate_apps("observations")
def test_field_that_is_not_there_is_found() -> None:
    class Loose(models.Model):
        personal_data = declaration(fields={"nickname": Category.NAME})

        class Meta:
            app_label = "observations"

    assert faults(Loose) == [("personal_data.E003", "observations.Loose declares nickname, which it does not have.")]


@isolate_apps("observations")
def test_declaration_is_not_inherited() -> None:
    """A child model with fields of its own must say what they are."""

    class Parent(models.Model):
        personal_data = declaration(default=Category.TECHNICAL)

        class Meta:
            app_label = "observations"
            abstract = True

    class Heir(Parent):
        remarks = models.TextField()

        class Meta:
            app_label = "observations"

    assert [fault_id for fault_id, _message in faults(Heir)] == ["personal_data.E001"]


@isolate_apps("observations")
def test_table_between_two_models_is_found() -> None:
    class Left(models.Model):
        personal_data = declaration(default=Category.TECHNICAL)

        class Meta:
            app_label = "observations"

    class Right(models.Model):
        lefts = models.ManyToManyField(Left)
        personal_data = declaration(default=Category.TECHNICAL)

        class Meta:
            app_label = "observations"

    through: Any = Right._meta.get_field("lefts").remote_field
    assert [fault_id for fault_id, _message in faults(through.through)] == ["personal_data.E001"]


@isolate_apps("observations")
def test_tenants_own_fields_need_no_words() -> None:
    class Plain(TenantModel):
        personal_data = declaration()

        class Meta(TenantModel.Meta):
            app_label = "observations"

    assert faults(Plain) == []
    assert {"id", "organisation", "organisation_id", "created_at"} == ALWAYS_TECHNICAL
    assert category_of(Plain, "id") is Category.TECHNICAL


@pytest.mark.requirement("PRI-1.1")
def test_every_field_of_every_installed_model_has_a_category() -> None:
    found = [
        (model._meta.label, name)
        for model in apps.get_models(include_auto_created=True)
        for name in names_to_declare(model)
        if category_of(model, name) is None
    ]
    assert found == []
    assert check_declarations(None) == []


def test_tables_of_other_packages_are_declared() -> None:
    others = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("django.")]
    assert sorted(model._meta.label for model in others if declaration_of(model) is not None) == [
        "auth.Group",
        "auth.Group_permissions",
        "auth.Permission",
        "contenttypes.ContentType",
        "sessions.Session",
    ]
    assert [model for model in others if declaration_of(model) is None] == []
    session = declaration_of(Session)
    assert session is not None
    assert (session.subject, session.retention, session.erase) == (Subject.USER, Retention.SESSION, Erasure.DELETE)


def test_check_runs_with_every_start(monkeypatch: pytest.MonkeyPatch) -> None:
    checks: list[Any] = registry.get_checks()
    assert check_declarations in checks
    assert [found for found in run_checks() if not found.is_silenced()] == []
    monkeypatch.delattr(apps.get_model("observations", "Note"), "personal_data")
    with pytest.raises(SystemCheckError, match=r"observations\.Note does not declare its personal data"):
        call_command("check")


def test_purpose_and_term_are_said_of_every_model() -> None:
    for model in apps.get_models(include_auto_created=True):
        found = declaration_of(model)
        assert found is not None
        kinds = (Subject, Purpose, Retention, Export, Erasure)
        values = (found.subject, found.purpose, found.retention, found.export, found.erase)
        assert [type(value) for value in values] == list(kinds)
        # What is nobody's needs no export; what is a child's goes with the child.
        assert found.subject is not Subject.NONE or found.export is Export.NEVER
        assert found.subject is not Subject.CHILD or found.erase is not Erasure.KEEP


@pytest.mark.requirement("AUD-3.3")
def test_trail_has_a_term_of_its_own() -> None:
    trail = {"audit.AuditEvent", "audit.AuditHead"}
    found = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if getattr(declaration_of(model), "retention", None) is Retention.AUDIT
    }
    assert found == trail
