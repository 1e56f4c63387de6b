"""The PDF layer as a Django app."""

from django.apps import AppConfig


class PdfConfig(AppConfig):
    """Holds the one way to make a PDF."""

    name = "kijk.pdf"
    label = "pdf"
