"""For whom a password is: what it may not resemble (ACC-3.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from accounts.passwords.text import letters_of, words_of

MINIMUM_LENGTH: Final = 8
MAXIMUM_LENGTH: Final = 128
_SHORTEST_WORD: Final = 3
# Small words in names of people and organisations: somebody called "van der Berg" may write "kinderen".
_SMALL_WORDS: Final = frozenset(
    {"van", "von", "der", "den", "des", "het", "ter", "ten", "aan", "bij", "uit", "voor", "een", "met", "over"}
    | {"onder", "naar", "als", "the", "and", "bin", "ibn", "abu"}
)


@dataclass(frozen=True, repr=False)
class PasswordContext:
    """What is known of whom the password is for; ``previous`` is the old password where it was given just now.

    What stays empty is not held against the password. It has no repr of its own, so that no log can show it.
    """

    email: str = ""
    user_name: tuple[str, ...] = ()
    organisation_name: str = ""
    minimum_length: int = MINIMUM_LENGTH
    previous: str = ""

    @property
    def shortest(self) -> int:
        """The fewest characters: what the organisation asks for, and never less than the agreement does."""
        return min(max(self.minimum_length, MINIMUM_LENGTH), MAXIMUM_LENGTH)

    @property
    def personal_words(self) -> list[str]:
        """The words of name and address that may not be in the password, folded, the longest first."""
        local = self.email.rpartition("@")[0]
        return _telling([letters_of(local), *words_of(local), *words_of(" ".join(self.user_name))])

    @property
    def organisation_words(self) -> list[str]:
        """The words of the organisation's name that may not be in the password, folded, the longest first."""
        return _telling([letters_of(self.organisation_name), *words_of(self.organisation_name)])

    @property
    def near_words(self) -> list[str]:
        """All that is easily thought of by who knows the person: the words above and those of the address."""
        return [*self.personal_words, *self.organisation_words, *_telling(words_of(self.email))]


def _telling(words: Iterable[str]) -> list[str]:
    found = {word for word in words if len(word) >= _SHORTEST_WORD and word not in _SMALL_WORDS}
    return sorted(found, key=lambda word: (-len(word), word))
