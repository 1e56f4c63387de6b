"""manage.py compile_catalogues"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kijk.web.catalogues import compile_catalogue


class Command(BaseCommand):
    """Writes the compiled message catalogue when it is out of date."""

    help = "Compiles the message catalogue when it is out of date."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile; says so only when there was something to do."""
        if compile_catalogue(settings.BASE_DIR) and options["verbosity"]:
            self.stdout.write("Compiled the English catalogue.")
