"""Planning registration periods: proposing, adding, changing, closing, taking away (REG-2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from kijk.audit.domain import record
from kijk.web.dutch import format_date, format_month
from licensing.models import Organisation
from observations.models import Group, RegistrationPeriod

#: A period may not be longer: children would then be registered twice a year in one and the same.
MOST_DAYS = 184
#: The months that are proposed where an organisation has planned nothing yet.
USUAL_MONTHS = (10, 4)
_AUGUST = 8


class PeriodRefused(Exception):
    """The change of a period is not possible; the message says why, for who tried."""


class PeriodState(StrEnum):
    """Where a period stands on a day. ``OVER``: past its last day; what was begun or forgotten can still be done."""

    PLANNED = "planned"
    OPEN = "open"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True)
class PeriodDays:
    """What a period is called, its first and its last day, and the kinds of group it is for (none: all)."""

    name: str
    begins_on: date
    ends_on: date
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A proposed period; ``in_the_way`` is the name of the period that has these days already."""

    days: PeriodDays
    in_the_way: str = ""


@dataclass(frozen=True)
class PeriodLine:
    """A period in the list, with how many registrations were begun in it and how many are still open."""

    pk: UUID
    name: str
    begins_on: date
    ends_on: date
    kinds: tuple[str, ...]
    state: PeriodState
    registrations: int
    version: str


def state_of(period: RegistrationPeriod, today: date) -> PeriodState:
    """Return where a period stands on a day."""
    if period.closed_at is not None:
        return PeriodState.CLOSED
    if today < period.begins_on:
        return PeriodState.PLANNED
    return PeriodState.OPEN if today <= period.ends_on else PeriodState.OVER


def list_periods(*, today: date) -> list[PeriodLine]:
    """Return all periods, the newest first; one query."""
    rows = RegistrationPeriod.objects.select_related("version").annotate(begun=Count("registrations"))
    return [
        PeriodLine(
            pk=row.pk,
            name=row.name,
            begins_on=row.begins_on,
            ends_on=row.ends_on,
            kinds=tuple(str(Group.Kind(kind).label) for kind in row.kinds),
            state=state_of(row, today),
            registrations=row.begun,
            version=row.version.version if row.version else "",
        )
        for row in rows.order_by("-begins_on")
    ]


def propose_periods(*, school_year: int, months: Iterable[int], weeks: int) -> list[Proposal]:
    """Return a period for each month of a school year (1 August to 31 July), in order, from the first of the month.

    Nothing is written. One query.
    """
    taken = [(row.name, row.begins_on, row.ends_on) for row in RegistrationPeriod.objects.order_by("begins_on")]
    proposed = []
    for month in sorted(set(months), key=lambda month: (month < _AUGUST, month)):
        first = date(school_year + (month < _AUGUST), month, 1)
        days = PeriodDays(format_month(first).capitalize(), first, first + timedelta(weeks=weeks, days=-1))
        in_the_way = (name for name, begin, end in taken if begin <= days.ends_on and end >= days.begins_on)
        proposed.append(Proposal(days, next(in_the_way, "")))
        taken.append((days.name, days.begins_on, days.ends_on))
    return proposed


def usual_months() -> tuple[int, ...]:
    """Return the months in which periods began so far, or those that are usual; one query."""
    begun = RegistrationPeriod.objects.order_by("-begins_on").values_list("begins_on", flat=True)[:4]
    return tuple(sorted({day.month for day in begun})) or USUAL_MONTHS


def plan_periods(*, wanted: Iterable[PeriodDays], by: User) -> list[RegistrationPeriod]:
    """Add periods, all of them or none. Raises PeriodRefused as ``plan_period`` does."""
    with transaction.atomic():
        return [plan_period(days=days, by=by) for days in wanted]


def plan_period(*, days: PeriodDays, by: User) -> RegistrationPeriod:
    """Add a period. Raises PeriodRefused for days that make no sense or that another period has, and a name twice."""
    _lock_planning()
    _check(days, None)
    period = RegistrationPeriod.objects.create(
        name=days.name.strip(), begins_on=days.begins_on, ends_on=days.ends_on, kinds=list(days.kinds)
    )
    record("period.planned", about=period, data=_data(period))
    return period


def change_period(*, period: RegistrationPeriod, days: PeriodDays, today: date, by: User) -> None:
    """Change a period. With registrations in it, only its name and its last day can change.

    Raises PeriodRefused: as ``plan_period``, and where a change would put what was registered outside the period, or
    change a period that is closed.
    """
    _lock_planning()
    locked = RegistrationPeriod.objects.get(pk=period.pk)
    if locked.closed_at is not None:
        raise PeriodRefused(_("Deze periode is gesloten. Open haar eerst weer."))
    _check(days, locked)
    found = locked.registrations.aggregate(number=Count("pk"), first=Min("registered_on"), last=Max("registered_on"))
    if found["number"]:
        _check_change(locked, days, found["number"], today)
    elif days.begins_on != locked.begins_on:
        # Not used yet: what it is made with, is settled again on its new first day.
        locked.version, locked.rule_version = None, ""
    locked.name, locked.begins_on, locked.ends_on = days.name.strip(), days.begins_on, days.ends_on
    locked.kinds = list(days.kinds)
    locked.save(update_fields=["name", "begins_on", "ends_on", "kinds", "version", "rule_version"])
    record("period.changed", about=locked, data=_data(locked))


def remove_period(*, period: RegistrationPeriod, by: User) -> None:
    """Take a period away. Raises PeriodRefused where anything was registered in it."""
    _lock_planning()
    number = period.registrations.count()
    if number:
        raise PeriodRefused(
            ngettext(
                "In deze periode is al %(n)s registratie begonnen. Daarom kan zij niet meer weg.",
                "In deze periode zijn al %(n)s registraties begonnen. Daarom kan zij niet meer weg.",
                number,
            )
            % {"n": number}
        )
    record("period.removed", about=period, data=_data(period))
    period.delete()


def close_period(*, period: RegistrationPeriod, now: datetime, today: date, by: User) -> None:
    """Close a period: no registration begins in it any more; those that are open can be finished.

    Raises PeriodRefused for a period that is still to begin.
    """
    _lock_planning()
    locked = RegistrationPeriod.objects.get(pk=period.pk)
    if locked.closed_at is not None:
        return
    if today < locked.begins_on:
        raise PeriodRefused(_("Deze periode is nog niet begonnen. U kunt haar wijzigen of weghalen."))
    locked.closed_at = now
    locked.save(update_fields=["closed_at"])
    record("period.closed", about=locked, data=_data(locked))


def reopen_period(*, period: RegistrationPeriod, by: User) -> None:
    """Take back the closing of a period."""
    _lock_planning()
    if RegistrationPeriod.objects.filter(pk=period.pk, closed_at__isnull=False).update(closed_at=None):
        record("period.reopened", about=period, data=_data(period))


def _check(days: PeriodDays, period: RegistrationPeriod | None) -> None:
    if days.ends_on < days.begins_on:
        raise PeriodRefused(_("De laatste dag ligt voor de eerste."))
    if (days.ends_on - days.begins_on).days >= MOST_DAYS:
        raise PeriodRefused(_("Een periode duurt hoogstens een half jaar. Kies een eerdere laatste dag."))
    others = RegistrationPeriod.objects.all()
    if period is not None:
        others = others.exclude(pk=period.pk)
    if others.filter(name__iexact=days.name.strip()).exists():
        raise PeriodRefused(_("Er is al een periode met deze naam. Kies een andere."))
    overlapping = others.filter(begins_on__lte=days.ends_on, ends_on__gte=days.begins_on).order_by("begins_on").first()
    if overlapping is not None:
        raise PeriodRefused(
            _("Deze dagen overlappen met %(name)s (%(first)s tot en met %(last)s). Kies andere dagen.")
            % {
                "name": overlapping.name,
                "first": format_date(overlapping.begins_on),
                "last": format_date(overlapping.ends_on),
            }
        )


def _check_change(period: RegistrationPeriod, days: PeriodDays, number: int, today: date) -> None:
    """Refuse what would change a period under the registrations that are in it."""
    if days.begins_on != period.begins_on or list(days.kinds) != period.kinds:
        raise PeriodRefused(
            ngettext(
                "In deze periode is al %(n)s registratie begonnen. Alleen de naam en de laatste dag kunnen nog anders.",
                "In deze periode zijn al %(n)s registraties begonnen. "
                "Alleen de naam en de laatste dag kunnen nog anders.",
                number,
            )
            % {"n": number}
        )
    if days.ends_on != period.ends_on and days.ends_on < today:
        raise PeriodRefused(_("Kies als laatste dag vandaag of later, of sluit de periode."))


def _lock_planning() -> None:
    # Two people planning at once come one after the other, so that neither overlooks the period of the other.
    Organisation.objects.select_for_update(no_key=True).get()


def _data(period: RegistrationPeriod) -> dict[str, str]:
    return {
        "name": period.name,
        "begins_on": period.begins_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
    }
