"""Why a password is easy to guess, and what helps, in Dutch: zxcvbn says it in English."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.passwords.guessing import Guess

# By zxcvbn's own texts. A test holds these tables against its source: an update cannot bring a text that is not here.
WARNINGS: Final = {
    "Straight rows of keys are easy to guess.": _("Een rij toetsen naast elkaar is snel geraden."),
    "Short keyboard patterns are easy to guess.": _("Een patroon op het toetsenbord is snel geraden."),
    'Repeats like "aaa" are easy to guess.': _("Steeds hetzelfde teken is snel geraden."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _(
        "Een herhaling is bijna even snel geraden als één keer."
    ),
    'Sequences like "abc" or "6543" are easy to guess.': _("Een reeks als “abc” of “6543” is snel geraden."),
    "Recent years are easy to guess.": _("Een jaartal is snel geraden."),
    "Dates are often easy to guess.": _("Een datum is snel geraden."),
    "This is a top-10 common password.": _("Dit is een van de tien meest gebruikte wachtwoorden."),
    "This is a top-100 common password.": _("Dit is een van de honderd meest gebruikte wachtwoorden."),
    "This is a very common password.": _("Dit wachtwoord wordt veel gebruikt."),
    "This is similar to a commonly used password.": _("Dit lijkt op een wachtwoord dat veel wordt gebruikt."),
    "A word by itself is easy to guess.": _("Eén woord is snel geraden."),
    "Names and surnames by themselves are easy to guess.": _("Een naam is snel geraden."),
    "Common names and surnames are easy to guess.": _("Een naam die veel voorkomt, is snel geraden."),
}
# Its advice against signs and digits is turned into something that does not contradict the rules.
SUGGESTIONS: Final = {
    "Use a few words, avoid common phrases.": _("Neem een paar woorden die niets met elkaar te maken hebben."),
    "No need for symbols, digits, or uppercase letters.": _("Een langer wachtwoord helpt meer dan extra tekens."),
    "Add another word or two. Uncommon words are better.": _("Voeg een of twee minder gewone woorden toe."),
    "Use a longer keyboard pattern with more turns.": _("Neem woorden in plaats van toetsen die naast elkaar liggen."),
    "Avoid repeated words and characters.": _("Herhaal geen woorden of tekens."),
    "Avoid sequences.": _("Neem geen reeks."),
    "Avoid recent years.": _("Neem geen jaartal."),
    "Avoid years that are associated with you.": _("Neem geen jaartal dat bij u hoort."),
    "Avoid dates and years that are associated with you.": _("Neem geen datum of jaartal dat bij u hoort."),
    "Capitalization doesn't help very much.": _("Een hoofdletter vooraan helpt weinig."),
    "All-uppercase is almost as easy to guess as all-lowercase.": _("Alleen hoofdletters helpen weinig."),
    "Reversed words aren't much harder to guess.": _("Een omgedraaid woord helpt weinig."),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _(
        "Een teken in plaats van een letter, zoals “@” voor “a”, helpt weinig."
    ),
}
# For the dictionaries zxcvbn does not know of, where it gives no reason.
DICTIONARIES: Final = {
    "dutch_words": _("Een gewoon woord met iets erbij is snel geraden."),
    "dutch_names": _("Een naam die veel voorkomt, is snel geraden."),
    "context": _("Een woord of jaartal dat voor de hand ligt, is snel geraden."),
    "own": _("Iets wat bij u of uw organisatie hoort, is snel geraden."),
}
_SUGGESTIONS_SHOWN: Final = 2


def explain(guess: Guess) -> str:
    """Return why a password is easy to guess and what to do about it: up to three short sentences."""
    reason = WARNINGS.get(guess.warning) or DICTIONARIES.get(guess.dictionary)
    suggestions = [SUGGESTIONS[text] for text in guess.suggestions[:_SUGGESTIONS_SHOWN]]
    return " ".join(str(part) for part in (reason, *suggestions) if part)
