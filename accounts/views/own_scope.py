"""Scopes for views that are not inside a request's transaction, because what they write must be committed at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.http import HttpRequest

from accounts.models import User, UserSession
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; raises TypeError for nobody. For views behind a decorator that asks for somebody."""
    if not isinstance(request.user, User):
        raise TypeError("This page is for somebody who is signed in.")
    return request.user


def session_of(request: HttpRequest) -> UserSession:
    """Return the session the guard let through."""
    return cast(UserSession, request.user_session)  # type: ignore[attr-defined]


@contextmanager
def own_scope(request: HttpRequest) -> Iterator[User]:
    """Open the scope of the signed-in user's organisation and give the user."""
    user = user_of(request)
    with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin_of(request)):
        yield user
