"""What a PDF is called that leaves the product: what it is, of which group, and of which day."""

from datetime import date

from django.utils.text import slugify

from observations.models import Group


def pdf_name(what: str, group: Group, day: date) -> str:
    """Return a file name. It holds no name of a child: files lie in folders for downloads, and are sent on (REG-8)."""
    return f"{what}-{slugify(group.name) or 'groep'}-{day:%Y-%m-%d}.pdf"
