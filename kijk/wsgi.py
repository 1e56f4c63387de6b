"""The web process: gunicorn kijk.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")

application = get_wsgi_application()
