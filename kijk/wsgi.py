"""The web process: gunicorn kijk.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")

application = get_wsgi_application()

from kijk.tenancy.guards import refuse_privileged_start  # noqa: E402 - Django first

refuse_privileged_start()
