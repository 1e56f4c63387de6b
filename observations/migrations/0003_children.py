from django.db import migrations, models

from observations.sql_placements import DROP_MAIN_GROUP_ONCE, MAIN_GROUP_ONCE


class Migration(migrations.Migration):
    dependencies = [("observations", "0002_sensitive_remarks")]

    operations = [
        migrations.AlterField(
            model_name="child",
            name="archived_on",
            field=models.DateField(null=True, verbose_name="uit zorg of van school op"),
        ),
        migrations.AddField(
            model_name="child",
            name="next_education",
            field=models.CharField(
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
                default="",
                max_length=12,
                verbose_name="gaat naar",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="child",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_education", ""), ("archived_on__isnull", False), _connector="OR"),
                name="child_next_education_of_archived",
            ),
        ),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(
                condition=models.Q(("archived_on__isnull", False)),
                fields=["organisation", "archived_on"],
                name="child_archived",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="half_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("half_days", 0), ("is_main", True)),
                    models.Q(("half_days__range", (1, 1023)), ("is_main", False)),
                    _connector="OR",
                ),
                name="placement_half_days_of_visits",
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(fields=["organisation", "child", "begins_on"], name="placement_by_child"),
        ),
        migrations.RunSQL(MAIN_GROUP_ONCE, DROP_MAIN_GROUP_ONCE),
    ]
