"""The geometry of the charts, and what the templates draw of it."""

import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kijk.web.charts import (
    WIDTH,
    Category,
    Counts,
    DistributionLine,
    ItemLine,
    Measurement,
    band_strip,
    distribution,
    item_shares,
    wrap,
)
from kijk.web.outcomes import OUTCOMES, outcome_categories, outcome_category
from kijk.web.tables import Cell, DataTable, make_table

A = Category("a", "Goed", "#111111", "#ffffff", "plain")
B = Category("b", "Half", "#222222", "#ffffff", "dots")
CODES = [outcome.code for outcome in OUTCOMES]
SVG = "{http://www.w3.org/2000/svg}"


def drawing(html: str) -> ET.Element:
    """Return the svg of a rendered chart, which must be well-formed."""
    found = re.search(r"<svg.*</svg>", html, re.DOTALL)
    assert found
    return ET.fromstring(found.group())


def texts(svg: ET.Element) -> list[str]:
    """Return the words that stand in a drawing."""
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


# ------------------------------------------------------------------------------------------ distribution


def test_distribution_places_segments_side_by_side() -> None:
    chart = distribution("x", "Titel", [DistributionLine("Taal", Counts({"a": 3, "b": 1}))], [A, B])
    first, second = chart.rows[0].now.segments
    assert (first.x, first.width) == (chart.bar_left, chart.bar_width * 0.75)
    assert (second.x, second.width) == (chart.bar_left + chart.bar_width * 0.75, chart.bar_width * 0.25)
    assert [s.text for s in (first, second)] == ["75%", "25%"]
    assert chart.rows[0].now.total == 4
    assert chart.rows[0].before is None


@given(st.lists(st.integers(0, 400), min_size=6, max_size=6))
def test_distribution_fills_the_bar_exactly(numbers: list[int]) -> None:
    counts = Counts(dict(zip(CODES, numbers, strict=True)))
    categories = [Category(code, code, "#000000", "#ffffff", "plain") for code in CODES]
    bar = distribution("x", "t", [DistributionLine("l", counts)], categories).rows[0].now
    assert bar.total == sum(numbers)
    assert len(bar.segments) == sum(1 for number in numbers if number)
    if bar.segments:
        assert sum(segment.width for segment in bar.segments) == pytest.approx(416, abs=0.4)
        assert bar.segments[-1].x + bar.segments[-1].width == pytest.approx(636, abs=0.2)


def test_distribution_leaves_out_percentages_that_do_not_fit() -> None:
    chart = distribution("x", "t", [DistributionLine("l", Counts({"a": 19, "b": 1}))], [A, B])
    assert [segment.text for segment in chart.rows[0].now.segments] == ["95%", ""]


@pytest.mark.requirement("MON-5.1")
def test_distribution_draws_nothing_of_hidden_counts() -> None:
    line = DistributionLine("Tekenen", Counts({"a": 4}, hidden=True), Counts({"b": 3}, hidden=True))
    chart = distribution("x", "Titel", [line], [A, B])
    assert chart.rows[0].now.segments == ()
    assert chart.has_hidden
    svg = drawing(render_to_string("charts/distribution.html", {"chart": chart}))
    assert texts(svg) == ["Goed", "Half", "Tekenen", "< 5"]


def test_distribution_refuses_a_count_without_category() -> None:
    with pytest.raises(ValueError, match="afwijkend"):
        distribution("x", "t", [DistributionLine("l", Counts({"afwijkend": 2}))], [A, B])


def test_distribution_is_drawn_with_words_numbers_and_patterns() -> None:
    line = DistributionLine("Taal", Counts({"on_course": 3, "concern": 1}), Counts({"on_course": 2}))
    with translation.override("nl"):
        chart = distribution("verdeling", "Uitkomsten", [line], outcome_categories())
        html = render_to_string("charts/distribution.html", {"chart": chart})
    svg = drawing(html)
    assert svg[0].tag == f"{SVG}title"
    assert svg[0].text == "Uitkomsten. Gestapelde balken; de cijfers staan in de tabel hieronder."
    assert texts(svg)[:6] == [str(outcome.label) for outcome in OUTCOMES]
    assert texts(svg)[6:] == ["Taal", "75%", "25%", "n = 4", "n = 2"]
    assert any(rect.get("fill") == "url(#verdeling-down)" for rect in svg.iter(f"{SVG}rect"))
    assert not re.search(r'="-?\d+,\d', html), "a decimal comma breaks a drawing"
    assert "style=" not in html


def test_distribution_keeps_the_previous_bar_thinner_and_below() -> None:
    row = distribution("x", "t", [DistributionLine("l", Counts({"a": 1}), Counts({"a": 1}))], [A, B]).rows[0]
    assert row.before is not None
    assert row.before.height < row.now.height
    assert row.before.y > row.now.y + row.now.height


# ------------------------------------------------------------------------------------------- item shares


def test_item_shares_draws_share_number_and_previous_share() -> None:
    chart = item_shares("x", "Items", [ItemLine("Rijmt", 11, 17, before=Fraction(1, 2)), ItemLine("Telt", 0, 0)])
    first, second = chart.rows
    assert (first.text, first.whole, second.text) == ("65%", 17, "")
    assert first.width == pytest.approx(chart.bar_width * 11 / 17, abs=0.1)
    assert first.before_x == chart.bar_left + chart.bar_width / 2
    svg = drawing(render_to_string("charts/item_shares.html", {"chart": chart}))
    assert texts(svg) == ["Rijmt", "65%", "n = 17", "Telt", "–", "n = 0"]


@pytest.mark.requirement("MON-5.1")
def test_item_shares_draws_nothing_of_hidden_items() -> None:
    chart = item_shares("x", "Items", [ItemLine("Rijmt", 3, 4, hidden=True, before=Fraction(1, 3))])
    assert (chart.rows[0].width, chart.rows[0].text) == (0, "")
    svg = drawing(render_to_string("charts/item_shares.html", {"chart": chart}))
    assert texts(svg) == ["Rijmt", "< 5"]


@pytest.mark.parametrize(("part", "whole"), [(5, 4), (-1, 4)])
def test_item_shares_refuses_what_is_no_share(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        item_shares("x", "t", [ItemLine("l", part, whole)])


def test_item_shares_gives_a_long_text_more_room() -> None:
    rows = item_shares("x", "t", [ItemLine("woord " * 30, 1, 2), ItemLine("kort", 1, 2)]).rows
    assert len(rows[0].label_lines) == 3
    assert rows[0].label_lines[-1].text.endswith("…")
    assert rows[1].y - rows[0].y == 3 * 18 + 14


# -------------------------------------------------------------------------------------------- band strip


def measured(label: str, age: float, reached: float | None) -> Measurement:
    """Return a measurement with words of its own."""
    return Measurement(label, age, reached, outcome_category("on_course"), f"tot {reached}")


def test_band_strip_shows_the_last_three_and_marks_the_latest() -> None:
    many = [measured(f"m{i}", 20 + i, 20 + i) for i in range(5)]
    chart = band_strip("x", "Taal", many, age_months=42, age_text="3;6")
    assert [(row.label, row.latest) for row in chart.rows] == [("m2", False), ("m3", False), ("m4", True)]


def test_band_strip_places_ages_along_the_strip() -> None:
    chart = band_strip("x", "Taal", [measured("nu", 42, 21)], age_months=42, age_text="3;6")
    assert chart.today_x == chart.left + chart.strip_width / 2
    assert chart.rows[0].age_x == chart.today_x
    assert chart.rows[0].bar_width == chart.strip_width / 4
    assert [tick.years for tick in chart.ticks] == list(range(8))


@given(st.floats(0, 200), st.floats(0, 200))
def test_band_strip_never_leaves_its_frame(age: float, reached: float) -> None:
    chart = band_strip("x", "t", [measured("nu", age, reached)], age_months=age, age_text="")
    width = chart.rows[0].bar_width
    assert width is not None
    assert 0 <= width <= chart.strip_width
    assert chart.left <= chart.today_x <= chart.left + chart.strip_width <= WIDTH


def test_band_strip_has_no_bar_where_too_little_was_seen() -> None:
    chart = band_strip("x", "Taal", [measured("nu", 30, None)], age_months=30, age_text="2;6")
    assert chart.rows[0].bar_width is None


@pytest.mark.parametrize(("age", "anchor"), [(0, "start"), (42, "middle"), (84, "end"), (120, "end")])
def test_band_strip_keeps_the_words_at_the_calendar_line_inside(age: float, anchor: str) -> None:
    assert band_strip("x", "t", [], age_months=age, age_text="").today_anchor == anchor


def test_band_strip_refuses_a_negative_age() -> None:
    with pytest.raises(ValueError, match="negative"):
        band_strip("x", "t", [], age_months=-1, age_text="")


def test_band_strip_tells_in_its_title_what_it_shows() -> None:
    chart = band_strip("x", "Taal", [measured("najaar", 30, 24)], age_months=31, age_text="2;7")
    with translation.override("nl"):
        svg = drawing(render_to_string("charts/band_strip.html", {"chart": chart}))
        empty = render_to_string(
            "charts/band_strip.html", {"chart": band_strip("y", "Spel", [], age_months=31, age_text="2;7")}
        )
    assert svg[0].text == "Taal. najaar: tot 24."
    assert "leeftijd 2;7" in texts(svg)
    assert "nog niet geregistreerd" in texts(drawing(empty))


# ------------------------------------------------------------------------------------- words and tables


def test_wrap_breaks_at_blanks_and_says_when_it_cuts() -> None:
    assert wrap("een twee drie", 8, lines=2) == ("een twee", "drie")
    assert wrap("een twee drie vier", 8, lines=2) == ("een twee", "drie …")
    assert wrap("", 8, lines=2) == ("",)


def test_make_table_lines_figures_up() -> None:
    table = make_table("t", "Titel", ["Lijn", "Op koers", "Oordeel"], [["Taal", 3, "goed"], ["Spel", "< 5", "–"]])
    assert table.headings == (Cell("Lijn"), Cell("Op koers", numeric=True), Cell("Oordeel"))
    assert table.body[1] == (Cell("Spel"), Cell("< 5", numeric=True), Cell("–"))


def test_table_refuses_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="each row needs 2 cells"):
        make_table("t", "Titel", ["Lijn", "n"], [["Taal", 3], ["Spel"]])
    with pytest.raises(ValueError, match="each row needs 1 cells"):
        DataTable("t", "Titel", (Cell("Lijn"),), ((Cell("a"), Cell("b")),))


@pytest.mark.requirement("UX-2.2")
def test_table_scrolls_in_a_region_that_the_keyboard_reaches() -> None:
    html = render_to_string("components/table.html", {"table": make_table("t", "Titel", ["Lijn", "n"], [["Taal", 3]])})
    assert '<div class="table-scroll" role="region" tabindex="0" aria-labelledby="t-caption">' in html
    assert '<th scope="row">Taal</th><td class="numeric">3</td>' in html
