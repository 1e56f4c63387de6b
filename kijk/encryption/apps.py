"""The encryption layer as a Django app."""

from django.apps import AppConfig


class EncryptionConfig(AppConfig):
    """Holds the tables of wrapped keys."""

    name = "kijk.encryption"
    label = "encryption"
