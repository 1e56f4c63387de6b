"""Preparing the move to a new school year: what happens to each group, and to the children that go their own way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.children.groups import school_year_of, year_in_words
from observations.domain.school_year.destinations import destinations_of
from observations.models import Child, Group, SchoolYearChild, SchoolYearMove, SchoolYearStep

_Choice, _Target = SchoolYearStep.Choice, SchoolYearChild.Target
#: A new year is prepared in spring at the earliest, and a forgotten one caught up within the year.
_AHEAD, _BEHIND = timedelta(days=366), timedelta(days=366)


class MoveRefused(Exception):
    """The move cannot be prepared, carried out or undone so; the message says why, for who tried."""


@dataclass(frozen=True)
class StepData:
    """What is chosen for a group, as it comes in."""

    choice: str
    name: str = ""
    second_name: str = ""
    kind: str = ""
    into: UUID | None = None
    next_education: str = ""


@dataclass(frozen=True)
class OwnWay:
    """Where one child goes instead of with its group. ``other``: the step of the group it goes to."""

    target: str
    other: UUID | None = None
    leaves_to: str = ""


def usual_day(today: date) -> date:
    """Return 1 August: of this year until the autumn, of the next one after that."""
    return date(today.year if today.month < 11 else today.year + 1, 8, 1)


def start_move(*, begins_on: date, by: User, today: date) -> SchoolYearMove:
    """Begin to prepare a new school year: every group of the year before goes on, until something else is chosen.

    One that is being prepared already is returned, with the new day. Raises MoveRefused.
    """
    if not today - _BEHIND <= begins_on <= today + _AHEAD:
        raise MoveRefused(_("Kies een dag binnen een jaar van nu. Gewoonlijk is dat 1 augustus."))
    year = school_year_of(begins_on)
    # Two who begin at once come one after the other.
    groups = list(Group.objects.select_for_update(no_key=True).filter(school_year=year - 1).order_by("pk"))
    if not groups:
        raise MoveRefused(_("Er zijn geen groepen in schooljaar %(year)s.") % {"year": year_in_words(year - 1)})
    found = SchoolYearMove.objects.filter(school_year=year).exclude(status=SchoolYearMove.Status.UNDONE).first()
    if found is not None and found.status == SchoolYearMove.Status.DONE:
        raise MoveRefused(_("Schooljaar %(year)s is al klaargezet.") % {"year": year_in_words(year)})
    if found is None:
        found = SchoolYearMove.objects.create(school_year=year, begins_on=begins_on, started_by=by)
        record("school_year.started", about=found, data={"school_year": year, "groups": len(groups)})
    elif found.begins_on != begins_on:
        found.begins_on = begins_on
        found.save(update_fields=["begins_on"])
    _add_steps(found, groups)
    return found


def change_step(*, step: SchoolYearStep, data: StepData) -> None:
    """Choose what happens to a group. Raises MoveRefused for a choice that is not whole."""
    lock_draft(step.move)
    _check(step, data)
    step.choice, step.kind = data.choice, data.kind or step.kind
    step.name, step.second_name = data.name.strip(), data.second_name.strip()
    step.into_id = data.into if data.choice == _Choice.MERGE else None
    step.next_education = data.next_education if data.choice == _Choice.LEAVE else ""
    step.save()
    record("school_year.step_changed", about=step.move, data={"group": str(step.group_id), "choice": data.choice})


def set_own_ways(*, step: SchoolYearStep, ways: Mapping[UUID, OwnWay]) -> int:
    """Say of children of a group where they go; those with the group need no row. Returns how many go their own way.

    Raises MoveRefused for a target there is not.
    """
    lock_draft(step.move)
    for way in ways.values():
        _check_way(step, way)
    SchoolYearChild.objects.filter(move=step.move, child_id__in=ways.keys()).delete()
    apart = {child: way for child, way in ways.items() if way.target != _Target.GROUP}
    SchoolYearChild.objects.bulk_create(
        SchoolYearChild(move=step.move, child_id=child, target=way.target, other_id=way.other, leaves_to=way.leaves_to)
        for child, way in apart.items()
    )
    record("school_year.children_chosen", about=step.move, data={"group": str(step.group_id), "children": len(apart)})
    return len(apart)


def divide_by_age(*, step: SchoolYearStep) -> tuple[int, int]:
    """Send of the children nobody has divided yet the oldest half to the first group and the others to the second.

    A proposal to begin from: who goes the other way is said of each child. Returns how many went to each. Raises
    MoveRefused for a group that does not split.
    """
    lock_draft(step.move)
    if step.choice != _Choice.SPLIT:
        raise MoveRefused(_("Deze groep splitst niet."))
    # From old to young: so they come.
    children = [one.child for one in destinations_of(step.move).of(step) if one.undecided]
    half = (len(children) + 1) // 2
    targets = {child.pk: _Target.FIRST if at < half else _Target.SECOND for at, child in enumerate(children)}
    SchoolYearChild.objects.filter(move=step.move, child_id__in=targets).delete()
    SchoolYearChild.objects.bulk_create(
        SchoolYearChild(move=step.move, child_id=child, target=target) for child, target in targets.items()
    )
    data = {"group": str(step.group_id), "children": len(children)}
    record("school_year.children_chosen", about=step.move, data=data)
    return half, len(children) - half


def discard_move(*, move: SchoolYearMove) -> None:
    """Throw away what was prepared. Raises MoveRefused for a move that was carried out."""
    lock_draft(move)
    record("school_year.discarded", about=move, data={"school_year": move.school_year})
    move.delete()


def lock_draft(move: SchoolYearMove) -> None:
    """Lock a move that is being prepared; raises MoveRefused when it is carried out, undone or gone."""
    held = SchoolYearMove.objects.select_for_update().filter(pk=move.pk).first()
    if held is None or held.status != SchoolYearMove.Status.DRAFT:
        raise MoveRefused(_("Dit schooljaar is intussen uitgevoerd of weggegooid. Laad de pagina opnieuw."))


def _add_steps(move: SchoolYearMove, groups: list[Group]) -> None:
    held = set(SchoolYearStep.objects.filter(move=move).values_list("group_id", flat=True))
    new = [group for group in groups if group.pk not in held]
    SchoolYearStep.objects.bulk_create(
        SchoolYearStep(move=move, group=group, name=group.name, kind=group.kind) for group in new
    )


def _check(step: SchoolYearStep, data: StepData) -> None:
    if data.choice not in _Choice.values:
        raise MoveRefused(_("Kies wat er met de groep gebeurt."))
    if data.kind and data.kind not in Group.Kind.values:
        raise MoveRefused(_("Kies een soort groep uit de lijst."))
    if data.choice in {_Choice.CONTINUE, _Choice.SPLIT} and not data.name.strip():
        raise MoveRefused(_("Geef de groep een naam voor het nieuwe jaar."))
    if data.choice == _Choice.SPLIT and data.second_name.strip().casefold() in {"", data.name.strip().casefold()}:
        raise MoveRefused(_("Geef de tweede groep een eigen naam."))
    if data.choice == _Choice.LEAVE and data.next_education not in Child.NextEducation.values:
        raise MoveRefused(_("Kies waar de kinderen naartoe gaan."))
    if data.choice == _Choice.MERGE:
        others = SchoolYearStep.objects.filter(move_id=step.move_id).exclude(pk=step.pk)
        if data.into is None or not others.filter(pk=data.into).exists():
            raise MoveRefused(_("Kies in welke groep deze groep opgaat."))


def _check_way(step: SchoolYearStep, way: OwnWay) -> None:
    apart = way.target in {_Target.FIRST, _Target.SECOND}
    if way.target not in _Target.values or (apart and step.choice != _Choice.SPLIT):
        raise MoveRefused(_("Kies voor elk kind een van de mogelijkheden."))
    if way.target == _Target.LEAVE and way.leaves_to not in Child.NextEducation.values:
        raise MoveRefused(_("Kies waar een kind dat vertrekt naartoe gaat."))
    if way.target == _Target.OTHER and way.other is None:
        raise MoveRefused(_("Kies naar welke groep een kind gaat."))
