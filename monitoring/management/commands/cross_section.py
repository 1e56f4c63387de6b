"""``manage.py cross_section``: the figures of a cross-section, for the console or another program (MON-1)."""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from monitoring.domain import cross_section
from monitoring.domain.cross_section import ItemFigures, LineFigures
from monitoring.domain.selection import By
from monitoring.management.asked import NO_SUPPRESSION, add_options, asked

Row = dict[str, Any]


class Command(BaseCommand):
    """Print what the page shows, from the same queries."""

    help = f"Print a cross-section of closed registrations, by line or by item. {NO_SUPPRESSION}"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the population and the format."""
        add_options(parser)
        parser.add_argument("--format", choices=("json", "text"), default="text", help="a JSON list, or a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print."""
        with asked(options, action="monitoring.cross_section.printed") as found:
            if found.selection.by is By.ITEM:
                items = cross_section.by_item(found.selection, found.instrument).now.items
                rows = [item_row(item) for item in items]
            else:
                section = cross_section.by_line(found.selection, found.instrument, today=found.today)
                rows = [line_row(line) for line in section.now.lines]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(as_text(rows))


def item_row(item: ItemFigures) -> Row:
    """Return an item as a program reads it: the share with four decimals, null when nobody was assessed."""
    return {"item": item.code, "assessed": item.assessed, "passed": item.passed, "share": _rounded(item.share)}


def line_row(line: LineFigures) -> Row:
    """Return a line as a program reads it: how many children had each outcome, or the mean share passed."""
    row: Row = {"line": line.code, "assessed": line.assessed, "distribution": dict(line.counts)}
    return row if line.counts else row | {"share_passed": _rounded(line.share_passed)}


def as_text(rows: Sequence[Row]) -> str:
    """Return rows as a table with a heading, in columns."""
    flat = [_flat(row) for row in rows]
    if not flat:
        return ""
    headings = list(flat[0])
    table = [headings, *([_text(row[heading]) for heading in headings] for row in flat)]
    widths = [max(len(row[place]) for row in table) for place in range(len(headings))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in table
    )


def _flat(row: Row) -> Row:
    counts: Row = row.get("distribution", {})
    return {key: value for key, value in row.items() if key != "distribution"} | counts


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _rounded(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 4)
