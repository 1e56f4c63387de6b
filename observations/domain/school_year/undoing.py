"""Undoing the move to a new school year, until something is registered in the new year (CHD-4.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kijk.audit.domain import record
from observations.domain.school_year.carrying_out import kept_placements
from observations.domain.school_year.destinations import eve_of
from observations.domain.school_year.preparing import MoveRefused
from observations.domain.school_year.staff import put_staff_back
from observations.models import (
    Child,
    Group,
    GroupPlan,
    GroupStaff,
    Note,
    Placement,
    Registration,
    SchoolYearChild,
    SchoolYearMove,
    SchoolYearStep,
)


def blocks_of(move: SchoolYearMove) -> list[str]:
    """Return what keeps a move from being undone, in words; empty when it can be. Seven queries."""
    rows = list(SchoolYearChild.objects.filter(move=move))
    moved = [row for row in rows if row.before or row.after]
    ids, groups = [row.child_id for row in moved], _made(move)
    since = {"created_at__gt": move.done_at, "child_id__in": ids}
    registrations = Registration.objects.filter(registered_on__gte=move.begins_on, **since).count()
    notes = Note.objects.filter(observed_on__gte=move.begins_on, **since).count()
    plans = GroupPlan.objects.filter(group__in=groups).count()
    newcomers = (
        Placement.objects.filter(group__in=groups).exclude(child_id__in=ids).values("child_id").distinct().count()
    )
    changed = _changed(move, moved)
    told = (
        (
            registrations,
            ngettext("er is %(n)s registratie begonnen", "er zijn %(n)s registraties begonnen", registrations),
        ),
        (notes, ngettext("er is %(n)s notitie geschreven", "er zijn %(n)s notities geschreven", notes)),
        (plans, ngettext("er is %(n)s groepsplan gemaakt", "er zijn %(n)s groepsplannen gemaakt", plans)),
        (newcomers, ngettext("er is %(n)s nieuw kind geplaatst", "er zijn %(n)s nieuwe kinderen geplaatst", newcomers)),
        (
            changed,
            ngettext(
                "de plaatsing van %(n)s kind is veranderd", "de plaatsing van %(n)s kinderen is veranderd", changed
            ),
        ),
    )
    return [words % {"n": count} for count, words in told if count]


@transaction.atomic
def undo_move(*, move: SchoolYearMove, now: datetime) -> None:
    """Put everything back as it was before the move. Raises MoveRefused, and then nothing has changed."""
    held = SchoolYearMove.objects.select_for_update().get(pk=move.pk)
    if held.status != SchoolYearMove.Status.DONE:
        raise MoveRefused(_("Dit schooljaar is niet uitgevoerd, of al ongedaan gemaakt."))
    rows = list(SchoolYearChild.objects.filter(move=held).order_by("child_id"))
    # In the order of the keys: nobody places one of these children between the look and the deed.
    children = Child.objects.select_for_update(no_key=True).filter(pk__in=[row.child_id for row in rows])
    list(children.order_by("pk").values_list("pk", flat=True))
    blocks = blocks_of(held)
    if blocks:
        raise MoveRefused(_("Ongedaan maken kan niet meer: %(why)s.") % {"why": "; ".join(blocks)})
    _take_back_leavers(held, [row.child_id for row in rows if row.left])
    _put_back(rows)
    put_staff_back(held)
    _remove_groups(held)
    held.status, held.undone_at = SchoolYearMove.Status.UNDONE, now
    held.save(update_fields=["status", "undone_at"])
    move.status = held.status
    record("school_year.undone", about=held, data={"moved": len(rows), "school_year": held.school_year})


def _made(move: SchoolYearMove) -> list[UUID]:
    pairs = SchoolYearStep.objects.filter(move=move).values_list("made_id", "second_made_id")
    return list(filter(None, chain.from_iterable(pairs)))


def _changed(move: SchoolYearMove, rows: Iterable[SchoolYearChild]) -> int:
    """Return of how many children the placements are no longer what the move left, or who left the archive."""
    found = list(rows)
    now = kept_placements([row.child_id for row in found], move.begins_on)
    back = set()
    if move.leavers_archived:
        left = [row.child_id for row in found if row.left]
        there = Child.objects.filter(pk__in=left, archived_on=eve_of(move)).values_list("pk", flat=True)
        back = set(left) - set(there)
    return sum(now.get(row.child_id, []) != row.after or row.child_id in back for row in found)


def _take_back_leavers(move: SchoolYearMove, ids: list[UUID]) -> None:
    Child.objects.filter(pk__in=ids, archived_on=eve_of(move)).update(archived_on=None, next_education="")


def _put_back(rows: Iterable[SchoolYearChild]) -> None:
    """Make the placements what they were: first away what came, then back what was shortened, then what had gone."""
    before = {kept["id"]: (row.child_id, kept) for row in rows for kept in row.before}
    after = {kept["id"] for row in rows for kept in row.after}
    Placement.objects.filter(pk__in=[pk for pk in after if pk not in before]).delete()
    there = {str(row.pk): row for row in Placement.objects.filter(pk__in=list(before))}
    for pk, row in there.items():
        kept = before[pk][1]
        row.group_id, row.ends_on = UUID(kept["group"]), _day(kept["ends_on"])
    Placement.objects.bulk_update(there.values(), ["group", "ends_on"], batch_size=500)
    gone = [_placement(child, kept) for pk, (child, kept) in before.items() if pk not in there]
    Placement.objects.bulk_create(gone, batch_size=2000)


def _placement(child_id: UUID, kept: dict[str, Any]) -> Placement:
    return Placement(
        id=UUID(kept["id"]),
        child_id=child_id,
        group_id=UUID(kept["group"]),
        begins_on=date.fromisoformat(kept["begins_on"]),
        ends_on=_day(kept["ends_on"]),
        is_main=kept["is_main"],
        half_days=kept["half_days"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _remove_groups(move: SchoolYearMove) -> None:
    """Take away the groups that were made, with who would work there; raises MoveRefused for one that is used."""
    groups = _made(move)
    SchoolYearStep.objects.filter(move=move).update(made=None, second_made=None)
    GroupStaff.objects.filter(group__in=groups).delete()
    try:
        with transaction.atomic():
            Group.objects.filter(pk__in=groups).delete()
    except ProtectedError:
        raise MoveRefused(_("Ongedaan maken kan niet meer: in de nieuwe groepen is al gewerkt.")) from None
