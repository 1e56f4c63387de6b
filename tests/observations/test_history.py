"""Loading registrations that are closed from the start, past a database that otherwise refuses them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from observations.domain.instruments.catalogue import published_version
from observations.domain.registering import history
from observations.domain.registering.history import HistoricRegistration, LoadedCounts, load_history
from observations.models import Answer, LineResult, Registration, RegistrationPeriod, ScaleScore
from tests import factories
from tests.observations.conftest import Nursery

ON = date(2026, 5, 20)
CLOSED_AT = datetime(2026, 5, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def given(in_nursery: Nursery) -> HistoricRegistration:
    """Return a registration of the fixture's child: one line, three bands, two scales, a conclusion."""
    content = in_nursery.content
    items = [item for band in (5, 6, 7) for item in content.lines["spel"].bands[band]]
    return HistoricRegistration(
        child=in_nursery.child,
        version=published_version("kijk07"),
        group=in_nursery.group,
        period=RegistrationPeriod.objects.create(
            name="Voorjaar", begins_on=date(2026, 5, 1), ends_on=date(2026, 6, 30)
        ),
        registered_on=ON,
        closed_at=CLOSED_AT,
        answers={item.id: Answer.Value.SECURE.value for item in items},
        scale_scores={content.scales[0].id: 7, content.scales[4].id: 10},
        author_id=in_nursery.staff.pk,
        conclusion="Speelt graag samen met Yara.",
    )


def test_registration_is_loaded_closed_with_all_it_holds(in_nursery: Nursery, given: HistoricRegistration) -> None:
    assert load_history([given]) == LoadedCounts(registrations=1, answers=len(given.answers), scale_scores=2, results=1)
    loaded = Registration.objects.get()
    assert (loaded.status, loaded.closed_at, loaded.registered_on) == ("closed", CLOSED_AT, ON)
    assert (loaded.child_id, loaded.version_id, loaded.group_id) == (given.child.pk, given.version.pk, given.group.pk)
    assert (loaded.started_by_id, loaded.closed_by_id) == (in_nursery.staff.pk, in_nursery.staff.pk)
    assert (loaded.revision, loaded.superseded) == (1, False)
    assert loaded.texts.conclusion == "Speelt graag samen met Yara."
    answers = Answer.objects.values_list("milestone_id", "value", "answered_on", "author_id", "carried_over")
    assert set(answers) == {(key, 2, ON, in_nursery.staff.pk, False) for key in given.answers}
    assert dict(ScaleScore.objects.values_list("scale_id", "half_points")) == given.scale_scores


@pytest.mark.requirement("REG-6.3")
def test_results_are_those_of_closing_on_the_screen(in_nursery: Nursery, given: HistoricRegistration) -> None:
    load_history([given])
    result = LineResult.objects.get()
    # Bands 5 to 7 secure at 32 months: basal 42, and the bands above were not shown.
    assert (result.developmental_age, result.difference, result.outcome) == (Decimal(42), Decimal(10), "ahead")
    assert (result.period, result.line_id) == (given.period, in_nursery.content.lines["spel"].id)


def test_what_may_be_left_out_is_empty(given: HistoricRegistration) -> None:
    bare = replace(given, period=None, answers={}, scale_scores={}, author_id=None, conclusion="")
    assert load_history([bare]) == LoadedCounts(registrations=1)
    loaded = Registration.objects.get()
    assert (loaded.texts, loaded.closed_by_id, loaded.period_id) == (None, None, None)


def test_nothing_to_load_is_nothing(in_nursery: Nursery) -> None:
    assert load_history([]) == LoadedCounts(registrations=0, answers=0, scale_scores=0, results=0)


def test_batches_are_written_together_and_from_a_generator(
    in_nursery: Nursery,
    given: HistoricRegistration,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(history, "_TOGETHER", 2)
    children = [factories.child(in_nursery.group) for _ in range(3)]

    def stream() -> Iterator[HistoricRegistration]:
        for child in children:
            yield replace(given, child=child)

    # The organisation; the savepoint and the setting, on and off; and one statement a table for each of two batches.
    with django_assert_num_queries(1 + 4 + 2 * 4):
        counts = load_history(stream())
    assert counts == LoadedCounts(registrations=3, answers=3 * len(given.answers), scale_scores=6, results=3)
    assert Registration.objects.count() == 3


def test_door_for_history_is_closed_again(given: HistoricRegistration) -> None:
    load_history([replace(given, answers={})])
    answer = Answer(
        registration=Registration.objects.get(), milestone_id=next(iter(given.answers)), value=2, answered_on=ON
    )
    with pytest.raises(IntegrityError, match=r"^A closed registration never changes\."), transaction.atomic():
        answer.save(force_insert=True)


def test_failure_loads_nothing_and_closes_the_door(given: HistoricRegistration) -> None:
    with pytest.raises(ValueError, match=r"^the date lies before the birth date$"):
        load_history([given, replace(given, registered_on=date(2020, 1, 1))])
    assert (Registration.objects.count(), Answer.objects.count()) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('kijk.loading_history', true)")
        assert cursor.fetchone() in {("",), (None,)}


@pytest.mark.requirement("REG-6.1")
def test_second_registration_on_a_day_is_refused(given: HistoricRegistration) -> None:
    load_history([given])
    with pytest.raises(IntegrityError, match="registration_once_a_day"):
        load_history([given])
    assert Registration.objects.count() == 1


def test_conclusion_is_sealed_and_not_shown(given: HistoricRegistration) -> None:
    load_history([given])
    with connection.cursor() as cursor:
        cursor.execute('SELECT texts FROM "observations_registration"')
        (stored,) = cursor.fetchone()
    assert b"Yara" not in bytes(stored)
    assert "Yara" not in repr(given)
