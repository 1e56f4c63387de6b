"""The signals of the demonstration: those its last registrations give, some being discussed, some closed.

They come from the rules of the product over the registrations of the demonstration; only what people did with them is
invented here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.ids import uuid7
from observations.demo.chance import stream
from observations.demo.plans import OrganisationPlan
from observations.demo.structure import Structure
from observations.domain.signals.daily import look_at_our_view
from observations.domain.signals.discussing import close_signals, take_up, write_signal_note
from observations.domain.signals.raising import signals_after_closing
from observations.models import LineResult, Registration, Signal

# A demonstration at a large scale is for volume: there it is enough that some groups have signals.
_MOST_CHILDREN = 400
_LAST_REGISTRATIONS = 2

_DISCUSSED = (
    "Besproken in het groepsoverleg. In de kleine kring laat het meer zien dan in de grote.",
    "De mentor herkent dit. We kijken de komende weken gericht, steeds twee keer per week vijf minuten.",
    "Met de intern begeleider doorgenomen. Eerst extra aanbod in de groep, dan kijken we opnieuw.",
)
_ENDINGS = (
    (Signal.Outcome.ACTION, ("offer", "notes"), "Zes weken lang drie keer per week in de kleine kring."),
    (Signal.Outcome.ACTION, ("parents", "support"), "De mentor belt de ouders. Daarna kijkt de coach een ochtend mee."),
    (Signal.Outcome.UNDER_WAY, ("offer",), "Dit staat al in het groepsplan."),
    (Signal.Outcome.WATCH, (), "De laatste weken gaat het al beter. We kijken bij de volgende registratie."),
    (Signal.Outcome.OTHERWISE, (), "Thuis en buiten laat het kind dit wel zien, alleen niet aan tafel."),
)


def write_signals(plan: OrganisationPlan, structure: Structure) -> None:
    """Raise the signals of an organisation's last registrations and of its own view, and deal with some of them."""
    if not plan.blueprint.registers:
        return
    now = timezone.make_aware(datetime.combine(plan.today, time(8)))
    for registration in _last_registrations(structure):
        _raise(registration)
    look_at_our_view(now=now)
    people = _people(plan, structure)
    if people:
        _deal(plan, people, now)


def _last_registrations(structure: Structure) -> Iterable[Registration]:
    """Return the last closed registrations of the children who are here now, the oldest first."""
    children = sorted(
        set(
            Registration.objects.filter(
                child__placements__group__in=[group.pk for group in structure.groups.values()],
                child__placements__ends_on__isnull=True,
                child__archived_on__isnull=True,
            ).values_list("child_id", flat=True)
        )
    )[:_MOST_CHILDREN]
    rows = Registration.objects.filter(
        child__in=children, status=Registration.Status.CLOSED, superseded=False
    ).select_related("child", "group")
    by_child: dict[object, list[Registration]] = {}
    for registration in rows.order_by("registered_on", "pk"):
        by_child.setdefault(registration.child_id, []).append(registration)
    last = [registration for found in by_child.values() for registration in found[-_LAST_REGISTRATIONS:]]
    return sorted(last, key=lambda registration: (registration.registered_on, registration.pk))


def _raise(registration: Registration) -> None:
    results = list(LineResult.objects.filter(registration=registration).order_by("line__position"))
    signals_after_closing(registration=registration, results=results, now=registration.closed_at or timezone.now())


def _people(plan: OrganisationPlan, structure: Structure) -> Sequence[User]:
    wanted = {Role.INTERNAL_SUPPORT, Role.GROUP_STAFF}
    return [structure.staff[found.number] for found in plan.staff if found.role in wanted]


def _deal(plan: OrganisationPlan, people: Sequence[User], now: datetime) -> None:
    """Take up some new signals and close some; most of those that a newer registration did not give are closed."""
    for number, signal in enumerate(
        Signal.objects.filter(status=Signal.Status.NEW).order_by("raised_at", "rule", "pk")
    ):
        chance = stream(plan.seed, plan.blueprint.key, "signal", number)
        closes, takes = (0.75, 0.9) if signal.faded_on else (0.12, 0.3)
        drawn = chance.random()
        if drawn < takes:
            _take_up(signal, chance, people, now, closes=drawn < closes)


def _take_up(signal: Signal, chance: Random, people: Sequence[User], now: datetime, *, closes: bool) -> None:
    by = chance.choice(people)
    began = _between(chance, signal.raised_at, now)
    take_up(signals=[signal], text=chance.choice(_DISCUSSED), entry_id=uuid7(), by=by, now=began)
    if closes:
        outcome, agreements, text = chance.choice(_ENDINGS)
        at = _between(chance, began, now)
        close_signals(signals=[signal], outcome=outcome, agreements=agreements, text=text, by=by, now=at)
    elif chance.random() < 0.3:
        text = chance.choice(_DISCUSSED)
        write_signal_note(signal=signal, text=text, entry_id=uuid7(), by=by, now=_between(chance, began, now))


def _between(chance: Random, first: datetime, last: datetime) -> datetime:
    """Return a moment within four weeks after ``first``, and not after ``last``."""
    return min(max(first, last), first + timedelta(hours=chance.randint(20, 28 * 24)))
