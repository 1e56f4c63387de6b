"""No calculation changes inside a period that is open (REG-2.4)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from kijk.tenancy.context import tenant_scope
from observations.domain.instruments.catalogue import content_of
from observations.domain.instruments.publishing import publish_instrument
from observations.domain.periods.pinning import is_inside_open_period, pin_period
from observations.domain.periods.planning import PeriodDays, change_period, close_period, plan_period
from observations.domain.registering.registrations import close_registration, save_answer, start_registration
from observations.domain.scoring import rules
from observations.domain.scoring.bands import Thresholds
from observations.models import Answer, InstrumentVersion, LineResult, RegistrationPeriod
from tests import factories
from tests.observations.conftest import Nursery

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=AMSTERDAM)
DAYS = PeriodDays("Najaar", date(2026, 10, 1), date(2026, 11, 30))


def publish_newer(at: datetime) -> InstrumentVersion:
    """Publish the shipped instrument once more, as a new version."""
    spec = replace(factories.development_spec(), version="9.9")
    return InstrumentVersion.objects.get(pk=publish_instrument(spec=spec, now=at).version_id)


@pytest.fixture
def older(nursery: Nursery) -> InstrumentVersion:
    """The version that was published long before the period, as in a product that has been there for a while."""
    spec = replace(factories.development_spec(), version="0.9")
    return InstrumentVersion.objects.get(
        pk=publish_instrument(spec=spec, now=datetime(2026, 1, 1, tzinfo=AMSTERDAM)).version_id
    )


@pytest.mark.requirement("REG-2.4")
def test_newer_instrument_waits_for_the_next_period(older: InstrumentVersion, nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        plan_period(days=DAYS, by=nursery.administrator)
    publish_newer(datetime(2026, 10, 2, tzinfo=AMSTERDAM))
    with tenant_scope(nursery.organisation_id):
        inside = start_registration(child=nursery.child, today=TODAY, by=nursery.staff)
        assert inside.version_id == older.pk
        other = factories.child(nursery.group)
        spring = PeriodDays("Voorjaar", date(2027, 4, 1), date(2027, 5, 31))
        plan_period(days=spring, by=nursery.administrator)
        after = start_registration(child=other, today=date(2027, 4, 2), by=nursery.staff)
        assert after.version_id != older.pk


def test_pin_stays_what_it_was_written_down_as(older: InstrumentVersion, nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        period = pin_period(plan_period(days=DAYS, by=nursery.administrator))
    # Even a version with an earlier date, which only a mistake could bring in, changes nothing any more.
    publish_newer(datetime(2026, 9, 30, tzinfo=AMSTERDAM))
    with tenant_scope(nursery.organisation_id):
        assert pin_period(RegistrationPeriod.objects.get(pk=period.pk)).version_id == older.pk
    assert period.rule_version == "1.0"


def test_period_that_moves_before_it_is_used_is_pinned_again(older: InstrumentVersion, in_nursery: Nursery) -> None:
    period = pin_period(plan_period(days=DAYS, by=in_nursery.administrator))
    moved = PeriodDays("Najaar", date(2026, 10, 8), date(2026, 11, 30))
    change_period(period=period, days=moved, today=TODAY, by=in_nursery.administrator)
    found = RegistrationPeriod.objects.get(pk=period.pk)
    assert (found.version_id, found.rule_version) == (None, "")


@pytest.mark.requirement("REG-2.4")
def test_changed_rule_waits_for_the_next_period(
    older: InstrumentVersion, in_nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_period(days=DAYS, by=in_nursery.administrator)
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    for item in content_of(registration.version_id).lines["tekenen"].bands[6]:
        save_answer(
            registration=registration,
            milestone_id=item.id,
            value=Answer.Value.SECURE,
            today=TODAY,
            by=in_nursery.staff,
        )
    before = rules.SCORING_RULES["developmental_age"]
    stricter = rules.DevelopmentalAgeRule(thresholds=replace(Thresholds(), secure_mean=Thresholds().second_band_from))
    monkeypatch.setattr(rules, "SCORING_RULES", MappingProxyType({**rules.SCORING_RULES, before.code: stricter}))
    close_registration(registration=registration, now=NOW, by=in_nursery.staff)
    assert set(LineResult.objects.values_list("rule_version", flat=True)) == {"developmental_age 1.0"}


@pytest.mark.parametrize(
    ("today", "inside"),
    [
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 1), False),
    ],
)
def test_inside_an_open_period_settings_wait(in_nursery: Nursery, today: date, inside: bool) -> None:
    plan_period(days=DAYS, by=in_nursery.administrator)
    assert is_inside_open_period(today) is inside


def test_closed_period_is_not_open(in_nursery: Nursery) -> None:
    period = plan_period(days=DAYS, by=in_nursery.administrator)
    close_period(period=period, now=NOW, today=TODAY, by=in_nursery.administrator)
    assert is_inside_open_period(TODAY) is False
    assert is_inside_open_period(TODAY + timedelta(days=1)) is False
