"""A measurement in out-of-school care: begun, filled in, closed, and fixed from then on (BSO-1)."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.measuring import (
    BsoRefused,
    close_measurement,
    missing_of,
    save_answer,
    save_conclusion,
    save_point,
    start_measurement,
    start_measurements,
)
from observations.domain.bso.page import measurement_page_of
from observations.domain.bso.reading import points_in_words, summaries_of
from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.answering import MAX_TEXT, Seen, mark_of
from observations.domain.registering.refusals import ConclusionChanged
from observations.models import BsoAnswer, BsoRegistration, BsoScore, LineResult, Signal
from tests import factories
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import answer, bso_child, fill_in, item, scale, today


def fresh(bso: Bso) -> BsoRegistration:
    return BsoRegistration.objects.select_related("child", "group").get(pk=bso.opened.pk)


def test_starting_again_goes_on_with_the_open_one(in_bso: Bso) -> None:
    assert start_measurement(child=in_bso.child, today=today(), by=in_bso.colleague).pk == in_bso.opened.pk


def test_only_a_child_of_a_bso_group_is_measured(in_bso: Bso) -> None:
    with pytest.raises(BsoRefused, match="niet in een BSO-groep"):
        start_measurement(child=factories.child(), today=today(), by=in_bso.staff)


def test_a_day_has_one_measurement(in_bso: Bso) -> None:
    answer(in_bso.opened, "contact-vriend", 1, in_bso.staff)
    close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    with pytest.raises(BsoRefused, match="vanaf morgen"):
        start_measurement(child=in_bso.child, today=today(), by=in_bso.staff)
    later = start_measurement(child=in_bso.child, today=today() + timedelta(days=1), by=in_bso.staff)
    assert later.status == BsoRegistration.Status.OPEN


def test_a_group_begins_for_who_has_none(in_bso: Bso) -> None:
    children = [in_bso.child, bso_child(in_bso.group, "Sem"), bso_child(in_bso.group, "Lot")]
    assert start_measurements(children=children, group=in_bso.group, today=today(), by=in_bso.staff) == 2
    assert start_measurements(children=children, group=in_bso.group, today=today(), by=in_bso.staff) == 0
    assert BsoRegistration.objects.count() == 3


@pytest.mark.requirement("BSO-1.1")
def test_answers_and_points_are_kept_and_summed_up_by_aspect(in_bso: Bso) -> None:
    for code, value in (("contact-zoeken", 3), ("contact-meedoen", 2), ("contact-vriend", None)):
        answer(in_bso.opened, code, value, in_bso.staff)
    save_point(registration=in_bso.opened, scale_id=scale(in_bso.opened), half_points=7, by=in_bso.staff, seen=None)
    page = measurement_page_of(in_bso.opened)
    contact = page.aspects[0].summary
    assert (contact.answered, contact.known, contact.total) == (3, 2, 3)
    assert (contact.mean, contact.words) == (Fraction(5, 2), "bijna altijd")
    assert [point.scale.points for point in page.scales] == ["3,5", ""]
    assert (page.answered, page.total) == (4, 14)
    assert all(not summary.words for summary in summaries_of(content_of(in_bso.opened.version_id), {}))


def test_an_answer_again_replaces_it_and_says_whose_was_not_seen(in_bso: Bso) -> None:
    code, now = "samenleven-helpen", timezone.now()
    milestone_id = item(in_bso.opened, code)
    answer(in_bso.opened, code, None, in_bso.staff)
    kept: dict[str, Any] = {
        "registration": in_bso.opened,
        "milestone_id": milestone_id,
        "by": in_bso.colleague,
        "now": now,
    }
    replaced = save_answer(value=3, seen=Seen(None), **kept)
    assert replaced is not None
    assert (replaced.author, replaced.value) == (in_bso.staff.get_full_name(), -1)
    assert save_answer(value=2, seen=Seen(3), **kept) is None
    assert BsoAnswer.objects.get(registration=in_bso.opened).value == 2


def test_a_point_again_replaces_it_and_says_whose_was_not_seen(in_bso: Bso) -> None:
    kept: dict[str, Any] = {"registration": in_bso.opened, "scale_id": scale(in_bso.opened)}
    save_point(half_points=4, by=in_bso.staff, seen=Seen(None), **kept)
    replaced = save_point(half_points=9, by=in_bso.colleague, seen=Seen(None), **kept)
    assert replaced is not None
    assert (replaced.author, points_in_words(replaced.value)) == (in_bso.staff.get_full_name(), "2")
    assert save_point(half_points=10, by=in_bso.staff, seen=Seen(9), **kept) is None


@pytest.mark.parametrize("value", [4, -1])
def test_refuses_what_is_no_answer(in_bso: Bso, value: int) -> None:
    with pytest.raises(BsoRefused, match="kennen we niet"):
        answer(in_bso.opened, "contact-vriend", value, in_bso.staff)


@pytest.mark.parametrize("half_points", [1, 11])
def test_refuses_a_point_outside_the_scale(in_bso: Bso, half_points: int) -> None:
    with pytest.raises(BsoRefused, match="1 tot en met 5"):
        save_point(
            registration=in_bso.opened,
            scale_id=scale(in_bso.opened),
            half_points=half_points,
            by=in_bso.staff,
            seen=None,
        )


def test_a_conclusion_is_sealed_and_no_colleague_s_text_is_lost(in_bso: Bso) -> None:
    text = "Zoekt steeds vaker Sem op."
    save_conclusion(registration=in_bso.opened, conclusion=f" {text} ", by=in_bso.staff)
    assert fresh(in_bso).texts.conclusion == text
    with pytest.raises(ConclusionChanged) as refused:
        save_conclusion(registration=in_bso.opened, conclusion="Iets anders.", by=in_bso.colleague, seen=mark_of(""))
    assert refused.value.theirs == text
    save_conclusion(registration=in_bso.opened, conclusion="Samen.", by=in_bso.colleague, seen=mark_of(text))
    assert fresh(in_bso).texts.conclusion == "Samen."


def test_a_conclusion_that_is_too_long_is_refused(in_bso: Bso) -> None:
    with pytest.raises(BsoRefused, match="te lang"):
        save_conclusion(registration=in_bso.opened, conclusion="a" * (MAX_TEXT + 1), by=in_bso.staff)


def test_closing_says_what_is_missing_and_needs_something(in_bso: Bso) -> None:
    missing = missing_of(in_bso.opened)
    assert (missing.statements, missing.scales, missing.conclusion) == (12, ("Welbevinden", "Betrokkenheid"), True)
    with pytest.raises(BsoRefused, match="nog niets"):
        close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    fill_in(in_bso.opened, in_bso.staff)
    assert missing_of(in_bso.opened).complete


def test_closed_takes_no_answer_point_or_text(in_bso: Bso) -> None:
    fill_in(in_bso.opened, in_bso.staff)
    close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    closed = fresh(in_bso)
    assert (closed.status, closed.closed_by) == (BsoRegistration.Status.CLOSED, in_bso.staff)
    for refused in (
        lambda: answer(closed, "contact-vriend", 1, in_bso.staff),
        lambda: save_point(registration=closed, scale_id=scale(closed), half_points=2, by=in_bso.staff, seen=None),
        lambda: save_conclusion(registration=closed, conclusion="Toch nog.", by=in_bso.staff),
        lambda: close_measurement(registration=closed, by=in_bso.staff, now=timezone.now()),
    ):
        with pytest.raises(BsoRefused, match="afgesloten en verandert niet meer"):
            refused()


@pytest.mark.requirement("BSO-1.1")
def test_closed_never_changes_in_the_database_either(in_bso: Bso) -> None:
    fill_in(in_bso.opened, in_bso.staff)
    close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    closed = BsoRegistration.objects.filter(pk=in_bso.opened.pk)
    answers = BsoAnswer.objects.filter(registration=in_bso.opened)
    scores = BsoScore.objects.filter(registration=in_bso.opened)
    other = answers.first()
    assert other is not None
    child_view = BsoAnswer(
        registration=in_bso.opened, view="child", milestone=other.milestone, value=1, answered_at=timezone.now()
    )
    for change in (
        lambda: closed.update(status="open", closed_at=None, closed_by=None),
        lambda: closed.update(observed_on=today() - timedelta(days=9)),
        closed.delete,
        lambda: answers.update(value=0),
        answers.delete,
        lambda: scores.update(half_points=2),
        scores.delete,
        lambda: child_view.save(force_insert=True),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()
    assert answers.filter(value=2).count() == 12


def test_closing_leaves_events_without_what_was_seen_and_no_result_about_development(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        fill_in(bso.opened, bso.staff)
        save_conclusion(registration=bso.opened, conclusion="Gaat goed.", by=bso.staff)
        close_measurement(registration=bso.opened, by=bso.staff, now=timezone.now())
    with tenant_scope(bso.organisation_id):
        found = list(AuditEvent.objects.filter(action__startswith="bso.").values_list("action", "data"))
        assert not LineResult.objects.exists()
    assert {action for action, _data in found} == {
        "bso.started", "bso.answered", "bso.scored", "bso.concluded", "bso.closed",
    }  # fmt: skip
    assert {key for _action, data in found for key in data} == {"child", "milestone", "scale", "unanswered"}


def test_low_well_being_gives_its_signal_at_closing(in_bso: Bso) -> None:
    fill_in(in_bso.opened, in_bso.staff, half_points=4)
    assert not Signal.objects.exists()
    close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    assert set(Signal.objects.values_list("rule", flat=True)) == {"low_well_being", "low_involvement"}


def test_a_measurement_shows_the_one_before_it(in_bso: Bso) -> None:
    fill_in(in_bso.opened, in_bso.staff, value=1)
    close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    later = start_measurement(child=in_bso.child, today=today() + timedelta(days=100), by=in_bso.staff)
    page = measurement_page_of(later)
    assert page.previous_on == today()
    assert [point.previous for point in page.scales] == ["3,5", "3,5"]
    assert {each.previous_label for aspect in page.aspects for each in aspect.statements} == {"Soms"}
    assert page.answered == 0
