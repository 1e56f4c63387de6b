"""The main menu and the name in the page's head."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.devices import owner_on_device
from accounts.domain.passwords import notice_for
from accounts.domain.sessions import seconds_after_activity
from accounts.models import User, UserSession
from accounts.roles import Right, Role
from accounts.views.own_scope import user_of
from kijk.web.context import NavigationItem
from licensing.modules import Module


@dataclass(frozen=True)
class Entry:
    """A place in the menu and the right that opens it; not for who has the right ``unless``.

    ``also`` names the pages that lie below it by their breadcrumbs and not by their address.
    """

    view_name: str
    label: Promise
    right: Right
    unless: Right | None = None
    also: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Say whether an address is this place, or lies below it."""
        if self.view_name == settings.LOGIN_REDIRECT_URL:
            return path == reverse(self.view_name)
        return path.startswith(tuple(reverse(name) for name in (self.view_name, *self.also)))


ENTRIES = (
    Entry("accounts:staff", _("Werkblad"), Right.STAFF_VIEW),
    Entry("today", _("Vandaag"), Right.TODAY_VIEW),
    Entry("observations:children", _("Kinderen"), Right.CHILD_READ, also=("observations:archive",)),
    Entry("observations:groups", _("Groepen"), Right.CHILD_READ),
    Entry("observations:note_new", _("Notitie"), Right.NOTE_WRITE),
    Entry("observations:signals", _("Signalen"), Right.SIGNAL_READ),
    Entry("monitoring:cross_section", _("Dwarsdoorsnede"), Right.MONITORING_READ),
    Entry("accounts:administration", _("Beheer"), Right.ACCOUNT_READ, also=("observations:periods",)),
    # Who works with children has more places than fit beside it, and finds the leaflet at the foot of each page.
    Entry("privacy:leaflet", _("Privacy"), Right.PRIVACY_READ, unless=Right.CHILD_READ),
)


# Where people begin: what can wait a week is said there only.
_FIRST_PAGES = {"today", "accounts:staff"}
_ON_EVERY_PAGE_DAYS = 7


@dataclass(frozen=True)
class Notice:
    """Something to say above the page: ``tone`` is a callout's, ``link`` the words that lead to ``url``."""

    text: str
    tone: str
    url: str
    link: str


@dataclass(frozen=True)
class Account:
    """Who is signed in, and in how many seconds the session ends when nothing more is done (None: no session).

    ``home`` is where this person begins.
    """

    name: str
    role: str
    home: str = "/"
    session_seconds: int | None = None
    notice: Notice | None = None
    # By what a device knows whose unsent notes it keeps; "" where none are kept on devices (OBS-2.2).
    device_owner: str = ""


def navigation(request: HttpRequest) -> list[NavigationItem]:
    """Return the menu entries the user may open."""
    user = user_of(request)
    items = []
    for entry in ENTRIES:
        if not user.may(entry.right) or (entry.unless is not None and user.may(entry.unless)):
            continue
        items.append(NavigationItem(reverse(entry.view_name), str(entry.label), entry.holds(request.path)))
    return items


def account(request: HttpRequest) -> Account:
    """Return the name and the roles of who is signed in."""
    user = user_of(request)
    roles = dict.fromkeys(str(Role(assignment.role).label) for assignment in user.access.assignments)
    session = getattr(request, "user_session", None)
    name, role = user.get_full_name(), ", ".join(roles)
    if session is None:
        return Account(name, role, home_of(user))
    keeps_notes = Module.OFFLINE_NOTES.value in user.access.modules and user.may(Right.NOTE_WRITE)
    return Account(
        name,
        role,
        home_of(user),
        seconds_after_activity(session, timezone.now()),
        _notice(request, user, session),
        owner_on_device(user.pk) if keeps_notes else "",
    )


def home_of(user: User) -> str:
    """Return the first page of this person. Needs the user's scope."""
    return reverse("accounts:staff" if user.may(Right.STAFF_VIEW) else settings.LOGIN_REDIRECT_URL)


def _notice(request: HttpRequest, user: User, session: UserSession) -> Notice | None:
    """Return that the password is getting old: on the first page in time, and on each page in the last week (ACC-4.1)."""
    found = notice_for(user, session, timezone.now())
    here = request.resolver_match.view_name if request.resolver_match else ""
    if found is None or here == "accounts:password_change":
        return None
    if found.days_left > _ON_EVERY_PAGE_DAYS and here not in _FIRST_PAGES:
        return None
    url = reverse("accounts:password_change")
    return Notice(found.text, found.tone, url, gettext("Wachtwoord wijzigen"))
