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
        ("observations", "0010_bso"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SchoolYearMove",
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
                ("school_year", models.PositiveSmallIntegerField()),
                ("begins_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "in voorbereiding"), ("done", "uitgevoerd"), ("undone", "ongedaan gemaakt")],
                        default="draft",
                        max_length=6,
                    ),
                ),
                (
                    "started_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("leavers_archived", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "undone"), _negated=True),
                        fields=("organisation", "school_year"),
                        name="school_year_move_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("status", "draft")),
                            models.Q(models.Q(("status", "draft"), _negated=True), ("done_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="school_year_move_done_has_moment",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SchoolYearStep",
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
                    "move",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="observations.schoolyearmove",
                    ),
                ),
                (
                    "group",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.group"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("continue", "gaat door"),
                            ("merge", "gaat op in een andere groep"),
                            ("split", "splitst in twee groepen"),
                            ("leave", "de kinderen vertrekken"),
                            ("stay", "verandert niet"),
                        ],
                        default="continue",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80)),
                ("second_name", models.CharField(blank=True, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("baby", "babygroep"),
                            ("toddler", "peutergroep"),
                            ("vve", "VVE-peutergroep"),
                            ("infants", "groep 1/2"),
                            ("bso", "BSO-groep"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "into",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="observations.schoolyearstep",
                    ),
                ),
                (
                    "next_education",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("primary", "basisschool"),
                            ("other_school", "andere basisschool"),
                            ("special", "speciaal onderwijs"),
                            ("secondary", "voortgezet onderwijs"),
                            ("childcare", "andere kinderopvang"),
                            ("bso", "BSO"),
                            ("unknown", "verhuisd of onbekend"),
                        ],
                        max_length=12,
                    ),
                ),
                ("staff_along", models.BooleanField(default=True)),
                (
                    "made",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="observations.group",
                    ),
                ),
                (
                    "second_made",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="observations.group",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("move"), models.F("group"), name="school_year_step_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SchoolYearChild",
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
                    "move",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="observations.schoolyearmove",
                    ),
                ),
                (
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.child"
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("group", "met de groep mee"),
                            ("second", "naar de tweede groep"),
                            ("other", "naar een andere groep"),
                            ("leave", "vertrekt"),
                            ("stay", "blijft in deze groep"),
                        ],
                        default="group",
                        max_length=6,
                    ),
                ),
                (
                    "other",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="observations.schoolyearstep",
                    ),
                ),
                ("leaves_to", models.CharField(blank=True, max_length=12)),
                ("left", models.BooleanField(default=False)),
                ("before", models.JSONField(default=list)),
                ("after", models.JSONField(default=list)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("move"), models.F("child"), name="school_year_child_once"
                    )
                ],
                "indexes": [],
            },
        ),
        EnableTenancy("SchoolYearMove"),
        EnableTenancy("SchoolYearStep"),
        EnableTenancy("SchoolYearChild"),
    ]
