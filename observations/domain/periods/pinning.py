"""What a registration period is made and computed with: fixed when it begins (REG-2.4).

Publishing a newer instrument, or a release with another calculation, changes nothing inside a period that has begun.
The version is a matter of dates and not of who came first: the one that was in use on the period's first morning.
"""

from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from observations.domain.instruments.catalogue import content_of, published_version
from observations.models import InstrumentVersion, RegistrationPeriod

#: The instrument for following development that the product ships.
DEVELOPMENT_INSTRUMENT = "kijk07"


def is_inside_open_period(today: date) -> bool:
    """Say whether a registration period is under way: settings of the calculation then wait. One query.

    Children who are registered by age alone have no period: there a change holds from the next registration on.
    """
    return open_periods(today).exists()


def open_periods(today: date) -> QuerySet[RegistrationPeriod]:
    """Return the periods under way on a day: begun, not over, and not closed by hand."""
    return RegistrationPeriod.objects.filter(begins_on__lte=today, ends_on__gte=today, closed_at__isnull=True)


def pin_period(period: RegistrationPeriod) -> RegistrationPeriod:
    """Return a period that has begun with its instrument version and calculation rule, written down the first time.

    Two people at once write down the same. Raises InstrumentNotPublishedError where nothing was ever published.
    """
    if period.version_id is not None:
        return period
    version = _version_at(period.begins_on)
    rule_version = content_of(version.pk).rule.version
    unpinned = RegistrationPeriod.objects.filter(pk=period.pk, version__isnull=True)
    unpinned.update(version=version, rule_version=rule_version)
    # Somebody else may have been first.
    period.refresh_from_db(fields=["version", "rule_version"])
    return period


def _version_at(day: date) -> InstrumentVersion:
    """Return the version in use on the morning of a day; where there was none yet, the one in use now."""
    morning = timezone.make_aware(datetime.combine(day, time()))
    published = InstrumentVersion.objects.filter(
        instrument__code=DEVELOPMENT_INSTRUMENT, published_at__isnull=False, published_at__lt=morning
    )
    found = published.select_related("instrument").order_by("-published_at", "-id").first()
    return found or published_version(DEVELOPMENT_INSTRUMENT)
