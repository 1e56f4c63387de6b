import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kijk.encryption.fields
import kijk.tenancy.context
import kijk.tenancy.ids
import kijk.tenancy.models
from kijk.tenancy.operations import EnableTenancy
from observations.sql_bso import BSO_CLOSED, DROP_BSO_CLOSED


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0002_provider"),
        ("observations", "0009_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="instrumentversion",
            name="response_scale",
            field=models.CharField(
                choices=[
                    ("milestone", "nog niet, in ontwikkeling, beheerst, niet gezien"),
                    ("pass_fail", "niet, wel"),
                    ("frequency", "bijna nooit, soms, vaak, bijna altijd"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="BsoRegistration",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("observed_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "open"), ("closed", "afgesloten")], default="open", max_length=6
                    ),
                ),
                (
                    "texts",
                    kijk.encryption.fields.SealedField(
                        label="observations.bsoregistration.texts", null=True, subject="child_id"
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bso_registrations",
                        to="observations.child",
                    ),
                ),
                (
                    "closed_by",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "concluded_by",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "group",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="observations.group"
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
                (
                    "period",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="observations.registrationperiod",
                    ),
                ),
                (
                    "started_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="observations.instrumentversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BsoAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("view", models.CharField(choices=[("staff", "medewerker"), ("child", "kind")], max_length=5)),
                (
                    "value",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Bijna nooit"), (1, "Soms"), (2, "Vaak"), (3, "Bijna altijd")], null=True
                    ),
                ),
                ("answered_at", models.DateTimeField()),
                (
                    "author",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="observations.milestone"
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
                (
                    "registration",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="observations.bsoregistration",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BsoScore",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("half_points", models.PositiveSmallIntegerField()),
                (
                    "author",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                (
                    "registration",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="observations.bsoregistration",
                    ),
                ),
                (
                    "scale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="observations.scale"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="bsoregistration",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("child"), models.F("observed_on"), name="bso_registration_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoregistration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("organisation", "child"),
                name="bso_registration_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoregistration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "open")),
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    _connector="OR",
                ),
                name="bso_registration_closed_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoanswer",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("registration"),
                models.F("view"),
                models.F("milestone"),
                name="bso_answer_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", True), ("value__range", (0, 3)), _connector="OR"),
                name="bso_answer_value",
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("author__isnull", False), ("view", "staff")),
                    models.Q(("author__isnull", True), ("view", "child")),
                    _connector="OR",
                ),
                name="bso_answer_author_of_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoscore",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("registration"), models.F("scale"), name="bso_score_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bsoscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("half_points__range", (2, 10))), name="bso_score_range"
            ),
        ),
        migrations.CreateModel(
            name="BsoSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("self_report_from", models.PositiveSmallIntegerField(default=9)),
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
                    models.UniqueConstraint(models.F("organisation"), name="bso_settings_once"),
                    models.CheckConstraint(
                        condition=models.Q(("self_report_from__range", (7, 12))), name="bso_settings_age"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SelfReport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("key_hash", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("last_active_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("finished", models.BooleanField(default=False)),
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
                    "registration",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="self_reports",
                        to="observations.bsoregistration",
                    ),
                ),
                (
                    "started_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="observations.instrumentversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("code_hash"), name="self_report_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key_hash", ""), ("opened_at__isnull", True)),
                            models.Q(models.Q(("key_hash", ""), _negated=True), ("opened_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="self_report_key_of_opened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finished", False), ("ended_at__isnull", False), _connector="OR"),
                        name="self_report_finished_has_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BsoFollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("entry_id", models.UUIDField()),
                (
                    "content",
                    kijk.encryption.fields.SealedField(label="observations.bsofollowup.content", subject="child_id"),
                ),
                ("due_on", models.DateField()),
                ("written_at", models.DateTimeField()),
                ("done_on", models.DateField(null=True)),
                (
                    "child",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="observations.child"
                    ),
                ),
                (
                    "done_by",
                    kijk.tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "registration",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="observations.bsoregistration",
                    ),
                ),
                (
                    "responsible",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "written_by",
                    kijk.tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["organisation", "child", "due_on"], name="bso_follow_up_by_child")],
                "constraints": [
                    models.UniqueConstraint(models.F("organisation"), models.F("entry_id"), name="bso_follow_up_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_by__isnull", True), ("done_on__isnull", True)),
                            models.Q(("done_by__isnull", False), ("done_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="bso_follow_up_done_by_somebody",
                    ),
                ],
            },
        ),
        EnableTenancy("BsoRegistration"),
        EnableTenancy("BsoAnswer"),
        EnableTenancy("BsoScore"),
        EnableTenancy("SelfReport"),
        EnableTenancy("BsoSettings"),
        EnableTenancy("BsoFollowUp"),
        migrations.RunSQL(BSO_CLOSED, DROP_BSO_CLOSED),
    ]
