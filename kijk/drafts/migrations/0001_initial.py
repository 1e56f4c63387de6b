import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kijk.encryption.fields
import kijk.tenancy.context
import kijk.tenancy.ids
import kijk.tenancy.models
from kijk.tenancy.operations import EnableTenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "organisation_id",
                    models.UUIDField(default=kijk.tenancy.context.current_organisation_id, editable=False),
                ),
                ("key", models.CharField(max_length=100)),
                ("content", kijk.encryption.fields.SealedField(label="drafts.draft.content", null=True, subject="")),
                ("page", models.CharField(blank=True, max_length=36)),
                ("sequence", models.BigIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
                (
                    "user",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation_id"), models.F("user"), models.F("key"), name="draft_once_a_form"
                    )
                ],
            },
        ),
        EnableTenancy("Draft"),
    ]
