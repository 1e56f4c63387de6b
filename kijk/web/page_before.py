"""The page of ours that a form was on."""

from urllib.parse import urlsplit

from django.http import HttpRequest


def page_before(request: HttpRequest) -> str:
    """Return the path of the page a form was on, as our own pages tell us (Referrer-Policy), or "" when not known.

    What is in the header is the browser's word: another site's page, and what is no address at all, are not known.
    """
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return parts.path if parts.netloc == request.get_host() else ""
