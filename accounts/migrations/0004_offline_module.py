from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sensitive_module"),
    ]

    operations = [
        migrations.AlterField(
            model_name="roleassignment",
            name="module",
            field=models.CharField(
                blank=True,
                choices=[
                    ("registration", "KIJK! registratie 0–7"),
                    ("monitoring", "KIJK! monitoring"),
                    ("bso", "KIJK! in de BSO"),
                    ("pupil_monitor", "Leerlingmonitor"),
                    ("corrected_age", "Gecorrigeerde leeftijd bij vroeggeboorte"),
                    ("sensitive", "Bijzondere opmerkingen (gezondheid, thuissituatie)"),
                    ("offline_notes", "Notities zonder verbinding (versleuteld op het apparaat)"),
                ],
                max_length=16,
            ),
        ),
    ]
