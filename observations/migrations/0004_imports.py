"""Where children are imported from, and what an import would do (CHD-3)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kijk.encryption.fields
import kijk.tenancy.context
import kijk.tenancy.ids
import kijk.tenancy.models
from kijk.tenancy.operations import EnableTenancy


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("licensing", "0002_provider"),
        ("observations", "0003_children"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportSource",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=kijk.tenancy.context.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.organisation",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="naam")),
                (
                    "format",
                    models.CharField(choices=[("edexml", "EDEXML"), ("csv", "CSV"), ("xlsx", "Excel")], max_length=6),
                ),
                (
                    "location",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.location"
                    ),
                ),
                ("mapping", models.JSONField(default=dict)),
                ("school", models.CharField(blank=True, max_length=20)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("organisation"), models.F("name"), name="import_source_name_once")
                ],
                "abstract": False,
            },
        ),
        EnableTenancy("ImportSource"),
        migrations.CreateModel(
            name="ImportKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=kijk.tenancy.context.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.organisation",
                    ),
                ),
                (
                    "source",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="observations.importsource"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("child", "kind"), ("group", "groep"), ("staff", "medewerker")], max_length=5
                    ),
                ),
                ("digest", models.BinaryField()),
                (
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="observations.child",
                    ),
                ),
                (
                    "group",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="observations.group",
                    ),
                ),
                (
                    "user",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("source"),
                        models.F("kind"),
                        models.F("digest"),
                        name="import_key_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("child__isnull", False),
                                ("group__isnull", True),
                                ("kind", "child"),
                                ("user__isnull", True),
                            ),
                            models.Q(
                                ("child__isnull", True),
                                ("group__isnull", False),
                                ("kind", "group"),
                                ("user__isnull", True),
                            ),
                            models.Q(
                                ("child__isnull", True),
                                ("group__isnull", True),
                                ("kind", "staff"),
                                ("user__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="import_key_of_its_kind",
                    ),
                ],
                "abstract": False,
            },
        ),
        EnableTenancy("ImportKey"),
        migrations.CreateModel(
            name="ImportPreview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=kijk.tenancy.context.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.organisation",
                    ),
                ),
                (
                    "job",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="jobs.job"
                    ),
                ),
                (
                    "source",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.importsource"
                    ),
                ),
                ("details", kijk.encryption.fields.SealedField(label="observations.importpreview.details", subject="")),
                ("fingerprint", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("saved_at", models.DateTimeField(null=True)),
            ],
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("organisation"), models.F("job"), name="import_preview_once_a_job")
                ],
                "abstract": False,
            },
        ),
        EnableTenancy("ImportPreview"),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=kijk.tenancy.context.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.organisation",
                    ),
                ),
                (
                    "preview",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="observations.importpreview",
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("line", models.PositiveIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[("group", "groep"), ("child", "kind"), ("staff", "medewerker")], max_length=5
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("added", "wordt toegevoegd"),
                            ("changed", "wordt gewijzigd"),
                            ("proposal", "misschien al bekend"),
                            ("leaver", "niet meer in het bestand"),
                            ("group_work", "kan op een groep"),
                            ("invite", "heeft nog geen account"),
                            ("refused", "wordt niet ingelezen"),
                            ("unchanged", "blijft zo"),
                        ],
                        max_length=10,
                    ),
                ),
                ("choice", models.CharField(blank=True, max_length=45)),
                ("text", kijk.encryption.fields.SealedField(label="observations.importrow.text", subject="")),
            ],
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organisation", "preview", "outcome", "position"], name="import_row_by_outcome"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("preview"), models.F("position"), name="import_row_once"
                    )
                ],
                "abstract": False,
            },
        ),
        EnableTenancy("ImportRow"),
    ]
