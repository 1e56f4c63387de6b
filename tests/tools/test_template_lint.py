"""The rules for templates: each breach is found, and what is allowed is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import template_lint

ROOT = Path(__file__).resolve().parents[2]


def breaches(tmp_path: Path, text: str, name: str = "page.html") -> list[str]:
    """Return what is found in a template of this text."""
    path = tmp_path / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return template_lint.breaches(path, tmp_path / "templates")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<p style="color: red">', "inline style"),
        ("<p\n  class='a'\n  STYLE='x'>", "inline style"),
        ("<style>p {}</style>", "style element"),
        ("<script>alert(1)</script>", "inline script"),
        ('<script type="module">x</script>', "inline script"),
        ('<button onclick="x()">', "on… handler"),
        ('<body\n onload="x()">', "on… handler"),
        ('<div hx-on:click="x">', "hx-on"),
        ("<div hx-vals='js:{a: 1}'>", "js:"),
        ('<a href="javascript:x()">', "a javascript: address"),
        ("{{ text|safe }}", "|safe"),
        ("{{ texts | safeseq }}", "|safe"),
        ("{% autoescape off %}", "autoescape off"),
        ('<img src="https://elsewhere.example/x.png" alt="">', "a resource elsewhere"),
        ('<link href="//elsewhere.example/x.css" rel="stylesheet">', "a resource elsewhere"),
    ],
)
def test_a_breach_is_found_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    found = breaches(tmp_path, f"<p>\nfirst\n</p>\n{text}\n")

    assert len(found) == 1
    place, _, said = found[0].partition(": ")
    assert said.startswith(reason)
    assert place == "templates/page.html:4"


@pytest.mark.parametrize(
    "text",
    [
        '<script type="module" src="{% static "js/a.js" %}"></script>',
        '<script type="application/json" id="data">{}</script>',
        '<link rel="stylesheet" href="{% static "css/a.css" %}">',
        '<a href="https://elsewhere.example/" rel="noopener">elsewhere</a>',
        '<p class="styled" data-on="x">onclick="x" is text here</p>',
        '{# <p style="x"> is only spoken of #}',
        "{% comment %}<script>x</script>{% endcomment %}",
        "{{ safe|escape }}",
        '<input data-style="x" name="on">',
    ],
)
def test_what_is_allowed_is_left_alone(tmp_path: Path, text: str) -> None:
    assert breaches(tmp_path, text) == []


def test_a_pdf_brings_its_own_style(tmp_path: Path) -> None:
    assert breaches(tmp_path, "<style>p {}</style>", "pdf/page.html") == []


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("{# button: label, kind #}\n<button></button>", True),
        ("{% comment %}card: title\nmore{% endcomment %}<div></div>", True),
        ("<button></button>{# late #}", False),
        ("{# #}<button></button>", False),
        ("", False),
    ],
)
def test_a_component_says_first_what_it_takes(tmp_path: Path, text: str, sound: bool) -> None:
    assert (breaches(tmp_path, text, "components/button.html") == []) is sound


def test_the_projects_own_templates_keep_the_rules() -> None:
    paths = sorted((ROOT / "templates").rglob("*.html"))

    assert len(paths) > 10
    assert [line for path in paths for line in template_lint.breaches(path, ROOT / "templates")] == []
