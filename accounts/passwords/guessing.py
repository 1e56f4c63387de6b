"""How easily a password is guessed (ACC-3.4): zxcvbn, taught Dutch.

zxcvbn only knows English, so that "fietsenstalling" gets its highest score. Its own way to add words, an argument
of its main function, is slow with forty thousand of them and keeps them in a variable all threads share. So the Dutch
lists join its dictionaries once, when they are first needed, and a person's own words go along with each call.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Final

from accounts.passwords.text import folded
from accounts.passwords.words import ranked_words

# zxcvbn refuses longer texts, for its work grows with the square of the length. The password itself is never cut.
SCORED_LENGTH: Final = 72
# It tries every combination of what signs can stand for; a text made for it has hundreds.
_MOST_READINGS: Final = 8
# It reckons ten possibilities a character, so that eight at random come to exactly the bound of its score 3, and its
# margin above that bound would leave no password of eight characters.
_MARGIN: Final = 5
_LOADING = Lock()


@dataclass(frozen=True, repr=False)
class Guess:
    """``score`` runs from 0 (guessed at once) to 4; ``warning`` and ``suggestions`` are zxcvbn's own, in English.

    ``dictionary`` is the one that holds the longest word found, or nothing.
    """

    score: int
    dictionary: str
    warning: str
    suggestions: tuple[str, ...]


def guess(password: str, own_words: Iterable[str] = ()) -> Guess:
    """Estimate how soon somebody guesses the password who knows Dutch, this work and ``own_words``."""
    from zxcvbn import feedback, scoring, time_estimates

    # Capitals are asked for, so they tell a guesser nothing; within a word or a row of equal signs they would hide it.
    text = folded(password)[:SCORED_LENGTH]
    if not text:
        return Guess(0, "", "", ())
    # Without zxcvbn's surcharge for every further piece: with it any three pieces pass, however plain ("Zzzzzzz-1!").
    found = scoring.most_guessable_match_sequence(text, _matches(text, own_words), _exclude_additive=True)
    score = time_estimates.guesses_to_score(found["guesses"] + _MARGIN)
    advice = feedback.get_feedback(score, found["sequence"])
    longest = max(found["sequence"], key=lambda match: len(match["token"]))
    return Guess(score, longest.get("dictionary_name", ""), advice["warning"], tuple(advice["suggestions"]))


def _matches(text: str, own_words: Iterable[str]) -> list[Mapping[str, Any]]:
    from zxcvbn import matching

    known = {**_dictionaries(), "own": matching.build_ranked_dict(own_words)}
    if _readings(text) <= _MOST_READINGS:
        found: list[Mapping[str, Any]] = matching.omnimatch(text, known)
        return found
    # Nobody remembers such a text; without the search for letters behind its signs it scores a little too high.
    quick = (
        matching.dictionary_match,
        matching.reverse_dictionary_match,
        matching.spatial_match,
        matching.sequence_match,
        matching.regex_match,
        matching.date_match,
    )
    return [match for matcher in quick for match in matcher(text, _ranked_dictionaries=known)]


def _readings(text: str) -> int:
    """Return an upper bound of the combinations that the search for letters behind signs would try."""
    from zxcvbn import matching

    total = 1
    for signs in matching.relevant_l33t_subtable(text, matching.L33T_TABLE).values():
        total *= len(signs)
    return total


def _dictionaries() -> Mapping[str, Mapping[str, int]]:
    """Return zxcvbn's dictionaries with the Dutch ones among them."""
    # Threads that begin at the same time wait for one another: nobody searches the dictionaries while they grow.
    with _LOADING:
        return _load()


@cache
def _load() -> Mapping[str, Mapping[str, int]]:
    from zxcvbn import matching

    # Added to its own and not only handed along: it scores what is repeated with its own alone.
    matching.add_frequency_lists(ranked_words())
    known: Mapping[str, Mapping[str, int]] = matching.RANKED_DICTIONARIES
    return known
