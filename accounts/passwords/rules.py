"""The rules a new password must meet (ACC-3.1 to ACC-3.5), and how strong one is."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.passwords.advice import explain
from accounts.passwords.context import MAXIMUM_LENGTH, PasswordContext
from accounts.passwords.guessing import Guess, guess
from accounts.passwords.offline import is_breached, is_common
from accounts.passwords.similarity import nearly_equal, word_inside
from accounts.passwords.text import composed, is_visible

__all__ = ["SIGNS", "PasswordContext", "Problem", "Rule", "Strength", "find_problems", "strength_of"]

# The agreement's own set. The backslash stands in it as a sign like the others.
SIGNS: Final = "!@#$%^&*()\\-_=+`~,./?:;|"
_DIGITS: Final = "0123456789"
_ACCEPTED_SCORE: Final = 3
# "Strong" beside a list of what is wrong would be a riddle, and what others try first is never more than weak.
_HIGHEST_SCORE_WITH_PROBLEMS: Final = 2
_HIGHEST_SCORE_OF_KNOWN: Final = 1
_LABELS: Final = (
    gettext_lazy("heel zwak"),
    gettext_lazy("zwak"),
    gettext_lazy("matig"),
    gettext_lazy("goed"),
    gettext_lazy("sterk"),
)


class Rule(StrEnum):
    """What a password can fail on; the values are the codes that the page knows."""

    LENGTH = "length"
    CAPITAL = "capital"
    DIGIT = "digit"
    SIGN = "sign"
    VISIBLE = "visible"
    PERSONAL = "personal"
    PREVIOUS = "previous"
    GUESSABLE = "guessable"


@dataclass(frozen=True)
class Problem:
    """A rule that is not met, and a sentence that says what to do."""

    rule: Rule
    text: str


@dataclass(frozen=True)
class Strength:
    """How strong a password is: ``score`` from 0 to 4 with its ``label``, and what is still wrong with it."""

    score: int
    label: str
    problems: tuple[Problem, ...]

    @property
    def unmet(self) -> tuple[Rule, ...]:
        """The rules that are not met, each once."""
        return tuple(dict.fromkeys(problem.rule for problem in self.problems))


def find_problems(password: str, context: PasswordContext) -> list[str]:
    """Return everything that is wrong with a new password, as sentences for its owner; nothing when it is fine.

    Whether it is one of the last five is for whoever has those. Raises UnusableList where an offline list cannot be
    read: no password passes unchecked.
    """
    return [problem.text for problem in strength_of(password, context).problems]


def strength_of(password: str, context: PasswordContext) -> Strength:
    """Return how strong a new password is, and what is wrong with it. Raises UnusableList as ``find_problems`` does."""
    # What is too long is refused for that; of the rest only as much is looked at as can be a password.
    text = password[:MAXIMUM_LENGTH]
    guessed = guess(text, context.near_words)
    known = tuple(_known(text))
    weak = () if known else tuple(_weak(guessed))
    problems = (*_length(password, context), *_kinds(text), *_likeness(text, context), *known, *weak)
    score = guessed.score
    if problems:
        score = min(score, _HIGHEST_SCORE_OF_KNOWN if known else _HIGHEST_SCORE_WITH_PROBLEMS)
    return Strength(score, str(_LABELS[score]), problems)


def _length(password: str, context: PasswordContext) -> Iterator[Problem]:
    """Hold the length against both bounds.

    The lower one counts characters as one sees them, the upper one as they are sent: that is what the field takes.
    """
    seen = len(composed(password[: MAXIMUM_LENGTH + 1]))
    if len(password) > MAXIMUM_LENGTH:
        yield Problem(Rule.LENGTH, _("Gebruik niet meer dan %(count)d tekens.") % {"count": MAXIMUM_LENGTH})
    elif seen < context.shortest:
        words = _("Gebruik minstens %(count)d tekens. Nu zijn het er %(seen)d.")
        yield Problem(Rule.LENGTH, words % {"count": context.shortest, "seen": seen})


def _kinds(text: str) -> Iterator[Problem]:
    """Ask for a capital, a digit and a sign, and for characters that can be seen."""
    letters = composed(text)
    if not any(unicodedata.category(letter) == "Lu" for letter in letters):
        yield Problem(Rule.CAPITAL, _("Gebruik minstens één hoofdletter."))
    if not any(letter in _DIGITS for letter in letters):
        yield Problem(Rule.DIGIT, _("Gebruik minstens één cijfer."))
    if not any(letter in SIGNS for letter in letters):
        yield Problem(Rule.SIGN, _("Gebruik minstens één van deze tekens: %(signs)s") % {"signs": " ".join(SIGNS)})
    if not all(map(is_visible, letters)):
        yield Problem(Rule.VISIBLE, _("Er staat een onzichtbaar teken in. Typ het wachtwoord opnieuw."))


def _likeness(text: str, context: PasswordContext) -> Iterator[Problem]:
    """Refuse what resembles the person, the organisation or the previous password."""
    if own := word_inside(text, context.personal_words):
        words = _("Laat uw naam en uw e-mailadres weg: “%(word)s” staat in het wachtwoord.")
        yield Problem(Rule.PERSONAL, words % {"word": own})
    if own := word_inside(text, context.organisation_words):
        words = _("Laat de naam van uw organisatie weg: “%(word)s” staat in het wachtwoord.")
        yield Problem(Rule.PERSONAL, words % {"word": own})
    if context.previous and nearly_equal(text, context.previous):
        yield Problem(Rule.PREVIOUS, _("Dit lijkt te veel op uw vorige wachtwoord. Bedenk een heel ander."))


def _known(text: str) -> Iterator[Problem]:
    """Refuse what others try first."""
    if is_breached(text):
        words = _("Dit wachtwoord staat op een lijst van bekende wachtwoorden. Bedenk een ander.")
        yield Problem(Rule.GUESSABLE, words)
    elif is_common(text):
        words = _("Een bekend woord met iets erbij is snel geraden. Neem een paar woorden die niet bij elkaar horen.")
        yield Problem(Rule.GUESSABLE, words)


def _weak(guessed: Guess) -> Iterator[Problem]:
    """Refuse what is guessed soon, with the reason."""
    if guessed.score < _ACCEPTED_SCORE:
        words = _("Dit wachtwoord is makkelijk te raden. %(reason)s") % {"reason": explain(guessed)}
        yield Problem(Rule.GUESSABLE, words.strip())
