"""The words, signs and colours of outcomes and answers, in one place for screens, charts and PDFs.

The codes are those of the scoring rules. A colour never stands alone: each outcome also has a sign (drawn, because
not every font has it) and a word. Red is not among them: a child is never "wrong" (DOMAIN.md, signals).
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.web.charts import Category


@dataclass(frozen=True)
class Outcome:
    """One outcome of a development line.

    `code` is the scoring rule's code (empty for "not registered"), `fill` the colour in charts (the same as the token
    `--…` in static/css/tokens.css), `ink` the colour of signs and text on it, `pattern` the drawing that tells
    it from its neighbours without colour, `sign` the symbol for plain text.
    """

    code: str
    label: Promise
    sign: str
    fill: str
    ink: str
    pattern: str


AHEAD: Final = Outcome("ahead", _("Voor op leeftijd"), "▲", "#3a76bd", "#ffffff", "up")
ON_COURSE: Final = Outcome("on_course", _("Op koers"), "●", "#23806a", "#ffffff", "plain")
ATTENTION: Final = Outcome("attention", _("Aandacht"), "◆", "#c58712", "#16282e", "dots")
CONCERN: Final = Outcome("concern", _("Zorg"), "▼", "#8b4a91", "#ffffff", "down")
INSUFFICIENT: Final = Outcome("insufficient", _("Onvoldoende gezien"), "○", "#8a959b", "#16282e", "rings")
NOT_REGISTERED: Final = Outcome("", _("Niet geregistreerd"), "–", "#ffffff", "#16282e", "open")

OUTCOMES: Final = (AHEAD, ON_COURSE, ATTENTION, CONCERN, INSUFFICIENT, NOT_REGISTERED)
"""All outcomes, in the order in which charts and legends show them."""

_BY_CODE: Final = {outcome.code: outcome for outcome in OUTCOMES} | {"not_registered": NOT_REGISTERED}


def outcome_for(code: str | None) -> Outcome:
    """Return the outcome with this code; None and the empty string mean "not registered".

    Raises ValueError for a code that no scoring rule gives: showing something else would tell an untruth.
    """
    try:
        return _BY_CODE[code or ""]
    except KeyError:
        raise ValueError(f"unknown outcome: {code!r}") from None


@dataclass(frozen=True)
class Choice:
    """One answer to a milestone: its value in the database, its words, its key on the keyboard."""

    value: str
    label: Promise
    key: str


MILESTONE_CHOICES: Final = (
    Choice("not_yet", _("Nog niet"), "1"),
    Choice("emerging", _("In ontwikkeling"), "2"),
    Choice("secure", _("Beheerst"), "3"),
    Choice("not_observed", _("Niet gezien"), "0"),
)
"""The answers to a milestone in the order of the buttons. "Not observed" is last: it is no step of development."""


def outcome_categories() -> tuple[Category, ...]:
    """Return the outcomes as the parts of a chart's bars, with their words in the language that is active now."""
    return tuple(outcome_category(outcome.code) for outcome in OUTCOMES)


def outcome_category(code: str | None) -> Category:
    """Return one outcome as a part of a chart. Raises ValueError for an unknown code."""
    outcome = outcome_for(code)
    return Category(outcome.code, str(outcome.label), outcome.fill, outcome.ink, outcome.pattern)
