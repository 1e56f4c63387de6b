"""The outbox as a Django app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Keeps mails until they are sent, and sends them."""

    name = "kijk.mail"
    label = "mail"
