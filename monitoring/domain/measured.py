"""What an organisation has measured: with which instruments, in which periods, and what can be chosen from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from licensing.models import Location
from observations.domain.instruments.catalogue import content_of
from observations.models import (
    Child,
    Group,
    InstrumentVersion,
    LineResult,
    Placement,
    Registration,
    RegistrationPeriod,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A registration period, and whether it has results of the instrument it was asked for."""

    pk: UUID
    name: str
    begins_on: date
    ends_on: date
    measured: bool


@dataclass(frozen=True, slots=True)
class MeasuredInstrument:
    """An instrument with the published versions the organisation used (newest first), and its periods (idem).

    One that is published but was never used here has its newest version all the same: a cross-section of it is empty.
    """

    code: str
    name: str
    has_bands: bool
    versions: tuple[UUID, ...]
    periods: tuple[Period, ...] = ()

    def period(self, pk: UUID | None) -> Period | None:
        """Return one of the periods; None for None. Raises LookupError for another one."""
        if pk is None:
            return None
        for period in self.periods:
            if period.pk == pk:
                return period
        raise LookupError("no such period")

    @property
    def newest_period(self) -> Period | None:
        """The newest period that has results, or None."""
        return next((period for period in self.periods if period.measured), None)


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group one may choose."""

    pk: UUID
    name: str
    location_id: UUID
    location: str
    school_year: int


def used_instruments() -> tuple[MeasuredInstrument, ...]:
    """Return the instruments with closed registrations in the organisation, by name, without their periods."""
    closed = Registration.objects.filter(status=Registration.Status.CLOSED, superseded=False)
    used = list(closed.order_by("version_id").values_list("version_id", flat=True).distinct())
    published = InstrumentVersion.objects.filter(pk__in=used, published_at__isnull=False)
    rows = published.order_by("-published_at", "-pk").values_list("pk", "instrument__code", "name")
    versions: dict[str, list[UUID]] = {}
    names: dict[str, str] = {}
    for pk, code, name in rows:
        versions.setdefault(code, []).append(pk)
        names.setdefault(code, name)
    found = (_instrument(code, names[code], pks) for code, pks in versions.items())
    return tuple(sorted(found, key=lambda instrument: instrument.name))


def find_instrument(code: str) -> MeasuredInstrument | None:
    """Return a published instrument, used here or not, without its periods; None when there is no such one."""
    for instrument in used_instruments():
        if instrument.code == code:
            return instrument
    published = InstrumentVersion.objects.filter(instrument__code=code, published_at__isnull=False)
    newest = published.order_by("-published_at", "-pk").first()
    return _instrument(code, newest.name, [newest.pk]) if newest else None


def with_periods(instrument: MeasuredInstrument, *, today: date) -> MeasuredInstrument:
    """Return the instrument with the organisation's periods that have begun, newest first."""
    lines = [line.id for version in instrument.versions for line in content_of(version).lines.values()]
    result = LineResult.objects.filter(period=OuterRef("pk"), line__in=lines, is_current=True)
    begun = RegistrationPeriod.objects.filter(begins_on__lte=today).annotate(measured=Exists(result))
    periods = tuple(
        Period(row.pk, row.name, row.begins_on, row.ends_on, row.measured)
        for row in begun.order_by("-begins_on", "-pk")
    )
    return MeasuredInstrument(instrument.code, instrument.name, instrument.has_bands, instrument.versions, periods)


def previous_period(instrument: MeasuredInstrument, period: Period | None) -> Period | None:
    """Return the nearest earlier period that has results of the instrument, or None."""
    if period is None:
        return None
    earlier = (each for each in instrument.periods if each.begins_on < period.begins_on and each.measured)
    return next(earlier, None)


def locations_within(within: Collection[UUID] | None) -> list[tuple[UUID, str]]:
    """Return id and name of the locations in reach (None: all), by name."""
    locations = Location.objects.all() if within is None else Location.objects.filter(pk__in=within)
    return list(locations.order_by("name").values_list("pk", "name"))


def groups_within(within: Collection[UUID] | None) -> list[GroupChoice]:
    """Return the groups at the locations in reach (None: all), by location, newest school year and name."""
    groups = Group.objects.all() if within is None else Group.objects.filter(location__in=within)
    rows = groups.order_by("location__name", "-school_year", "name", "pk")
    return [GroupChoice(*row) for row in rows.values_list("pk", "name", "location_id", "location__name", "school_year")]


def home_languages_within(within: Collection[UUID] | None, *, at_least: int) -> list[str]:
    """Return the home languages that at least so many children have who are or were placed at the locations in reach.

    To be told that a language can be chosen is to be told that somebody speaks it.
    """
    children = Child.objects.exclude(home_language="")
    if within is not None:
        placed = Placement.objects.filter(child=OuterRef("pk"), group__location__in=within)
        children = children.filter(Exists(placed))
    counted = children.values("home_language").annotate(children=Count("pk"))
    enough = counted.filter(Q(children__gte=at_least))
    return list(enough.order_by("home_language").values_list("home_language", flat=True))


def _instrument(code: str, name: str, versions: list[UUID]) -> MeasuredInstrument:
    return MeasuredInstrument(code, name, content_of(versions[0]).rule.uses_bands, tuple(versions))
