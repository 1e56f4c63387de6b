"""The audit trail as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    """Holds the trail and the heads of its chains."""

    name = "kijk.audit"
    label = "audit"

    def ready(self) -> None:
        """Read what each app calls its events."""
        autodiscover_modules("audit_words")
