"""Drafts as a Django app."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Keeps what people typed and did not save yet."""

    name = "kijk.drafts"
    label = "drafts"
