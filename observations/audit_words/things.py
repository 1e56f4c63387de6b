"""What events are about, and the shapes that recur among their words."""

from django.utils.functional import Promise

from kijk.audit.words import EventGroup, EventWords

CHILD, REGISTRATION, REMARK = "observations.child", "observations.registration", "observations.sensitiveremark"
GROUP = "observations.group"


def child_words(deed: Promise, *, content: bool = True) -> EventWords:
    """Return the words of an event about a child; ``content``: it showed or changed what is in the file."""
    return EventWords(deed, EventGroup.CHILDREN, thing=CHILD, child_content=content)


def registration_words(deed: Promise) -> EventWords:
    """Return the words of an event about a registration."""
    return EventWords(deed, EventGroup.REGISTRATIONS, thing=REGISTRATION, child_content=True)


def remark_words(deed: Promise) -> EventWords:
    """Return the words of an event about a sensitive remark."""
    return EventWords(deed, EventGroup.NOTES, thing=REMARK, child_content=True)
