from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("observations", "0002_sensitive_remarks")]

    operations: list[Any] = []
