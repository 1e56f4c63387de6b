"""What of a cross-section may be printed: everything, or what remains after hiding small numbers (MON-1, MON-5).

A viewer who may open the children behind the figures sees them all. For others ``monitoring.domain.suppression``
decides, line by line and item by item, now and at the measurement before. What is particular to a cross-section:

- The population stands in print once for all lines, and the number not registered is nearly always the same on each:
  neither is given up to protect a figure of one line while it can be read from another.
- Insufficiently observed, no outcome and not registered say something about us and not about a child. From one to
  four they are hidden as every count is; nought is shown, and so are the noughts of a line nobody was assessed on.
- Of an item the children not assessed are not protected: who was absent when it was asked is no outcome.

Decision and limits: docs/decisions/0008-small-cells.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from monitoring.domain.cross_section import (
    CLASSES,
    INSUFFICIENT,
    NO_CLASS,
    NOT_REGISTERED,
    ItemFigures,
    ItemMeasurement,
    LineFigures,
    LineMeasurement,
)
from monitoring.domain.suppression import INSIDE_K, Figure, Name, Shown, figures_to_hide, protect_distribution

#: The size under which no number of children is printed for who may not open their files.
MONITORING_MINIMUM = INSIDE_K

_ASSESSED = "assessed"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it is printed; None is hidden. ``counts`` is empty for pass/fail items, ``share_passed`` None else."""

    code: str
    name: str
    assessed: Shown
    counts: Mapping[str, Shown]
    share_passed: Fraction | None
    share_hidden: bool = False

    @property
    def is_protected(self) -> bool:
        """Whether anything of it is hidden."""
        return self.share_hidden or self.assessed is None or None in self.counts.values()


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item as it is printed: None is hidden, and the share with the number passed."""

    code: str
    text: str
    line: str
    assessed: Shown
    passed: Shown

    @property
    def share(self) -> Fraction | None:
        """Passed of assessed; None when nobody was assessed or either number is hidden."""
        if self.passed is None or not self.assessed:
            return None
        return Fraction(self.passed, self.assessed)

    @property
    def is_protected(self) -> bool:
        """Whether anything of it is hidden."""
        return self.passed is None or self.assessed is None


def show_population(measurement: LineMeasurement | ItemMeasurement, *, protect: bool) -> Shown:
    """Return the number of children in the population, or None when it may not be printed."""
    return None if protect and measurement.population < MONITORING_MINIMUM else measurement.population


def show_lines(measurement: LineMeasurement, *, protect: bool) -> tuple[ShownLine, ...]:
    """Return the lines as they may be printed."""
    return tuple(_show_line(line, measurement.population, protect=protect) for line in measurement.lines)


def show_items(measurement: ItemMeasurement, *, protect: bool) -> tuple[ShownItem, ...]:
    """Return the items as they may be printed."""
    return tuple(_show_item(item, protect=protect) for item in measurement.items)


def _show_line(line: LineFigures, population: int, *, protect: bool) -> ShownLine:
    if not protect:
        return ShownLine(line.code, line.name, line.assessed, line.counts, line.share_passed)
    if not line.counts:
        return _protected_share(line)
    hidden = _hidden_of(line, population)
    counts = {code: None if code in hidden else count for code, count in line.counts.items()}
    return ShownLine(line.code, line.name, None if _ASSESSED in hidden else line.assessed, counts, None)


def _hidden_of(line: LineFigures, population: int) -> frozenset[Name]:
    """Return the codes of the counts to hide, and ``_ASSESSED`` where their sum goes too."""
    everything = frozenset((*line.counts, _ASSESSED))
    if population < MONITORING_MINIMUM:
        return everything
    try:
        return figures_to_hide(_figures_of(line, population), k=MONITORING_MINIMUM)
    except ValueError:
        # Fewer than five children were registered, and how many can be read from the rest: nothing of them remains.
        return everything


def _figures_of(line: LineFigures, population: int) -> list[Figure]:
    """Describe a line as a network: the population over the assessed and the rest, the assessed over the classes."""
    absent = line.counts[NOT_REGISTERED]
    return [
        Figure("population", "all", "population", population, known_anyway=True),
        Figure(_ASSESSED, "population", "assessed", line.assessed, is_total=True, protect_nought=False),
        *(
            Figure(code, "assessed", "all", line.counts[code], protect_nought=line.assessed > 0) for code in CLASSES
        ),
        *(Figure(code, "population", "all", line.counts[code], protect_nought=False) for code in (INSUFFICIENT, NO_CLASS)),
        Figure(
            NOT_REGISTERED, "population", "all", absent,
            protect_nought=False, known_anyway=absent >= MONITORING_MINIMUM,
        ),
    ]  # fmt: skip


def _protected_share(line: LineFigures) -> ShownLine:
    """Hide a mean over too few children, and one of nought or all: that tells it of each of them."""
    if line.assessed < MONITORING_MINIMUM:
        return ShownLine(line.code, line.name, None, {}, None, share_hidden=True)
    share = line.share_passed
    if share is None or not 0 < share < 1:
        return ShownLine(line.code, line.name, line.assessed, {}, None, share_hidden=True)
    return ShownLine(line.code, line.name, line.assessed, {}, share)


def _show_item(item: ItemFigures, *, protect: bool) -> ShownItem:
    if not protect:
        return ShownItem(item.code, item.text, item.line, item.assessed, item.passed)
    shown = protect_distribution([item.passed, item.assessed - item.passed], k=MONITORING_MINIMUM)
    return ShownItem(item.code, item.text, item.line, shown.assessed_total, shown.assessed[0])
