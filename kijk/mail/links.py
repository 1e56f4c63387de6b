"""Addresses for mails, which are read outside the product and so need the whole of them."""

from django.conf import settings


def absolute_url(path: str) -> str:
    """Return the whole address of a path of ours: "/wachtwoord/…" becomes "https://kijk.example.nl/wachtwoord/…".

    By the setting KIJK_PUBLIC_URL and never by the request's Host header, which whoever asks can choose. Raises
    ValueError for anything that is not a path from the root.
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError("A link in a mail begins at the root of the product.")
    return f"{settings.PUBLIC_URL}{path}"
