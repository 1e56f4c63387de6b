"""The tables a board or an auditor asks for: roles, access reviews, second factors, sub-processors (issue of access).

Each is a heading and rows of plain cells, ready for ``csv_response``. The trail has a page and an export of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.domain.colleagues import Colleague, RoleLine, list_colleagues
from accounts.domain.policy import current_policy
from accounts.models import AccessReview, AccessReviewEntry
from accounts.roles import ALWAYS_SECOND_FACTOR, Role
from kijk.web.csv_export import Cell
from licensing.models import Location
from licensing.modules import Module
from licensing.subprocessors import subprocessors


@dataclass(frozen=True)
class Table:
    """A table to keep as a file."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def roles_table(*, now: datetime) -> Table:
    """Return each account with each of its roles, past ones too; an account without roles has one row."""
    header = [
        _("Achternaam"),
        _("Tussenvoegsel"),
        _("Voornaam"),
        _("E-mailadres"),
        _("Account"),
        _("Rol"),
        _("Locatie"),
        _("Onderdeel"),
        _("Vanaf"),
        _("Tot en met"),
        _("Laatst gebruikt"),
    ]
    rows = [
        [*_person(found), str(found.status.label), *_role_cells(role), found.last_used_at]
        for found in list_colleagues(now=now)
        for role in (found.roles or (None,))
    ]
    return Table(header, rows)


def second_factor_table(*, now: datetime) -> Table:
    """Return each open account with whether it has a second factor and whether it must; how many have one is last."""
    header = [
        *(_("Achternaam"), _("Tussenvoegsel"), _("Voornaam"), _("E-mailadres"), _("Account")),
        *(_("Tweede stap verplicht"), _("Tweede stap ingesteld")),
    ]
    for_all = current_policy().second_factor_for_all
    people = [found for found in list_colleagues(now=now) if found.status.value != "afgesloten"]
    rows: list[Sequence[Cell]] = [
        [
            *_person(found),
            str(found.status.label),
            _yes_no(for_all or _must(found)),
            _yes_no(found.second_factor),
        ]
        for found in people
    ]
    return Table(header, rows)


def review_table(review: AccessReview, *, now: datetime) -> Table:
    """Return one review: each account with the roles taken down, what was decided, by whom and when."""
    header = [
        *(_("Achternaam"), _("Tussenvoegsel"), _("Voornaam"), _("E-mailadres"), _("Rollen bij het begin")),
        *(_("Bevinding"), _("Beoordeeld door"), _("Beoordeeld op"), _("Afgetekend door"), _("Afgetekend op")),
    ]
    people = {found.pk: found for found in list_colleagues(now=now)}
    places = dict(Location.objects.values_list("pk", "name"))
    signed_by = _name_of(people, review.signed_by_id)
    entries = AccessReviewEntry.objects.filter(review=review)
    ordered = sorted(entries, key=lambda entry: people[entry.user_id].sort_key)
    rows: list[Sequence[Cell]] = [
        [
            *_person(people[entry.user_id]),
            "; ".join(_taken_down_in_words(entry.roles, places)),
            entry.get_decision_display() if entry.decision else "",
            _name_of(people, entry.decided_by_id),
            entry.decided_at,
            signed_by,
            review.signed_at,
        ]
        for entry in ordered
    ]
    return Table(header, rows)


def subprocessors_table() -> Table:
    """Return the parties that handle data for this deployment (LIC-6)."""
    header = [_("Naam"), _("Adres"), _("Taak"), _("Land"), _("Soorten gegevens")]
    rows: list[Sequence[Cell]] = [
        [found.name, found.address, found.task, found.country, "; ".join(str(kind.label) for kind in found.categories)]
        for found in subprocessors()
    ]
    return Table(header, rows)


def _person(found: Colleague) -> list[Cell]:
    return [found.name.last_name, found.name.infix, found.name.first_name, found.email]


def _role_cells(role: RoleLine | None) -> list[Cell]:
    if role is None:
        return ["", "", "", None, None]
    part = str(Module(role.module).label) if role.module else _("alle")
    return [role.label, role.location or _("hele organisatie"), part, role.begins_on, role.ends_on]


def _must(found: Colleague) -> bool:
    return any(role.role in ALWAYS_SECOND_FACTOR for role in found.current_roles)


def _yes_no(value: bool) -> str:
    return _("ja") if value else _("nee")


def _name_of(people: dict[UUID, Colleague], user_id: UUID | None) -> str:
    return str(people[user_id].name) if user_id in people else ""


def _taken_down_in_words(roles: Iterable[dict[str, Any]], places: dict[UUID, str]) -> Iterable[str]:
    for role in roles:
        location = role["location"]
        place = places.get(UUID(location), "") if location else _("hele organisatie")
        since = date.fromisoformat(role["begins_on"])
        yield f"{Role(role['role']).label} ({place}, {since:%d-%m-%Y})"
