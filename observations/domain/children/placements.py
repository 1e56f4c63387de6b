"""In which group a child is, was and will be (CHD-2): placing, moving, visiting, ending, correcting.

A child has one main group at a time, which the database sees to as well; it may visit other groups on fixed half-days.
A move ends the main placement the day before and begins another, so that the placements together are the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from kijk.audit.domain import record
from kijk.web.dutch import format_date
from observations.models import Child, Group, Placement
from observations.rules import groups_in_reach, may_reach_child

#: What is not kept of a child whose own group is one of out-of-school care, and how it is when empty (BSO-3).
NOT_IN_BSO: Final[Mapping[str, Any]] = {"home_language": "", "vve_from": None, "vve_until": None}

_DAY = timedelta(days=1)


class PlacementRefused(Exception):
    """The placement is not possible; the message says why, for who tried. ``child_id``: which child it is about."""

    def __init__(self, message: str, child_id: UUID | None = None) -> None:
        super().__init__(message)
        self.child_id = child_id


@dataclass(frozen=True)
class Move:
    """What a move of the main placement comes to.

    ``stays`` is the placement that is already right; else ``ends`` (the last day of the one before, if any) and a new
    one from ``begins_on``. ``replaces``: the placement before began on that same day, so that it takes the new group.
    """

    child: Child
    group: Group
    begins_on: date
    stays: Placement | None = None
    ends: Placement | None = None
    replaces: Placement | None = None


def place_child(
    *, child: Child, group: Group, begins_on: date, by: User | None = None, today: date | None = None
) -> Placement:
    """Make a group the child's main group from a day on, and end the main placement before; returns the placement.

    Where that is the main group on that day already, nothing changes. ``by`` is who does it: they can place a child
    only in a group they reach; None is the system, an import or a new school year. With ``today``, what a group of
    out-of-school care does not keep goes at once where the child is in it by then (BSO-3); else the night sees to it.
    Raises PlacementRefused.
    """
    if by is not None and not groups_in_reach(by, Right.CHILD_WRITE, on=begins_on).filter(pk=group.pk).exists():
        raise PlacementRefused(_("U kunt geen kinderen in deze groep plaatsen."), child.pk)
    _lock([child.pk])
    child.refresh_from_db(fields=["archived_on", "birth_date"])
    move = plan_move(_main([child.pk]), child=child, group=group, begins_on=begins_on)
    placement = _carry_out([move])[0]
    if move.stays is None:
        record("child.placed", about=child, data={"group": str(group.pk), "begins_on": begins_on.isoformat()})
    if today is not None:
        empty_bso_fields(today=today, child_ids=[child.pk])
    return placement


def loses_in_bso(child: Child, groups: Iterable[Group]) -> bool:
    """Say whether one of the groups is of out-of-school care, and something is kept of the child that goes there."""
    return bool(_bso_fields_of(child)) and any(group.kind == Group.Kind.BSO for group in groups)


def empty_bso_fields(*, today: date, child_ids: Sequence[UUID] | None = None) -> int:
    """Empty home language and VVE of children whose own group is one of out-of-school care today (BSO-3).

    Of all children, or of these; returns for how many. Who only visits such a group keeps them; so does who moves there
    later, until that day. What was closed before keeps what was so then.
    """
    something = ~Q(home_language="") | Q(vve_from__isnull=False) | Q(vve_until__isnull=False)
    in_bso = main_placements(today).filter(group__kind=Group.Kind.BSO).values("child_id")
    rows = Child.objects.filter(something, pk__in=in_bso, archived_on__isnull=True)
    if child_ids is not None:
        rows = rows.filter(pk__in=child_ids)
    children = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    Child.objects.filter(pk__in=[child.pk for child in children]).update(**NOT_IN_BSO)
    for child in children:
        record("child.changed", about=child, data={"fields": _bso_fields_of(child)})
    return len(children)


def place_children(*, rows: Iterable[tuple[Child, Group, date]]) -> list[Placement]:
    """Place many children, each in its main group from a day, as ``place_child`` does; the caller records the event.

    A handful of statements in all, whatever the number. Either all are placed or none. Raises PlacementRefused for
    the first that cannot be, with its ``child_id``; ``placement_refusals`` names them all beforehand.
    """
    wanted = list(rows)
    ids = [child.pk for child, _group, _day in wanted]
    _lock(ids)
    before = _by_child(ids)
    moves = [
        plan_move(before.get(child.pk, []), child=child, group=group, begins_on=day) for child, group, day in wanted
    ]
    return _carry_out(moves)


def placement_refusals(rows: Iterable[tuple[Child, Group, date]]) -> dict[UUID, str]:
    """Return, by child, why it cannot be placed so; nothing is changed. For a preview. One query."""
    wanted = list(rows)
    before = _by_child([child.pk for child, _group, _day in wanted])
    refusals = {}
    for child, group, day in wanted:
        try:
            plan_move(before.get(child.pk, []), child=child, group=group, begins_on=day)
        except PlacementRefused as refusal:
            refusals[child.pk] = str(refusal)
    return refusals


def plan_move(before: Sequence[Placement], *, child: Child, group: Group, begins_on: date) -> Move:
    """Return what moving a child to a group from a day comes to; ``before`` are its main placements.

    Raises PlacementRefused for an archived child, a day before the birth, and a day before a placement it has.
    """
    _check_child(child, begins_on)
    later = [row for row in before if row.begins_on > begins_on]
    if later:
        first = min(row.begins_on for row in later)
        raise PlacementRefused(
            _("Dit kind heeft al een plaatsing vanaf %(day)s. Kies die dag of later, of verbeter die plaatsing.")
            % {"day": format_date(first)},
            child.pk,
        )
    running = next((row for row in before if row.ends_on is None or row.ends_on >= begins_on), None)
    if running is None:
        return Move(child, group, begins_on)
    if running.group_id == group.pk and running.ends_on is None:
        return Move(child, group, begins_on, stays=running)
    if running.begins_on == begins_on:
        return Move(child, group, begins_on, replaces=running)
    return Move(child, group, begins_on, ends=running)


def end_placement(*, child: Child, ends_on: date) -> None:
    """End the child's main placement and its visits after a day; what had still to begin goes.

    Without a placement after that day nothing changes. The child is then in no group: only who has the right for the
    whole organisation finds it. Raises PlacementRefused for a day before the main placement began.
    """
    _lock([child.pk])
    ended = _end_after([child.pk], ends_on)
    if ended:
        record("placement.ended", about=child, data={"ends_on": ends_on.isoformat()})


def end_placements(*, children: Sequence[Child], ends_on: date) -> None:
    """End the placements of many children after a day; the caller records the event. Raises as ``end_placement``."""
    ids = [child.pk for child in children]
    _lock(ids)
    _end_after(ids, ends_on)


def archive_child(*, child: Child, on: date, next_education: str, by: User | None = None) -> None:
    """Bring a child that leaves to the archive: its placements end on that day (CHD-5).

    ``next_education`` is one of ``Child.NextEducation``. From now on nobody writes about the child, and only who may
    read the archive reads it; so ``on`` is today or earlier. ``by``, where given, reaches the child. Raises
    PlacementRefused for a child that is there already and for a day before its placement began or it was born.
    """
    if by is not None and not may_reach_child(by, Right.ARCHIVE_WRITE, child.pk, on=on):
        raise PlacementRefused(_("U kunt dit kind niet naar het archief brengen."), child.pk)
    archive_children(children=[child], on=on, next_education=next_education)
    record("child.archived", about=child, data={"archived_on": on.isoformat(), "next_education": next_education})


def archive_children(*, children: Sequence[Child], on: date, next_education: str) -> None:
    """Bring many children to the archive, as ``archive_child`` does; the caller records the event."""
    if next_education not in Child.NextEducation.values:
        raise PlacementRefused(_("Kies waar het kind naartoe gaat."))
    ids = [child.pk for child in children]
    _lock(ids)
    fresh = Child.objects.filter(pk__in=ids)
    there = fresh.filter(archived_on__isnull=False).order_by("pk").first()
    if there is not None:
        raise PlacementRefused(_("Dit kind staat al in het archief."), there.pk)
    unborn = fresh.filter(birth_date__gt=on).order_by("pk").first()
    if unborn is not None:
        raise PlacementRefused(_("Deze dag ligt voor de geboorte van het kind."), unborn.pk)
    _end_after(ids, on)
    fresh.update(archived_on=on, next_education=next_education)
    for child in children:
        child.archived_on, child.next_education = on, next_education


@transaction.atomic
def unarchive_child(
    *, child: Child, group: Group, begins_on: date, by: User | None = None, today: date | None = None
) -> Placement:
    """Take a child out of the archive, into a main group from a day on; returns the placement (CHD-5).

    ``today`` as in ``place_child``. Raises PlacementRefused for a child that is not in the archive, and as that does;
    the child then stays where it is.
    """
    _lock([child.pk])
    if not Child.objects.filter(pk=child.pk, archived_on__isnull=False).update(archived_on=None, next_education=""):
        raise PlacementRefused(_("Dit kind staat niet in het archief."), child.pk)
    child.archived_on, child.next_education = None, ""
    placement = place_child(child=child, group=group, begins_on=begins_on, by=by, today=today)
    record("child.unarchived", about=child)
    return placement


def main_placements(on: date) -> QuerySet[Placement]:
    """Return the placements in a main group that are in force on a day."""
    return in_force(Placement.objects.filter(is_main=True), on)


def in_force(placements: QuerySet[Placement], on: date) -> QuerySet[Placement]:
    """Return those that are in force on a day."""
    return placements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), begins_on__lte=on)


def _bso_fields_of(child: Child) -> list[str]:
    return sorted(name for name, empty in NOT_IN_BSO.items() if getattr(child, name) != empty)


def _lock(ids: Sequence[UUID]) -> None:
    # Two who place a child at the same moment come one after the other. In the order of the keys, against deadlock.
    rows = Child.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _main(ids: Sequence[UUID]) -> list[Placement]:
    return list(Placement.objects.filter(child_id__in=ids, is_main=True).order_by("begins_on"))


def _by_child(ids: Sequence[UUID]) -> dict[UUID, list[Placement]]:
    found: dict[UUID, list[Placement]] = {}
    for row in _main(ids):
        found.setdefault(row.child_id, []).append(row)
    return found


def _check_child(child: Child, begins_on: date) -> None:
    if child.archived_on is not None:
        raise PlacementRefused(_("Dit kind staat in het archief. Haal het eerst terug."), child.pk)
    if begins_on < child.birth_date:
        raise PlacementRefused(_("Deze dag ligt voor de geboorte van het kind."), child.pk)


def _carry_out(moves: Sequence[Move]) -> list[Placement]:
    """Write the moves: first what ends, then what begins, so that no day has two main groups in between."""
    _set_ends([(move.ends, move.begins_on - _DAY) for move in moves if move.ends is not None])
    for move in moves:
        if move.replaces is not None:
            move.replaces.group, move.replaces.ends_on = move.group, None
    replaced = [move.replaces for move in moves if move.replaces is not None]
    Placement.objects.bulk_update(replaced, ["group", "ends_on"], batch_size=500)
    new = [
        Placement(child=move.child, group=move.group, begins_on=move.begins_on)
        for move in moves
        if move.stays is None and move.replaces is None
    ]
    Placement.objects.bulk_create(new, batch_size=2000)
    _end_visits_of_main_group([move for move in moves if move.stays is None])
    made = iter(new)
    return [move.stays or move.replaces or next(made) for move in moves]


def _set_ends(ends: Sequence[tuple[Placement, date]]) -> None:
    by_day: dict[date, list[UUID]] = {}
    for placement, day in ends:
        placement.ends_on = day
        by_day.setdefault(day, []).append(placement.pk)
    for day, ids in by_day.items():
        Placement.objects.filter(pk__in=ids).update(ends_on=day)


def _end_visits_of_main_group(moves: Sequence[Move]) -> None:
    """End visits to the group that becomes the main one: a child is no guest in its own group."""
    wanted = {(move.child.pk, move.group.pk): move.begins_on for move in moves}
    visits = Placement.objects.filter(is_main=False, child_id__in=[child_id for child_id, _group in wanted])
    found = [(row, wanted[row.child_id, row.group_id]) for row in visits if (row.child_id, row.group_id) in wanted]
    running = [(row, day) for row, day in found if row.ends_on is None or row.ends_on >= day]
    Placement.objects.filter(pk__in=[row.pk for row, day in running if row.begins_on >= day]).delete()
    _set_ends([(row, day - _DAY) for row, day in running if row.begins_on < day])


def _end_after(ids: Sequence[UUID], ends_on: date) -> int:
    after = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on), child_id__in=ids)
    mistaken = after.filter(is_main=True, begins_on__gt=ends_on).exclude(child__placements__begins_on__lte=ends_on)
    first = mistaken.order_by("begins_on").first()
    if first is not None:
        message = _("De plaatsing begint op %(day)s. Kies die dag of later.") % {"day": format_date(first.begins_on)}
        raise PlacementRefused(message, first.child_id)
    gone = after.filter(begins_on__gt=ends_on)
    count = gone.count()
    gone.delete()
    return count + after.update(ends_on=ends_on)
