import django.db.models.deletion
from django.db import migrations, models

import kijk.tenancy.models
from kijk.tenancy.operations import AddTenantReference
from observations.sql_bso import BSO_SUPERSEDED, DROP_BSO_SUPERSEDED


class Migration(migrations.Migration):
    dependencies = [("observations", "0011_school_year")]

    operations = [
        migrations.AddField("bsoregistration", "revision", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(
            "bsoregistration",
            "replaces",
            kijk.tenancy.models.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="observations.bsoregistration",
            ),
        ),
        AddTenantReference("BsoRegistration", "replaces"),
        migrations.AddField("bsoregistration", "superseded", models.BooleanField(default=False)),
        migrations.RemoveConstraint("bsoregistration", "bso_registration_once_a_day"),
        migrations.AddConstraint(
            "bsoregistration",
            models.UniqueConstraint(
                models.F("organisation"),
                models.F("child"),
                models.F("observed_on"),
                models.F("revision"),
                name="bso_registration_once_a_day",
            ),
        ),
        migrations.RunSQL(BSO_SUPERSEDED, DROP_BSO_SUPERSEDED),
    ]
