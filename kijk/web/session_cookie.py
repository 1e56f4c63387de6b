"""The browser's session cookie, read as what it can be."""

import re

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

# What Django makes of a session's key.
_KEY = re.compile("[a-z0-9]{8,40}")


class CheckedSessionMiddleware(SessionMiddleware):
    """Opens the session that the cookie names; a cookie that can be no key is as good as none.

    A cookie can hold any sign, in quotation marks even NUL, for which PostgreSQL has no place: Django would look it up
    and the page fail, the page that says so with it.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Put the session on the request."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        request.session = self.SessionStore(key if _KEY.fullmatch(key) else None)
