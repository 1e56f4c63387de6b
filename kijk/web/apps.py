"""The web layer as a Django app (for its template tags)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Holds template tags, middleware and components."""

    name = "kijk.web"
    label = "web"
