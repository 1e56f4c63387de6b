"""Notes that are changed, added to, and linked to milestones (OBS-2, OBS-3, REG-3)."""

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
        ("observations", "0004_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="note", name="edited_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="note", name="revision", field=models.PositiveIntegerField(default=1)),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["organisation", "author", "-created_at"], name="note_by_author"),
        ),
        migrations.CreateModel(
            name="NoteAddendum",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("entry_id", models.UUIDField()),
                (
                    "content",
                    kijk.encryption.fields.SealedField(label="observations.noteaddendum.content", subject="child_id"),
                ),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="addenda", to="observations.note"
                    ),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["organisation", "note", "written_at"], name="note_addendum_by_note")],
                "constraints": [
                    models.UniqueConstraint(models.F("organisation"), models.F("entry_id"), name="note_addendum_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteMilestone",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "shows",
                    models.CharField(
                        choices=[("emerging", "soms, of met hulp"), ("secure", "laat het zien")], max_length=8
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="observations.milestone"
                    ),
                ),
                (
                    "note",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note_milestones",
                        to="observations.note",
                    ),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("note"), models.F("milestone"), name="note_milestone_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shows__in", ("emerging", "secure"))), name="note_milestone_shows"
                    ),
                ],
            },
        ),
        EnableTenancy("NoteAddendum"),
        EnableTenancy("NoteMilestone"),
    ]
