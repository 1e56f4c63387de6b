"""The geometry of the charts: plain data in, positions out. Knows neither Django nor colours' names.

Each chart is a frozen dataclass that a template in templates/charts/ draws as SVG. The units are those of the
viewBox; a chart is 720 wide, so that text of size 14 reads well on a tablet and on A4. Positions are rounded to a
tenth: the same data always gives the same bytes.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

WIDTH: Final = 720
_LABEL_WIDTH: Final = 208
_NUMBER_WIDTH: Final = 84
_BAR_LEFT: Final = _LABEL_WIDTH + 12
_BAR_WIDTH: Final = WIDTH - _BAR_LEFT - _NUMBER_WIDTH

_NARROWEST_WITH_TEXT: Final = 34
"""A segment narrower than this (about nine per cent) carries no percentage: it would not fit."""


@dataclass(frozen=True)
class Category:
    """One of the parts a bar is made of: words, colour, colour of the text on it, and the pattern's name."""

    code: str
    label: str
    fill: str
    ink: str
    pattern: str


@dataclass(frozen=True)
class Segment:
    """A piece of a bar; `text` is empty when it does not fit, else it stands on a plate without pattern."""

    category: Category
    x: float
    width: float
    middle: float
    plate_x: float
    text: str


@dataclass(frozen=True)
class Words:
    """A line of text at its place; SVG does not break lines itself."""

    text: str
    y: float


@dataclass(frozen=True)
class LegendEntry:
    """A swatch with its words."""

    category: Category
    x: float
    y: float
    text_x: float
    text_y: float


@dataclass(frozen=True)
class Counts:
    """How many children had each outcome; `hidden` when there are too few of them to show (suppression)."""

    by_code: Mapping[str, int]
    hidden: bool = False

    @property
    def total(self) -> int:
        """How many children there are in all."""
        return sum(self.by_code.values())


@dataclass(frozen=True)
class DistributionLine:
    """What is known of one development line: now, and at the measurement before (None: there was none)."""

    label: str
    now: Counts
    before: Counts | None = None


@dataclass(frozen=True)
class Bar:
    """A drawn bar: its segments, or none when it is hidden or empty."""

    y: float
    height: float
    segments: tuple[Segment, ...]
    total: int
    hidden: bool
    text_y: float


@dataclass(frozen=True)
class DistributionRow:
    """A line's label with its bar and, thinner below it, the bar of the previous measurement."""

    label_lines: tuple[Words, ...]
    now: Bar
    before: Bar | None


@dataclass(frozen=True)
class Distribution:
    """Stacked bars, one per development line. `smallest` is the group size below which nothing is shown."""

    identifier: str
    title: str
    width: int
    height: float
    bar_left: float
    bar_width: float
    number_right: float
    categories: tuple[Category, ...]
    legend: tuple[LegendEntry, ...]
    rows: tuple[DistributionRow, ...]
    smallest: int
    has_previous: bool
    has_hidden: bool


def distribution(
    identifier: str,
    title: str,
    lines: Sequence[DistributionLine],
    categories: Sequence[Category],
    *,
    smallest: int = 5,
) -> Distribution:
    """Return the stacked bars of these lines.

    `identifier` is unique on the page (patterns are named after it); `title` is the chart's text alternative.
    Raises ValueError when a count belongs to none of the categories: it would silently be left out of the bar.
    """
    legend, top = _legend(categories)
    rows = []
    y = top
    has_previous = any(line.before is not None for line in lines)
    for line in lines:
        rows.append(_distribution_row(line, categories, y, has_previous=has_previous))
        y += 46 if has_previous else 34
    return Distribution(
        identifier=identifier,
        title=title,
        width=WIDTH,
        height=y + 2,
        bar_left=_BAR_LEFT,
        bar_width=_BAR_WIDTH,
        number_right=WIDTH,
        categories=tuple(categories),
        legend=legend,
        rows=tuple(rows),
        smallest=smallest,
        has_previous=has_previous,
        has_hidden=any(row.now.hidden or (row.before is not None and row.before.hidden) for row in rows),
    )


def _legend(categories: Sequence[Category]) -> tuple[tuple[LegendEntry, ...], float]:
    """Place the legend's entries, three beside each other, and say where the bars may begin."""
    entries = tuple(
        LegendEntry(category, x=x, y=y, text_x=x + 32, text_y=y + 13)
        for category, x, y in ((c, (i % 3) * 200 + 1, (i // 3) * 24 + 1) for i, c in enumerate(categories))
    )
    return entries, ((len(categories) + 2) // 3) * 24.0 + 12


def _distribution_row(
    line: DistributionLine, categories: Sequence[Category], y: float, *, has_previous: bool
) -> DistributionRow:
    before = None if line.before is None else _stacked_bar(line.before, categories, y + 25, 9, with_text=False)
    middle = y + (18 if has_previous else 11)
    wrapped = wrap(line.label, 30, lines=2)
    first = middle + 5 - 8.5 * (len(wrapped) - 1)
    return DistributionRow(
        label_lines=tuple(Words(text, _tenth(first + 17 * i)) for i, text in enumerate(wrapped)),
        now=_stacked_bar(line.now, categories, y, 22, with_text=True),
        before=before,
    )


def _stacked_bar(counts: Counts, categories: Sequence[Category], y: float, height: float, *, with_text: bool) -> Bar:
    unknown = set(counts.by_code) - {category.code for category in categories}
    if unknown:
        raise ValueError(f"no category for {sorted(unknown)}")
    segments: list[Segment] = []
    done = 0
    for category in categories:
        number = counts.by_code.get(category.code, 0)
        if counts.hidden or number == 0:
            continue
        left = Fraction(done * _BAR_WIDTH, counts.total)
        width = Fraction(number * _BAR_WIDTH, counts.total)
        text = _percentage(number, counts.total) if with_text and width >= _NARROWEST_WITH_TEXT else ""
        x = _BAR_LEFT + left
        segments.append(
            Segment(category, _tenth(x), _tenth(width), _tenth(x + width / 2), _tenth(x + width / 2 - 16), text)
        )
        done += number
    return Bar(y, height, tuple(segments), counts.total, counts.hidden, text_y=y + height / 2 + 4.5)


# ------------------------------------------------------------------------------------------ shares per item


@dataclass(frozen=True)
class ItemLine:
    """How many of the children seen showed one item (a milestone or a question): `part` of `whole`."""

    label: str
    part: int
    whole: int
    hidden: bool = False
    before: Fraction | None = None


@dataclass(frozen=True)
class ItemRow:
    """An item's text in lines, its bar, and where the previous share was (a stroke across the bar)."""

    label_lines: tuple[Words, ...]
    y: float
    width: float
    text: str
    whole: int
    hidden: bool
    text_y: float
    before_x: float | None
    before_top: float


@dataclass(frozen=True)
class ItemShares:
    """A bar of shares per item. `smallest` is the group size below which nothing is shown."""

    identifier: str
    title: str
    width: int
    height: float
    bar_left: float
    bar_width: float
    text_x: float
    number_right: float
    rows: tuple[ItemRow, ...]
    smallest: int
    has_previous: bool
    has_hidden: bool


_ITEM_BAR_WIDTH: Final = 300
_ITEM_BAR_LEFT: Final = WIDTH - _NUMBER_WIDTH - _ITEM_BAR_WIDTH - 52


def item_shares(identifier: str, title: str, items: Sequence[ItemLine], *, smallest: int = 5) -> ItemShares:
    """Return a bar per item: the share of the children seen who showed it, with their number.

    Raises ValueError when a part is larger than its whole.
    """
    rows: list[ItemRow] = []
    has_previous = any(item.before is not None for item in items)
    y = 6.0
    for item in items:
        if not 0 <= item.part <= item.whole:
            raise ValueError(f"{item.part} of {item.whole} is no share: {item.label}")
        row = _item_row(item, y)
        rows.append(row)
        y += max(len(row.label_lines) * 18, 20) + 14
    return ItemShares(
        identifier=identifier,
        title=title,
        width=WIDTH,
        height=y,
        bar_left=_ITEM_BAR_LEFT,
        bar_width=_ITEM_BAR_WIDTH,
        text_x=_ITEM_BAR_LEFT + _ITEM_BAR_WIDTH + 8,
        number_right=WIDTH,
        rows=tuple(rows),
        smallest=smallest,
        has_previous=has_previous,
        has_hidden=any(item.hidden for item in items),
    )


def _item_row(item: ItemLine, y: float) -> ItemRow:
    shown = item.whole > 0 and not item.hidden
    wrapped = wrap(item.label, 40, lines=3)
    return ItemRow(
        label_lines=tuple(Words(text, y + 14 + 18 * i) for i, text in enumerate(wrapped)),
        y=y,
        width=_tenth(Fraction(item.part * _ITEM_BAR_WIDTH, item.whole)) if shown else 0,
        text=_percentage(item.part, item.whole) if shown else "",
        whole=item.whole,
        hidden=item.hidden,
        text_y=y + 15,
        before_x=None if item.before is None else _tenth(_ITEM_BAR_LEFT + item.before * _ITEM_BAR_WIDTH),
        before_top=y - 4,
    )


# ----------------------------------------------------------------------------------------------- band strip

_STRIP_LEFT: Final = 132
_STRIP_WIDTH: Final = 404
_STRIP_TOP: Final = 26
_STRIP_ROW: Final = 30


@dataclass(frozen=True)
class Measurement:
    """One registration of a child on a line: when, how old, and (unless too little was seen) how far, in months."""

    label: str
    age_months: float
    developmental_months: float | None
    category: Category
    text: str


@dataclass(frozen=True)
class StripRow:
    """A drawn registration: the bar up to the developmental age, and a stroke at the age of that day."""

    label: str
    text: str
    category: Category
    text_y: float
    bar_y: float
    bar_height: float
    bar_width: float | None
    stroke_y: float
    age_x: float
    latest: bool


@dataclass(frozen=True)
class StripBand:
    """A half-year with a ground of its own; those between are left white."""

    x: float
    width: float


@dataclass(frozen=True)
class StripTick:
    """A birthday along the strip."""

    x: float
    years: int


@dataclass(frozen=True)
class BandStrip:
    """A child's development line as a strip of half-year bands, with the calendar line and the registrations."""

    identifier: str
    title: str
    width: int
    height: float
    left: float
    top: float
    strip_width: float
    strip_height: float
    bottom: float
    tick_y: float
    text_x: float
    empty_y: float
    bands: tuple[StripBand, ...]
    ticks: tuple[StripTick, ...]
    rows: tuple[StripRow, ...]
    today_x: float
    today_text: str
    today_anchor: str


def band_strip(
    identifier: str,
    title: str,
    measurements: Sequence[Measurement],
    *,
    age_months: float,
    age_text: str,
    bands: int = 14,
    band_months: int = 6,
) -> BandStrip:
    """Return the strip of one line: the last three measurements (oldest first), and the calendar line at today's age.

    `age_text` is printed at the calendar line. Ages beyond the last band stand at its end. Raises ValueError for an
    age below zero.
    """
    if age_months < 0:
        raise ValueError("an age cannot be negative")
    whole = bands * band_months
    shown = measurements[-3:]
    height = max(len(shown), 1) * _STRIP_ROW
    today = _along(age_months, whole)
    return BandStrip(
        identifier=identifier,
        title=title,
        width=WIDTH,
        height=_STRIP_TOP + height + 24,
        left=_STRIP_LEFT,
        top=_STRIP_TOP,
        strip_width=_STRIP_WIDTH,
        strip_height=height,
        bottom=_STRIP_TOP + height,
        tick_y=_STRIP_TOP + height + 18,
        text_x=_STRIP_LEFT + _STRIP_WIDTH + 16,
        empty_y=_STRIP_TOP + 20,
        bands=tuple(
            StripBand(_along(b * band_months, whole), _tenth(Fraction(_STRIP_WIDTH, bands))) for b in range(0, bands, 2)
        ),
        ticks=tuple(StripTick(_along(m, whole), m // 12) for m in range(0, whole + 1, 12)),
        rows=tuple(_strip_row(m, i, whole, latest=i == len(shown) - 1) for i, m in enumerate(shown)),
        today_x=today,
        today_text=age_text,
        today_anchor=_anchor(today),
    )


def _strip_row(measurement: Measurement, index: int, whole: int, *, latest: bool) -> StripRow:
    age_x = _along(measurement.age_months, whole)
    reached = measurement.developmental_months
    y = _STRIP_TOP + index * _STRIP_ROW
    return StripRow(
        label=measurement.label,
        text=measurement.text,
        category=measurement.category,
        text_y=y + 20,
        bar_y=y + (7 if latest else 9),
        bar_height=16 if latest else 12,
        bar_width=None if reached is None else _tenth(_along(reached, whole) - _STRIP_LEFT),
        stroke_y=y + 4,
        age_x=age_x,
        latest=latest,
    )


def _along(months: float, whole: int) -> float:
    """Return where an age stands on the strip."""
    return _tenth(_STRIP_LEFT + _STRIP_WIDTH * min(max(months, 0), whole) / whole)


def _anchor(x: float) -> str:
    """Keep the words at the calendar line inside the drawing."""
    if x < _STRIP_LEFT + 60:
        return "start"
    return "end" if x > _STRIP_LEFT + _STRIP_WIDTH - 60 else "middle"


# --------------------------------------------------------------------------------------------------- shared


def wrap(text: str, width: int, *, lines: int) -> tuple[str, ...]:
    """Break a text into at most so many lines of about so many characters; what does not fit ends in "…"."""
    return tuple(textwrap.wrap(text, width, max_lines=lines, placeholder=" …", break_on_hyphens=False)) or ("",)


def _percentage(part: int, whole: int) -> str:
    """Return a share without decimals, a half going up."""
    return f"{int(Fraction(part * 100, whole) + Fraction(1, 2))}%"


def _tenth(value: float | Fraction) -> float:
    return round(float(value), 1)
