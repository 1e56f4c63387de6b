"""Background jobs as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Runs what takes longer than a request, and keeps how it went."""

    name = "kijk.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Read which kinds of job each app has."""
        autodiscover_modules("jobs")
