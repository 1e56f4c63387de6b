"""The cells and headings of a group overview, written straight to HTML.

A template's loop, or an escape for each part of each of the 510 cells, costs more than reading the children from the
database: the few dozen outcomes that differ are each written once, and kept (benchmarks/bench_overview.py).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kijk.web.outcomes import outcome_for
from observations.domain.overviews.group import Cell, ChildLine, LineColumn

register = template.Library()


@register.simple_tag
def overview_heading(orders: Mapping[str, Any], code: str, label: str, *, line: bool = False) -> SafeString:
    """Write a heading that sorts by its column: a link, and how the column is sorted now for a screen reader."""
    order = orders[code]
    sort = format_html(' aria-sort="{}"', order["sorted"]) if order["sorted"] else ""
    turned = {"ascending": " overview__sort--up", "descending": " overview__sort--down"}.get(order["sorted"], "")
    return format_html(
        '<th role="columnheader" scope="col"{}{}><a class="overview__sort{}" href="{}"{}><span>{}</span></a></th>',
        sort,
        mark_safe(' class="overview__line"') if line else "",
        turned,
        order["url"],
        mark_safe(' lang="nl"') if line else "",
        label,
    )


@register.simple_tag
def overview_marks(child: ChildLine, *, may_read_signals: bool) -> SafeString:
    """Write what stands beside a child's name: that it is a VVE child, and how many signals are open about it."""
    marks = [_("VVE")] if child.vve else []
    if may_read_signals and child.signals:
        told = ngettext("%(count)s signaal", "%(count)s signalen", child.signals)
        marks.append(told % {"count": child.signals})
    return format_html_join("", ' <span class="overview__mark">{}</span>', ((mark,) for mark in marks))


@register.simple_tag
def overview_counts(child: ChildLine) -> SafeString:
    """Write how many of a child's lines have which outcome: a sign and a number each, and the words for who hears it."""
    parts = [_count(code, number, str(outcome_for(code).label)) for code, number in child.counts]
    # Each part is escaped where it is made.
    return mark_safe("".join(parts))  # noqa: S308


@register.simple_tag
def overview_cells(
    cells: Sequence[Cell], columns: Sequence[LineColumn], with_previous: bool, before: str
) -> SafeString:
    """Write a child's cells: sign, number and words of each line; ``before`` is the word for the previous outcome."""
    parts = []
    for cell, column in zip(cells, columns, strict=True):
        name = _escaped(column.name)
        outcome = _outcome(cell.sign, cell.short, cell.words)
        previous = cell.previous if with_previous else None
        earlier = "" if previous is None else _previous(previous.sign, previous.short, previous.words, before)
        parts.append(
            f'<td role="cell" data-label="{name}" class="outcome-cell outcome-cell--{cell.sign}" '
            f'title="{name}: {_escaped(cell.words)}">{outcome}{earlier}</td>'
        )
    # Each part is escaped above, or a code of our own.
    return mark_safe("".join(parts))  # noqa: S308


# Beware: what is kept is the same in every organisation, a line's name or an outcome in words, and never of a child.
@lru_cache(maxsize=1024)
def _escaped(text: str) -> str:
    return escape(text)


@lru_cache(maxsize=1024)
def _count(code: str, number: int, words: str) -> str:
    sign = code or "not_registered"
    return format_html(
        '<span class="overview__count outcome-cell--{}"><span class="sign sign--{}" aria-hidden="true"></span>{}'
        '<span class="visually-hidden"> {},</span></span>',
        sign,
        sign,
        number,
        words.lower(),
    )


@lru_cache(maxsize=1024)
def _outcome(sign: str, short: str, words: str) -> str:
    return format_html(
        '<span class="sign sign--{}" aria-hidden="true"></span><span class="outcome-cell__number" aria-hidden="true">{}</span>'
        '<span class="outcome-cell__words">{}</span>',
        sign,
        short,
        words,
    )


@lru_cache(maxsize=1024)
def _previous(sign: str, short: str, words: str, before: str) -> str:
    return format_html(
        '<span class="outcome-cell__before" title="{}: {}"><span class="sign sign--{}" aria-hidden="true"></span>'
        '<span aria-hidden="true">{}</span><span class="visually-hidden">({}: {})</span></span>',
        before,
        words,
        sign,
        short,
        before,
        words,
    )
