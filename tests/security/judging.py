"""Sending bad input and saying what was wrong with the answer (SEC-4.1)."""

import json
import re
import sys
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client

from tests.security.hostile import MARKUP, TOKEN, VALUES, Attack
from tests.security.page_forms import Field
from tests.security.personas import Stage, put_back
from tests.security.snapshots import KEPT_OF_REQUESTS, differences, snapshot_of

_WRITE = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
NOT_LOOKED_AT = {*KEPT_OF_REQUESTS, "django_session"}
_SUCCESS, _REFUSED = range(200, 400), range(400, 500)
# What a text may hold: it is shown as it was written, escaped. Bytes that are no UTF-8 have become replacement signs.
_ALL = {*VALUES, "another organisation's row"}
_FREE = _ALL - {"NUL", "very long"}
# Signs that cannot be seen, or that turn the order of reading round, make one name look like another.
_UNSEEN = {"right to left", "zero width", "line break"}
_MAY_BE_KEPT = {"textarea": _FREE, "text": _FREE, "password": _FREE, "box": _ALL, "button": _ALL}
_NAMES = {"first_name", "infix", "last_name", "email", "domain"}
# These steer where one goes on, name what was seen before, or are there for the browser: they are kept nowhere.
_STEERING = {"next", "go", "band", "draft_key", "draft_page", "draft_number", "stepup-next", "username", "entry_id"}
# A paste can bring it along without anybody seeing it: it is left out.
_NUL_IS_LEFT_OUT = {"conclusion", "reason"}
_TITLE = re.compile(r"<h1[^>]*>\s*\S")
_SAID = ('class="field__error"', 'role="alert"', "callout--danger", "error-summary")
_ERROR_PAGES = {400, 403, 404, 405, 410, 413, 429}


class Sending:
    """Sends attacks to one address and writes down what should not be; each leaves the stage as it was."""

    def __init__(self, client: Client, url: str, stage: Stage) -> None:
        """Take the browser with the cookies it has now."""
        self.client, self.url, self.stage = client, url, stage
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        self.organisations = {user.organisation_id for user in stage.people.values()}
        self.before = snapshot_of(self.organisations)
        self.complaints: list[str] = []
        self.changed: set[str] = set()
        self.statuses: set[int] = set()
        self._raised: list[str] = []
        self._wrote = False

    def __enter__(self) -> Self:
        """Check tokens as the product does, and take errors as it does: with a page."""
        self.client.handler.enforce_csrf_checks, self.client.raise_request_exception = True, False
        got_request_exception.connect(self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.handler.enforce_csrf_checks, self.client.raise_request_exception = False, True
        got_request_exception.disconnect(self._note)

    def send(self, attack: Attack) -> None:
        """Send one request and look at the answer, and at what it left."""
        self._raised.clear()
        self._wrote = False
        with put_back():
            self.client.cookies.clear()
            self.client.cookies.load(self.cookies)
            address = f"{attack.path or self.url}{attack.query and '?'}{attack.query}"
            headers: dict[str, Any] = {"HTTP_X_CSRFTOKEN": TOKEN, **attack.headers}
            with connection.execute_wrapper(self._watch):
                response: Any = self.client.generic(attack.method, address, attack.body, attack.content_type, **headers)
            left = differences(self.before, snapshot_of(self.organisations)) if self._wrote else []
        self.changed.update(left)
        self.statuses.add(response.status_code)
        said = self._failed(response) or refused_badly(response, left) or accepted_wrongly(response, attack, left)
        if said:
            self.complaints.append(f"{attack.name}: {said}")

    def _failed(self, response: Any) -> str:
        if response.status_code < 500 and not self._raised:
            return ""
        return f"{response.status_code} {', '.join(self._raised)}"

    def _watch(self, execute: Any, statement: Any, *rest: Any) -> Any:
        """Note whether anything was written that a refusal must not leave; looking at all tables takes its time."""
        found = _WRITE.search(str(statement))
        self._wrote = self._wrote or (found is not None and found.group(1) not in NOT_LOOKED_AT)
        return execute(statement, *rest)

    def _note(self, **about: Any) -> None:
        error = sys.exc_info()[1]
        self._raised.append(repr(error)[:200])


def refused_badly(response: Any, left: list[str]) -> str:
    """Say what is wrong with a refusal: that it saved something, or does not say what is the matter."""
    if response.status_code not in _REFUSED:
        return ""
    if left:
        return f"{response.status_code}, and yet it changed {', '.join(left)}"
    return "" if _explains(response) else f"{response.status_code} without a word"


def _explains(response: Any) -> bool:
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return bool(json.loads(response.content).get("error"))
    html = response.content.decode()
    if 'lang="nl"' not in html or not _TITLE.search(html):
        return False
    return response.status_code in _ERROR_PAGES or any(mark in html for mark in _SAID)


def accepted_wrongly(response: Any, attack: Attack, left: list[str]) -> str:
    """Say what is wrong with an answer that is no refusal: what it kept, where it leads, what it shows."""
    target = urlsplit(response.headers.get("Location", ""))
    if target.netloc or target.scheme:
        return f"leads away to {target.geturl()[:60]}"
    if "X-Kijk" in response.headers or MARKUP in response.content:
        return "the answer holds what was sent, as it was sent"
    if response.status_code not in _SUCCESS or not left or attack.value in {"", "empty"}:
        return ""
    wrong = sorted({each.kind for each in attack.into if not _may_be_kept(each, attack.value)})
    return f"taken ({', '.join(left)}) in {', '.join(wrong)}" if wrong or not attack.into else ""


def _may_be_kept(given: Field, value: str) -> bool:
    if given.name in _STEERING:
        return True
    if given.name in _NAMES and value in _UNSEEN:
        return False
    if value == "NUL" and given.name in _NUL_IS_LEFT_OUT:
        return True
    return value in _MAY_BE_KEPT.get(given.kind, ())
