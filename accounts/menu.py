"""The main menu and the name in the page's head."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Right, Role
from kijk.web.context import NavigationItem


@dataclass(frozen=True)
class Entry:
    """A place in the menu and the right that opens it."""

    view_name: str
    label: Promise
    right: Right


ENTRIES = (
    Entry("today", _("Vandaag"), Right.TODAY_VIEW),
    Entry("observations:children", _("Kinderen"), Right.CHILD_READ),
    Entry("observations:note_new", _("Notitie"), Right.NOTE_WRITE),
    Entry("monitoring:cross_section", _("Dwarsdoorsnede"), Right.MONITORING_READ),
    Entry("privacy:leaflet", _("Privacy"), Right.PRIVACY_READ),
)


@dataclass(frozen=True)
class Account:
    """Who is signed in."""

    name: str
    role: str


def navigation(request: HttpRequest) -> list[NavigationItem]:
    """Return the menu entries the user may open."""
    user = _user_of(request)
    items = []
    for entry in ENTRIES:
        if not user.may(entry.right):
            continue
        url = reverse(entry.view_name)
        current = request.path == "/" if url == "/" else request.path.startswith(url)
        items.append(NavigationItem(url, str(entry.label), current))
    return items


def account(request: HttpRequest) -> Account:
    """Return the name and the roles of who is signed in."""
    user = _user_of(request)
    roles = dict.fromkeys(str(Role(assignment.role).label) for assignment in user.access.assignments)
    return Account(user.get_full_name(), ", ".join(roles))


def _user_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Only somebody who is signed in has a menu.")
    return request.user
