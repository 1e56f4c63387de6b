"""The people of an organisation as its administrator sees them (ACC-9, ACC-11.3).

Names are sealed, so that finding and ordering is done here and not by the database; what a list needs is read in a
number of queries that does not grow with it.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Max, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import OneTimeLink, Passkey, PersonName, RoleAssignment, TotpDevice, User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import active_scope
from kijk.web.dutch import format_date
from licensing.modules import Module

UNUSED_AFTER = timedelta(days=90)
_NAMES_AT_MOST = 3


class Status(models.TextChoices):
    """How an account is."""

    INVITED = "uitgenodigd", pgettext_lazy("account", "uitgenodigd")
    ACTIVE = "actief", pgettext_lazy("account", "actief")
    LOCKED = "op-slot", pgettext_lazy("account", "op slot")
    CLOSED = "afgesloten", pgettext_lazy("account", "afgesloten")


_NOT_IN_USE = {Status.INVITED, Status.CLOSED}


class Phase(models.TextChoices):
    """Whether a role has begun, and whether it is over."""

    NOW = "nu", pgettext_lazy("rol", "nu")
    LATER = "later", pgettext_lazy("rol", "later")
    OVER = "voorbij", pgettext_lazy("rol", "voorbij")


@dataclass(frozen=True)
class RoleLine:
    """A role of somebody: what, where and from when until when. ``location`` "" and ``module`` "" mean all."""

    pk: UUID
    role: Role
    location_id: UUID | None
    location: str
    module: str
    begins_on: date
    ends_on: date | None
    phase: Phase

    @property
    def label(self) -> str:
        """The role in words."""
        return str(self.role.label)

    @property
    def where(self) -> str:
        """Where it counts, and for which part of the product when not for all."""
        place = self.location or _("hele organisatie")
        if not self.module:
            return place
        words = {"place": place, "module": Module(self.module).label}
        return _("%(place)s, alleen %(module)s") % words

    @property
    def period(self) -> str:
        """From when until when."""
        first = format_date(self.begins_on)
        if self.ends_on is not None:
            return _("van %(first)s tot en met %(last)s") % {"first": first, "last": format_date(self.ends_on)}
        template = _("vanaf %(first)s") if self.phase is Phase.LATER else _("sinds %(first)s")
        return template % {"first": first}


@dataclass(frozen=True)
class Colleague:
    """An account with its roles. ``last_used_at`` None: it was never used, or longer ago than is kept."""

    pk: UUID
    name: PersonName
    email: str
    status: Status
    roles: tuple[RoleLine, ...]
    second_factor: bool
    last_used_at: datetime | None
    is_unused: bool

    @property
    def sort_key(self) -> tuple[str, str]:
        """The Dutch order: surname without infix, then first name; accents do not count (UX-1)."""
        return plain(self.name.last_name), plain(self.name.first_name)

    @property
    def current_roles(self) -> tuple[RoleLine, ...]:
        """The roles in force today, and those still to begin."""
        return tuple(role for role in self.roles if role.phase is not Phase.OVER)

    @property
    def past_roles(self) -> tuple[RoleLine, ...]:
        """The roles that are over, the last one first."""
        return tuple(sorted((role for role in self.roles if role.phase is Phase.OVER), key=_ended, reverse=True))

    @property
    def is_administrator(self) -> bool:
        """Say whether somebody is administrator today, by their roles."""
        return any(role.role is Role.ADMINISTRATOR and role.phase is Phase.NOW for role in self.roles)


@dataclass(frozen=True)
class Choice:
    """Which colleagues a list is about; what is empty does not select. ``location`` None with ``everywhere``: all."""

    text: str = ""
    status: Status | None = None
    role: Role | None = None
    location_id: UUID | None = None
    everywhere: bool = False
    unused: bool = False
    without_factor: bool = False

    def takes(self, colleague: Colleague) -> bool:
        """Say whether a colleague is chosen. A role and a place must go together: coach at this location."""
        if self.status is not None and colleague.status is not self.status:
            return False
        if self.unused and not colleague.is_unused:
            return False
        if self.without_factor and (colleague.second_factor or colleague.status in _NOT_IN_USE):
            return False
        if self._asks_for_a_role and not any(map(self._takes_role, colleague.current_roles)):
            return False
        return not self.text or plain(self.text) in plain(f"{colleague.name} {colleague.email}")

    @property
    def _asks_for_a_role(self) -> bool:
        return self.role is not None or self.location_id is not None or self.everywhere

    def _takes_role(self, found: RoleLine) -> bool:
        if self.role is not None and found.role is not self.role:
            return False
        if self.everywhere:
            return found.location_id is None
        return self.location_id is None or found.location_id == self.location_id


@dataclass(frozen=True)
class Counts:
    """What an administrator may have to look at."""

    colleagues: int
    invited: int
    locked: int
    unused: int
    without_factor: int


def list_colleagues(*, now: datetime) -> list[Colleague]:
    """Return all accounts of the organisation, closed ones too, in the order of their names. Five queries."""
    return sorted(_colleagues(list(User.objects.order_by("pk")), Q(), now), key=lambda colleague: colleague.sort_key)


def colleague_of(user: User, *, now: datetime) -> Colleague:
    """Return one account as in the list. Four queries."""
    return _colleagues([user], Q(user=user), now)[0]


def count_colleagues(colleagues: Iterable[Colleague]) -> Counts:
    """Return the figures for the first page of administration."""
    found = list(colleagues)
    return Counts(
        colleagues=sum(colleague.status is not Status.CLOSED for colleague in found),
        invited=sum(Choice(status=Status.INVITED).takes(colleague) for colleague in found),
        locked=sum(Choice(status=Status.LOCKED).takes(colleague) for colleague in found),
        unused=sum(Choice(unused=True).takes(colleague) for colleague in found),
        without_factor=sum(Choice(without_factor=True).takes(colleague) for colleague in found),
    )


def administrator_names(*, on: date) -> list[str]:
    """Return who administers the organisation on a day, by name: they can help with access. One query."""
    rows = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), role=Role.ADMINISTRATOR, begins_on__lte=on, user__is_active=True
    ).select_related("user")
    people = {row.user_id: row.user.name for row in rows.order_by("pk")}
    return [str(name) for name in sorted(people.values(), key=lambda name: (plain(name.last_name), str(name)))]


def who_can_help(request: HttpRequest) -> str:
    """Return the names of who can give a right, for the page that refuses one; "" where that is not known.

    For ``settings.WHO_CAN_HELP``. Outside the organisation's scope, and where there are many, the page's own words do.
    """
    names = administrator_names(on=timezone.localdate()) if active_scope() is not None else []
    return ", ".join(names) if len(names) <= _NAMES_AT_MOST else ""


def plain(text: str) -> str:
    """Return a text as people type it to find somebody: small letters, no accents, single spaces."""
    letters = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def invitation_ends_at(user: User) -> datetime | None:
    """Return until when the invitation that was sent last can be taken up, or None when there is none. One query."""
    sent = OneTimeLink.objects.filter(user=user, kind=OneTimeLink.Kind.INVITATION, used_at=None, withdrawn_at=None)
    return sent.order_by("-expires_at").values_list("expires_at", flat=True).first()


def _colleagues(users: list[User], theirs: Q, now: datetime) -> list[Colleague]:
    """Return these accounts as colleagues; ``theirs`` finds the rows of these users, and may find more."""
    today = timezone.localdate(now)
    roles: dict[UUID, list[RoleLine]] = {}
    rows = RoleAssignment.objects.filter(theirs).select_related("location").order_by("role", "begins_on", "pk")
    for row in rows:
        roles.setdefault(row.user_id, []).append(_role_line(row, today))
    used = _last_used(theirs)
    with_code = set(TotpDevice.objects.filter(theirs, confirmed_at__isnull=False).values_list("user", flat=True))
    with_passkey = set(Passkey.objects.filter(theirs).values_list("user", flat=True))
    found = []
    for user in users:
        last_used_at = max(filter(None, [user.last_login, used.get(user.pk)]), default=None)
        status = _status(user)
        found.append(
            Colleague(
                pk=user.pk,
                name=user.name,
                email=user.email,
                status=status,
                roles=tuple(roles.get(user.pk, ())),
                second_factor=user.pk in with_code | with_passkey,
                last_used_at=last_used_at,
                is_unused=_is_unused(user, status, last_used_at, now),
            )
        )
    return found


def _last_used(theirs: Q) -> Mapping[UUID, datetime]:
    rows = UserSession.objects.filter(theirs).values_list("user_id").annotate(last=Max("last_active_at"))
    return dict(rows.order_by("user_id"))


def _status(user: User) -> Status:
    if not user.is_active:
        return Status.CLOSED
    if user.locked_at is not None:
        return Status.LOCKED
    return Status.ACTIVE if user.has_usable_password() else Status.INVITED


def _is_unused(user: User, status: Status, last_used_at: datetime | None, now: datetime) -> bool:
    """Say whether an account that was taken up lay idle for 90 days; of one never used, its making counts."""
    if status not in {Status.ACTIVE, Status.LOCKED}:
        return False
    return (last_used_at or user.password_changed_at or user.created_at) < now - UNUSED_AFTER


def _role_line(row: RoleAssignment, today: date) -> RoleLine:
    return RoleLine(
        pk=row.pk,
        role=Role(row.role),
        location_id=row.location_id,
        location=row.location.name if row.location else "",
        module=row.module,
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        phase=_phase(row, today),
    )


def _phase(row: RoleAssignment, today: date) -> Phase:
    if row.begins_on > today:
        return Phase.LATER
    return Phase.OVER if row.ends_on is not None and row.ends_on < today else Phase.NOW


def _ended(role: RoleLine) -> date:
    return role.ends_on or role.begins_on
