"""Registering a child: starting, answering, closing, opening again (REG-3, REG-5, REG-6)."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.registering.page import line_page_of, registration_page_of
from observations.domain.registering.registrations import (
    NotConfirmed,
    RegistrationRefused,
    answers_of,
    close_registration,
    confirm_line,
    reopen_registration,
    save_answer,
    save_conclusion,
    save_scale,
    start_registration,
)
from observations.models import Answer, InstrumentVersion, LineResult, Registration, RegistrationPeriod
from tests import factories
from tests.observations.conftest import Nursery

# The child of the fixture is born on 20 September 2023: 38 months on the day of the worked example.
TODAY = date(2026, 11, 20)
LATER = date(2027, 5, 20)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
VALUE = Answer.Value


def milestones(nursery: Nursery, line: str, band: int) -> list[UUID]:
    return [item.id for item in nursery.content.lines[line].bands[band]]


def answer_band(nursery: Nursery, registration: Registration, line: str, band: int, values: list[int]) -> None:
    for milestone_id, value in zip(milestones(nursery, line, band), values, strict=True):
        save_answer(registration=registration, milestone_id=milestone_id, value=value, today=TODAY, by=nursery.staff)


def answer_worked_example(nursery: Nursery, registration: Registration) -> None:
    """Give DOMAIN's first worked example on a line with three milestones a band: 2;6–3;0 is band 6."""
    answer_band(nursery, registration, "tekenen", 6, [VALUE.SECURE] * 3)
    answer_band(nursery, registration, "tekenen", 7, [VALUE.SECURE, VALUE.EMERGING, VALUE.NOT_YET])
    answer_band(nursery, registration, "tekenen", 8, [VALUE.NOT_YET] * 3)


def shown_bands(registration: Registration, line: str) -> list[str]:
    page = line_page_of(Registration.objects.select_related("child").get(pk=registration.pk), line)
    assert page is not None
    return [band.label for band in page.bands]


@pytest.mark.requirement("REG-3.1")
def test_start_shows_own_band_and_its_neighbours(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    assert shown_bands(registration, "tekenen") == ["2;6–3;0", "3;0–3;6", "3;6–4;0"]


def test_start_twice_returns_the_open_one(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    assert start_registration(child=in_nursery.child, today=LATER, by=in_nursery.staff).pk == first.pk


def test_start_takes_the_period_that_has_begun(in_nursery: Nursery) -> None:
    RegistrationPeriod.objects.create(name="Voorjaar", begins_on=date(2026, 4, 1), ends_on=date(2026, 5, 1))
    autumn = RegistrationPeriod.objects.create(name="Najaar", begins_on=date(2026, 10, 1), ends_on=date(2026, 12, 1))
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    assert registration.period_id == autumn.pk


def test_start_without_group_is_refused(in_nursery: Nursery) -> None:
    in_nursery.child.placements.update(ends_on=date(2026, 1, 1))
    with pytest.raises(RegistrationRefused, match="niet in een groep"):
        start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)


@pytest.mark.requirement("REG-3.1")
def test_not_yet_in_the_lowest_band_opens_the_band_below(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_band(in_nursery, registration, "tekenen", 6, [VALUE.NOT_YET] * 3)
    assert shown_bands(registration, "tekenen")[0] == "2;0–2;6"


@pytest.mark.requirement("REG-3.2")
def test_answer_again_replaces_the_first(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    milestone_id = milestones(in_nursery, "tekenen", 7)[0]
    for value in (VALUE.NOT_YET, VALUE.SECURE):
        save_answer(registration=registration, milestone_id=milestone_id, value=value, today=TODAY, by=in_nursery.staff)
    assert [answer.value for answer in registration.answers.all()] == [VALUE.SECURE]


@pytest.mark.parametrize("value", [-1, 4, 99])
def test_answer_outside_the_scale_is_refused(in_nursery: Nursery, value: int) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    milestone_id = milestones(in_nursery, "tekenen", 7)[0]
    with pytest.raises(RegistrationRefused, match="kennen we niet"):
        save_answer(registration=registration, milestone_id=milestone_id, value=value, today=TODAY, by=in_nursery.staff)


def test_answer_to_a_foreign_milestone_is_refused(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    with pytest.raises(RegistrationRefused, match="hoort niet"):
        save_answer(
            registration=registration, milestone_id=uuid7(), value=VALUE.SECURE, today=TODAY, by=in_nursery.staff
        )


@pytest.mark.requirement("REG-5.1")
def test_closing_leaves_the_worked_example(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, registration)
    close_registration(registration=registration, now=NOW, by=in_nursery.staff)
    result = LineResult.objects.get()
    found = (result.developmental_age, result.difference, result.outcome, result.coverage)
    assert tuple(map(str, found)) == ("39.00", "1.00", "on_course", "1.000")


@pytest.mark.requirement("REG-6.3")
def test_closing_keeps_what_was_true_then(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, registration)
    close_registration(registration=registration, now=NOW, by=in_nursery.staff)
    result = LineResult.objects.get()
    assert (result.age_days, result.group_id, result.vve, result.rule_version) == (
        (TODAY - in_nursery.child.birth_date).days,
        in_nursery.group.pk,
        False,
        "developmental_age 1.0",
    )


def test_closing_without_answers_is_refused(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    with pytest.raises(RegistrationRefused, match="nog niets ingevuld"):
        close_registration(registration=registration, now=NOW, by=in_nursery.staff)


@pytest.mark.requirement("REG-6.1")
def test_closed_registration_refuses_every_change(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, registration)
    close_registration(registration=registration, now=NOW, by=in_nursery.staff)
    milestone_id = milestones(in_nursery, "tekenen", 7)[1]
    scale_id = in_nursery.content.scales[0].id
    changes = [
        lambda: save_answer(
            registration=registration, milestone_id=milestone_id, value=2, today=TODAY, by=in_nursery.staff
        ),
        lambda: save_scale(registration=registration, scale_id=scale_id, half_points=6, by=in_nursery.staff),
        lambda: save_conclusion(registration=registration, conclusion="Anders", by=in_nursery.staff),
        lambda: close_registration(registration=registration, now=NOW, by=in_nursery.staff),
    ]
    for change in changes:
        with pytest.raises(RegistrationRefused, match="afgesloten"):
            change()


@pytest.mark.requirement("REG-6.1")
def test_database_refuses_changes_of_a_closed_registration(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, registration)
    close_registration(registration=registration, now=NOW, by=in_nursery.staff)
    attempts = [
        lambda: Answer.objects.update(value=VALUE.NOT_YET),
        lambda: Answer.objects.all().delete(),
        lambda: Registration.objects.update(status="open", closed_at=None),
        lambda: Registration.objects.update(registered_on=LATER),
        lambda: Answer.objects.create(
            registration=registration,
            milestone_id=milestones(in_nursery, "tekenen", 9)[0],
            value=VALUE.SECURE,
            answered_on=TODAY,
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="closed registration never changes"), transaction.atomic():
            attempt()


@pytest.mark.requirement("REG-3.3")
def test_previous_answers_come_along_unconfirmed(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    second = start_registration(child=in_nursery.child, today=LATER, by=in_nursery.staff)
    carried = {answer.milestone_id: (answer.value, answer.carried_over) for answer in second.answers.all()}
    expected = dict.fromkeys(milestones(in_nursery, "tekenen", 8), (VALUE.NOT_YET, True))
    values = [VALUE.SECURE, VALUE.EMERGING, VALUE.NOT_YET]
    expected |= dict(zip(milestones(in_nursery, "tekenen", 7), [(value, True) for value in values], strict=True))
    assert carried == expected


def test_not_observed_does_not_come_along(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    answer_band(in_nursery, first, "tekenen", 8, [VALUE.NOT_OBSERVED] * 3)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    second = start_registration(child=in_nursery.child, today=LATER, by=in_nursery.staff)
    assert set(answers_of(second)) == set(milestones(in_nursery, "tekenen", 7))


def test_closing_waits_for_carried_answers_to_be_confirmed(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    second = start_registration(child=in_nursery.child, today=LATER, by=in_nursery.staff)
    with pytest.raises(NotConfirmed) as refusal:
        close_registration(registration=second, now=NOW, by=in_nursery.staff)
    assert refusal.value.count == 6


def test_confirming_a_line_takes_one_step(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    second = start_registration(child=in_nursery.child, today=LATER, by=in_nursery.staff)
    line = in_nursery.content.lines["tekenen"]
    assert confirm_line(registration=second, line=line, today=LATER, by=in_nursery.staff) == 6
    assert not second.answers.filter(carried_over=True).exists()


def test_opened_lower_band_comes_with_its_previous_answers(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    second = start_registration(child=in_nursery.child, today=LATER, by=in_nursery.staff)
    answer_band(in_nursery, second, "tekenen", 7, [VALUE.NOT_YET] * 3)
    lower = second.answers.filter(milestone_id__in=milestones(in_nursery, "tekenen", 6))
    assert sorted(lower.values_list("value", "carried_over")) == [(VALUE.SECURE, True)] * 3


@pytest.mark.requirement("REG-6.2")
def test_reopening_makes_a_revision_and_keeps_the_old_one(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    second = reopen_registration(registration=first, reason="Verkeerd kind", by=in_nursery.administrator)
    answer_band(in_nursery, second, "tekenen", 7, [VALUE.SECURE] * 3)
    close_registration(registration=second, now=NOW, by=in_nursery.staff)
    rows = Registration.objects.order_by("revision").values_list("revision", "status", "superseded")
    assert list(rows) == [(1, "closed", True), (2, "closed", False)]
    current = LineResult.objects.filter(is_current=True).values_list("registration_id", "developmental_age")
    assert [(pk, str(age)) for pk, age in current] == [(second.pk, "42.00")]
    assert str(LineResult.objects.get(registration=first).developmental_age) == "39.00"


def test_reopening_needs_a_reason(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    with pytest.raises(RegistrationRefused, match="waarom"):
        reopen_registration(registration=first, reason="  ", by=in_nursery.administrator)
    with pytest.raises(RegistrationRefused, match=r"te lang: maximaal 1000 tekens"):
        reopen_registration(registration=first, reason="x" * 1001, by=in_nursery.administrator)


def test_reopening_twice_is_refused(in_nursery: Nursery) -> None:
    first = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    answer_worked_example(in_nursery, first)
    close_registration(registration=first, now=NOW, by=in_nursery.staff)
    reopen_registration(registration=first, reason="Fout", by=in_nursery.administrator)
    with pytest.raises(RegistrationRefused, match="al een registratie open"):
        reopen_registration(registration=first, reason="Fout", by=in_nursery.administrator)


@pytest.mark.requirement("REG-3.4")
def test_scales_take_half_points(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    scale = in_nursery.content.scales[0]
    save_scale(registration=registration, scale_id=scale.id, half_points=7, by=in_nursery.staff)
    found = registration_page_of(Registration.objects.select_related("child").get(pk=registration.pk)).scales[0]
    assert (found.content.id, found.points) == (scale.id, "3,5")


@pytest.mark.parametrize("half_points", [0, 1, 11])
def test_scales_refuse_points_outside_one_to_five(in_nursery: Nursery, half_points: int) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    with pytest.raises(RegistrationRefused, match="1 tot en met 5"):
        save_scale(
            registration=registration,
            scale_id=in_nursery.content.scales[0].id,
            half_points=half_points,
            by=in_nursery.staff,
        )


@pytest.mark.requirement("REG-5.4")
def test_corrected_age_counts_from_the_due_date(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        baby = factories.child(nursery.group, birth_date=date(2025, 11, 20), gestation_weeks=28)
        registration = start_registration(child=baby, today=TODAY, by=nursery.staff)
        # Twelve months old, twelve weeks early: counted as nine, so the second band is the child's own.
        assert shown_bands(registration, "tekenen") == ["0;0–0;6", "0;6–1;0", "1;0–1;6"]


@pytest.mark.requirement("AUD-1.1")
def test_each_step_leaves_its_event(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        registration = start_registration(child=nursery.child, today=TODAY, by=nursery.staff)
        answer_band(nursery, registration, "tekenen", 7, [VALUE.SECURE] * 3)
        close_registration(registration=registration, now=NOW, by=nursery.staff)
    with tenant_scope(nursery.organisation_id):
        events = AuditEvent.objects.filter(actor_id=nursery.staff.pk).order_by("sequence")
        assert list(events.values_list("action", flat=True)) == [
            "registration.started",
            *["registration.answered"] * 3,
            "registration.closed",
        ]


@pytest.mark.requirement("REG-3.5")
def test_conclusion_is_kept_and_read_back(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    save_conclusion(registration=registration, conclusion="  Bloeit op in de bouwhoek. ", by=in_nursery.staff)
    found = Registration.objects.get(pk=registration.pk)
    assert found.texts.conclusion == "Bloeit op in de bouwhoek."


@pytest.mark.requirement("REG-1.3")
def test_registration_stays_with_its_version(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    newer = InstrumentVersion.objects.create(
        instrument_id=registration.version.instrument_id,
        version="2.0",
        name="Nieuw",
        scoring_rule="developmental_age",
        response_scale="milestone",
        content_hash=b"2",
        published_at=NOW,
    )
    kept = Registration.objects.get(pk=registration.pk)
    assert (kept.version_id == newer.pk, kept.version.version) == (False, "1.0")
    assert registration_page_of(kept).lines[0].name == "Zelfbeeld"
