"""Who may knock at a page in the security matrix, and the stage on which they do (SEC-4).

Making the people and what they look at takes about a second, asking for a page a few hundredths. So one stage is made
for a whole module, inside a transaction that is never committed; each page and each visit is a savepoint in it that is
rolled back. Django's own TestCase marks its transactions the same way: a durable one may begin inside them, as a
request does. A visitor's session is begun once too. What it goes through (locked, over, too long ago) is written on
its row within the savepoint of the visit, and so is gone for the next.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.domain.passwords import MAX_AGE
from accounts.domain.sessions import FRESH, IDLE, end_sessions
from accounts.models import SignInPolicy, User, UserSession
from accounts.roles import ORGANISATION_ROLES, STAFF_ROLES, Role
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of
from tests.pages import STAFF, Page, World, make_world


class Where(Enum):
    """Where somebody works, seen from the organisation whose pages are asked for."""

    HERE = "here"
    # In the same organisation, at another location and on another group.
    ELSEWHERE = "elsewhere"
    OTHER = "another organisation"
    BAZALT = "Bazalt"


class State(Enum):
    """How it is with the session of who asks."""

    IN_FORCE = "in force"
    NONE = "nobody signed in"
    ENDED = "ended"
    IDLE = "left too long"
    LOCKED = "locked"
    WITHOUT_FACTOR = "no second factor where one is due"
    PASSWORD_DUE = "password too old"
    STALE = "not confirmed lately"


@dataclass(frozen=True)
class Persona:
    """Somebody who asks for a page. ``role`` None: without any; with ``as_of_page`` it is the role of the page."""

    name: str
    where: Where = Where.HERE
    role: Role | None = None
    state: State = State.IN_FORCE
    as_of_page: bool = False

    def for_page(self, page: Page) -> "Persona":
        """Return who this is for one page: the hindrances are met by somebody who may open it."""
        if not self.as_of_page:
            return self
        role = page.role or STAFF
        return replace(self, role=role, where=Where.BAZALT if role in STAFF_ROLES else Where.HERE)


# Only these reach less than the whole organisation (ACC-9.2, ACC-9.3).
LOCAL_ROLES = (Role.GROUP_STAFF, Role.INTERNAL_SUPPORT, Role.COACH)
HINDRANCES = tuple(state for state in State if state not in {State.IN_FORCE, State.NONE})

PERSONAS = (
    Persona("anonymous", state=State.NONE),
    *(Persona(f"{role.value}", Where.HERE, role) for role in ORGANISATION_ROLES),
    Persona("without a role"),
    *(Persona(f"{role.value} elsewhere", Where.ELSEWHERE, role) for role in LOCAL_ROLES),
    *(Persona(f"{role.value} of another organisation", Where.OTHER, role) for role in ORGANISATION_ROLES),
    *(Persona(f"{role.value} of Bazalt", Where.BAZALT, role) for role in sorted(STAFF_ROLES)),
    *(Persona(f"session: {state.value}", state=state, as_of_page=True) for state in HINDRANCES),
)


@dataclass(frozen=True)
class Stage:
    """The world that is looked at and everybody who may ask, each with a session that was begun."""

    world: World
    other: World
    people: Mapping[tuple[Where, Role | None], User]
    cookies: Mapping[UUID, str]
    client: Client

    def user(self, persona: Persona) -> User:
        """Return the account of a persona."""
        return self.people[persona.where, persona.role]

    def browser(self, persona: Persona) -> Client:
        """Return the browser with this persona's session in the state it has; what that takes is written now.

        It is one browser for all, that forgets what it had: setting one up takes longer than most requests.
        """
        self.client.cookies.clear()
        if persona.state is State.NONE:
            return self.client
        user = self.user(persona)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[user.pk]
        with tenant_scope(user.organisation_id):
            put_in_state(user, self.cookies[user.pk], persona.state)
        return self.client


def put_in_state(user: User, cookie: str, state: State) -> None:
    """Make the one session of a user what it has to be, confirmed this moment unless it must not be; in the scope."""
    now = timezone.now()
    sessions = UserSession.objects.filter(user=user)
    sessions.update(confirmed_at=now, last_active_at=now)
    if state is State.ENDED:
        end_sessions(user=user, reason=UserSession.EndReason.BY_ADMINISTRATOR, now=now)
    elif state is State.IDLE:
        sessions.update(last_active_at=now - IDLE)
    elif state is State.LOCKED:
        sessions.update(locked_at=now)
    elif state is State.STALE:
        sessions.update(confirmed_at=now - FRESH)
    elif state is State.WITHOUT_FACTOR:
        sessions.update(second_factor=False)
        SignInPolicy.objects.update_or_create(defaults={"second_factor_for_all": True})
    elif state is State.PASSWORD_DUE:
        # None that anybody could type.
        give_password(user, cookie, "een wachtwoord", now - MAX_AGE)


def give_password(user: User, cookie: str, encoded: str, changed_at: datetime) -> None:
    """Give the user a password without hashing one, and tie the browser's session to it, as Django does; in the scope."""
    account = User.objects.get(pk=user.pk)
    account.password, account.password_changed_at = encoded, changed_at
    account.save(update_fields=["password", "password_changed_at"])
    session = SessionStore(session_key=cookie)
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()


@contextmanager
def put_back() -> Iterator[None]:
    """Undo at its end all that the database was told, and let requests begin their durable transactions meanwhile."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def make_stage() -> Stage:
    """Make the world and everybody in it; no scope may be open."""
    world = make_world()
    people: dict[tuple[Where, Role | None], User] = {(Where.HERE, None): world.nobody}
    for role, user in world.users.items():
        people[Where.BAZALT if role in STAFF_ROLES else Where.HERE, role] = user
    with tenant_scope(world.organisation_id):
        location = factories.location()
        for role in LOCAL_ROLES:
            people[Where.ELSEWHERE, role] = factories.user(role, None if role is STAFF else location)
        factories.group(location, staff=people[Where.ELSEWHERE, STAFF])
    other = make_world()
    people |= {(Where.OTHER, role): other.users[role] for role in ORGANISATION_ROLES}
    return Stage(world, other, people, {user.pk: _cookie_of(user) for user in people.values()}, Client())


def _cookie_of(user: User) -> str:
    return client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
