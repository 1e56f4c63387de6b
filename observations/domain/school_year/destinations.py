"""Where each child goes in a new school year: worked out once, for the preview and for carrying it out (CHD-4.1)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from observations.domain.children.placements import main_placements
from observations.models import Child, Group, Placement, SchoolYearChild, SchoolYearMove, SchoolYearStep

_Choice, _Target = SchoolYearStep.Choice, SchoolYearChild.Target
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewGroup:
    """A group of the new year. It is one for every step that leads to it."""

    location_id: UUID
    name: str
    kind: str


@dataclass(frozen=True)
class Going:
    """A child and where it goes: to a group, or away (``leaves_to``); to neither: it stays where it is.

    ``undecided``: its group splits, and nobody has said yet to which of the two it goes.
    """

    child: Child
    step: SchoolYearStep
    to: NewGroup | None = None
    leaves_to: str = ""
    undecided: bool = False

    @property
    def stays(self) -> bool:
        """Say whether the child stays in its group."""
        return self.to is None and not self.leaves_to and not self.undecided


@dataclass
class Destinations:
    """Where all children go. ``problems`` say what has to be chosen first; with any of them nothing is carried out."""

    steps: Sequence[SchoolYearStep]
    going: list[Going] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    # By group of the old year: who begins there only after the move.
    later: dict[UUID, int] = field(default_factory=dict)

    @property
    def starting_later(self) -> int:
        """How many children begin in a group of the old year only after the move."""
        return sum(self.later.values())

    @property
    def emptied(self) -> frozenset[UUID]:
        """The groups of the old year in which no child stays or begins."""
        kept = {one.step.group_id for one in self.going if one.stays} | self.later.keys()
        return frozenset(step.group_id for step in self.steps) - kept

    @property
    def groups(self) -> list[NewGroup]:
        """The groups of the new year, each once, in the order of the steps."""
        named = [group for step in self.steps for group in groups_of(step)]
        return list(dict.fromkeys(named))

    def to_groups(self) -> Counter[NewGroup]:
        """Return how many children each group of the new year gets."""
        return Counter(found.to for found in self.going if found.to is not None)

    def of(self, step: SchoolYearStep) -> list[Going]:
        """Return the children of one group."""
        return [found for found in self.going if found.step.pk == step.pk]


def eve_of(move: SchoolYearMove) -> date:
    """Return the last day of the old year."""
    return move.begins_on - _DAY


def groups_of(step: SchoolYearStep) -> list[NewGroup]:
    """Return the groups of the new year that a step makes."""
    names = {
        _Choice.CONTINUE: [step.name],
        _Choice.SPLIT: [step.name, step.second_name],
    }.get(_Choice(step.choice), [])
    return [NewGroup(step.group.location_id, name, step.kind) for name in names]


def leads_to(step: SchoolYearStep, steps: Mapping[UUID, SchoolYearStep]) -> list[NewGroup]:
    """Return the groups a step leads to: both where it splits, and the first where it goes up in one that does.

    Empty where it leads to none, also where groups go up in each other.
    """
    seen: set[UUID] = set()
    at: SchoolYearStep | None = step
    while at is not None and at.choice == _Choice.MERGE and at.pk not in seen:
        seen.add(at.pk)
        at = steps.get(at.into_id) if at.into_id else None
    groups = groups_of(at) if at is not None else []
    return groups if at is step else groups[:1]


def destinations_of(move: SchoolYearMove) -> Destinations:
    """Return where all children of the old year go; four queries, whatever their number. Reads no name."""
    steps = list(
        SchoolYearStep.objects.filter(move=move)
        .select_related("group__location")
        .order_by("group__location__name", "group__name", "pk")
    )
    by_group = {step.group_id: step for step in steps}
    placements = main_placements(eve_of(move)).filter(group__in=by_group, child__archived_on__isnull=True)
    apart = {row.child_id: row for row in SchoolYearChild.objects.filter(move=move)}
    found = Destinations(steps)
    targets = _Targets({step.pk: step for step in steps}, found.problems)
    for step in steps:
        # Also of a group without children: it has staff that may go along.
        targets.check(step)
    for placement in placements.select_related("child").order_by("child__birth_date", "child_id"):
        step = by_group[placement.group_id]
        found.going.append(targets.of(placement.child, step, apart.get(placement.child_id)))
    later = Placement.objects.filter(group__in=by_group, is_main=True, begins_on__gte=move.begins_on)
    later = later.exclude(child__in=[one.child.pk for one in found.going])
    found.later = dict(later.values_list("group_id").annotate(count=Count("pk")).order_by("group_id"))
    found.problems.extend(_undecided(found))
    found.problems.extend(_same_names(steps))
    found.problems[:] = dict.fromkeys(found.problems)
    return found


class _Targets:
    """Follows the choices, collecting what is wrong with them."""

    def __init__(self, steps: Mapping[UUID, SchoolYearStep], problems: list[str]) -> None:
        self.steps = steps
        self.problems = problems

    def check(self, step: SchoolYearStep) -> None:
        """Note what is wrong with a step that leads to another one."""
        if step.choice == _Choice.MERGE:
            self._group(step)

    def of(self, child: Child, step: SchoolYearStep, own: SchoolYearChild | None) -> Going:
        """Return where a child goes: its own way, or with its group."""
        if own is None or own.target == _Target.GROUP:
            return self._with_group(child, step)
        if own.target == _Target.LEAVE:
            return Going(child, step, leaves_to=own.leaves_to)
        if own.target == _Target.STAY:
            return Going(child, step)
        if own.target in {_Target.FIRST, _Target.SECOND}:
            return self._apart(child, step, second=own.target == _Target.SECOND)
        other = self.steps.get(own.other_id) if own.other_id else None
        return Going(child, step, to=self._group(other)) if other else self._with_group(child, step)

    def _apart(self, child: Child, step: SchoolYearStep, *, second: bool) -> Going:
        """Return one of the two groups; where the group no longer splits, the child goes with it again."""
        if step.choice != _Choice.SPLIT:
            return self._with_group(child, step)
        return Going(child, step, to=groups_of(step)[1 if second else 0])

    def _with_group(self, child: Child, step: SchoolYearStep) -> Going:
        if step.choice == _Choice.LEAVE:
            return Going(child, step, leaves_to=step.next_education)
        if step.choice == _Choice.SPLIT:
            return Going(child, step, undecided=True)
        return Going(child, step) if step.choice == _Choice.STAY else Going(child, step, to=self._group(step))

    def _group(self, step: SchoolYearStep) -> NewGroup | None:
        """Return the group a step leads to, by way of the groups it goes up in; None with a problem noted."""
        groups = leads_to(step, self.steps)
        if groups:
            return groups[0]
        words = {"group": step.group.name}
        self.problems.append(
            _("%(group)s gaat op in een groep die zelf niet doorgaat. Kies een andere groep of een andere stap.")
            % words
        )
        return None


def _undecided(found: Destinations) -> Iterable[str]:
    """Yield of each group that splits how many of its children nobody has divided yet."""
    for step in found.steps:
        count = sum(one.undecided for one in found.of(step))
        if count:
            yield ngettext(
                "%(group)s splitst. Kies nog voor %(n)s kind of het naar %(first)s of %(second)s gaat.",
                "%(group)s splitst. Kies nog voor %(n)s kinderen of zij naar %(first)s of %(second)s gaan.",
                count,
            ) % {"group": step.group.name, "n": count, "first": step.name, "second": step.second_name}


def _same_names(steps: Iterable[SchoolYearStep]) -> Iterable[str]:
    """Yield the names that two groups of one location would share."""
    makers: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
    for step in steps:
        for group in groups_of(step):
            makers[group.location_id, group.name].add(step.pk)
    for (_location, name), found in makers.items():
        if len(found) > 1:
            yield _(
                "Twee groepen zouden allebei %(name)s heten. Kies een andere naam, of laat de ene opgaan in de andere."
            ) % {"name": name}


def existing_groups(move: SchoolYearMove, groups: Iterable[NewGroup]) -> dict[tuple[UUID, str], Group]:
    """Return the groups of the new year that are there already, by location and name; one query."""
    names = {group.name for group in groups}
    rows = Group.objects.filter(school_year=move.school_year, name__in=names)
    return {(row.location_id, row.name): row for row in rows}
