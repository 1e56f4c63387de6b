"""Cross-sections: what a chosen population comes to, by development line or by item (MON-1).

Exact figures, for whoever may see them; ``monitoring.domain.protection`` hides the small ones from those who may not
open the children behind them. Reads the results and answers of closed registrations, and no names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from monitoring.domain import line_query
from monitoring.domain.item_query import ItemCount, count_assessed, count_items
from monitoring.domain.line_query import LineCounts, Lines
from monitoring.domain.measured import MeasuredInstrument, Period, previous_period
from monitoring.domain.selection import Selection
from monitoring.domain.statistics import share
from observations.domain.instruments.catalogue import InstrumentContent, content_of

#: The outcomes of a line that are a class: who has one was assessed.
CLASSES = ("ahead", "on_course", "attention", "concern")
INSUFFICIENT = "insufficient"
#: Above the age up to which the rule gives classes.
NO_CLASS = "no_class"
NOT_REGISTERED = "not_registered"


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line: how many children had each outcome, and what pass/fail items came to.

    ``counts`` has a number for each class, ``INSUFFICIENT``, ``NO_CLASS`` and ``NOT_REGISTERED``, together the
    population; it is empty for an instrument of pass/fail items. ``share_passed`` is the mean over the ``assessed``
    children of the share each passed of the line's items.
    """

    code: str
    name: str
    assessed: int
    counts: Mapping[str, int]
    share_passed: Fraction | None = None


@dataclass(frozen=True, slots=True)
class LineMeasurement:
    """All lines at one measurement; ``population`` are the children ``registered`` and those that should have been."""

    period: Period | None
    population: int
    registered: int
    lines: tuple[LineFigures, ...]
    versions: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item: the children assessed, and those of them who passed (for milestones: who have it secure)."""

    code: str
    text: str
    line: str
    assessed: int
    passed: int

    @property
    def share(self) -> Fraction | None:
        """Passed of assessed; None when nobody was assessed."""
        return share(self.passed, self.assessed)


@dataclass(frozen=True, slots=True)
class ItemMeasurement:
    """All items at one measurement; ``population`` are the children with a registration."""

    period: Period | None
    population: int
    items: tuple[ItemFigures, ...]


@dataclass(frozen=True)
class LineCrossSection:
    """The lines of an instrument now and, where there was one, at the measurement before."""

    content: InstrumentContent
    selection: Selection
    now: LineMeasurement
    before: LineMeasurement | None


@dataclass(frozen=True)
class ItemCrossSection:
    """The items of an instrument now and, where there was one, at the measurement before."""

    content: InstrumentContent
    selection: Selection
    now: ItemMeasurement
    before: ItemMeasurement | None


def by_line(selection: Selection, instrument: MeasuredInstrument, *, today: date) -> LineCrossSection:
    """Return the distribution over the outcomes of each line of an instrument, in the instrument's order.

    A child counts once a line, with its latest result of the period. Without a period: of all registrations there
    are, and then nobody can be said not to be registered. Lines of several versions are one line when their code is
    the same; names and order are those of the newest version.
    """
    content = content_of(instrument.versions[0])
    period = instrument.period(selection.period_id)
    earlier = previous_period(instrument, period)
    now = _measure_lines(selection, instrument, content, period, today)
    before = _measure_lines(selection, instrument, content, earlier, today) if earlier else None
    return LineCrossSection(content, selection, now, before if before and before.rules else None)


def by_item(selection: Selection, instrument: MeasuredInstrument) -> ItemCrossSection:
    """Return what each item of an instrument's newest version came to, in the instrument's order.

    A child counts once an item, with its latest assessed answer within the chosen ages and period.
    """
    content = content_of(instrument.versions[0])
    period = instrument.period(selection.period_id)
    earlier = previous_period(instrument, period)
    now = _measure_items(selection, content, period)
    before = _measure_items(selection, content, earlier) if earlier else None
    return ItemCrossSection(content, selection, now, before if before and before.population else None)


def _measure_lines(
    selection: Selection,
    instrument: MeasuredInstrument,
    content: InstrumentContent,
    period: Period | None,
    today: date,
) -> LineMeasurement:
    lines = _lines_of(instrument)
    counted = line_query.count_lines(selection, lines, period)
    population = registered = line_query.count_registered(selection, lines, period)
    if period is not None:
        top = max((band.until_months for band in content.bands.values()), default=None)
        population += line_query.count_unregistered(selection, lines, period, today=today, below_months=top)
    has_classes = content.rule.uses_bands
    return LineMeasurement(
        period=period,
        population=population,
        registered=registered,
        lines=tuple(
            _line(code, line.name, counted.lines.get(code, LineCounts()), population, has_classes=has_classes)
            for code, line in content.lines.items()
        ),
        versions=_version_names(instrument, counted.version_ids),
        rules=counted.rules,
    )


def _line(code: str, name: str, counted: LineCounts, population: int, *, has_classes: bool) -> LineFigures:
    if not has_classes:
        return LineFigures(code, name, counted.with_share, {}, counted.share_passed)
    counts = {outcome: counted.outcomes.get(outcome, 0) for outcome in (*CLASSES, INSUFFICIENT)}
    counts[NO_CLASS] = counted.outcomes.get("", 0)
    assessed = sum(counts[outcome] for outcome in CLASSES)
    counts[NOT_REGISTERED] = population - sum(counts.values())
    return LineFigures(code, name, assessed, counts)


def _measure_items(selection: Selection, content: InstrumentContent, period: Period | None) -> ItemMeasurement:
    counted = count_items(selection, content.version_id, period)
    nobody = ItemCount(0, 0)
    return ItemMeasurement(
        period=period,
        population=count_assessed(selection, content.version_id, period),
        items=tuple(
            ItemFigures(item.code, item.text, line.name, *counted.get(item.id, nobody))
            for line in content.lines.values()
            for item in line.milestones
        ),
    )


def _lines_of(instrument: MeasuredInstrument) -> Lines:
    """Return the lines of all versions of the instrument that were used."""
    found = (content_of(version) for version in instrument.versions)
    return {line.id: (line.code, content.version_id) for content in found for line in content.lines.values()}


def _version_names(instrument: MeasuredInstrument, used: frozenset[UUID]) -> tuple[str, ...]:
    return tuple(content_of(version).version for version in instrument.versions if version in used)
