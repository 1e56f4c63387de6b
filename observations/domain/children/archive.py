"""The archive: who is in it, and who might belong there (CHD-5)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import Right
from observations.domain.children.directory import Directory, Entry, names_of, names_of_all
from observations.domain.children.listing import FEW
from observations.domain.children.paging import Paged, paged
from observations.models import BsoRegistration, Child, Note, Placement, Registration
from observations.rules import archived_in_reach, children_in_reach

# Nothing was registered about a child for so long: it may have left (CHD-5).
QUIET_MONTHS = 12


@dataclass(frozen=True)
class ArchivedChild:
    """A child in the archive: since when, where it went, and the group and location where it was last."""

    pk: UUID
    name: str
    birth_date: date
    archived_on: date | None
    next_education: str
    group: str
    location: str


@dataclass(frozen=True)
class QuietChild:
    """A child nothing was registered about for a year: its group (empty: none), and when something last was."""

    pk: UUID
    name: str
    birth_date: date
    group: str
    location: str
    last_on: date | None


def list_archive(user: User, *, query: str = "", page: int | str | None = 1) -> Paged[ArchivedChild]:
    """Return a page of the archived children the user may read, whose name answers the query, in order of name."""
    directory, rows = _found(archived_in_reach(user), query)
    return paged(rows, page, lambda shown: _rows(directory.entries(shown)))


def list_quiet(user: User, *, today: date) -> list[QuietChild]:
    """Return the children nothing was registered about for 12 months, though they were here: proposed for archiving.

    A note counts as well as a registration. In order of name; six queries whatever their number.
    """
    children = list(_quiet(user, today).only("id", "organisation", "file", "birth_date"))
    ids = [child.pk for child in children]
    births = {child.pk: child.birth_date for child in children}
    placements, last_on, names = _last_placements(ids), _last_days(ids), names_of(children)
    return [
        QuietChild(
            pk=entry.pk,
            name=entry.name,
            birth_date=births[entry.pk],
            group=placements[entry.pk].group.name if entry.pk in placements else "",
            location=placements[entry.pk].group.location.name if entry.pk in placements else "",
            last_on=last_on.get(entry.pk),
        )
        for entry in names.entries(names.find(""))
    ]


def count_quiet(user: User, *, today: date) -> int:
    """Return how many children are proposed for archiving. One query."""
    return _quiet(user, today).count()


def _quiet(user: User, today: date) -> QuerySet[Child]:
    since = _months_before(today, QUIET_MONTHS)
    here = Placement.objects.filter(child=OuterRef("pk"))
    return children_in_reach(user, Right.ARCHIVE_WRITE, on=today).filter(
        ~Exists(Registration.objects.filter(child=OuterRef("pk"), registered_on__gte=since)),
        ~Exists(BsoRegistration.objects.filter(child=OuterRef("pk"), observed_on__gte=since)),
        ~Exists(Note.objects.filter(child=OuterRef("pk"), observed_on__gte=since)),
        # Who came in the last year is new, not gone; who was placed nowhere counts from when the file was made.
        Exists(here.filter(begins_on__lt=since)) | (Q(created_at__date__lt=since) & ~Exists(here)),
    )


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    # The 29th of February has no counterpart in most years.
    return date(year, month + 1, min(day.day, 28))


def _found(reach: QuerySet[Child], query: str) -> tuple[Directory, list[int]]:
    some = list(reach.only("id", "organisation", "file")[: FEW + 1])
    directory = names_of(some) if len(some) <= FEW else names_of_all(archived=True)
    rows = directory.find(query)
    if len(some) <= FEW:
        return directory, rows
    return directory, directory.within(rows, reach.values_list("pk", flat=True))


def _rows(entries: list[Entry]) -> list[ArchivedChild]:
    ids = [entry.pk for entry in entries]
    children = {child.pk: child for child in Child.objects.filter(pk__in=ids).defer("file")}
    last = _last_placements(ids)
    return [_row(children[entry.pk], entry.name, last.get(entry.pk)) for entry in entries if entry.pk in children]


def _last_placements(ids: list[UUID]) -> dict[UUID, Placement]:
    rows = Placement.objects.filter(child_id__in=ids, is_main=True).select_related("group__location")
    return {row.child_id: row for row in rows.order_by("begins_on")}


def _last_days(ids: list[UUID]) -> dict[UUID, date]:
    found: dict[UUID, date] = {}
    registered = Registration.objects.filter(child_id__in=ids).values_list("child_id", "registered_on")
    at_bso = BsoRegistration.objects.filter(child_id__in=ids).values_list("child_id", "observed_on")
    written = Note.objects.filter(child_id__in=ids).values_list("child_id", "observed_on")
    for child_id, day in [*registered, *at_bso, *written]:
        found[child_id] = max(day, found.get(child_id, day))
    return found


def _row(child: Child, name: str, last: Placement | None) -> ArchivedChild:
    return ArchivedChild(
        pk=child.pk,
        name=name,
        birth_date=child.birth_date,
        archived_on=child.archived_on,
        next_education=child.get_next_education_display(),
        group=last.group.name if last else "",
        location=last.group.location.name if last else "",
    )
