"""The worker: celery -A kijk.celery worker, and celery -A kijk.celery beat."""

import os
import sys
from typing import Any

import django
from celery import Celery
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")

app = Celery("kijk", task_cls="kijk.tenancy.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect  # type: ignore[untyped-decorator]
def refuse_to_start(**kwargs: Any) -> None:
    """End a worker whose database role row-level security does not bind: Celery lets no lesser exception through."""
    django.setup()
    from kijk.tenancy.guards import refuse_privileged_start

    try:
        refuse_privileged_start()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
