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
        ("licensing", "0002_provider"),
        ("observations", "0007_signals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportPreparation",
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
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.child"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("parents", "verslag voor ouders"), ("transfer", "verslag voor de overdracht")],
                        max_length=8,
                    ),
                ),
                ("registered_on", models.DateField()),
                (
                    "texts",
                    kijk.encryption.fields.SealedField(
                        label="observations.reportpreparation.texts", subject="child_id"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "written_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("written_at", models.DateTimeField()),
                (
                    "words",
                    kijk.encryption.fields.SealedField(
                        label="observations.reportpreparation.words", null=True, subject="child_id"
                    ),
                ),
                ("talk_on", models.DateField(null=True)),
                (
                    "words_by",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("words_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("child"),
                        models.F("kind"),
                        models.F("registered_on"),
                        name="report_preparation_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("talk_on__isnull", True),
                                ("words__isnull", True),
                                ("words_at__isnull", True),
                                ("words_by__isnull", True),
                            ),
                            models.Q(
                                ("talk_on__isnull", False),
                                ("words__isnull", False),
                                ("words_at__isnull", False),
                                ("words_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_words_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "parents"), ("words__isnull", True), _connector="OR"),
                        name="report_words_of_parents",
                    ),
                ],
            },
        ),
        EnableTenancy("ReportPreparation"),
        migrations.CreateModel(
            name="ReportExample",
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
                    "preparation",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="examples",
                        to="observations.reportpreparation",
                    ),
                ),
                (
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.child"
                    ),
                ),
                (
                    "note",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.note"
                    ),
                ),
                (
                    "text",
                    kijk.encryption.fields.SealedField(label="observations.reportexample.text", subject="child_id"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("preparation"), models.F("note"), name="report_example_once"
                    )
                ],
            },
        ),
        EnableTenancy("ReportExample"),
    ]
