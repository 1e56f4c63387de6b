"""Who of the staff goes along to the new school year, until when they work on the old group, and back again (CHD-4).

Somebody goes with their group, unless it was chosen otherwise: from the first day of the new year they work on what the
group becomes, and no longer on the old group. That they keep where children stay, and as long as a plan of it runs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from kijk.audit.domain import record
from observations.domain.children.group_staff import running
from observations.domain.school_year.destinations import Destinations, NewGroup, eve_of, leads_to
from observations.domain.school_year.preparing import MoveRefused, lock_draft
from observations.models import Group, GroupPlan, GroupStaff, SchoolYearMove, SchoolYearStaff, SchoolYearStep

_Target, _Choice = SchoolYearStaff.Target, SchoolYearStep.Choice


@dataclass(frozen=True)
class StaffGoing:
    """Somebody of a group's staff. ``to``: where they come to work; none: they stay.

    ``last_day``: of their work on the old group; None: nothing changes there.
    """

    staff: GroupStaff
    step: SchoolYearStep
    target: str
    to: tuple[NewGroup, ...]
    last_day: date | None


def staff_going(move: SchoolYearMove, found: Destinations) -> list[StaffGoing]:
    """Return of everybody who works on a group of the old year, on the first day or later, where they go.

    Three queries, whatever their number. Nobody whose account is closed.
    """
    steps = {step.pk: step for step in found.steps}
    by_group = {step.group_id: step for step in found.steps}
    chosen = {
        (row.step_id, row.user_id): row.target for row in SchoolYearStaff.objects.filter(step__move=move).order_by("pk")
    }
    last_days = _last_days(move, found)
    rows = running(GroupStaff.objects.filter(group__in=by_group, user__is_active=True), move.begins_on)
    going = []
    for row in rows.select_related("user").order_by("begins_on", "pk"):
        step = by_group[row.group_id]
        target = chosen.get((step.pk, row.user_id), str(_Target.ALONG))
        to = _to(target, leads_to(step, steps))
        going.append(StaffGoing(row, step, target, to, last_days.get(row.group_id) if to else None))
    return going


def choose_staff(*, step: SchoolYearStep, targets: Mapping[UUID, str]) -> int:
    """Say of who works on a group where they go; who goes along needs no row. Returns how many do not.

    Raises MoveRefused for a target there is not.
    """
    lock_draft(step.move)
    apart = {user: target for user, target in targets.items() if target != _Target.ALONG}
    splits = step.choice == _Choice.SPLIT
    if any(target not in _Target.values or (target != _Target.STAY and not splits) for target in apart.values()):
        raise MoveRefused(_("Kies voor elke collega een van de mogelijkheden."))
    SchoolYearStaff.objects.filter(step=step, user__in=targets).delete()
    SchoolYearStaff.objects.bulk_create(
        SchoolYearStaff(step=step, user_id=user, target=target) for user, target in apart.items()
    )
    record("school_year.staff_chosen", about=step.move, data={"group": str(step.group_id), "staff": len(apart)})
    return len(apart)


def take_staff_along(move: SchoolYearMove, found: Destinations, groups: Mapping[NewGroup, Group]) -> None:
    """Let who goes along work on the new groups, and no longer on the old one; who is there already is left there."""
    going = [one for one in staff_going(move, found) if one.to]
    before = {one.staff.pk: _kept(one.staff) for one in going}
    new = _new_work(move, going, groups)
    GroupStaff.objects.bulk_create(row for rows in new.values() for row in rows)
    shortened, gone = _end_old_work(going)
    after = {one.staff.pk: _kept(one.staff) for one in going if one not in gone}
    _write(move, going, before, after, new)
    for rows in new.values():
        for row in rows:
            record("group_staff.assigned", about=row.group, data=_told(row))
    for one in (*shortened, *gone):
        record("group_staff.ended", about=one.step.group, data=_told(one.staff))


def put_staff_back(move: SchoolYearMove) -> None:
    """Undo what taking staff along did; whose days were changed since, or who has left, keeps what is there."""
    rows = list(SchoolYearStaff.objects.filter(step__move=move, user__is_active=True).order_by("pk"))
    before = {kept["id"]: (row.user_id, kept) for row in rows for kept in row.before}
    after = {kept["id"]: kept for row in rows for kept in row.after}
    GroupStaff.objects.filter(pk__in=[pk for pk in after if pk not in before]).delete()
    there = {str(row.pk): row for row in GroupStaff.objects.filter(pk__in=list(before))}
    back = [row for pk, row in there.items() if _kept(row) == after.get(pk)]
    for row in back:
        ends_on = before[str(row.pk)][1]["ends_on"]
        row.ends_on = date.fromisoformat(ends_on) if ends_on else None
    GroupStaff.objects.bulk_update(back, ["ends_on"], batch_size=500)
    gone = [_made(user, kept) for pk, (user, kept) in before.items() if pk not in there and pk not in after]
    GroupStaff.objects.bulk_create(gone, ignore_conflicts=True)


def _to(target: str, groups: Sequence[NewGroup]) -> tuple[NewGroup, ...]:
    if target == _Target.STAY:
        return ()
    if len(groups) < 2 or target == _Target.ALONG:
        return tuple(groups)
    return (groups[1],) if target == _Target.SECOND else (groups[0],)


def _last_days(move: SchoolYearMove, found: Destinations) -> dict[UUID, date]:
    """Return the last day of the staff of each group that is emptied: the eve, or that of a plan that still runs."""
    plans = GroupPlan.objects.filter(group__in=found.emptied).exclude(status=GroupPlan.Status.EVALUATED)
    until = dict(plans.values_list("group_id").annotate(last=Max("ends_on")).order_by("group_id"))
    eve = eve_of(move)
    return {group: max(eve, until.get(group, eve)) for group in found.emptied}


def _new_work(
    move: SchoolYearMove, going: Iterable[StaffGoing], groups: Mapping[NewGroup, Group]
) -> dict[tuple[UUID, UUID], list[GroupStaff]]:
    """Return what is to be made, by step and user."""
    targets = {groups[to].pk for one in going for to in one.to}
    there = set(GroupStaff.objects.filter(group__in=targets).values_list("group_id", "user_id"))
    new: dict[tuple[UUID, UUID], list[GroupStaff]] = defaultdict(list)
    for one in going:
        for to in one.to:
            key = (groups[to].pk, one.staff.user_id)
            if key in there:
                continue
            there.add(key)
            begins_on = max(move.begins_on, one.staff.begins_on)
            made = GroupStaff(
                group=groups[to], user_id=one.staff.user_id, begins_on=begins_on, ends_on=one.staff.ends_on
            )
            new[one.step.pk, one.staff.user_id].append(made)
    return new


def _end_old_work(going: Iterable[StaffGoing]) -> tuple[list[StaffGoing], list[StaffGoing]]:
    """Let the work on the old groups end; returns whose was shortened, and whose would never have begun and went."""
    shortened, gone = [], []
    for one in going:
        if one.last_day is None:
            continue
        if one.staff.begins_on > one.last_day:
            gone.append(one)
        elif one.staff.ends_on is None or one.staff.ends_on > one.last_day:
            one.staff.ends_on = one.last_day
            shortened.append(one)
    GroupStaff.objects.filter(pk__in=[one.staff.pk for one in gone]).delete()
    GroupStaff.objects.bulk_update([one.staff for one in shortened], ["ends_on"], batch_size=500)
    return shortened, gone


def _write(
    move: SchoolYearMove,
    going: Iterable[StaffGoing],
    before: Mapping[UUID, dict[str, Any]],
    after: Mapping[UUID, dict[str, Any]],
    new: Mapping[tuple[UUID, UUID], list[GroupStaff]],
) -> None:
    """Keep what the days of everybody who went along were and are."""
    held = {(row.step_id, row.user_id): row for row in SchoolYearStaff.objects.filter(step__move=move)}
    rows: dict[tuple[UUID, UUID], SchoolYearStaff] = {}
    for one in going:
        key = (one.step.pk, one.staff.user_id)
        if key not in rows:
            rows[key] = held.get(key) or SchoolYearStaff(step=one.step, user_id=one.staff.user_id)
            rows[key].before, rows[key].after = [], [_kept(row) for row in new.get(key, [])]
        rows[key].before.append(before[one.staff.pk])
        if one.staff.pk in after:
            rows[key].after.append(after[one.staff.pk])
    SchoolYearStaff.objects.bulk_create([row for key, row in rows.items() if key not in held])
    SchoolYearStaff.objects.bulk_update([row for key, row in rows.items() if key in held], ["before", "after"])


def _kept(row: GroupStaff) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "group": str(row.group_id),
        "begins_on": row.begins_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
    }


def _made(user_id: UUID, kept: Mapping[str, Any]) -> GroupStaff:
    return GroupStaff(
        id=UUID(kept["id"]),
        group_id=UUID(kept["group"]),
        user_id=user_id,
        begins_on=date.fromisoformat(kept["begins_on"]),
        ends_on=date.fromisoformat(kept["ends_on"]) if kept["ends_on"] else None,
    )


def _told(row: GroupStaff) -> dict[str, str | None]:
    days = {"begins_on": row.begins_on.isoformat(), "ends_on": row.ends_on.isoformat() if row.ends_on else None}
    return {"user": str(row.user_id), **days}
