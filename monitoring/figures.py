"""The charts and tables of a cross-section, from the figures that may be printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from kijk.web.charts import (
    Category,
    Counts,
    Distribution,
    DistributionLine,
    ItemLine,
    ItemShares,
    distribution,
    item_shares,
)
from kijk.web.dutch import format_percentage, format_share
from kijk.web.outcomes import outcome_categories
from kijk.web.tables import Cell, DataTable, make_table
from monitoring.domain.cross_section import (
    CLASSES,
    INSUFFICIENT,
    NO_CLASS,
    NOT_REGISTERED,
    ItemCrossSection,
    LineCrossSection,
)
from monitoring.domain.protection import (
    MONITORING_MINIMUM,
    ShownItem,
    ShownLine,
    show_items,
    show_lines,
    show_population,
)
from monitoring.domain.suppression import HIDDEN_MARK, Shown, printed
from monitoring.words import passed_word, top_age

#: A chart is not cut by the end of a sheet of paper: a long one would leave much of the sheet before it empty.
_BARS_ON_PAPER = 8
_CHART_CODES = {NOT_REGISTERED: ""}
_HIDDEN = "hidden"
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Block:
    """Charts with their tables, under a heading (empty where the chart's caption says it all) and above a note."""

    heading: str
    tables: tuple[DataTable, ...]
    bars: Distribution | None = None
    shares: tuple[ItemShares, ...] = ()
    note: str = ""


def line_blocks(section: LineCrossSection, title: str, earlier_title: str, *, protect: bool) -> list[Block]:
    """Return the lines as one chart of stacked bars with its table, and the table of the measurement before."""
    now = show_lines(section.now, protect=protect)
    before = show_lines(section.before, protect=protect) if section.before else ()
    if not section.content.rule.uses_bands:
        return [Block("", (_share_table(title, now, before),))]
    population = show_population(section.now, protect=protect)
    tables = [_line_table("lijnen-cijfers", title, section, now, population)]
    chart_lines = [DistributionLine(_label(line, population), _counts(line, population)) for line in now]
    if section.before:
        earlier = show_population(section.before, protect=protect)
        bars = {line.code: _counts(line, earlier) for line in before}
        chart_lines = [
            DistributionLine(line.label, line.now, bars[each.code]) for line, each in zip(chart_lines, now, strict=True)
        ]
        tables.append(_line_table("lijnen-cijfers-eerder", earlier_title, section, before, earlier))
    categories = _categories(section, chart_lines)
    chart = distribution("lijnen", title, chart_lines, categories, smallest=MONITORING_MINIMUM)
    return [Block("", tuple(tables), chart)]


def item_blocks(section: ItemCrossSection, *, protect: bool, on_paper: bool) -> list[Block]:
    """Return a block a line: its items as bars of shares, with their table. ``on_paper`` cuts a long chart in parts.

    Of an instrument with bands, whose items are many and asked at certain ages only, those that nobody was assessed
    on are left out (with small numbers hidden: those that too few were); of other instruments every item is there.
    """
    items = show_items(section.now, protect=protect)
    earlier = show_items(section.before, protect=protect) if section.before else ()
    before = {item.code: item for item in earlier}
    if section.content.rule.uses_bands:
        items = tuple(item for item in items if item.assessed)
    grouped = [(line, list(own)) for line, own in groupby(items, key=lambda item: item.line)]
    return [
        _item_block(section, line, own, before, identifier=f"items-{number}", on_paper=on_paper)
        for number, (line, own) in enumerate(grouped, start=1)
    ]


def _item_block(
    section: ItemCrossSection,
    line: str,
    items: Sequence[ShownItem],
    before: Mapping[str, ShownItem],
    *,
    identifier: str,
    on_paper: bool,
) -> Block:
    """Return one line; an item without a share is in the table only, for it has no bar."""
    if section.content.rule.uses_bands:
        title = _("%(line)s: aandeel kinderen dat de mijlpaal beheerst") % {"line": line}
    else:
        title = _("%(line)s: aandeel kinderen dat het item behaalt") % {"line": line}
    bars = [_bar(item, before.get(item.code)) for item in items if item.share is not None]
    parts = _parts(bars, _BARS_ON_PAPER if on_paper else len(bars) or 1)
    charts = tuple(
        item_shares(f"{identifier}-{part}", _numbered(title, part, len(parts)), some, smallest=MONITORING_MINIMUM)
        for part, some in enumerate(parts, start=1)
    )
    missing = _("Wat geen balk heeft, staat alleen in de tabel.") if len(bars) < len(items) else ""
    return Block(line, (_item_table(section, title, items, before, identifier),), shares=charts, note=missing)


def _bar(item: ShownItem, before: ShownItem | None) -> ItemLine:
    return ItemLine(item.text, item.passed or 0, item.assessed or 0, before=before.share if before else None)


def _parts(bars: Sequence[ItemLine], most: int) -> list[Sequence[ItemLine]]:
    """Cut a list in parts of nearly the same length, none longer than ``most``."""
    parts = -(-len(bars) // most)
    return [bars[part * len(bars) // parts : (part + 1) * len(bars) // parts] for part in range(parts)]


def _numbered(title: str, part: int, parts: int) -> str:
    if parts == 1:
        return title
    return _("%(title)s (%(part)s van %(parts)s)") % {"title": title, "part": part, "parts": parts}


def _item_table(
    section: ItemCrossSection,
    title: str,
    items: Iterable[ShownItem],
    before: Mapping[str, ShownItem],
    identifier: str,
) -> DataTable:
    word = _("Mijlpaal") if section.content.rule.uses_bands else _("Item")
    headings = [word, _("Code"), _("n beoordeeld"), passed_word(section.content), _("Aandeel")]
    if before:
        headings.append(_("Vorige meting"))
    rows: list[list[str | int]] = []
    for item in items:
        row: list[str | int] = [item.text, item.code, printed(item.assessed), printed(item.passed), _share(item)]
        if before:
            row.append(_share(before.get(item.code)))
        rows.append(row)
    return make_table(f"{identifier}-cijfers", title, headings, rows)


def _share(item: ShownItem | None) -> str:
    if item is None or item.share is None:
        return HIDDEN_MARK
    return format_percentage(item.share)


def _label(line: ShownLine, population: Shown) -> str:
    """Return a line's name with the number assessed of the number of children, kept together where the text breaks."""
    if population is None:
        return line.name
    return f"{line.name} ({_of(line.assessed, population).replace(' ', _NO_BREAK)})"


def _counts(line: ShownLine, population: Shown) -> Counts:
    """Return the parts of a bar; what is hidden of it is one part, for its size is known from the rest."""
    if population is None:
        return Counts({}, hidden=True)
    shown = {_CHART_CODES.get(code, code): count for code, count in line.counts.items() if count}
    rest = population - sum(shown.values())
    return Counts(shown | ({_HIDDEN: rest} if rest else {}))


def _categories(section: LineCrossSection, lines: Sequence[DistributionLine]) -> list[Category]:
    """Return the parts bars are made of: the outcomes, and those of the rarer ones that occur."""
    bars = [bar for line in lines for bar in (line.now, line.before) if bar is not None]
    *outcomes, not_registered = outcome_categories()
    rare = []
    if any(bar.by_code.get(NO_CLASS) for bar in bars):
        rare.append(Category(NO_CLASS, _no_class(section), "#e4e0d4", "#16282e", "plain"))
    hidden = Category(_HIDDEN, _("Te weinig om te tonen"), "#ffffff", "#16282e", "hidden")
    some_hidden = any(bar.by_code.get(_HIDDEN) for bar in bars)
    return [*outcomes, *rare, not_registered, *([hidden] if some_hidden else [])]


def _line_table(
    identifier: str, title: str, section: LineCrossSection, lines: Sequence[ShownLine], population: Shown
) -> DataTable:
    words = {category.code: category.label for category in outcome_categories()}
    codes: list[str] = [*CLASSES, INSUFFICIENT]
    if population is not None and any(line.counts[NO_CLASS] != 0 for line in lines):
        codes.append(NO_CLASS)
        words[NO_CLASS] = _no_class(section)
    codes.append(NOT_REGISTERED)
    headings = [_("Lijn"), *(words[_CHART_CODES.get(code, code)] for code in codes), _("n beoordeeld")]
    return DataTable(
        identifier=identifier,
        caption=title,
        headings=tuple(Cell(heading, place > 0) for place, heading in enumerate(headings)),
        body=tuple(
            (
                Cell(line.name),
                *(Cell(_count_and_share(line.counts[code], population), numeric=True) for code in codes),
                Cell(_of(line.assessed, population), numeric=True),
            )
            for line in lines
        ),
    )


def _of(assessed: Shown, population: Shown) -> str:
    """Return the number assessed of the number of children."""
    return _("%(assessed)s van %(population)s") % {"assessed": printed(assessed), "population": printed(population)}


def _count_and_share(count: Shown, population: Shown) -> str:
    if not count or population is None:
        return printed(count)
    return f"{count} ({format_share(count, population)})"


def _no_class(section: LineCrossSection) -> str:
    return _("Ouder dan %(age)s") % {"age": top_age(section.content)}


def _share_table(title: str, now: Sequence[ShownLine], before: Sequence[ShownLine]) -> DataTable:
    headings = [_("Lijn"), _("n beoordeeld"), _("Gemiddeld behaald")]
    earlier = {line.code: line for line in before}
    if earlier:
        headings.append(_("Vorige meting"))
    rows: list[list[str | int]] = []
    for line in now:
        row: list[str | int] = [line.name, printed(line.assessed), _mean(line)]
        if earlier:
            row.append(_mean(earlier[line.code]))
        rows.append(row)
    return make_table("lijnen-cijfers", title, headings, rows)


def _mean(line: ShownLine) -> str:
    return HIDDEN_MARK if line.share_passed is None else format_percentage(line.share_passed)
