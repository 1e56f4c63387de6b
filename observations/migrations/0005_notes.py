from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("observations", "0004_imports")]

    operations: list[Any] = []
