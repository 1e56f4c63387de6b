"""Licensing as a Django app."""

from django.apps import AppConfig


class LicensingConfig(AppConfig):
    """Licence holders, organisations and locations."""

    name = "licensing"
