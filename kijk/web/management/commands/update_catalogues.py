"""manage.py update_catalogues"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kijk.web.catalogues import update_catalogue


class Command(BaseCommand):
    """Adds new messages to the catalogue, untranslated, and removes those no longer used."""

    help = "Brings the list of messages in the catalogue in step with code and templates."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Update, and say how many messages came and went."""
        came, went = update_catalogue(settings.BASE_DIR)
        self.stdout.write(f"{came} messages added, {went} removed.")
