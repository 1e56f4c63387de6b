"""The pieces the password rules are made of: texts, likeness, words, and zxcvbn's advice."""

import ast
import inspect
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import feedback, matching

from accounts.passwords.advice import DICTIONARIES, SUGGESTIONS, WARNINGS, explain
from accounts.passwords.context import PasswordContext
from accounts.passwords.guessing import guess
from accounts.passwords.similarity import nearly_equal, within_edits, word_inside
from accounts.passwords.text import folded, letters_of, readings, trimmed, words_of
from accounts.passwords.words import YEARS, context_words, dutch_names, dutch_words, interleaved, ranked_words


def test_text_is_folded_without_accents_on_latin_letters_only() -> None:
    assert folded("Zoë ÉÉN e\u0301 ẞ Йод") == "zoe een e ss йод"


def test_words_and_letters_leave_out_everything_else() -> None:
    assert words_of("Jan-Willem d'Hondt_3b") == ["jan", "willem", "d", "hondt", "b"]
    assert letters_of("R2-D2: Zoë") == "rdzoe"


def test_signs_are_read_as_letters() -> None:
    assert readings("w@chtw00rd1") == ["wachtwoordi", "wachtwoordl"]


@pytest.mark.parametrize(
    ("text", "cores"),
    [("welkom01!", ["welkom", "welkom"]), ("12a-b34", ["12a-b", "a-b"]), ("123", ["", ""]), ("", ["", ""])],
)
def test_what_is_no_letter_falls_off_the_ends(text: str, cores: list[str]) -> None:
    assert trimmed(text) == cores


def distance(one: str, other: str) -> int:
    """Levenshtein's distance, the plain way."""
    row = list(range(len(other) + 1))
    for line, letter in enumerate(one, start=1):
        above, row = row, [line]
        for column, found in enumerate(other, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (letter != found)))
    return row[-1]


@given(one=st.text("abc", max_size=12), other=st.text("abc", max_size=12), most=st.integers(0, 5))
@settings(max_examples=300, deadline=None)
def test_distance_along_the_diagonal_agrees_with_the_plain_one(one: str, other: str, most: int) -> None:
    assert within_edits(one, other, most) == (distance(one, other) <= most)


@pytest.mark.parametrize(
    ("new", "old", "near"),
    [
        ("kraanvogels", "kraanvogels", True),
        ("kraanvog123", "kraanvogels", True),
        ("kraanvo1234", "kraanvogels", False),
        ("a1!b2@c3#", "A9?B8:C7;D", False),
        ("abc11111111", "22222222222222-A-B-C", True),
        ("ab111111111", "22222222222222-A-B", False),
        ("xxxxkraanvogelyyyy", "kraanvogel", True),
        ("wolk-en-een-tafel", "wolk-en", False),
    ],
)
def test_nearly_equal_is_three_edits_the_same_letters_or_one_within_the_other(new: str, old: str, near: bool) -> None:
    assert (nearly_equal(new, old), nearly_equal(old, new)) == (near, near)


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("xxNoorxx", "noor", True),
        ("b3rgtop", "berg", True),
        ("1l3", "ile", False),
        ("re-gen boog", "regenboog", True),
        ("be-rg", "berg", False),
    ],
)
def test_short_words_are_only_found_as_they_are(text: str, word: str, found: bool) -> None:
    assert (word_inside(text, [word]) == word) is found


def test_context_shows_nothing_of_itself() -> None:
    context = PasswordContext(email="noor@voorbeeld.nl", user_name=("Noor",), previous="Geheim-geheim-1")
    assert "noor" not in repr(context).lower()
    assert "Geheim" not in repr(context)


# ---------------------------------------------------------------------------------------------- words


def test_word_lists_are_folded_and_long_enough() -> None:
    listed = [*dutch_words(), *dutch_names(), *(word for section in context_words().values() for word in section)]
    assert [word for word in listed if len(word) < 3 or word != letters_of(word)] == []
    assert (len(dutch_words()), len(dutch_names())) == (31_276, 12_015)


@pytest.mark.requirement("ACC-3.4")
@pytest.mark.parametrize(
    "word",
    [
        *("kijk", "observatie", "kleuter", "peuter", "juf", "meester", "school", "groep", "bazalt", "fietsenstalling"),
        *("zomer", "januari", "maandag", "sinterklaas", "amsterdam", "feyenoord", "2026"),
    ],
)
def test_context_words_are_in_the_dictionary_the_estimate_uses(word: str) -> None:
    assert guess(word).score == 0
    assert matching.RANKED_DICTIONARIES["context"][word] <= len(ranked_words()["context"])


def test_years_are_ranked_with_the_words_nearest_at_hand() -> None:
    assert (YEARS[0], YEARS[-1]) == ("2040", "1930")
    assert interleaved([["a", "b", "c"], ["x"], ["a", "y"]]) == ["a", "x", "b", "y", "c"]


# --------------------------------------------------------------------------------------------- advice


def advice_of_zxcvbn() -> set[str]:
    """Return every text in zxcvbn's source that it hands to gettext."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(feedback))) if isinstance(node, ast.Call)]
    marked = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "_"]
    return {str(ast.literal_eval(text)) for text in marked}


def test_every_text_of_zxcvbn_has_its_dutch() -> None:
    assert advice_of_zxcvbn() == {*WARNINGS, *SUGGESTIONS}
    assert {*ranked_words(), "own"} == {*DICTIONARIES}


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("zxcvfrewq", "Een patroon op het toetsenbord is snel geraden."),
        ("password", "Dit is een van de tien meest gebruikte wachtwoorden."),
        ("achterblijven", "Een gewoon woord met iets erbij is snel geraden."),
        ("vandamme", "Een naam die veel voorkomt, is snel geraden."),
        ("kinderdagverblijf", "Een woord of jaartal dat voor de hand ligt, is snel geraden."),
        ("xaviera", "Iets wat bij u of uw organisatie hoort, is snel geraden."),
    ],
)
def test_reason_names_what_was_recognised(password: str, reason: str) -> None:
    with translation.override("nl"):
        assert explain(guess(password, ["xaviera"])).split(". ")[0].rstrip(".") + "." == reason


def test_own_words_of_one_do_not_reach_another() -> None:
    with ThreadPoolExecutor(4) as pool:
        words = ["xaviera", "", "quistorius", ""] * 20
        scores = list(pool.map(lambda word: guess("Xaviera!Quistorius", [word]).score, words))
    assert scores[0] == guess("Xaviera!Quistorius", ["xaviera"]).score
    assert scores == scores[:4] * 20
    assert "own" not in matching.RANKED_DICTIONARIES
