"""What a browser complains of while a test uses it: scripts that fail, and requests that should not be made."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

_BAD_STATUS = 400
_BROKEN_OFF = ("/concept/", "/wachtwoord/sterkte/", "/icon.svg")
_NO_NETWORK = {"data", "blob", "about"}


class Watch:
    """Collects the complaints of one page; a breach of the content security policy is one on the console."""

    def __init__(self, page: Page, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._found: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)

    def forget(self) -> None:
        """Begin anew: for a page that several tests use, one after another."""
        self._found.clear()
        self._allowed.clear()

    def allow(self, *patterns: str) -> None:
        """Let complaints that match one of these pass: the test provokes them."""
        self._allowed += [re.compile(pattern) for pattern in patterns]

    @property
    def complaints(self) -> list[str]:
        """What was found and not allowed."""
        return [line for line in self._found if not any(pattern.search(line) for pattern in self._allowed)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._found.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: Error) -> None:
        self._found.append(f"script: {error}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _NO_NETWORK and parts.netloc != self._host:
            self._found.append(f"another host: {request.url}")

    def _on_failure(self, request: Request) -> None:
        # These are broken off when the page is left while they are under way; none of them holds what is lost then: a
        # draft of a form that was sent, how strong a password is that was sent, and the tab's icon.
        if request.failure == "net::ERR_ABORTED" and urlsplit(request.url).path.endswith(_BROKEN_OFF):
            return
        self._found.append(f"failed: {request.method} {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= _BAD_STATUS:
            self._found.append(f"status {response.status}: {response.request.method} {response.url}")
