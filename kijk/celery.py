"""The worker: celery -A kijk.celery worker, and celery -A kijk.celery beat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")

app = Celery("kijk", task_cls="kijk.tenancy.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
