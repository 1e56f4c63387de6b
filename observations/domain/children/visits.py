"""Visits to other groups on fixed half-days, and correcting a placement that was entered wrongly (CHD-2)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from kijk.audit.domain import record
from observations.domain.children.placements import PlacementRefused
from observations.models import Child, Group, HalfDay, Placement
from observations.rules import groups_in_reach


@dataclass(frozen=True)
class PlacementData:
    """What is kept of a placement. ``half_days``: a sum of HalfDay for a visit, 0 for the main group."""

    group: Group
    begins_on: date
    ends_on: date | None = None
    half_days: int = 0


def add_visit(*, child: Child, data: PlacementData, by: User | None = None) -> Placement:
    """Let a child visit another group on fixed half-days; the very same, given twice at once, is given once.

    ``by`` as in ``place_child``. Raises PlacementRefused for an archived child, days that make no sense, no half-day,
    the child's own main group, and half-days it visits a group on already.
    """
    _may_use(by, data)
    _lock(child)
    same = Placement.objects.filter(child=child, is_main=False, group=data.group, begins_on=data.begins_on)
    kept = same.filter(ends_on=data.ends_on, half_days=data.half_days).first()
    if kept is not None:
        return kept
    visit = Placement(child=child, is_main=False)
    _fill(visit, data)
    _check(visit)
    visit.save(force_insert=True)
    record("visit.added", about=child, data=_placement_data(visit))
    return visit


def correct_placement(*, placement: Placement, data: PlacementData, by: User | None = None) -> bool:
    """Change a placement or a visit that was entered wrongly, and say whether anything changed.

    The history then reads as if it had been so all along. Raises PlacementRefused as ``add_visit`` does, and where a
    main placement would share a day with another.
    """
    _may_use(by, data)
    _lock(placement.child)
    before = _placement_data(placement)
    _fill(placement, data)
    if _placement_data(placement) == before:
        return False
    _check(placement)
    placement.save(update_fields=["group", "begins_on", "ends_on", "half_days"])
    record(
        "placement.corrected",
        about=placement.child,
        data={**_placement_data(placement), "visit": not placement.is_main},
    )
    return True


def remove_placement(*, placement: Placement) -> None:
    """Take away a placement or a visit that never was. Raises PlacementRefused for the last main placement."""
    child = placement.child
    _lock(child)
    others = Placement.objects.filter(child=child, is_main=True).exclude(pk=placement.pk)
    if placement.is_main and not others.exists():
        raise PlacementRefused(_("Dit is de enige plaatsing. Verbeter die, of breng het kind naar het archief."))
    record("placement.removed", about=child, data={**_placement_data(placement), "visit": not placement.is_main})
    placement.delete()


def _lock(child: Child) -> None:
    list(Child.objects.select_for_update(no_key=True).filter(pk=child.pk).values_list("pk", flat=True))
    child.refresh_from_db(fields=["archived_on", "birth_date"])


def _may_use(by: User | None, data: PlacementData) -> None:
    if by is not None and not groups_in_reach(by, Right.CHILD_WRITE, on=data.begins_on).filter(pk=data.group.pk):
        raise PlacementRefused(_("U kunt geen kinderen in deze groep plaatsen."))


def _fill(placement: Placement, data: PlacementData) -> None:
    placement.group, placement.begins_on, placement.ends_on = data.group, data.begins_on, data.ends_on
    placement.half_days = 0 if placement.is_main else data.half_days


def _check(wanted: Placement) -> None:
    if wanted.child.archived_on is not None and wanted.ends_on is None:
        raise PlacementRefused(_("Dit kind staat in het archief. Haal het eerst terug."))
    if wanted.begins_on < wanted.child.birth_date:
        raise PlacementRefused(_("Deze dag ligt voor de geboorte van het kind."))
    if wanted.ends_on is not None and wanted.ends_on < wanted.begins_on:
        raise PlacementRefused(_("De laatste dag ligt voor de eerste."))
    overlapping = _overlapping(wanted)
    if wanted.is_main:
        if any(row.is_main for row in overlapping):
            raise PlacementRefused(_("In deze periode heeft het kind al een andere eigen groep."))
        return
    if not HalfDay.parts_of(wanted.half_days):
        raise PlacementRefused(_("Kies een of meer dagdelen."))
    if any(row.is_main and row.group_id == wanted.group_id for row in overlapping):
        raise PlacementRefused(_("Dit is in die periode de eigen groep van het kind. Kies een andere groep."))
    if any(not row.is_main and row.half_days & wanted.half_days for row in overlapping):
        raise PlacementRefused(_("Op een van deze dagdelen is het kind al ergens te gast."))


def _overlapping(wanted: Placement) -> list[Placement]:
    rows = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=wanted.begins_on), child=wanted.child)
    if wanted.ends_on is not None:
        rows = rows.filter(begins_on__lte=wanted.ends_on)
    return list(rows.exclude(pk=wanted.pk).order_by("begins_on"))


def _placement_data(placement: Placement) -> dict[str, str | int | None]:
    group_id: UUID = placement.group_id
    return {
        "group": str(group_id),
        "begins_on": placement.begins_on.isoformat(),
        "ends_on": placement.ends_on.isoformat() if placement.ends_on else None,
        "half_days": placement.half_days,
    }
