import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kijk.tenancy.context
import kijk.tenancy.ids
import kijk.tenancy.models
from kijk.tenancy.operations import EnableTenancy


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0002_provider"),
        ("observations", "0012_bso_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="schoolyearstep",
            name="staff_along",
        ),
        migrations.AlterField(
            model_name="schoolyearchild",
            name="target",
            field=models.CharField(
                choices=[
                    ("group", "met de groep mee"),
                    ("first", "naar de eerste groep"),
                    ("second", "naar de tweede groep"),
                    ("other", "naar een andere groep"),
                    ("leave", "vertrekt"),
                    ("stay", "blijft in deze groep"),
                ],
                default="group",
                max_length=6,
            ),
        ),
        migrations.CreateModel(
            name="SchoolYearStaff",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("along", "gaat met de groep mee"),
                            ("first", "gaat naar de eerste groep"),
                            ("second", "gaat naar de tweede groep"),
                            ("stay", "blijft op de oude groep"),
                        ],
                        default="along",
                        max_length=6,
                    ),
                ),
                ("before", models.JSONField(default=list)),
                ("after", models.JSONField(default=list)),
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
                    "step",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff",
                        to="observations.schoolyearstep",
                    ),
                ),
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
                        models.F("organisation"), models.F("step"), models.F("user"), name="school_year_staff_once"
                    )
                ],
            },
        ),
        EnableTenancy("SchoolYearStaff"),
    ]
