"""What events are called for who reads the trail (AUD-2): each app declares its own, in its ``audit_words`` module.

The ground floor knows no app, and the trail outlives the code: an event whose words are gone shows its code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class EventGroup(models.TextChoices):
    """What an event has to do with; the reader of a trail chooses by it."""

    SIGN_IN = "sign_in", _("inloggen")
    ACCOUNTS = "accounts", _("accounts en rollen")
    CHILDREN = "children", _("kinderen")
    NOTES = "notes", _("notities")
    REGISTRATIONS = "registrations", _("registraties")
    OVERVIEWS = "overviews", _("overzichten")
    PRIVACY = "privacy", _("privacy")
    SYSTEM = "system", _("systeem")


@dataclass(frozen=True)
class EventWords:
    """How a kind of event is told.

    ``deed`` follows the name of who did it: "opende het dossier van een kind". ``thing`` is what the event's id is of
    when the event itself does not say ("observations.child"). ``child_content``: the deed lets somebody see or change
    what is written about a child.
    """

    deed: Words
    group: EventGroup
    thing: str = ""
    child_content: bool = False


@dataclass(frozen=True)
class DetailWords:
    """What a key of an event's data is called, and its codes."""

    label: Words
    values: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class _Declared:
    words: EventWords
    details: Mapping[str, DetailWords]


_events: dict[str, _Declared] = {}
_things: dict[str, Words] = {}


def declare(
    events: Mapping[str, EventWords],
    *,
    details: Mapping[str, DetailWords] | None = None,
    things: Mapping[str, Words] | None = None,
) -> None:
    """Add an app's events, the keys of their data, and the things ("app.model") they are about.

    Raises ValueError for an event or a thing that has its words already.
    """
    things = things or {}
    twice = sorted([*(events.keys() & _events.keys()), *(things.keys() & _things.keys())])
    if twice:
        raise ValueError(f"Declared twice for the audit trail: {', '.join(twice)}.")
    keys = MappingProxyType(dict(details or {}))
    _events.update({action: _Declared(words, keys) for action, words in events.items()})
    _things.update(things)


def declared_events() -> Mapping[str, EventWords]:
    """Return the words of all events there are."""
    return {action: declared.words for action, declared in _events.items()}


def words_for(action: str) -> EventWords:
    """Return an event's words; of an event nobody declared they say so, and give its code."""
    declared = _events.get(action)
    if declared is not None:
        return declared.words
    return EventWords(
        _("deed iets dat hier geen omschrijving heeft (%(action)s)") % {"action": action}, EventGroup.SYSTEM
    )


def detail_words_for(action: str, key: str) -> DetailWords:
    """Return what a key of an event's data is called: the key itself when nobody declared it."""
    declared = _events.get(action)
    known = declared.details.get(key) if declared is not None else None
    return known or DetailWords(key)


def knows_detail(action: str, key: str) -> bool:
    """Say whether a key of an event's data has words."""
    return action in _events and key in _events[action].details


def thing_words_for(thing: str) -> Words:
    """Return what a thing ("app.model") is called: its code when nobody declared it."""
    return _things.get(thing, thing)


def knows_thing(thing: str) -> bool:
    """Say whether a thing has words."""
    return thing in _things


def actions_in(group: EventGroup) -> list[str]:
    """Return the events of a group, in the order of their codes."""
    return sorted(action for action, declared in _events.items() if declared.words.group == group)


def actions_outside(group: EventGroup) -> list[str]:
    """Return the declared events of all other groups: what is in neither list belongs to nobody, and must show too."""
    return sorted(action for action, declared in _events.items() if declared.words.group != group)
