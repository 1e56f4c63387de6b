"""An extra registration has its own lines only, and is the previous one for those (REG-2.3, REG-3.3)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from observations.domain.periods.extra import ExtraData, plan_extra
from observations.domain.registering.page import line_page_of, registration_page_of
from observations.domain.registering.registrations import (
    RegistrationRefused,
    close_registration,
    reopen_registration,
    save_answer,
    start_registration,
)
from observations.models import Answer, ExtraRegistration, LineResult, Registration
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
LANGUAGE = "mondelinge-taal"


@pytest.fixture
def extra(in_nursery: Nursery) -> ExtraRegistration:
    data = ExtraData(
        name="Nulmeting taal",
        lines=[LANGUAGE],
        audience=ExtraRegistration.Audience.CHILD,
        begins_on=TODAY,
        ends_on=TODAY,
        child=in_nursery.child,
    )
    return plan_extra(data=data, by=in_nursery.administrator)


def answer(nursery: Nursery, registration: Registration, line: str, value: int) -> None:
    for item in nursery.content.lines[line].bands[7]:
        save_answer(registration=registration, milestone_id=item.id, value=value, today=TODAY, by=nursery.staff)


@pytest.mark.requirement("REG-2.3")
def test_extra_registration_shows_only_its_lines(in_nursery: Nursery, extra: ExtraRegistration) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra)
    page = registration_page_of(registration)
    assert ([line.code for line in page.lines], page.scales, page.has_scales) == ([LANGUAGE], (), False)
    assert line_page_of(registration, "tekenen") is None
    item = in_nursery.content.lines["tekenen"].bands[7][0]
    with pytest.raises(RegistrationRefused, match="hoort niet"):
        save_answer(
            registration=registration, milestone_id=item.id, value=Answer.Value.SECURE, today=TODAY, by=in_nursery.staff
        )


@pytest.mark.requirement("REG-2.3")
def test_extra_registration_stands_beside_the_usual_one(in_nursery: Nursery, extra: ExtraRegistration) -> None:
    usual = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    beside = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra)
    assert usual.pk != beside.pk
    assert start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff).pk == usual.pk
    again = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra)
    assert again.pk == beside.pk


def test_extra_registration_that_was_closed_is_not_made_again(in_nursery: Nursery, extra: ExtraRegistration) -> None:
    registration = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra)
    answer(in_nursery, registration, LANGUAGE, Answer.Value.SECURE)
    close_registration(registration=registration, now=NOW, by=in_nursery.staff)
    assert [result.line.code for result in LineResult.objects.select_related("line")] == [LANGUAGE]
    with pytest.raises(RegistrationRefused, match="al gedaan"):
        start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra)
    opened = reopen_registration(registration=registration, reason="Verkeerd", by=in_nursery.administrator)
    assert (opened.extra_id, opened.revision) == (extra.pk, 2)


@pytest.mark.requirement("REG-3.3")
def test_answers_come_along_from_the_newest_registration_of_each_line(
    in_nursery: Nursery, extra: ExtraRegistration
) -> None:
    usual = start_registration(child=in_nursery.child, today=date(2026, 6, 1), by=in_nursery.staff)
    answer(in_nursery, usual, LANGUAGE, Answer.Value.NOT_YET)
    answer(in_nursery, usual, "tekenen", Answer.Value.EMERGING)
    close_registration(registration=usual, now=NOW, by=in_nursery.staff)
    beside = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff, extra=extra)
    answer(in_nursery, beside, LANGUAGE, Answer.Value.SECURE)
    close_registration(registration=beside, now=NOW, by=in_nursery.staff, confirm_carried_over=True)
    following = start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)
    carried = {
        code: {found.value for found in following.answers.filter(milestone__line__code=code, carried_over=True)}
        for code in (LANGUAGE, "tekenen")
    }
    assert carried == {LANGUAGE: {Answer.Value.SECURE}, "tekenen": {Answer.Value.EMERGING}}
