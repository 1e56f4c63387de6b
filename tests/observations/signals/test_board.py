"""Who sees which signals, in which order, and what is done with them (DOMAIN "Signals", ACC-9)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Right, Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.signals.board import (
    BoardChoice,
    children_with,
    chosen_signals,
    counts_of,
    counts_shown,
    signals_by_child,
)
from observations.domain.signals.discussing import SignalRefused, close_signals, take_up, write_signal_note
from observations.domain.signals.raising import raise_signal
from observations.domain.signals.reach import signals_in_reach, signals_of_child
from observations.models import Child, Line, Signal, SignalNote
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import MOMENT, NOW_ON

LATER = MOMENT + timedelta(hours=2)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def make(child: Child, rule: str = "low_well_being", **facts: Any) -> Signal:
    return raise_signal(child=child, rule=rule, facts=facts or {"points": [2.0], "low": 2, "average": 3}, now=MOMENT)


def seen_by(user: User) -> list[str]:
    found = sorted(signals_in_reach(fresh(user), Right.SIGNAL_READ, on=NOW_ON).values_list("rule", flat=True))
    # A child's page asks of one child, and must come to the same.
    of_each = [signals_of_child(child, fresh(user), Right.SIGNAL_READ, on=NOW_ON) for child in Child.objects.all()]
    assert sorted(rule for rows in of_each for rule in rows.values_list("rule", flat=True)) == found
    return found


@pytest.mark.requirement("REG-7.6")
def test_staff_sees_its_own_groups_and_internal_support_its_location(in_nursery: Nursery) -> None:
    elsewhere = factories.group()
    make(in_nursery.child)
    make(factories.child(elsewhere, "Elders"), "low_involvement")
    support = factories.user(Role.INTERNAL_SUPPORT, location=elsewhere.location)
    seen = [seen_by(user) for user in (in_nursery.staff, support, in_nursery.administrator, in_nursery.quality)]
    assert seen == [["low_well_being"], ["low_involvement"], ["low_involvement", "low_well_being"], []]


@pytest.mark.requirement("REG-7.6")
def test_wish_to_talk_is_seen_by_the_mentor_and_without_one_by_the_group(in_nursery: Nursery) -> None:
    colleague = factories.user(Role.GROUP_STAFF)
    in_nursery.group.staff.create(user=colleague, begins_on=factories.LONG_AGO)
    make(in_nursery.child, "talk_wish", entry=str(uuid7()))
    assert [seen_by(user) for user in (in_nursery.staff, colleague)] == [["talk_wish"], ["talk_wish"]]
    in_nursery.child.mentor = in_nursery.staff
    in_nursery.child.save(update_fields=["mentor"])
    assert [seen_by(user) for user in (in_nursery.staff, colleague)] == [["talk_wish"], []]


def test_archived_children_have_no_signals_on_the_board(in_nursery: Nursery) -> None:
    make(in_nursery.child)
    in_nursery.child.archived_on = NOW_ON
    in_nursery.child.save(update_fields=["archived_on"])
    assert seen_by(in_nursery.administrator) == []


@pytest.mark.requirement("REG-7.6")
def test_what_needs_somebody_first_is_on_top(in_nursery: Nursery) -> None:
    for number, rule in enumerate(["several_ahead", "line_attention", "talk_wish", "several_lines"]):
        make(factories.child(in_nursery.group, f"Kind{number}"), rule, number=number)
    faded = make(in_nursery.child, "line_concern", number=9)
    faded.faded_on = NOW_ON
    faded.save(update_fields=["faded_on"])
    found = chosen_signals(Signal.objects.all(), BoardChoice(), on=NOW_ON)
    children, has_more = children_with(Signal.objects.all(), BoardChoice(), on=NOW_ON)
    assert (children, has_more) == ([signal.child_id for signal in found], False)
    assert [signal.rule for signal in found] == [
        "talk_wish", "several_lines", "line_attention", "several_ahead", "line_concern"
    ]  # fmt: skip


@pytest.mark.requirement("REG-7.6")
def test_a_child_is_one_row_with_the_lines_of_a_kind_beside_each_other(in_nursery: Nursery) -> None:
    for code in ("spel", "tijd", "tekenen"):
        facts = {"difference": -8.0, "dev_age": 30.0, "at_least": False, "coverage": 1.0, "months": 6}
        line = Line.objects.get(pk=in_nursery.content.lines[code].id)
        raise_signal(child=in_nursery.child, rule="line_attention", line=line, facts=facts, now=MOMENT)
    make(in_nursery.child)
    other = make(factories.child(in_nursery.group, "Mo"), "low_involvement").child_id
    children, _more = children_with(Signal.objects.all(), BoardChoice(), on=NOW_ON)
    [first, second] = signals_by_child(Signal.objects.all(), BoardChoice(), children, on=NOW_ON)
    assert [(kind.first.rule, len(kind.cards)) for kind in first.kinds] == [
        ("low_well_being", 1),
        ("line_attention", 3),
    ]
    assert (first.child_id, second.child_id) == (in_nursery.child.pk, other)


@pytest.mark.requirement("REG-7.6")
def test_board_reads_no_further_than_somebody_leafs(in_nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("observations.domain.signals.board.MOST_READ", 2)
    for rule in ("low_involvement", "stagnation", "regression"):
        make(in_nursery.child, rule)
    make(factories.child(in_nursery.group, "Mo"), "not_noted")
    assert children_with(Signal.objects.all(), BoardChoice(), on=NOW_ON) == ([in_nursery.child.pk], True)
    counts = [counts(Signal.objects.all(), BoardChoice(), on=NOW_ON)["new"] for counts in (counts_of, counts_shown)]
    assert counts == [4, 3]


def test_signals_of_a_rule_that_is_gone_are_seen_explained_and_found_by_what_replaced_it(nursery: Nursery) -> None:
    facts = {"difference": 8.0, "dev_age": 46.0, "at_least": False, "coverage": 1.0, "months": 6}
    with tenant_scope(nursery.organisation_id):
        old = Signal.objects.create(
            child=nursery.child, rule="line_ahead", facts=facts, priority=80, raised_at=MOMENT, updated_at=MOMENT,
            line=Line.objects.get(pk=nursery.content.lines["spel"].id),
        )  # fmt: skip
    client = client_of(nursery.staff)
    board = client.get(reverse("observations:signals"), {"soort": "several_ahead"}).content.decode()
    assert ("Voor op een lijn" in board, "voor het groepsplan" in board) == (True, True)
    page = client.get(reverse("observations:signal", args=[old.pk])).content.decode()
    assert "Dit soort signaal komt er niet meer bij" in page
    assert reverse("observations:group_plans", args=[nursery.group.pk]) in page


def test_board_is_filtered_by_group_location_and_kind(in_nursery: Nursery) -> None:
    other = factories.group(at=in_nursery.group.location)
    make(in_nursery.child)
    make(in_nursery.child, "low_involvement")
    make(factories.child(other, "Mo"))
    choices = [
        BoardChoice(group_id=in_nursery.group.pk),
        BoardChoice(location_id=other.location_id),
        BoardChoice(rule="low_involvement"),
        BoardChoice(location_id=factories.location().pk),
    ]
    assert [counts_of(Signal.objects.all(), choice, on=NOW_ON)["new"] for choice in choices] == [2, 3, 1, 0]


@pytest.mark.requirement("REG-7.7")
def test_other_text_typed_on_a_page_gone_back_to_is_kept_too(in_nursery: Nursery) -> None:
    signal, entry = make(in_nursery.child), uuid7()
    new = [
        write_signal_note(signal=signal, text=text, entry_id=entry, by=in_nursery.staff, now=MOMENT)
        for text in ("Besproken.", "Ook met de ouders.", "Ook met de ouders.")
    ]
    assert (new, SignalNote.objects.count()) == ([True, True, False], 2)


@pytest.mark.requirement("REG-7.7")
def test_discussion_and_closing_keep_who_when_and_what(in_nursery: Nursery) -> None:
    signal, other = make(in_nursery.child), make(in_nursery.child, "low_involvement")
    entry = uuid7()
    take_up(signals=[signal, other], text="Besproken met de mentor.", entry_id=entry, by=in_nursery.staff, now=MOMENT)
    again = write_signal_note(
        signal=signal, text="Besproken met de mentor.", entry_id=entry, by=in_nursery.staff, now=LATER
    )
    assert (again, SignalNote.objects.get().content.text) == (False, "Besproken met de mentor.")
    close_signals(
        signals=[signal, other],
        outcome="action",
        agreements=["parents", "offer"],
        text="De mentor belt.",
        by=in_nursery.staff,
        now=LATER,
    )
    kept = Signal.objects.get(pk=signal.pk)
    assert (kept.status, kept.outcome, kept.agreements) == ("closed", "action", ["offer", "parents"])
    assert (kept.taken_by_id, kept.closed_by_id, kept.closed_at) == (in_nursery.staff.pk, in_nursery.staff.pk, LATER)
    assert kept.texts.closing == "De mentor belt."
    with pytest.raises(SignalRefused, match="al door een collega afgesloten"):
        close_signals(signals=[signal], outcome="watch", by=in_nursery.staff, now=LATER)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"outcome": "resolved"}, "Kies hoe dit afloopt"),
        ({"outcome": ""}, "Kies hoe dit afloopt"),
        ({"outcome": "action"}, "Kies wat er is afgesproken"),
        ({"outcome": "watch", "agreements": ["straf"]}, "Kies uit de afspraken"),
        ({"outcome": "watch", "text": "a" * 2001}, "te lang"),
    ],
)
def test_an_ending_that_says_nothing_is_refused(in_nursery: Nursery, options: dict[str, Any], why: str) -> None:
    with pytest.raises(SignalRefused, match=why):
        close_signals(signals=[make(in_nursery.child)], by=in_nursery.staff, now=LATER, **options)


def test_no_text_or_name_is_in_the_trail(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        signal = make(nursery.child)
        take_up(signals=[signal], text="Over thuis.", entry_id=uuid7(), by=nursery.staff, now=MOMENT)
        close_signals(signals=[signal], outcome="watch", text="Gaat goed.", by=nursery.staff, now=LATER)
    with tenant_scope(nursery.organisation_id):
        events = AuditEvent.objects.filter(action__startswith="signal.").order_by("sequence")
        found = [(event.action, sorted(event.data)) for event in events]
    assert found == [
        ("signal.raised", ["child", "rule"]),
        ("signal.taken", ["child", "rule"]),
        ("signal.noted", ["child", "rule"]),
        ("signal.closed", ["agreements", "child", "outcome", "rule"]),
    ]


def signal_in(nursery: Nursery, rule: str = "low_well_being") -> Signal:
    with tenant_scope(nursery.organisation_id):
        return make(nursery.child, rule)


@pytest.mark.requirement("REG-7.4")
def test_page_explains_the_rule_and_its_numbers(nursery: Nursery) -> None:
    signal = signal_in(nursery)
    text = client_of(nursery.staff).get(reverse("observations:signal", args=[signal.pk])).content.decode()
    assert "Waarom zie ik dit?" in text
    assert "2 van 5" in text
    assert "2 of lager, of de laatste twee gemiddeld onder 3" in text


def test_closing_by_the_form_takes_the_other_signals_along(nursery: Nursery) -> None:
    signal, other = signal_in(nursery), signal_in(nursery, "low_involvement")
    client = client_of(nursery.staff)
    data = {"outcome": "under_way", "text": "Staat in het groepsplan.", "also": [str(other.pk)]}
    answer = client.post(reverse("observations:signal_close", args=[signal.pk]), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("observations:signals"))
    with tenant_scope(nursery.organisation_id):
        assert set(Signal.objects.values_list("status", "outcome")) == {("closed", "under_way")}
    shown = client.get(reverse("observations:signals"), {"stap": "closed"}).content.decode()
    assert "we waren er al mee bezig" in shown
    # Nothing was agreed, so that nothing is said of it.
    assert ("Het signaal is afgesloten." in shown, "De afspraak staat bij het kind" in shown) == (True, False)


def test_a_form_with_a_mistake_comes_back_as_it_was_typed(nursery: Nursery) -> None:
    signal = signal_in(nursery)
    answer = client_of(nursery.staff).post(
        reverse("observations:signal_close", args=[signal.pk]), {"text": "Alles wat ik typte."}
    )
    assert answer.status_code == 422
    assert "Kies hoe dit afloopt." in answer.content.decode()
    assert "Alles wat ik typte." in answer.content.decode()


def test_taking_up_needs_no_words_and_adding_does(nursery: Nursery) -> None:
    signal = signal_in(nursery)
    url = reverse("observations:signal_discuss", args=[signal.pk])
    client = client_of(nursery.staff)
    assert client.post(url, {"entry_id": str(uuid7())}).status_code == 302
    empty = client.post(url, {"entry_id": str(uuid7()), "text": " "})
    assert (empty.status_code, "Schrijf eerst wat er is besproken." in empty.content.decode()) == (422, True)
    assert client.post(url, {"entry_id": str(uuid7()), "text": "Met Els besproken."}).status_code == 302
    assert "Met Els besproken." in client.get(reverse("observations:signal", args=[signal.pk])).content.decode()


@pytest.mark.requirement("REG-7.5")
def test_rule_is_set_by_the_form(nursery: Nursery) -> None:
    client = client_of(nursery.administrator)
    url = reverse("observations:signal_rule", args=["line_attention"])
    wrong = client.post(url, {"is_on": "on", "audience": "team", "months": "99"})
    assert (wrong.status_code, "Van 3 tot en met 24." in wrong.content.decode()) == (422, True)
    assert client.post(url, {"is_on": "on", "audience": "support", "months": "8"}).status_code == 302
    assert "zelf ingesteld" in client.get(reverse("observations:signal_rules")).content.decode()


@pytest.mark.parametrize(("part", "queries"), [("new", 33), ("discussion", 33), ("closed", 32)])
def test_board_costs_the_same_queries_for_one_child_and_for_three(
    nursery: Nursery, django_assert_num_queries: Any, part: str, queries: int
) -> None:
    client = client_of(nursery.staff)
    with tenant_scope(nursery.organisation_id):
        _filled(nursery, nursery.child, part)
    url = reverse("observations:signals")
    client.get(url, {"stap": part})
    with django_assert_num_queries(queries):
        client.get(url, {"stap": part})
    with tenant_scope(nursery.organisation_id):
        for number in range(2):
            _filled(nursery, factories.child(nursery.group, f"Kind{number}"), part)
    with django_assert_num_queries(queries):
        client.get(url, {"stap": part})


def _filled(nursery: Nursery, child: Child, part: str) -> None:
    for rule in ("low_well_being", "low_involvement"):
        signal = make(child, rule)
        if part != "new":
            take_up(signals=[signal], entry_id=uuid7(), by=nursery.staff, now=MOMENT)
        if part == "closed":
            close_signals(signals=[signal], outcome="watch", by=nursery.staff, now=LATER)
