"""Privacy as a Django app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The leaflet and the registers, made from what the models declare."""

    name = "privacy"

    def ready(self) -> None:
        """Refuse to start with a list of sub-processors that is not right: every leaflet would print it."""
        from licensing.subprocessors import subprocessors

        subprocessors()
