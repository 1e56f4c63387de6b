"""Monitoring as a Django app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Cross-sections over registrations; reads results, keeps none."""

    name = "monitoring"
