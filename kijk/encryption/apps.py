"""The encryption layer as a Django app."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class EncryptionConfig(AppConfig):
    """Holds the tables of wrapped keys."""

    name = "kijk.encryption"
    label = "encryption"

    def ready(self) -> None:
        """Have the labels of sealed fields checked with every start."""
        from kijk.encryption.checks import check_labels

        register(check_labels, Tags.models)
