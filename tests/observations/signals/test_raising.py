"""Raising signals: one open a child, rule and line; what is closed stays closed (REG-5, DOMAIN "Signals")."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.registering.registrations import (
    close_registration,
    reopen_registration,
    save_answer,
    start_registration,
)
from observations.domain.signals.choices import set_rule
from observations.domain.signals.discussing import close_signals
from observations.domain.signals.raising import raise_signal
from observations.models import Answer, Line, Registration, Signal
from tests import factories
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import BEFORE, MOMENT, NOW_ON, closed, codes, reaching, signals_of

LATER = MOMENT + timedelta(days=3)
FACTS = {"points": [2.0], "low": 2, "average": 3}


def line(nursery: Nursery, code: str) -> Line:
    return Line.objects.get(pk=nursery.content.lines[code].id)


def only(signals: list[Signal], rule: str) -> Signal:
    [found] = [signal for signal in signals if signal.rule == rule]
    return found


@pytest.mark.requirement("REG-7.4")
def test_the_same_again_brings_one_signal_up_to_date(in_nursery: Nursery) -> None:
    first = raise_signal(child=in_nursery.child, rule="low_well_being", facts=FACTS, now=MOMENT)
    again = raise_signal(child=in_nursery.child, rule="low_well_being", facts={**FACTS, "points": [1.5]}, now=LATER)
    assert (again.pk, again.raised_at, again.updated_at) == (first.pk, MOMENT, LATER)
    kept = Signal.objects.get()
    assert (kept.facts["points"], kept.status, kept.priority) == ([1.5], "new", 25)


def test_another_line_and_another_child_have_signals_of_their_own(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo")
    for child, code in ((in_nursery.child, "spel"), (in_nursery.child, "tijd"), (other, "spel")):
        raise_signal(child=child, rule="line_attention", line=line(in_nursery, code), facts={}, now=MOMENT)
    assert Signal.objects.count() == 3


@pytest.mark.parametrize("facts", [{"why": "huilt veel als moeder weggaat"}, {"why": "x" * 65}, {"why": {"a": 1}}])
def test_a_text_among_the_facts_is_refused(in_nursery: Nursery, facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="the fact 'why'"):
        raise_signal(child=in_nursery.child, rule="talk_wish", facts=facts, now=MOMENT)


def test_a_rule_there_is_not_is_refused(in_nursery: Nursery) -> None:
    with pytest.raises(ValueError, match="no signal rule"):
        raise_signal(child=in_nursery.child, rule="afwijkend", facts={}, now=MOMENT)


@pytest.mark.requirement("REG-5.5")
def test_closing_gives_attention_and_concern_with_the_numbers(in_nursery: Nursery) -> None:
    lines = {"spel": 5, "tijd": 4, "tekenen": 6, "zelfbeeld": 8}
    found = signals_of(closed(in_nursery, reaching(in_nursery.content, lines)))
    by_line = {(signal.line.code if signal.line else ""): signal.rule for signal in found}
    assert by_line == {"spel": "line_attention", "tijd": "line_concern"}
    facts = only(found, "line_attention").facts
    assert facts == {"difference": -8.0, "dev_age": 30.0, "at_least": False, "coverage": 1.0, "months": 6}


@pytest.mark.requirement("REG-5.7")
def test_two_lines_within_language_ask_to_be_discussed(in_nursery: Nursery) -> None:
    found = signals_of(closed(in_nursery, reaching(in_nursery.content, {"mondelinge-taal": 5, "geletterdheid": 5})))
    assert only(found, "several_lines").facts["language"] == ["mondelinge-taal", "geletterdheid"]
    assert codes(found) == ["several_lines"]


@pytest.mark.requirement("REG-5.7")
def test_lines_that_are_discussed_together_have_no_signal_each_but_concern_has(in_nursery: Nursery) -> None:
    signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 4}), on=BEFORE))
    lines = {"spel": 5, "tijd": 4, "tekenen": 5, "zelfbeeld": 6}
    signals_of(closed(in_nursery, reaching(in_nursery.content, lines)), LATER)
    found = {(signal.rule, signal.line.code if signal.line else "") for signal in Signal.objects.select_related("line")}
    # What was there already goes on: somebody may be busy with it.
    assert found == {("several_lines", ""), ("line_attention", "spel"), ("line_concern", "tijd")}
    assert Signal.objects.get(rule="line_attention").faded_on is None


def test_lines_keep_their_own_signals_where_the_discussion_is_for_others(in_nursery: Nursery) -> None:
    set_rule(
        rule="several_lines",
        is_on=True,
        audience="support",
        thresholds={},
        by=in_nursery.administrator,
        now=MOMENT,
    )
    found = signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 5, "tijd": 5, "tekenen": 5})))
    assert codes(found) == ["line_attention", "line_attention", "line_attention", "several_lines"]


@pytest.mark.requirement("REG-5.10")
def test_ahead_is_one_signal_that_names_the_lines(in_nursery: Nursery) -> None:
    ahead = {"zelfbeeld": 8, "spel": 8, "tijd": 9}
    found = only(signals_of(closed(in_nursery, reaching(in_nursery.content, ahead))), "several_ahead")
    assert found.line_id is None
    assert found.facts == {"ahead": ["zelfbeeld", "spel", "tijd"], "apart": [10.0, 10.0, 16.0], "months": 6, "lines": 3}


@pytest.mark.requirement("REG-5.10")
def test_two_lines_ahead_are_no_signal(in_nursery: Nursery) -> None:
    assert codes(signals_of(closed(in_nursery, reaching(in_nursery.content, {"zelfbeeld": 8, "spel": 8})))) == []


def test_what_a_rule_gave_that_is_gone_goes_by_itself_unless_somebody_took_it_up(in_nursery: Nursery) -> None:
    facts = {"difference": 8.0, "dev_age": 46.0, "at_least": False, "coverage": 1.0, "months": 6}
    for code, status in (("spel", "new"), ("tijd", "discussion")):
        Signal.objects.create(
            child=in_nursery.child, rule="line_ahead", line=line(in_nursery, code), facts=facts, priority=80,
            status=status, taken_at=MOMENT if status == "discussion" else None, raised_at=MOMENT, updated_at=MOMENT,
        )  # fmt: skip
    signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 6, "tijd": 6})))
    found = Signal.objects.filter(rule="line_ahead").order_by("status")
    assert list(found.values_list("status", "outcome", "faded_on")) == [
        ("closed", "resolved", None), ("discussion", "", NOW_ON),
    ]  # fmt: skip


def test_two_other_lines_do_not(in_nursery: Nursery) -> None:
    found = signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 5, "tijd": 5})))
    assert codes(found) == ["line_attention", "line_attention"]


@pytest.mark.requirement("REG-5.6")
def test_little_growth_and_a_lost_milestone_are_noticed(in_nursery: Nursery) -> None:
    closed(in_nursery, reaching(in_nursery.content, {"spel": 6, "tekenen": 5}), on=BEFORE)
    after = reaching(in_nursery.content, {"spel": 6, "tekenen": 6})
    lost = in_nursery.content.lines["spel"].bands[6][0]
    after[lost.id] = Answer.Value.EMERGING
    found = signals_of(closed(in_nursery, after))
    assert codes(found) == ["regression", "stagnation"]
    assert only(found, "regression").facts["lost"] == [str(lost.id)]
    stagnation = only(found, "stagnation")
    assert stagnation.line_id == in_nursery.content.lines["spel"].id
    assert (stagnation.facts["between"], stagnation.facts["earlier_on"]) == (7.0, "2026-04-20")


def test_registrations_less_than_four_months_apart_say_nothing_of_growth(in_nursery: Nursery) -> None:
    closed(in_nursery, reaching(in_nursery.content, {"spel": 6}), on=date(2026, 8, 1))
    assert codes(signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 6})))) == []


@pytest.mark.requirement("REG-5.8")
@pytest.mark.parametrize(
    ("before", "now", "rules"),
    [(None, 4, ["low_well_being"]), (None, 5, []), (6, 5, ["low_well_being"]), (8, 5, [])],
)
def test_low_well_being_is_noticed(in_nursery: Nursery, before: int | None, now: int, rules: list[str]) -> None:
    answers = reaching(in_nursery.content, {"spel": 6})
    if before is not None:
        closed(in_nursery, reaching(in_nursery.content, {"tekenen": 5}), on=BEFORE, scales={"well_being": before})
    assert codes(signals_of(closed(in_nursery, answers, scales={"well_being": now}))) == rules


@pytest.mark.requirement("REG-5.9")
def test_lines_not_seen_enough_are_a_signal_about_our_view(in_nursery: Nursery) -> None:
    answers = reaching(in_nursery.content, {"spel": 6, "tijd": 6, "tekenen": 6})
    unseen = dict.fromkeys(answers, Answer.Value.NOT_OBSERVED)
    found = signals_of(closed(in_nursery, unseen))
    assert codes(found) == ["too_little_seen"]
    assert set(found[0].facts["unseen"]) == {"spel", "tijd", "tekenen"}


@pytest.mark.requirement("REG-7.4")
def test_closed_stays_closed_for_the_same_registration_and_a_new_one_raises_anew(in_nursery: Nursery) -> None:
    earlier = closed(in_nursery, reaching(in_nursery.content, {"spel": 4}), on=BEFORE)
    signal = only(signals_of(earlier), "line_attention")
    close_signals(signals=[signal], outcome="watch", by=in_nursery.staff, now=LATER)
    assert only(signals_of(earlier, LATER), "line_attention").pk == signal.pk
    assert Signal.objects.count() == 1
    found = signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 5})), LATER)
    assert only(found, "line_attention").status == "new"
    assert Signal.objects.filter(rule="line_attention").count() == 2


def test_a_newer_registration_lets_fade_what_it_looked_at_and_nothing_else(in_nursery: Nursery) -> None:
    signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 4, "tijd": 4}), on=BEFORE))
    signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 6})))
    faded = {signal.line.code: signal.faded_on for signal in Signal.objects.select_related("line") if signal.line}
    assert faded == {"spel": NOW_ON, "tijd": None}


def test_a_line_that_was_not_seen_enough_lets_nothing_fade(in_nursery: Nursery) -> None:
    signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 4}), on=BEFORE))
    unseen = dict.fromkeys(reaching(in_nursery.content, {"spel": 6}), Answer.Value.NOT_OBSERVED)
    signals_of(closed(in_nursery, unseen))
    assert Signal.objects.get(rule="line_attention").faded_on is None


def test_closing_on_the_screen_raises_signals(in_nursery: Nursery) -> None:
    registration = start_registration(child=in_nursery.child, today=NOW_ON, by=in_nursery.staff)
    for milestone_id, value in reaching(in_nursery.content, {"spel": 5}).items():
        save_answer(
            registration=registration, milestone_id=milestone_id, value=value, today=NOW_ON, by=in_nursery.staff
        )
    close_registration(registration=registration, now=MOMENT, by=in_nursery.staff, confirm_carried_over=True)
    signal = Signal.objects.get()
    assert (signal.rule, signal.registration_id) == ("line_attention", registration.pk)
    # Opened again and closed with the same answers, it is the same registration: what was closed stays closed.
    close_signals(signals=[signal], outcome="under_way", by=in_nursery.staff, now=LATER)
    again = reopen_registration(
        registration=Registration.objects.get(), reason="Een tikfout.", by=in_nursery.administrator
    )
    close_registration(registration=again, now=LATER, by=in_nursery.staff)
    assert [found.status for found in Signal.objects.all()] == ["closed"]


def test_signal_about_a_child_of_another_organisation_is_impossible(nursery: Nursery) -> None:
    with tenant_scope(factories.organisation()):
        elsewhere = factories.child()
    with tenant_scope(nursery.organisation_id):
        raise_signal(child=elsewhere, rule="talk_wish", facts={"entry": str(uuid7())}, now=MOMENT)
        with pytest.raises(IntegrityError, match="tenant_fk"), transaction.atomic():
            connection.check_constraints()
        # So that the scope can end.
        Signal.objects.all().delete()
