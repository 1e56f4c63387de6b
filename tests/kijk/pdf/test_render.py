"""PDFs: readable by a screen reader, made without the network, the same twice, and never half right."""

import logging
import socket
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from kijk.pdf.render import LARGEST_DATA_URI, PdfError, StaticFetcher, render_pdf
from kijk.web.gallery_samples import sample_distribution, sample_items, sample_strip
from kijk.web.tables import make_table

PAGE = '{% extends "pdf/base.html" %}{% load kijk_ui %}{% block content %}BODY{% endblock %}'
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
STATIC = Path(__file__).resolve().parents[3] / "static"


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """Return a function that makes a PDF of a page with this body."""

    def make(body: str, *, title: str = "Ontwikkeling in beeld", language: str = "nl", **context: Any) -> bytes:
        (tmp_path / "sample.html").write_text(PAGE.replace("BODY", body), encoding="utf-8")
        config = [{**django_settings.TEMPLATES[0], "DIRS": [tmp_path, *django_settings.TEMPLATES[0]["DIRS"]]}]
        config[0]["OPTIONS"] = {
            **config[0]["OPTIONS"],
            "loaders": ["django.template.loaders.filesystem.Loader"],
        }
        with override_settings(TEMPLATES=config):
            return render_pdf("sample.html", context, title=title, language=language)

    return make


def tags(pdf: bytes) -> list[DictionaryObject]:
    """Return the elements of the tag tree in reading order."""
    found: list[DictionaryObject] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for child in node:
                walk(child)
        elif isinstance(node, DictionaryObject) and "/S" in node:
            found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"]["/K"])
    return found


def test_pdf_says_that_it_is_accessible_in_which_language_and_what_it_is(made) -> None:
    reader = PdfReader(BytesIO(made("<h2>Kop</h2><p>Tekst.</p>", eyebrow="Rapport", subtitle="Najaar 2026")))
    root = reader.root_object
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Ontwikkeling in beeld"


def test_pdf_in_english_says_so_and_counts_its_pages_in_english(made) -> None:
    pdf = made("<p>Text.</p>", language="en")
    reader = PdfReader(BytesIO(pdf))
    assert reader.root_object["/Lang"] == "en"


def test_pdf_has_headings_tables_and_figures_with_words_in_its_tags(made) -> None:
    bars, bars_table = sample_distribution()
    pdf = made(
        '<h2>Verdeling</h2>{% include "charts/distribution.html" with chart=bars table=table plain=True only %}',
        bars=bars,
        table=bars_table,
        facts=[SimpleNamespace(label="Peildatum", value="3 november 2026")],
    )
    found = tags(pdf)
    names = [str(tag["/S"]) for tag in found]
    assert names.count("/H1") == 1
    assert names.count("/H2") == 1
    assert names.count("/TH") == 1 + len(bars_table.headings) + len(bars_table.body)
    figures = [tag for tag in found if tag["/S"] == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == [
        "Uitkomsten per ontwikkelingslijn, najaar 2026. Gestapelde balken; de cijfers staan in de tabel hieronder."
    ]


def test_pdf_keeps_running_heads_out_of_the_tags(made) -> None:
    pdf = made("<p>Tekst.</p>", source="Kinderopvang De Beuk")
    assert "Kinderopvang De Beuk" in PdfReader(BytesIO(pdf)).pages[0].extract_text()
    content = PdfReader(BytesIO(pdf)).pages[0].get_contents()
    assert content is not None
    assert content.get_data().count(b"/Artifact") > 0
    assert [str(tag["/S"]) for tag in tags(pdf) if tag["/S"] in {"/H1", "/P"}] == ["/P", "/H1", "/P"]


def test_pdf_text_can_be_taken_out_again(made) -> None:
    items, items_table = sample_items()
    strip, strip_table = sample_strip()
    pdf = made(
        "<p>Aïsha Yıldız en Łukasz Świątek, Şahin; “dag” – 3;2 … ½</p>"
        '{% include "charts/item_shares.html" with chart=items table=items_table plain=True only %}'
        '{% include "charts/band_strip.html" with chart=strip table=strip_table plain=True only %}'
        '{% outcome_badge "attention" difference=-7 %}',
        items=items,
        items_table=items_table,
        strip=strip,
        strip_table=strip_table,
    )
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    for words in ("Aïsha Yıldız en Łukasz Świątek, Şahin; “dag” – 3;2 … ½", "Bladzijde 1 van 2", "leeftijd 3;3"):
        assert words in text
    assert "7 maanden achter" in text


def test_pdf_repeats_the_heading_of_a_long_table_and_leaves_no_lonely_row(made) -> None:
    rows = [[f"Mijlpaal nummer {i}", i] for i in range(70)]
    pdf = made(
        '{% include "components/table.html" with table=table only %}', table=make_table("t", "T", ["Rij", "n"], rows)
    )
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    assert len(pages) > 2
    counts = [text.count("Mijlpaal nummer") for text in pages]
    assert sum(counts) == 70
    assert min(counts) >= 2
    assert all("Rij" in text for text in pages)


def test_pdf_embeds_the_house_font_only(made) -> None:
    reader = PdfReader(BytesIO(made("<p><em>Tekst</em> <strong>Łukasz</strong></p>")))
    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Atkinson" in font for font in fonts)


def test_same_page_gives_the_same_bytes_and_another_page_another_name(made) -> None:
    first, again, other = made("<p>Een.</p>"), made("<p>Een.</p>"), made("<p>Twee.</p>")
    assert first == again
    assert PdfReader(BytesIO(first)).trailer["/ID"] != PdfReader(BytesIO(other)).trailer["/ID"]


# --------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "address",
    [
        "http://example.invalid/x.png",
        "https://example.invalid/x.png",
        "ftp://example.invalid/x.png",
        "file:///etc/hostname",
        "//example.invalid/x.png",
        "/etc/hostname",
        "x.png",
        "static:../manage.py",
        "static:css/../../manage.py",
        "static:css/%2e%2e/tokens.css",
        "static:/etc/hostname",
        "static:js/main.js",
        "static:img/nergens.svg",
        "data:image/png;base64," + "A" * LARGEST_DATA_URI,
    ],
)
def test_pdf_refuses_every_address_but_its_own_files(made, monkeypatch, address: str) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a PDF reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    with pytest.raises(PdfError):
        made(f'<img src="{address}" alt="Foto">')


@pytest.mark.parametrize(
    "body",
    [
        '<link rel="stylesheet" href="http://example.invalid/x.css">',
        '<style>@import "file:///etc/hostname";</style>',
        '<style>p { background: url("http://example.invalid/x.png") }</style><p>Tekst</p>',
        '<style>@font-face { font-family: X; src: url("http://example.invalid/x.woff2") }</style>',
        '<svg width="9" height="9"><title>Foto</title><image href="http://example.invalid/x.png" width="9" height="9"/></svg>',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
    ids=["link", "import", "background", "font", "svg image", "attachment"],
)
def test_pdf_refuses_addresses_wherever_they_stand(made, body: str) -> None:
    with pytest.raises(PdfError):
        made(body)


def test_fetcher_refuses_a_link_that_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "static"
    inside.mkdir()
    (tmp_path / "secret.css").write_text("p {}", encoding="utf-8")
    (inside / "link.css").symlink_to(tmp_path / "secret.css")
    with pytest.raises(ValueError, match="leave the static folder"):
        StaticFetcher(inside).fetch("static:link.css")


def test_fetcher_gives_static_files_and_small_data() -> None:
    fetcher = StaticFetcher(STATIC)
    found = fetcher.fetch("static:css/tokens.css")
    assert (found.content_type, found.read()) == ("text/css", (STATIC / "css/tokens.css").read_bytes())
    assert fetcher.fetch(DOT).content_type == "image/png"


def test_pdf_may_show_a_small_picture_with_words(made) -> None:
    figures = [tag for tag in tags(made(f'<img src="{DOT}" alt="Een stip">')) if tag["/S"] == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == ["Een stip"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (f'<img src="{DOT}">', "no required alt description"),
        (f'<img src="{DOT}" alt="">', "no required alt description"),
        ('<svg width="9" height="9"><rect width="9" height="9"/></svg>', "without <title>"),
        ('<svg width="9" height="9"><title> </title><rect width="9" height="9"/></svg>', "without <title>"),
        ("<p>\U000f0000</p>", "glyph"),
        ("<style>p { colour: red }</style><p>Tekst</p>", "unknown property"),
        ('<p><a href="#nergens">verder</a></p>', "nergens"),
    ],
    ids=["no alt", "empty alt", "svg", "svg with empty title", "glyph", "css", "anchor"],
)
def test_pdf_that_would_come_out_wrong_is_not_made(made, body: str, problem: str) -> None:
    with pytest.raises(PdfError, match=problem) as caught:
        made(body)
    assert caught.value.problems


def test_pdf_needs_a_title(made) -> None:
    with pytest.raises(PdfError, match="title"):
        made("<p>Tekst.</p>", title=" ")


def test_problems_are_seen_however_quiet_the_log_is(made) -> None:
    logger = logging.getLogger("weasyprint")
    level, handlers = logger.level, logger.handlers[:]
    try:
        logger.setLevel(logging.CRITICAL)
        logger.handlers.clear()
        with pytest.raises(PdfError):
            made(f'<img src="{DOT}">')
    finally:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def test_problems_of_one_pdf_do_not_stick_to_the_next(made) -> None:
    with pytest.raises(PdfError):
        made(f'<img src="{DOT}">')
    logging.getLogger("weasyprint").warning("said while no PDF is being made")
    assert made("<p>Tekst.</p>").startswith(b"%PDF-1.7")


def test_values_in_a_pdf_are_escaped(made) -> None:
    pdf = made("<p>{{ name }}</p>", name='<img src="http://example.invalid/x.png">')
    assert "<img src=" in PdfReader(BytesIO(pdf)).pages[0].extract_text()
