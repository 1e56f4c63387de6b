"""Privacy as a Django app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The leaflet and the registers, made from what the models declare."""

    name = "privacy"
