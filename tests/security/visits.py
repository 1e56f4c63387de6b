"""What a visit to a page comes to, and what the table of the security matrix says it must come to (SEC-4)."""

from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.pages import STAFF, Page, World
from tests.security.access_table import Access, Row
from tests.security.personas import Persona, State, Where

_ANSWERED = range(200, 400)
_NO_SUCH_METHOD = 405
_HINDERED_BY = {
    State.LOCKED: "locked",
    State.WITHOUT_FACTOR: "second_factor",
    State.PASSWORD_DUE: "password",
}


class Outcome(Enum):
    """What somebody who asks for a page gets."""

    OPENS = "opens"
    SIGN_IN = "is sent to sign in"
    # A page for everybody, asked for with a session that is over: the browser asks once more, as nobody.
    AGAIN = "is asked again without the session"
    GATE = "is sent to what comes first"
    DENIED = "is refused"
    NOT_FOUND = "is not found"
    FAILED = "fails"


@dataclass(frozen=True)
class Address:
    """Where a page is and what is sent along, for the rows of one world."""

    page: Page
    url: str
    kwargs: dict[str, Any]
    data: dict[str, Any]

    def visit(self, client: Client) -> HttpResponse:
        """Ask for the page as tests/pages says."""
        return self.ask(client, self.page.method)

    def knock(self, client: Client) -> HttpResponse:
        """Ask in a way that no page answers: who may not open it never comes so far as to be told that."""
        return self.ask(client, "put", {})

    def ask(self, client: Client, method: str, data: dict[str, Any] | None = None) -> HttpResponse:
        """Send a request of some method."""
        answer: Any = getattr(client, method)(self.url, self.data if data is None else data)
        return answer  # type: ignore[no-any-return]


def address_of(page: Page, world: World) -> Address:
    """Return where the page is; makes the rows that it needs."""
    kwargs = page.kwargs(world)
    return Address(page, reverse(page.name, kwargs=kwargs), kwargs, page.data(world))


def outcome_of(response: Any, address: Address, access: Access) -> Outcome:
    """Say what a visit came to, from the answer and from how far the request got."""
    if response.status_code in {403, 404}:
        return Outcome.DENIED if response.status_code == 403 else Outcome.NOT_FOUND
    reached_view = response.wsgi_request.resolver_match is not None
    target = urlsplit(response.headers.get("Location", ""))
    if target.path == reverse("accounts:sign_in") and "next=" in target.query:
        return Outcome.SIGN_IN
    if not reached_view:
        return Outcome.AGAIN if response.status_code == 307 and target.path == address.url else Outcome.GATE
    if access.fresh and _asks_who_it_is(response, target.path):
        return Outcome.GATE
    answered = response.status_code in _ANSWERED or response.status_code in {address.page.status, _NO_SUCH_METHOD}
    return Outcome.OPENS if answered else Outcome.FAILED


def _asks_who_it_is(response: Any, target: str) -> bool:
    return target == reverse("accounts:step_up") or b'name="stepup-next"' in response.content


def expected_of(persona: Persona, access: Access, page: Page) -> Outcome:
    """Say what this persona must get, from the page's line in the table alone."""
    who = persona.for_page(page)
    if who.state is State.IDLE and access.public:
        return Outcome.AGAIN
    if access.public:
        return Outcome.OPENS
    if who.state in {State.NONE, State.ENDED, State.IDLE}:
        return Outcome.SIGN_IN
    if _is_held_up(who, access, page):
        return Outcome.GATE
    if access.may is not None and who.role not in access.may:
        return Outcome.DENIED
    return _by_row(who, access)


def _is_held_up(who: Persona, access: Access, page: Page) -> bool:
    if who.state is State.STALE:
        return access.fresh
    # A form that somebody is filling in is never cut off by the age of a password (ACC-4.2).
    if who.state is State.PASSWORD_DUE and page.method == "post":
        return False
    return who.state in _HINDERED_BY and _HINDERED_BY[who.state] not in access.gates.split()


def _by_row(who: Persona, access: Access) -> Outcome:
    # The rows that are somebody's own are those of the group's staff: see tests/pages.
    if access.row is Row.OWN:
        return Outcome.OPENS if (who.where, who.role) == (Where.HERE, STAFF) else Outcome.NOT_FOUND
    if who.where is Where.OTHER and access.row in {Row.ORGANISATION, Row.CHILD}:
        return Outcome.NOT_FOUND
    if who.role in access.not_of_row or (who.where is Where.ELSEWHERE and access.row is Row.CHILD):
        return Outcome.DENIED
    return Outcome.OPENS
