"""Carrying out the move to a new school year, in one transaction and a bounded number of statements (CHD-4.1)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.tenancy.ids import uuid7
from observations.domain.children.placements import (
    PlacementRefused,
    archive_children,
    end_placements,
    place_children,
)
from observations.domain.school_year.destinations import (
    Destinations,
    Going,
    NewGroup,
    destinations_of,
    eve_of,
    existing_groups,
    groups_of,
)
from observations.domain.school_year.preparing import MoveRefused, lock_draft
from observations.domain.school_year.staff import take_staff_along
from observations.models import Child, Group, Placement, SchoolYearChild, SchoolYearMove, SchoolYearStep

_CHILD = "observations.child"


@transaction.atomic
def carry_out_move(*, move: SchoolYearMove, by: User, now: datetime) -> Destinations:
    """Move all children, make the groups of the new year, and bring the leavers to the archive.

    Leavers whose last day is still to come keep their file until then; ``archive_leavers`` does the rest. Raises
    MoveRefused, and then nothing has changed.
    """
    lock_draft(move)
    found = destinations_of(move)
    if found.problems:
        raise MoveRefused(" ".join(found.problems))
    ids = [one.child.pk for one in found.going if one.to is not None or one.leaves_to]
    before = kept_placements(ids, move.begins_on)
    groups = _make_groups(move, found)
    try:
        place_children(rows=[(one.child, groups[one.to], move.begins_on) for one in found.going if one.to is not None])
        _let_go(move, found.going, today=timezone.localdate(now))
    except PlacementRefused as refusal:
        raise MoveRefused(_refused(found, refusal)) from refusal
    take_staff_along(move, found, groups)
    _write_children(move, found.going, before, kept_placements(ids, move.begins_on))
    move.status, move.done_at = SchoolYearMove.Status.DONE, now
    move.save(update_fields=["status", "done_at"])
    _record(move, found, groups)
    return found


def archive_leavers(*, today: date) -> int:
    """Bring to the archive who left with a school year that has begun; returns how many. For the night."""
    count = 0
    moves = SchoolYearMove.objects.select_for_update().filter(
        status=SchoolYearMove.Status.DONE, leavers_archived=False, begins_on__lte=today
    )
    for move in moves:
        rows = SchoolYearChild.objects.filter(move=move, left=True, child__archived_on__isnull=True)
        # Who has been placed again meanwhile did not leave after all.
        back = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=eve_of(move)))
        rows = rows.exclude(child__in=back.values("child_id")).select_related("child")
        count += _archive(move, ((row.child, row.leaves_to) for row in rows))
    return count


def kept_placements(ids: Iterable[UUID], begins_on: date) -> dict[UUID, list[dict[str, Any]]]:
    """Return, by child, the placements that reach the eve of a day or later, as they are kept; one query."""
    rows = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=begins_on), child_id__in=list(ids))
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("begins_on", "pk"):
        found[row.child_id].append(kept(row))
    return found


def kept(row: Placement) -> dict[str, Any]:
    """Return a placement as JSON, to compare and to make again."""
    return {
        "id": str(row.pk),
        "group": str(row.group_id),
        "begins_on": row.begins_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "is_main": row.is_main,
        "half_days": row.half_days,
    }


def _make_groups(move: SchoolYearMove, found: Destinations) -> dict[NewGroup, Group]:
    there = existing_groups(move, found.groups)
    new = {
        wanted: Group(
            id=uuid7(),
            location_id=wanted.location_id,
            name=wanted.name,
            kind=wanted.kind,
            school_year=move.school_year,
        )
        for wanted in found.groups
        if (wanted.location_id, wanted.name) not in there
    }
    Group.objects.bulk_create(new.values())
    for step in found.steps:
        made = [new.get(group) for group in groups_of(step)]
        step.made, step.second_made = [*made, None, None][:2]
    SchoolYearStep.objects.bulk_update(found.steps, ["made", "second_made"])
    return {group: new.get(group) or there[group.location_id, group.name] for group in found.groups}


def _let_go(move: SchoolYearMove, going: Iterable[Going], *, today: date) -> None:
    leavers = [(one.child, one.leaves_to) for one in going if one.leaves_to]
    if today >= move.begins_on:
        _archive(move, leavers)
    else:
        end_placements(children=[child for child, _to in leavers], ends_on=eve_of(move))


def _archive(move: SchoolYearMove, leavers: Iterable[tuple[Child, str]]) -> int:
    by_education: dict[str, list[Child]] = defaultdict(list)
    for child, leaves_to in leavers:
        by_education[leaves_to].append(child)
    on = eve_of(move)
    for education, children in by_education.items():
        archive_children(children=children, on=on, next_education=education)
        for child in children:
            leaving = {"archived_on": on.isoformat(), "next_education": education}
            record("child.archived", object_type=_CHILD, object_id=child.pk, data=leaving)
    move.leavers_archived = True
    move.save(update_fields=["leavers_archived"])
    return sum(map(len, by_education.values()))


def _write_children(
    move: SchoolYearMove,
    going: Iterable[Going],
    before: dict[UUID, list[dict[str, Any]]],
    after: dict[UUID, list[dict[str, Any]]],
) -> None:
    """Keep what the placements were and are of everybody who moved or left."""
    held = {row.child_id: row for row in SchoolYearChild.objects.filter(move=move)}
    rows = []
    for one in going:
        if one.to is None and not one.leaves_to:
            continue
        row = held.get(one.child.pk) or SchoolYearChild(move=move, child_id=one.child.pk)
        row.before, row.after = before.get(one.child.pk, []), after.get(one.child.pk, [])
        row.left, row.leaves_to = bool(one.leaves_to), one.leaves_to
        rows.append(row)
    SchoolYearChild.objects.bulk_create([row for row in rows if row.child_id not in held], batch_size=2000)
    changed = [row for row in rows if row.child_id in held]
    SchoolYearChild.objects.bulk_update(changed, ["before", "after", "left", "leaves_to"], batch_size=500)


def _record(move: SchoolYearMove, found: Destinations, groups: dict[NewGroup, Group]) -> None:
    made = [group for step in found.steps for group in (step.made, step.second_made) if group is not None]
    for group in made:
        record("group.created", about=group)
    moved = [one for one in found.going if one.to is not None]
    for one in moved:
        placing = {"group": str(groups[one.to].pk) if one.to else "", "begins_on": move.begins_on.isoformat()}
        record("child.placed", object_type=_CHILD, object_id=one.child.pk, data=placing)
    left = sum(bool(one.leaves_to) for one in found.going)
    counts = {"groups": len(made), "moved": len(moved), "left": left, "begins_on": move.begins_on.isoformat()}
    record("school_year.carried_out", about=move, data=counts)


def _refused(found: Destinations, refusal: PlacementRefused) -> str:
    """Return why a child cannot be moved, with its group: by name its own page tells the rest."""
    one = next((one for one in found.going if one.child.pk == refusal.child_id), None)
    if one is None:
        return str(refusal)
    return _("%(child)s (%(group)s): %(why)s") % {
        "child": one.child.file, "group": one.step.group.name, "why": refusal,
    }  # fmt: skip
