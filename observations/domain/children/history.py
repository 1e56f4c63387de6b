"""A child's placements and mentor, as its page and its forms show them (CHD-2)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.web.dutch import format_date
from observations.domain.children.group_staff import by_surname, running
from observations.domain.children.half_days import in_words
from observations.models import Child, Group, GroupStaff, Placement


@dataclass(frozen=True)
class PlacementLine:
    """A placement in words. ``when`` is past, present or future; ``half_days`` in words for a visit, else empty."""

    pk: UUID
    group: str
    group_id: UUID
    location: str
    period: str
    half_days: str
    is_main: bool
    when: str


@dataclass(frozen=True)
class Placements:
    """All placements of a child, the newest first, and the main one of today."""

    rows: tuple[Placement, ...]
    today: date

    @property
    def main(self) -> Placement | None:
        """The placement in the main group today."""
        return next((row for row in self.rows if row.is_main and _when(row, self.today) == "present"), None)

    @property
    def coming(self) -> Placement | None:
        """The next main group, where a move is planned."""
        later = [row for row in self.rows if row.is_main and row.begins_on > self.today]
        return min(later, key=lambda row: row.begins_on, default=None)

    @property
    def last(self) -> Placement | None:
        """The last main group there was or will be."""
        return next((row for row in self.rows if row.is_main), None)

    @property
    def visits(self) -> tuple[Placement, ...]:
        """The visits of today."""
        return tuple(row for row in self.rows if not row.is_main and _when(row, self.today) == "present")

    def lines(self) -> tuple[PlacementLine, ...]:
        """Return all of them in words."""
        return tuple(_line(row, self.today) for row in self.rows)


def placements_of(child: Child, *, today: date) -> Placements:
    """Return the placements of a child with their groups and locations. One query."""
    rows = Placement.objects.filter(child=child).select_related("group__location")
    return Placements(tuple(rows.order_by("-begins_on", "-is_main", "pk")), today)


def mentors_for(group: Group | None, *, today: date, present: User | None = None) -> list[tuple[UUID, str]]:
    """Return who can be a child's mentor: the colleagues who work on its group; and who is it now, in any case."""
    people: dict[UUID, User] = {}
    if group is not None:
        working = running(GroupStaff.objects.filter(group=group, begins_on__lte=today, user__is_active=True), today)
        people = {row.user_id: row.user for row in working.select_related("user").order_by("pk")}
    ordered = sorted(people.values(), key=lambda user: by_surname(user.name))
    choices = [(user.pk, user.get_full_name()) for user in ordered]
    if present is not None and present.pk not in people:
        name = _("%(name)s (werkt niet op deze groep)") % {"name": present.get_full_name()}
        choices.append((present.pk, name))
    return choices


def _line(row: Placement, today: date) -> PlacementLine:
    return PlacementLine(
        pk=row.pk,
        group=row.group.name,
        group_id=row.group_id,
        location=row.group.location.name,
        period=_period(row.begins_on, row.ends_on, today),
        half_days=in_words(row.half_days),
        is_main=row.is_main,
        when=_when(row, today),
    )


def _when(row: Placement, today: date) -> str:
    if row.begins_on > today:
        return "future"
    return "past" if row.ends_on is not None and row.ends_on < today else "present"


def _period(first: date, last: date | None, today: date) -> str:
    if last is not None:
        return _("van %(first)s tot en met %(last)s") % {"first": format_date(first), "last": format_date(last)}
    template = _("vanaf %(first)s") if first > today else _("sinds %(first)s")
    return template % {"first": format_date(first)}
