"""The children somebody may see, by name and a page at a time: searched, or of one group or location (CHD-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from observations.domain.children.directory import Directory, Entry, names_of, names_of_all
from observations.domain.children.half_days import in_words
from observations.domain.children.paging import Paged, paged
from observations.domain.children.placements import in_force
from observations.domain.registering.overview import TO_DO
from observations.models import Child, Group, Note, Placement, Registration, RegistrationPeriod
from observations.rules import children_in_reach

# Up to this many names are opened one by one, as those of somebody's own groups are; beyond it the directory is quicker.
FEW = 400

WITHOUT_GROUP = "geen"


@dataclass(frozen=True)
class ListFilter:
    """What is asked of the list: first letters of names, and a group or a location (``nowhere``: without a group)."""

    query: str = ""
    group_id: UUID | None = None
    location_id: UUID | None = None
    nowhere: bool = False


@dataclass(frozen=True)
class ListedChild:
    """A child as the list shows it. ``status`` is about the present registration period: to_do, open or closed.

    ``may_be_registered``: line by line. ``group`` is the main group, empty where there is none; ``visits`` says where else it comes, in words.
    """

    pk: UUID
    name: str
    birth_date: date
    group: str
    location: str
    visits: tuple[str, ...]
    status: str
    registration_id: UUID | None
    last_note_on: date | None
    may_be_registered: bool


def list_children(
    user: User,
    wanted: ListFilter,
    *,
    today: date,
    page: int | str | None = 1,
    period: RegistrationPeriod | None = None,
) -> Paged[ListedChild]:
    """Return a page of the children the user may see and who are asked for, in the Dutch order of their names.

    The same number of queries whatever the number of children up to FEW, and beyond.
    """
    reach = _narrowed(children_in_reach(user, Right.CHILD_READ, on=today), wanted, today)
    directory, rows = _found(reach, wanted, everybody=user.access.locations(Right.CHILD_READ) is None)
    return paged(rows, page, lambda shown: _rows(directory.entries(shown), today=today, period=period))


def _found(reach: QuerySet[Child], wanted: ListFilter, *, everybody: bool) -> tuple[Directory, list[int]]:
    """Return a directory, and the rows of it that are asked for."""
    some = list(reach.only("id", "organisation", "file")[: FEW + 1])
    if len(some) <= FEW:
        directory = names_of(some)
        return directory, directory.find(wanted.query)
    directory = names_of_all()
    rows = directory.find(wanted.query)
    if everybody and wanted == ListFilter(query=wanted.query):
        return directory, rows
    return directory, directory.within(rows, reach.values_list("pk", flat=True))


def _narrowed(reach: QuerySet[Child], wanted: ListFilter, today: date) -> QuerySet[Child]:
    placed = in_force(Placement.objects.filter(child=OuterRef("pk")), today)
    if wanted.nowhere:
        return reach.exclude(Exists(placed.filter(is_main=True)))
    if wanted.group_id is not None:
        return reach.filter(Exists(placed.filter(group_id=wanted.group_id)))
    if wanted.location_id is not None:
        return reach.filter(Exists(placed.filter(group__location_id=wanted.location_id)))
    return reach


def _rows(entries: Iterable[Entry], *, today: date, period: RegistrationPeriod | None) -> list[ListedChild]:
    names = {entry.pk: entry.name for entry in entries}
    children = {child.pk: child for child in Child.objects.filter(pk__in=names).defer("file")}
    placements: dict[UUID, list[Placement]] = {}
    rows = in_force(Placement.objects.filter(child_id__in=names), today).select_related("group__location")
    for placement in rows.order_by("group__name", "pk"):
        placements.setdefault(placement.child_id, []).append(placement)
    statuses, last_notes = _statuses(names, period), _last_notes(names)
    # A child that went between two queries is left out.
    return [
        _row(children[pk], name, placements.get(pk, []), statuses.get(pk), last_notes.get(pk))
        for pk, name in names.items()
        if pk in children
    ]


def _row(
    child: Child, name: str, placements: list[Placement], status: tuple[str, UUID] | None, last_note_on: date | None
) -> ListedChild:
    main = next((placement for placement in placements if placement.is_main), None)
    visits = [placement for placement in placements if not placement.is_main]
    return ListedChild(
        pk=child.pk,
        name=name,
        birth_date=child.birth_date,
        group=main.group.name if main else "",
        location=main.group.location.name if main else "",
        visits=tuple(visit_in_words(visit) for visit in visits),
        status=status[0] if status else TO_DO,
        registration_id=status[1] if status else None,
        last_note_on=last_note_on,
        # Out-of-school care has registrations of its own, for the whole group on one screen (BSO-1).
        may_be_registered=main is not None and main.group.kind != Group.Kind.BSO,
    )


def visit_in_words(visit: Placement) -> str:
    """Return where a child comes beside its own group, and when: "te gast bij Groep 2 op ma-ochtend"."""
    words = {"group": visit.group.name, "half_days": in_words(visit.half_days)}
    return _("te gast bij %(group)s op %(half_days)s") % words


def _statuses(ids: Iterable[UUID], period: RegistrationPeriod | None) -> dict[UUID, tuple[str, UUID]]:
    """Return per child its registration in the period; an open one counts before a closed one."""
    if period is None:
        return {}
    rows = Registration.objects.filter(period=period, child_id__in=list(ids), superseded=False).order_by("status")
    return {child_id: (status, pk) for child_id, status, pk in rows.values_list("child_id", "status", "pk")}


def _last_notes(ids: Iterable[UUID]) -> dict[UUID, date]:
    rows = Note.objects.filter(child_id__in=list(ids)).values_list("child_id").annotate(last=Max("observed_on"))
    return dict(rows.order_by("child_id"))
