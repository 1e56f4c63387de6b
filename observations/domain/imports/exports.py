"""Exporting children, groups and colleagues as tables that Excel opens and that can be imported again (CHD-3.6).

The titles are those of the import. A child's number in Kijk stands in the first column, so that the same file, imported
again, finds every child and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from kijk.web.csv_export import Cell
from licensing.domain import current_organisation
from licensing.modules import Module
from observations.domain.imports.columns import CHILDREN
from observations.models import Child, Group, GroupStaff, Placement

# A key of another administration is kept as a hash only: it cannot be given back.
_LEFT_OUT: Final = {"key", "year", "leaves_on"}


@dataclass(frozen=True, repr=False)
class Table:
    """A table to keep as a file; ``about`` is what it is of."""

    about: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def export_table(about: str, *, location_id: UUID | None, on: date) -> Table:
    """Return the children, groups or staff of one location or of all, and leave the event. Raises KeyError."""
    table = {"children": children_table, "groups": groups_table, "staff": staff_table}[about](location_id, on)
    data = {"about": about, "rows": len(table.rows), "location": str(location_id) if location_id else None}
    record("export.made", data=data)
    return table


def children_table(location_id: UUID | None, on: date) -> Table:
    """Return the children that are here, each with its main group, by name. Three queries."""
    with_gestation = current_organisation().has_module(Module.CORRECTED_AGE)
    columns = [column for column in CHILDREN if column.code not in _LEFT_OUT]
    columns = [column for column in columns if with_gestation or column.code != "gestation"]
    main = _main_groups(on)
    children = Child.objects.filter(archived_on__isnull=True)
    if location_id is not None:
        children = children.filter(pk__in=[pk for pk, place in main.items() if place.group.location_id == location_id])
    found = list(children)
    keyring().load_subjects(None if location_id is None else [child.pk for child in found])
    found.sort(key=lambda child: (child.file.sort_key, child.pk))
    rows = [_child_row(child, main.get(child.pk), [column.code for column in columns]) for child in found]
    return Table("children", [column.title for column in columns], rows)


def groups_table(location_id: UUID | None, on: date) -> Table:
    """Return the groups, the newest school year first. One query."""
    groups = Group.objects.select_related("location").order_by("-school_year", "location__name", "name")
    if location_id is not None:
        groups = groups.filter(location_id=location_id)
    rows = [
        [group.name, _kind(group), group.location.name, f"{group.school_year}-{group.school_year + 1}"]
        for group in groups
    ]
    return Table("groups", ["Groep", "Soort groep", "Locatie", "Schooljaar"], rows)


def staff_table(location_id: UUID | None, on: date) -> Table:
    """Return who works on which groups now or later, a row for each; who works on none has one row. Two queries."""
    running = GroupStaff.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).select_related("group__location")
    if location_id is not None:
        running = running.filter(group__location_id=location_id)
    works: dict[UUID, list[GroupStaff]] = {}
    for row in running.order_by("begins_on", "pk"):
        works.setdefault(row.user_id, []).append(row)
    people = [user for user in User.objects.filter(is_active=True) if location_id is None or user.pk in works]
    people.sort(key=lambda user: (user.name.last_name.casefold(), user.name.first_name.casefold(), user.email))
    nothing: list[GroupStaff | None] = [None]
    rows = [_staff_row(user, row) for user in people for row in (works.get(user.pk) or nothing)]
    header = ["Voornaam", "Tussenvoegsel", "Achternaam", "E-mailadres", "Groep", "Locatie", "Vanaf", "Tot en met"]
    return Table("staff", header, rows)


def _main_groups(on: date) -> dict[UUID, Placement]:
    rows = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), is_main=True)
    # The one that runs comes before one that has still to begin.
    found: dict[UUID, Placement] = {}
    for row in rows.select_related("group__location").order_by("begins_on"):
        found.setdefault(row.child_id, row)
    return found


def _child_row(child: Child, place: Placement | None, codes: Sequence[str]) -> list[Cell]:
    file, group = child.file, place.group if place else None
    cells: dict[str, Cell] = {
        "own_id": str(child.pk),
        "first_name": file.first_name,
        "infix": file.infix,
        "last_name": file.last_name,
        "birth_date": child.birth_date,
        "gender": "" if child.gender == Child.Gender.UNSPECIFIED else _WORDS[child.gender],
        "home_language": child.home_language,
        "vve_from": child.vve_from,
        "vve_until": child.vve_until,
        "half_days": child.half_days_per_week,
        "group": group.name if group else "",
        "group_kind": _kind(group) if group else "",
        "location": group.location.name if group else "",
        "begins_on": place.begins_on if place else None,
        "remarks": file.remarks,
        "gestation": child.gestation_weeks,
    }
    return [cells[code] for code in codes]


def _staff_row(user: User, row: GroupStaff | None) -> list[Cell]:
    name = user.name
    work: list[Cell] = (
        [row.group.name, row.group.location.name, row.begins_on, row.ends_on] if row else ["", "", None, None]
    )
    return [name.first_name, name.infix, name.last_name, user.email, *work]


# Dutch whatever the language of the screen: a file outlives it, and the import reads these words.
_WORDS: Final = {Child.Gender.GIRL.value: "meisje", Child.Gender.BOY.value: "jongen"}
_KINDS: Final = {
    Group.Kind.BABY.value: "babygroep",
    Group.Kind.TODDLER.value: "peutergroep",
    Group.Kind.VVE.value: "VVE-peutergroep",
    Group.Kind.INFANTS.value: "kleutergroep 1/2",
    Group.Kind.BSO.value: "BSO-groep",
}


def _kind(group: Group) -> str:
    return _KINDS[group.kind]
