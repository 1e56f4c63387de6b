"""The organisation's own trail: found, leafed through and put in words (AUD-2.1, ACC-9.13).

Pages go by the number of the event, so that what happens meanwhile moves nothing. No words here come from a child's
file: of a child the trail knows a number, and so does who reads it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.audit.words import EventGroup, actions_in, actions_outside, detail_words_for, thing_words_for, words_for
from kijk.web.dutch import format_date
from licensing.models import Location

PER_PAGE = 50
EXPORT_AT_MOST = 100_000
# The key in an event's data that says it was done by Bazalt's staff, and in which role.
STAFF_ROLE = "staff_role"

_USER, _LOCATION, _ORGANISATION = "accounts.user", "licensing.location", "licensing.organisation"
# A network address has one of these, the words that commands leave as their origin have not.
_NETWORK_ADDRESS = "[.:]"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_STAFF_WORDS: Mapping[str, Any] = {
    Role.SECRETARIAT.value: gettext_lazy("secretariaat"),
    Role.MARKETING.value: gettext_lazy("marketing"),
    Role.ADVISER.value: gettext_lazy("onderwijsadviseur"),
    Role.HELPDESK.value: gettext_lazy("helpdesk"),
    Role.SYSTEM_ADMINISTRATOR.value: gettext_lazy("systeembeheer"),
}


class Outsider(models.TextChoices):
    """Who does things without an account in the organisation."""

    STAFF = "bazalt", "Bazalt"
    SYSTEM = "systeem", gettext_lazy("het systeem")
    NOBODY = "niemand", gettext_lazy("iemand die niet is ingelogd")


@dataclass(frozen=True)
class Person:
    """A user of the organisation, deactivated or not."""

    pk: UUID
    name: str
    email: str
    is_active: bool

    def __str__(self) -> str:
        return self.name if self.is_active else _("%(name)s (account afgesloten)") % {"name": self.name}


@dataclass(frozen=True)
class TrailSelection:
    """Which events are wanted; what is None or empty does not select. Both days count."""

    actor: UUID | Outsider | None = None
    group: EventGroup | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    about: frozenset[UUID] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Say whether nothing is left out."""
        return self == TrailSelection()


@dataclass(frozen=True)
class TrailPage:
    """Some events, newest first; ``newer`` and ``older`` are the numbers to go on from, None at an end."""

    events: tuple[AuditEvent, ...]
    newer: int | None
    older: int | None


@dataclass(frozen=True)
class TrailRow:
    """An event in words. ``deed`` follows ``who``."""

    sequence: int
    at: datetime
    who: str
    deed: str
    about: str
    origin: str
    child_content: bool
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Actors:
    """Who acts in a trail: the organisation's users, and the last role of each of Bazalt's staff that came by."""

    people: Mapping[UUID, Person]
    staff: Mapping[UUID, str]


def find_actors() -> Actors:
    """Return the organisation's users, in the order of their names, and Bazalt's staff in its trail. Two queries."""
    rows = User.objects.only("organisation", "name", "email", "is_active").order_by("email")
    found = [Person(row.pk, row.get_full_name(), row.email, row.is_active) for row in rows]
    people = {person.pk: person for person in sorted(found, key=lambda person: person.name.casefold())}
    by_staff = AuditEvent.objects.filter(data__has_key=STAFF_ROLE, actor_id__isnull=False)
    newest = by_staff.order_by("actor_id", "-sequence").distinct("actor_id")
    roles = newest.values_list("actor_id", f"data__{STAFF_ROLE}")
    return Actors(people, {actor_id: str(role) for actor_id, role in roles if actor_id not in people})


# --------------------------------------------------------------------------------------------- finding


def find_events(selection: TrailSelection, actors: Actors) -> QuerySet[AuditEvent]:
    """Return the events that are wanted, in no order."""
    found = AuditEvent.objects.all()
    if selection.actor is not None:
        found = found.filter(_by(selection.actor, actors))
    if selection.group is not None:
        found = found.filter(_in(selection.group))
    if selection.begins_on is not None:
        found = found.filter(at__gte=_midnight(selection.begins_on))
    if selection.ends_on is not None:
        found = found.filter(at__lt=_midnight(selection.ends_on + timedelta(days=1)))
    if selection.about:
        found = found.filter(object_id__in=selection.about)
    return found


def page_of(found: QuerySet[AuditEvent], *, before: int | None = None, after: int | None = None) -> TrailPage:
    """Return the newest events, those just before a number, or those just after one. One query, or two."""
    found = found.defer("previous_hash", "hash")
    if after is None:
        older = found if before is None else found.filter(sequence__lt=before)
        rows = list(older.order_by("-sequence")[: PER_PAGE + 1])
        events = rows[:PER_PAGE]
        has_older = len(rows) > PER_PAGE
        has_newer = before is not None and bool(events) and found.filter(sequence__gt=events[0].sequence).exists()
    else:
        rows = list(found.filter(sequence__gt=after).order_by("sequence")[: PER_PAGE + 1])
        events = rows[:PER_PAGE][::-1]
        has_newer = len(rows) > PER_PAGE
        has_older = bool(events) and found.filter(sequence__lt=events[-1].sequence).exists()
    return TrailPage(
        tuple(events),
        newer=events[0].sequence if has_newer else None,
        older=events[-1].sequence if has_older else None,
    )


def _by(actor: UUID | Outsider, actors: Actors) -> Q:
    if isinstance(actor, UUID):
        return Q(actor_id=actor)
    if actor is Outsider.STAFF:
        # Not every event of theirs says so itself: the domain's own functions leave theirs as for anybody.
        return Q(actor_id__in=list(actors.staff))
    from_network = Q(origin__regex=_NETWORK_ADDRESS)
    return Q(actor_id=None) & (from_network if actor is Outsider.NOBODY else ~from_network)


def _in(group: EventGroup) -> Q:
    if group is EventGroup.SYSTEM:
        # With what nobody declared: a kind of event that has no words must not be in no group either.
        return ~Q(action__in=actions_outside(group))
    return Q(action__in=actions_in(group))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


# --------------------------------------------------------------------------------------------- telling


class Teller:
    """Puts events in words, with the names of the organisation's users and locations."""

    def __init__(self, actors: Actors) -> None:
        """Take who acts; the locations cost one query."""
        self._people, self._staff = actors.people, actors.staff
        self._locations: dict[UUID, str] = dict(Location.objects.order_by("name").values_list("pk", "name"))

    def tell(self, event: AuditEvent) -> TrailRow:
        """Return the event in words."""
        words = words_for(event.action)
        return TrailRow(
            sequence=event.sequence,
            at=event.at,
            who=self.who(event),
            deed=str(words.deed),
            about=self.about(event),
            origin=event.origin,
            child_content=words.child_content,
            details=tuple(self._details(event)),
        )

    def who(self, event: AuditEvent) -> str:
        """Return who did it, and on whose behalf: a user's name, Bazalt with a role, the system, or nobody we know."""
        actor = self._actor(event)
        if event.on_behalf_of_id is None:
            return actor
        return _("%(actor)s, namens %(other)s") % {"actor": actor, "other": self._someone(event.on_behalf_of_id)}

    def about(self, event: AuditEvent) -> str:
        """Return what it is about: a user or a location by name, anything else by its kind and a short number."""
        thing = event.object_type or words_for(event.action).thing
        if event.object_id is None:
            return ""
        if event.object_id in self._people or thing == _USER:
            return self._someone(event.object_id)
        words = str(thing_words_for(thing)) if thing else _("nummer")
        if thing == _ORGANISATION:
            return words
        name = self._locations.get(event.object_id) if thing == _LOCATION else None
        return f"{words} {name or _short(event.object_id)}"

    def _actor(self, event: AuditEvent) -> str:
        if event.actor_id is not None:
            return self._someone(event.actor_id, role=str(event.data.get(STAFF_ROLE, "")))
        outsider = Outsider.NOBODY if re.search(_NETWORK_ADDRESS, event.origin) else Outsider.SYSTEM
        return str(outsider.label)

    def _someone(self, pk: UUID, *, role: str = "") -> str:
        if pk in self._people:
            return str(self._people[pk])
        if pk in self._staff:
            code = role or self._staff[pk]
            return _("Bazalt, %(role)s") % {"role": _STAFF_WORDS.get(code, code)}
        return _("iemand zonder account hier (%(number)s)") % {"number": _short(pk)}

    def _details(self, event: AuditEvent) -> Iterator[tuple[str, str]]:
        for key, value in event.data.items():
            if key == STAFF_ROLE or value in (None, "", []):
                continue
            words = detail_words_for(event.action, key)
            yield str(words.label), self._value(value, words.values)
        if event.object_id is not None:
            yield _("volledig nummer"), str(event.object_id)
        yield _("code in het logboek"), f"{event.action}, {event.sequence}"

    def _value(self, value: Any, codes: Mapping[str, Any]) -> str:
        if isinstance(value, bool):
            return _("ja") if value else _("nee")
        if isinstance(value, list):
            return ", ".join(self._value(each, codes) for each in value)
        if isinstance(value, dict):
            return _as_json(value)
        text = str(value)
        if text in codes:
            return str(codes[text])
        day = _day(text)
        if day is not None:
            return format_date(day)
        pk = _uuid(text)
        if pk is None:
            return text
        return str(self._people[pk]) if pk in self._people else self._locations.get(pk, _short(pk))


# --------------------------------------------------------------------------------------------- exporting


def export_header() -> list[str]:
    """Return the headings of the exported trail."""
    return [
        _("volgnummer"),
        _("moment"),
        _("wie"),
        _("nummer van de persoon"),
        _("namens"),
        _("wat"),
        _("code"),
        _("soort"),
        _("nummer van waar het over gaat"),
        _("netwerkadres"),
        _("gegevens"),
        _("controlecode"),
    ]


def export_rows(
    found: QuerySet[AuditEvent], actors: Actors, *, at_most: int = EXPORT_AT_MOST
) -> Iterator[list[str | int]]:
    """Yield the newest events as rows under ``export_header``; when older ones are left out, a last row says so.

    What stands in them is what the chain was made of, its own hash included, so that a file can be held against
    ``verify_audit`` and its checkpoints.
    """
    teller = Teller(actors)
    rows = found.order_by("-sequence")[: at_most + 1]
    for number, event in enumerate(rows.iterator(chunk_size=2000)):
        if number == at_most:
            words = _(
                "Dit bestand houdt hier op: het bevat de nieuwste %(count)d gebeurtenissen. Kies een kortere periode."
            )
            yield ["", "", "", "", "", words % {"count": at_most}, "", "", "", "", "", ""]
            return
        yield _export_row(event, teller)


def _export_row(event: AuditEvent, teller: Teller) -> list[str | int]:
    who = teller.who(event)
    return [
        event.sequence,
        timezone.localtime(event.at).isoformat(timespec="microseconds"),
        who,
        str(event.actor_id or ""),
        str(event.on_behalf_of_id or ""),
        f"{who} {words_for(event.action).deed}",
        event.action,
        event.object_type,
        str(event.object_id or ""),
        event.origin,
        _as_json(event.data),
        bytes(event.hash).hex(),
    ]


def _as_json(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _short(pk: UUID) -> str:
    # The end of it: keys that were made in the same moment begin alike.
    return pk.hex[-8:]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
