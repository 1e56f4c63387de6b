"""manage.py check_catalogues"""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kijk.web.catalogues import problems


class Command(BaseCommand):
    """Lists what is missing, empty, fuzzy, unused or wrong in the message catalogue."""

    help = "Lists what is wrong with the message catalogue; exits with 1 when something is."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each problem."""
        found = problems(settings.BASE_DIR)
        for line in found:
            self.stdout.write(line)
        if found:
            self.stdout.write(f"{len(found)} problems; `manage.py update_catalogues` adds and removes entries.")
            sys.exit(1)
        self.stdout.write("The English catalogue is complete.")
