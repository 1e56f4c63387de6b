"""Start-up of the tenancy layer."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    """Guards every database connection of the process."""

    name = "kijk.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        """Install the guard for new connections."""
        from kijk.tenancy.guards import guard_connection

        connection_created.connect(guard_connection, dispatch_uid="kijk.tenancy.guard")
