"""The colours of the house: text can be read on its ground, and charts and screens use the same ones."""

import re
from pathlib import Path

import pytest

from kijk.web.outcomes import OUTCOMES

ROOT = Path(__file__).resolve().parents[3]
TOKENS = dict(
    re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", (ROOT / "static/css/tokens.css").read_text(encoding="utf-8"))
)
WHITE_ON = ("primary", "primary-strong", "danger", "ink")
TEXT_ON_GROUND = [
    *[
        (text, ground)
        for text in ("ink", "ink-soft", "link", "primary", "primary-strong", "accent-strong", "danger", "success")
        for ground in ("canvas", "surface", "surface-sunk", "primary-soft")
    ],
    *[("ink", f"{tone}-soft") for tone in ("danger", "success", "notice", "info")],
    *[(tone, f"{tone}-soft") for tone in ("danger", "success", "notice", "info")],
    *[
        (f"{outcome}-text", f"{outcome}-soft")
        for outcome in ("ahead", "on-course", "attention", "concern", "insufficient")
    ],
    ("ink-soft", "not-registered"),
    *[("on-primary", ground) for ground in WHITE_ON],
    ("notice", "surface"),
    ("focus-inverse", "primary"),
]
# What is no text: edges of controls, the ring of the focus, the parts of a chart on white.
EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "canvas"),
    ("focus", "surface"),
    ("focus", "canvas"),
    ("focus-inverse", "primary-strong"),
    *[(outcome, "surface") for outcome in ("ahead", "on-course", "attention", "concern", "insufficient")],
]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edge_stands_out_from_its_ground(edge: str, ground: str) -> None:
    assert contrast(TOKENS[edge], TOKENS[ground]) >= 3


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.code or "not registered")
def test_outcome_in_a_chart_is_the_token_and_carries_text(outcome) -> None:
    assert outcome.fill == TOKENS[(outcome.code or "not_registered").replace("_", "-")]
    assert contrast(outcome.fill, outcome.ink) >= 4.5


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.code or "not registered")
def test_outcome_is_never_red(outcome) -> None:
    red, green, blue = (int(outcome.fill[i : i + 2], 16) for i in (1, 3, 5))
    assert not (red > 1.6 * green and red > 1.6 * blue)


def test_signs_have_the_text_colours_of_their_outcomes() -> None:
    signs = (ROOT / "static/css/signs.css").read_text(encoding="utf-8")
    found = {name: f"#{colour}" for name, colour in re.findall(r"\.sign--(\w+) .*?%23([0-9a-f]{6})'", signs)}
    wanted = {outcome.code: TOKENS[f"{outcome.code.replace('_', '-')}-text"] for outcome in OUTCOMES if outcome.code}
    assert found == {**wanted, "not_registered": TOKENS["insufficient-text"]}


def test_every_token_used_exists() -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "static/css").glob("*.css")))
    used = set(re.findall(r"var\(--([a-z0-9-]+)", sheets))
    assert used - set(re.findall(r"--([a-z0-9-]+):", sheets)) == set()


def test_no_style_sheet_takes_the_focus_ring_away() -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "static/css").glob("*.css")))
    assert re.findall(r"outline(?:-width)?:\s*(?:none|0)", sheets) == []
