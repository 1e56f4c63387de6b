"""The audit trail as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Holds the trail and the heads of its chains."""

    name = "kijk.audit"
    label = "audit"
