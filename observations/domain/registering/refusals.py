"""Why something cannot be done with a registration, in the reader's language."""

from django.utils.translation import gettext as _


class RegistrationRefused(Exception):
    """What was asked cannot be done with this registration; the message says why, in the reader's language."""


class NotConfirmed(RegistrationRefused):
    """Answers taken over from the previous registration still wait for somebody to say that they hold."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _("Nog niet bevestigd: %(count)s antwoorden die zijn overgenomen van de vorige registratie.")
            % {"count": count}
        )
        self.count = count


class ConclusionChanged(RegistrationRefused):
    """A colleague changed the conclusion after it was shown; nothing was kept. Both texts belong on the screen."""

    def __init__(self, theirs: str, author: str) -> None:
        super().__init__(
            _("%(name)s heeft de conclusie intussen gewijzigd. Uw tekst is nog niet bewaard.") % {"name": author}
        )
        self.theirs = theirs
        self.author = author
