"""Observations as a Django app."""

from django.apps import AppConfig


class ObservationsConfig(AppConfig):
    """Children, groups, instruments, notes and registrations."""

    name = "observations"
