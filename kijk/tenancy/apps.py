"""Start-up of the tenancy layer."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    """Guards every database connection of the process."""

    name = "kijk.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        """Install the guard for new connections, and let every process's tasks be the worker's."""
        from kijk.tenancy.guards import guard_connection

        # Without it a web process would know a task as Celery's own default app has it: no TenantTask, no broker.
        import_module(settings.TASK_APP)
        connection_created.connect(guard_connection, dispatch_uid="kijk.tenancy.guard")
