from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("observations", "0007_signals")]

    operations: list[Any] = []
