"""Who may do what, in words, for an administrator to read (ACC-9.11): the table of roles, and who has each right now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.colleagues import plain
from accounts.domain.role_changes import in_force
from accounts.models import PersonName, RoleAssignment
from accounts.roles import ORGANISATION_ROLES, ROLE_TABLE, Reach, Right, Role
from accounts.rules import Access, Assignment
from licensing.domain import current_organisation
from licensing.modules import Module

_REACH: Mapping[Reach, Promise] = {
    Reach.GROUPS: gettext_lazy("eigen groepen"),
    Reach.LOCATIONS: gettext_lazy("eigen locaties"),
    Reach.ORGANISATION: gettext_lazy("hele organisatie"),
}
_ROLES: Mapping[Role, Promise] = {
    Role.ADMINISTRATOR: gettext_lazy(
        "Regelt accounts, rollen en groepen, en leest van de kinderen alles behalve bijzondere opmerkingen."
    ),
    Role.GROUP_STAFF: gettext_lazy("Werkt met de kinderen van de eigen groepen: noteert en registreert."),
    Role.INTERNAL_SUPPORT: gettext_lazy(
        "Kijkt mee met alle groepen van de eigen locaties en kan daar ook registreren."
    ),
    Role.COACH: gettext_lazy("Leest mee op de eigen locaties en schrijft notities, maar registreert niet."),
    Role.MANAGEMENT: gettext_lazy("Ziet de cijfers van de eigen locaties, zonder namen van kinderen."),
    Role.QUALITY: gettext_lazy("Ziet de cijfers van de eigen locaties, zonder namen van kinderen."),
    Role.MEASUREMENT_COORDINATOR: gettext_lazy("Regelt de metingen van de leerlingmonitor."),
    Role.DATA_PROTECTION_OFFICER: gettext_lazy(
        "Houdt toezicht: leest het logboek en de accounts, en niets over een kind."
    ),
    Role.SECRETARIAT: gettext_lazy("Kan een beheerder van een organisatie weer laten inloggen."),
    Role.MARKETING: gettext_lazy("Heeft alleen een eigen eerste pagina."),
    Role.ADVISER: gettext_lazy("Heeft alleen een eigen eerste pagina."),
    Role.HELPDESK: gettext_lazy("Heeft alleen een eigen eerste pagina."),
    Role.SYSTEM_ADMINISTRATOR: gettext_lazy("Heeft alleen een eigen eerste pagina."),
}


@dataclass(frozen=True)
class Reached:
    """A right of a role, and how far it reaches in words; "" when the role does not have it."""

    right: str
    explanation: str
    reach: str


@dataclass(frozen=True)
class RoleCard:
    """A role: what it is for, and each of its rights."""

    code: str
    label: str
    about: str
    rights: tuple[Reached, ...]


@dataclass(frozen=True)
class Holder:
    """Somebody who has a right now, and where."""

    pk: UUID
    name: str
    where: str


@dataclass(frozen=True)
class RightRow:
    """A right: what it comes down to, its part of the product, each role's reach ("": none), and who has it now.

    ``is_off``: the organisation does not have that part, so that nobody can use the right.
    """

    code: str
    label: str
    explanation: str
    module: str
    is_off: bool
    reaches: tuple[str, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class RoleMatrix:
    """The organisation's table: its roles, its rights, and what Bazalt's roles come down to."""

    roles: tuple[RoleCard, ...]
    rights: tuple[RightRow, ...]
    staff: tuple[RoleCard, ...]


def role_matrix(*, on: date) -> RoleMatrix:
    """Return the table with who has which right on a day. Two queries."""
    modules = frozenset(current_organisation().modules)
    holders = _holders(on, modules)
    in_table = [right for right in Right if any(right in ROLE_TABLE[role] for role in ORGANISATION_ROLES)]
    return RoleMatrix(
        roles=tuple(_card(role) for role in ORGANISATION_ROLES),
        rights=tuple(_row(right, modules, holders.get(right, [])) for right in in_table),
        staff=tuple(_card(role) for role in Role if role not in ORGANISATION_ROLES),
    )


def _card(role: Role) -> RoleCard:
    rights = [
        Reached(str(right.label), str(right.explanation), str(_REACH[ROLE_TABLE[role][right]]))
        for right in Right
        if right in ROLE_TABLE[role]
    ]
    return RoleCard(role.value, str(role.label), str(_ROLES[role]), tuple(rights))


def _row(right: Right, modules: frozenset[str], holders: Iterable[Holder]) -> RightRow:
    reaches = (ROLE_TABLE[role].get(right) for role in ORGANISATION_ROLES)
    return RightRow(
        code=right.code,
        label=str(right.label),
        explanation=str(right.explanation),
        module=str(right.module.label) if right.module else "",
        is_off=right.module is not None and right.module.value not in modules,
        reaches=tuple("" if reach is None else str(_REACH[reach]) for reach in reaches),
        holders=tuple(holders),
    )


def _holders(on: date, modules: frozenset[str]) -> dict[Right, list[Holder]]:
    """Return per right who has it, in the Dutch order of their names."""
    rows = in_force(RoleAssignment.objects.filter(user__is_active=True), on).select_related("user", "location")
    names: dict[UUID, PersonName] = {}
    assignments: dict[UUID, list[Assignment]] = {}
    places: dict[UUID, str] = {}
    for row in rows.order_by("user_id", "role"):
        names[row.user_id] = row.user.name
        assignments.setdefault(row.user_id, []).append(Assignment(Role(row.role), row.location_id, row.module))
        if row.location is not None:
            places[row.location.pk] = row.location.name
    found: dict[Right, list[Holder]] = {}
    known = modules & {module.value for module in Module}
    for pk in sorted(names, key=lambda pk: (plain(names[pk].last_name), plain(names[pk].first_name))):
        access = Access(tuple(assignments[pk]), known)
        for right in Right:
            if access.may(right):
                found.setdefault(right, []).append(Holder(pk, str(names[pk]), _where(access, right, places)))
    return found


def _where(access: Access, right: Right, places: Mapping[UUID, str]) -> str:
    """Say how far somebody's own right reaches: the organisation, locations by name, or groups."""
    locations = access.locations(right)
    if locations is None:
        return str(_REACH[Reach.ORGANISATION])
    if not locations:
        return str(_REACH[Reach.GROUPS])
    return _("alleen %(locations)s") % {"locations": ", ".join(sorted(places[pk] for pk in locations))}
