"""What goes into the list that ships: what Django and zxcvbn know, Dutch words and names, and Dutch habits (ACC-3.4).

Everything is made from files that are at hand, in the same way each time, so that the list can be made again and held
against what is there.
"""

from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path
from typing import Final

from accounts.passwords.words import club_years, context_words, dutch_names, dutch_words

SHIPPED_LIST: Final = Path(__file__).parent / "data" / "common_passwords.bin"

# How somebody makes a word meet a rule: a capital, some digits behind it, a sign at the end.
_NUMBERS: Final = ("1", "01", "12", "123", "1234", *(str(year) for year in range(2015, 2036)))
_SIGNS: Final = ("!", "?", "@", "#")
_FEW_NUMBERS: Final = ("1", "01", "123", "2025", "2026")
_NAMES_TAKEN: Final = 150


def shipped_passwords() -> Iterator[str]:
    """Yield every password of the shipped list; some of them more than once."""
    yield from _common_of_django()
    yield from _common_of_zxcvbn()
    yield from dutch_words()
    yield from dutch_names()
    yield from chain.from_iterable(context_words().values())
    yield from habitual_passwords()


def habitual_passwords() -> Iterator[str]:
    """Yield what Dutch people make of a word when capital, digit and sign are asked for: Welkom01!, Zomer2026!."""
    words = dict.fromkeys(chain(*context_words().values(), dutch_names()[:_NAMES_TAKEN]))
    for word in map(str.capitalize, words):
        yield from (f"{word}{number}!" for number in _NUMBERS)
        yield from (f"{word}{number}{sign}" for number, sign in product(_FEW_NUMBERS, _SIGNS[1:]))
        yield from (f"{word}{sign}{number}" for number, sign in product(_FEW_NUMBERS, _SIGNS))
    for club, year in club_years().items():
        yield from (f"{club.capitalize()}{year}{sign}" for sign in _SIGNS)


def _common_of_django() -> Iterator[str]:
    from django.contrib.auth.password_validation import CommonPasswordValidator

    yield from CommonPasswordValidator().passwords


def _common_of_zxcvbn() -> Iterator[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    yield from FREQUENCY_LISTS["passwords"]
