"""Every screen there is to look at: each page of tests/pages, the states its pages can be in, the error pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests.browser.conftest import TabOf
from tests.browser.visitor import DESKTOP, Visitor, in_thread
from tests.factories import PASSWORD
from tests.mails import written_mail
from tests.pages import PAGES, STAFF, Page, World

_BAD = 400
_LONG_AGO = timedelta(days=100)


class State(Enum):
    """What is so of whoever opens a screen, beside their role."""

    PLAIN = "nothing in particular"
    LOCKED = "the screens of the session are locked"
    UNCONFIRMED = "it is long ago that they showed who they are"
    OLD_PASSWORD = "their password is too old"
    HALF_WAY = "an administrator gave the right password, and has the second step to do"


@dataclass(frozen=True)
class Screen:
    """A page as one role sees it (None: somebody who is not signed in), at its address, with its status."""

    name: str
    role: Role | None
    path: Callable[[World], str]
    status: int = 200
    state: State = State.PLAIN

    @property
    def allowed(self) -> tuple[str, ...]:
        """What the browser complains of on this screen and may."""
        if self.name == "components":
            # The gallery shows a field with a mistake in it, and a browser leaves a date that is none empty.
            return ("does not conform to the required format",)
        return (rf"^status {self.status}: ", rf"status of {self.status} ") if self.status >= _BAD else ()


def open_screen(
    tab_of: TabOf, world: World, screen: Screen, size: tuple[int, int] = DESKTOP, *, scale: int = 1
) -> Visitor:
    """Open a screen in the tab of its role. Fails when that leads on to another page, or with another status."""
    visitor = tab_of(screen.role, scale)
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.watch.allow(*screen.allowed)
    address = visitor.address + in_thread(lambda: screen.path(world))
    if screen.role is not None:
        user = world.users[screen.role]
        in_thread(lambda: _bring_about(screen.state, user))
    elif screen.state is State.HALF_WAY:
        key = in_thread(lambda: _half_way(world))
        name = settings.SESSION_COOKIE_NAME
        visitor.page.context.add_cookies([{"name": name, "value": key, "url": visitor.address}])
    response = visitor.page.goto(address)
    assert response is not None
    assert (response.status, visitor.page.url) == (screen.status, address)
    return visitor


def _bring_about(state: State, user: User) -> None:
    """Put the user's sessions and password in a state; the screens before it left them in another."""
    now = timezone.now()
    with tenant_scope(user.organisation_id):
        UserSession.objects.filter(user=user, ended_at=None).update(
            last_active_at=now,
            confirmed_at=now - _LONG_AGO if state is State.UNCONFIRMED else now,
            locked_at=now if state is State.LOCKED else None,
        )
        changed_at = now - _LONG_AGO if state is State.OLD_PASSWORD else now
        User.objects.filter(pk=user.pk).update(password_changed_at=changed_at)


def _half_way(world: World) -> str:
    """Give an administrator's password, and return the cookie of the session in which that was."""
    client = Client()
    given = {"email": world.users[Role.ADMINISTRATOR].email, "password": PASSWORD}
    client.post(reverse("accounts:sign_in"), given)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _of_table(page: Page) -> Screen:
    return Screen(page.name, page.role, lambda world: reverse(page.name, kwargs=page.kwargs(world)), page.status)


def _at(path: str) -> Callable[[World], str]:
    return lambda world: path


def _closed(world: World) -> str:
    return reverse("observations:registration", kwargs={"pk": world.closed.pk})


def _mailbox_with_a_mail(world: World) -> str:
    written_mail()
    return reverse("mail:mailbox")


def _note_about_a_child(world: World) -> str:
    return f"{reverse('observations:note_new')}?kind={world.child.pk}"


STATES = [
    Screen("today of quality staff", Role.QUALITY, _at("/")),
    Screen("today of a data protection officer", Role.DATA_PROTECTION_OFFICER, _at("/")),
    Screen("note about a child", STAFF, _note_about_a_child),
    Screen("closed registration", STAFF, _closed),
    Screen("closed registration of the administrator", Role.ADMINISTRATOR, _closed),
    Screen("second step", None, _at("/inloggen/tweede-stap/"), state=State.HALF_WAY),
    Screen("second step by recovery code", None, _at("/inloggen/tweede-stap/herstelcode/"), state=State.HALF_WAY),
    Screen("mailbox with a mail", None, _mailbox_with_a_mail),
    Screen("session that ended by itself", None, _at("/inloggen/?next=/kinderen/&reden=inactief")),
    Screen("network that is not let in", None, _at("/inloggen/?next=/kinderen/&reden=adres")),
    Screen("locked", STAFF, _at("/ontgrendelen/?next=/kinderen/"), state=State.LOCKED),
    Screen("asked again who it is", STAFF, _at("/bevestigen/?next=/account/sessies/"), state=State.UNCONFIRMED),
    Screen("asked for a code again", Role.ADMINISTRATOR, _at("/bevestigen/?next=/beheer/"), state=State.UNCONFIRMED),
    Screen("password that is too old", STAFF, _at("/account/wachtwoord/?next=/kinderen/"), state=State.OLD_PASSWORD),
    Screen("second step of an administrator", Role.ADMINISTRATOR, _at("/account/tweede-stap/")),
    Screen("refused", Role.QUALITY, _at("/kinderen/"), 403),
    Screen("refused without a reason", STAFF, _at("/proef/403/"), 403),
    Screen("stale form", STAFF, _at("/proef/403/csrf/"), 403),
    Screen("bad request", STAFF, _at("/proef/400/"), 400),
    Screen("address of a button", STAFF, _at("/vergrendelen/"), 405),
    Screen("not found", STAFF, _at("/bestaat-niet/"), 404),
    Screen("not found without signing in", None, _at("/bestaat-niet/"), 404),
    Screen("too often", None, _at("/proef/429/"), 429),
    Screen("our own fault", STAFF, _at("/proef/500/"), 500),
]

SCREENS = [_of_table(page) for page in PAGES if page.is_html and page.method == "get"] + STATES
