"""Being ahead is one signal a child, and no longer one a line; the board is read by an index from top to bottom."""

from django.db import migrations, models
from django.db.models import F, Q

# What an organisation chose for the signal a line - on or off, for whom, from how many months - holds for what came in
# its place. Signals that are there keep the rule that gave them.
_ONWARD = "UPDATE observations_signalrulesetting SET rule = 'several_ahead' WHERE rule = 'line_ahead'"
_BACK = "UPDATE observations_signalrulesetting SET rule = 'line_ahead' WHERE rule = 'several_ahead'"


class Migration(migrations.Migration):
    dependencies = [
        ("observations", "0013_school_year_staff"),
    ]

    operations = [
        migrations.RunSQL(_ONWARD, _BACK),
        migrations.RemoveIndex(model_name="signal", name="signal_board"),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                "organisation",
                "status",
                F("faded_on").asc(nulls_first=True),
                "priority",
                "raised_at",
                "id",
                name="signal_on_board",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                fields=["organisation", "closed_at", "id"], condition=Q(status="closed"), name="signal_by_closing"
            ),
        ),
    ]
