"""The group overview: children × development lines, with the outcome of each, and the one before (REG-7)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from kijk.encryption.keyring import keyring
from kijk.web.dutch import format_difference
from kijk.web.outcomes import OUTCOMES, Outcome, outcome_for
from observations.domain.instruments.catalogue import InstrumentContent, content_of, published_version
from observations.domain.periods.pinning import DEVELOPMENT_INSTRUMENT
from observations.domain.registering.results import is_vve
from observations.domain.scoring.bands import age_in_months
from observations.domain.signals.board import count_by_child
from observations.domain.signals.reach import signals_in_reach
from observations.models import Child, Group, LineResult, Placement

BY_NAME, BY_AGE, BY_ATTENTION = "naam", "leeftijd", "aandacht"

#: Outcomes in the order of what asks for attention; a line is sorted by it.
_FIRST = {"concern": 0, "attention": 1, "insufficient": 2, "": 3, "on_course": 4, "ahead": 5}
_ASKS = frozenset({"attention", "concern"})


@dataclass(frozen=True)
class OverviewChoice:
    """How the overview is asked for. ``order`` is one of the above or a line's code; ``outcome`` None: all children.

    ``unfolded``: on a narrow screen the lines of every child show at once.
    """

    order: str = BY_NAME
    descending: bool = False
    outcome: str | None = None
    vve_only: bool = False
    with_previous: bool = False
    unfolded: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A child's outcome on a line. ``code`` is the outcome's, "" where it was not registered; ``short`` stands in it.

    ``words`` says it in full, for a screen reader and as a tooltip.
    """

    line: str
    code: str
    sign: str
    short: str
    words: str
    previous: "Cell | None" = None

    @property
    def brief(self) -> str:
        """The outcome alone, for where the number stands beside it; without a number all the words."""
        return self.words.partition(",")[0] if self.short else self.words


@dataclass(frozen=True)
class LineColumn:
    """A line with how many children have which outcome on it."""

    code: str
    name: str
    area: str
    counts: Mapping[str, int]

    @property
    def asks(self) -> int:
        """How many children have attention or concern on this line."""
        return sum(self.counts.get(code, 0) for code in _ASKS)


@dataclass(frozen=True)
class ChildLine:
    """A child with its outcomes in the order of the lines."""

    pk: UUID
    name: str
    sort_key: tuple[str, str]
    age: Fraction
    vve: bool
    registered_on: date | None
    attention: int
    signals: int
    cells: tuple[Cell, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many lines have each outcome, by its code, what asks for attention first; those there are."""
        counted = Counter(cell.code for cell in self.cells)
        return tuple((code, counted[code]) for code in _FIRST if counted[code])


@dataclass(frozen=True)
class GroupOverview:
    """The overview of a group. ``total`` counts the children before filtering."""

    children: tuple[ChildLine, ...]
    columns: tuple[LineColumn, ...]
    total: int
    outcomes: tuple[Outcome, ...]

    @property
    def registered(self) -> int:
        """How many of the children shown were registered at least once."""
        return sum(child.registered_on is not None for child in self.children)


def group_overview_of(group: Group, *, user: User, choice: OverviewChoice, today: date) -> GroupOverview:
    """Return the children in their main group today, by the last registration of each line.

    Eleven queries at most and the instrument's content, whatever the number of children. Lines are those of the instrument in
    use; a result of an older version counts for the line with the same code.
    """
    children = _children(group, today)
    ids = [child.pk for child in children]
    keyring().load_subjects(ids)
    content = content_of(published_version(DEVELOPMENT_INSTRUMENT).pk)
    results = _last_two(ids, content)
    signals = count_by_child(signals_in_reach(user, Right.SIGNAL_READ, on=today), ids)
    lines = [
        _line(
            child,
            content,
            results[child.pk],
            signals.get(child.pk, 0),
            today,
            with_previous=choice.with_previous,
        )
        for child in children
    ]
    shown = [line for line in lines if _is_chosen(line, choice)]
    return GroupOverview(
        children=tuple(_sorted(shown, choice, content)),
        columns=tuple(_columns(content, shown)),
        total=len(lines),
        outcomes=OUTCOMES,
    )


def children_of_group(group: Group, today: date) -> QuerySet[Placement]:
    """Return the placements of the children whose main group this is on a day, not archived."""
    placed = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), begins_on__lte=today)
    return placed.filter(group=group, is_main=True, child__archived_on__isnull=True)


def _children(group: Group, today: date) -> list[Child]:
    placements = children_of_group(group, today).select_related("child").order_by("begins_on", "pk")
    return list({placement.child_id: placement.child for placement in placements}.values())


_Result = tuple[date, str, Decimal | None, bool]


def _last_two(child_ids: Collection[UUID], content: InstrumentContent) -> Mapping[UUID, Mapping[str, list[_Result]]]:
    """Return per child and line code the last two results, the last first; one query, without model instances."""
    rows = LineResult.objects.filter(
        child__in=child_ids, is_current=True, line__version__instrument__code=content.code
    ).values_list("child_id", "line__code", "registered_on", "outcome", "difference", "at_least")
    found: defaultdict[UUID, defaultdict[str, list[_Result]]] = defaultdict(lambda: defaultdict(list))
    for child_id, code, on, outcome, difference, at_least in rows.order_by("-registered_on", "-pk"):
        known = found[child_id][code]
        if len(known) < 2:
            known.append((on, outcome, difference, at_least))
    return found


def _line(
    child: Child,
    content: InstrumentContent,
    results: Mapping[str, list[_Result]],
    signals: int,
    today: date,
    *,
    with_previous: bool,
) -> ChildLine:
    cells = tuple(_cell(code, results.get(code, []), with_previous=with_previous) for code in content.lines)
    file = child.file
    return ChildLine(
        pk=child.pk,
        name=str(file),
        sort_key=file.sort_key,
        age=age_in_months(child.birth_date, max(today, child.birth_date)),
        vve=is_vve(child, today),
        registered_on=max((found[0][0] for found in results.values() if found), default=None),
        attention=sum(cell.code in _ASKS for cell in cells),
        signals=signals,
        cells=cells,
    )


def _cell(line: str, results: Sequence[_Result], *, with_previous: bool) -> Cell:
    previous = _cell(line, results[1:], with_previous=False) if with_previous and len(results) > 1 else None
    if not results:
        return Cell(line, "", "not_registered", "", str(outcome_for("").label))
    _on, code, difference, at_least = results[0]
    whole = None if difference is None else int(difference)
    short, words = _told(code, whole, at_least, get_language() or "")
    return Cell(line, code, code or "not_registered", short, words, previous)


@lru_cache(maxsize=1024)
def _told(code: str, whole: int | None, at_least: bool, _language: str) -> tuple[str, str]:
    """Return a cell's number and its words, in a language: 510 cells tell some twenty different things."""
    if not code:
        # Registered, and above seven: there the rule gives no class.
        return "", _("Geregistreerd, zonder uitkomst")
    words = str(outcome_for(code).label)
    if whole is None:
        return "", words
    sign = "+" if whole > 0 else "−" if whole < 0 else ""
    return f"{'≥' if at_least else ''}{sign}{abs(whole)}", f"{words}, {format_difference(whole)}"


def _is_chosen(line: ChildLine, choice: OverviewChoice) -> bool:
    if choice.vve_only and not line.vve:
        return False
    return choice.outcome is None or any(cell.code == choice.outcome for cell in line.cells)


def _sorted(lines: Iterable[ChildLine], choice: OverviewChoice, content: InstrumentContent) -> list[ChildLine]:
    """Return the children in the order asked for; by name where they are equal. An order there is not is by name."""
    by_name = sorted(lines, key=lambda line: line.sort_key)
    if choice.order == BY_AGE:
        return sorted(by_name, key=lambda line: line.age, reverse=choice.descending)
    if choice.order == BY_ATTENTION:
        # What asks most comes first unless it is asked the other way round.
        return sorted(by_name, key=lambda line: line.attention, reverse=not choice.descending)
    codes = list(content.lines)
    if choice.order in content.lines:
        at = codes.index(choice.order)
        return sorted(by_name, key=lambda line: _FIRST[line.cells[at].code], reverse=choice.descending)
    return by_name[::-1] if choice.descending else by_name


def _columns(content: InstrumentContent, lines: Sequence[ChildLine]) -> Iterable[LineColumn]:
    areas = {area.id: area.name for area in content.areas}
    for at, line in enumerate(content.lines.values()):
        counts = Counter(child.cells[at].code for child in lines)
        yield LineColumn(line.code, line.name, areas[line.area_id], counts)
