"""Planning of registrations: ages beside periods, extra registrations; who scored a scale and concluded (REG-2)."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import kijk.tenancy.context
import kijk.tenancy.ids
from kijk.tenancy.models import TenantForeignKey
from kijk.tenancy.operations import AddTenantReference, EnableTenancy

_OPTIONS = {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"}


def _key() -> tuple[str, Any]:
    return "id", models.UUIDField(default=kijk.tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _organisation() -> tuple[str, Any]:
    return "organisation", models.ForeignKey(
        db_index=False,
        default=kijk.tenancy.context.current_organisation_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="licensing.organisation",
    )


_PERIOD = [
    migrations.AddField("registrationperiod", "kinds", models.JSONField(default=list)),
    migrations.AddField(
        "registrationperiod",
        "version",
        models.ForeignKey(
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="observations.instrumentversion",
        ),
    ),
    migrations.AddField("registrationperiod", "rule_version", models.CharField(blank=True, max_length=60)),
    migrations.AddField("registrationperiod", "closed_at", models.DateTimeField(null=True)),
    migrations.AddConstraint(
        "registrationperiod",
        models.CheckConstraint(
            name="period_version_with_rule",
            condition=Q(version__isnull=True, rule_version="") | (Q(version__isnull=False) & ~Q(rule_version="")),
        ),
    ),
]

_PLANNED_AGE = [
    migrations.CreateModel(
        name="PlannedAge",
        fields=[
            _key(),
            ("months", models.PositiveSmallIntegerField(verbose_name="leeftijd")),
            ("kind", models.CharField(blank=True, max_length=8, verbose_name="soort groep")),
            ("window_weeks", models.PositiveSmallIntegerField(default=4, verbose_name="weken ervoor en erna")),
            ("planned_on", models.DateField()),
            _organisation(),
        ],
        options={
            **_OPTIONS,
            "constraints": [
                models.UniqueConstraint(F("organisation"), F("months"), F("kind"), name="planned_age_once"),
                models.CheckConstraint(name="planned_age_months", condition=Q(months__range=(1, 84))),
                models.CheckConstraint(name="planned_age_window", condition=Q(window_weeks__range=(1, 12))),
            ],
        },
    ),
    EnableTenancy("PlannedAge"),
]

_EXTRA = [
    migrations.CreateModel(
        name="ExtraRegistration",
        fields=[
            _key(),
            ("name", models.CharField(max_length=60, verbose_name="naam")),
            ("lines", models.JSONField()),
            (
                "audience",
                models.CharField(
                    choices=[
                        ("child", "één kind"),
                        ("group", "een groep"),
                        ("vve", "alle VVE-kinderen van nu"),
                        ("vve_entry", "elk nieuw VVE-kind, bij de start"),
                    ],
                    max_length=9,
                ),
            ),
            ("begins_on", models.DateField()),
            ("ends_on", models.DateField(null=True)),
            ("weeks", models.PositiveSmallIntegerField(null=True)),
            (
                "child",
                TenantForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="observations.child",
                ),
            ),
            (
                "group",
                TenantForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="observations.group",
                ),
            ),
            _organisation(),
        ],
        options={
            **_OPTIONS,
            "constraints": [
                models.CheckConstraint(
                    name="extra_audience",
                    condition=Q(audience="child", child__isnull=False)
                    | Q(audience="group", group__isnull=False)
                    | Q(audience__in=["vve", "vve_entry"]),
                ),
                models.CheckConstraint(
                    name="extra_days",
                    condition=Q(audience="vve_entry", weeks__range=(1, 26))
                    | (~Q(audience="vve_entry") & Q(ends_on__gte=F("begins_on"), weeks__isnull=True)),
                ),
            ],
        },
    ),
    EnableTenancy("ExtraRegistration"),
]

_REGISTRATION = [
    migrations.AddField(
        "registration",
        "extra",
        TenantForeignKey(
            null=True,
            on_delete=django.db.models.deletion.RESTRICT,
            related_name="registrations",
            to="observations.extraregistration",
        ),
    ),
    AddTenantReference("Registration", "extra"),
    migrations.AddField(
        "registration",
        "concluded_by",
        TenantForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
        ),
    ),
    AddTenantReference("Registration", "concluded_by"),
    migrations.AddField(
        "scalescore",
        "author",
        TenantForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
        ),
    ),
    AddTenantReference("ScaleScore", "author"),
    migrations.RemoveConstraint("registration", "registration_once_a_day"),
    migrations.RemoveConstraint("registration", "registration_one_open"),
    migrations.AddConstraint(
        "registration",
        models.UniqueConstraint(
            fields=["organisation", "child", "version", "registered_on", "revision"],
            condition=Q(extra__isnull=True),
            name="registration_once_a_day",
        ),
    ),
    migrations.AddConstraint(
        "registration",
        models.UniqueConstraint(
            fields=["organisation", "child", "version"],
            condition=Q(status="open", extra__isnull=True),
            name="registration_one_open",
        ),
    ),
    migrations.AddConstraint(
        "registration",
        models.UniqueConstraint(
            fields=["organisation", "child", "extra", "revision"],
            condition=Q(extra__isnull=False),
            name="registration_extra_once",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("observations", "0005_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [*_PERIOD, *_PLANNED_AGE, *_EXTRA, *_REGISTRATION]
