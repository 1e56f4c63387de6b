import django.contrib.postgres.fields
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
        ("observations", "0008_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupPlan",
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
                    "group",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="plans", to="observations.group"
                    ),
                ),
                (
                    "period",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="observations.registrationperiod",
                    ),
                ),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "concept"), ("active", "loopt"), ("evaluated", "geëvalueerd")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                (
                    "follows",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="followed_by",
                        to="observations.groupplan",
                    ),
                ),
                (
                    "created_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("evaluated_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("group"), models.F("begins_on"), name="group_plan_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("begins_on"))), name="group_plan_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evaluated_at__isnull", False), ("status", "evaluated")),
                            models.Q(models.Q(("status", "evaluated"), _negated=True), ("evaluated_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="group_plan_evaluated_has_moment",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
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
                    "plan",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="observations.groupplan"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="observations.line"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("plan"), models.F("line"), name="plan_line_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PlanCluster",
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
                    "plan_line",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clusters", to="observations.planline"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("support", "Extra steun"), ("basis", "Basisaanbod"), ("challenge", "Uitdaging")],
                        max_length=9,
                    ),
                ),
                ("texts", kijk.encryption.fields.SealedField(label="observations.plancluster.texts", subject="")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "changed_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("plan_line"), models.F("level"), name="plan_cluster_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ClusterMember",
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
                    "plan_line",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="observations.planline"
                    ),
                ),
                (
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.child"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("support", "Extra steun"),
                            ("basis", "Basisaanbod"),
                            ("challenge", "Uitdaging"),
                            ("unseen", "Onvoldoende gezien"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("support", "Extra steun"),
                            ("basis", "Basisaanbod"),
                            ("challenge", "Uitdaging"),
                            ("unseen", "Onvoldoende gezien"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "result",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="observations.lineresult",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["organisation", "child"], name="cluster_member_by_child")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("plan_line"), models.F("child"), name="cluster_member_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
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
                ("title", models.CharField(max_length=80, verbose_name="naam")),
                ("description", models.TextField(verbose_name="wat doet u")),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=40), size=None, verbose_name="ontwikkelingslijnen"
                    ),
                ),
                ("from_months", models.PositiveSmallIntegerField()),
                ("until_months", models.PositiveSmallIntegerField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), default=list, size=None, verbose_name="soort groep"
                    ),
                ),
                (
                    "author",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("based_on", models.CharField(blank=True, max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_months__gt", models.F("from_months"))), name="activity_ages"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ClusterActivity",
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
                    "cluster",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="observations.plancluster",
                    ),
                ),
                (
                    "content",
                    kijk.encryption.fields.SealedField(label="observations.clusteractivity.content", subject=""),
                ),
                ("source", models.CharField(max_length=60)),
                ("adapted", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("cluster"), models.F("source"), name="cluster_activity_once"
                    )
                ],
                "indexes": [],
            },
        ),
        EnableTenancy("GroupPlan"),
        EnableTenancy("PlanLine"),
        EnableTenancy("PlanCluster"),
        EnableTenancy("ClusterMember"),
        EnableTenancy("Activity"),
        EnableTenancy("ClusterActivity"),
    ]
