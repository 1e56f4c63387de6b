"""The rules as data, and setting them (DOMAIN "Signals": defaults are settings; nothing changes inside a period)."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection

from observations.domain.signals.choices import RuleRefused, chosen_rules, set_rule
from observations.domain.signals.rules import RETIRED, RULES, defaults_of
from observations.models import RegistrationPeriod, SignalRuleSetting
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import MOMENT, NOW_ON, closed, codes, reaching, signals_of

#: The thresholds of DOMAIN "Signals", written out.
PROMISED = {
    "line_concern": {"months": 12},
    "line_attention": {"months": 6},
    "several_ahead": {"lines": 3, "months": 6},
    "stagnation": {"growth": 3, "apart": 4},
    "regression": {"milestones": 1},
    "several_lines": {"lines": 3, "language_lines": 2},
    "low_well_being": {"low": 2, "average": 3},
    "low_involvement": {"low": 2, "average": 3},
}


def change(nursery: Nursery, rule: str, *, is_on: bool = True, audience: str = "team", **thresholds: int) -> None:
    set_rule(rule=rule, is_on=is_on, audience=audience, thresholds=thresholds, by=nursery.administrator, now=MOMENT)


def test_defaults_are_those_that_were_promised() -> None:
    assert {code: defaults_of(RULES[code]) for code in PROMISED} == PROMISED


def test_no_word_compares_a_child_with_others() -> None:
    words = " ".join(
        str(text) for rule in (*RULES.values(), *RETIRED.values()) for text in (rule.label, rule.meaning)
    ).lower()
    assert [word for word in ("afwijk", "percentiel", "achterstand", "gemiddeld kind") if word in words] == []


@pytest.mark.requirement("REG-7.5")
def test_a_changed_threshold_holds_from_the_next_registration(in_nursery: Nursery) -> None:
    change(in_nursery, "line_attention", months=9)
    assert codes(signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 5})))) == []
    assert chosen_rules().value("line_attention", "months") == 9
    assert not chosen_rules().by_code["line_attention"].is_default


@pytest.mark.requirement("REG-7.5")
def test_what_was_chosen_for_a_rule_that_is_gone_holds_for_what_replaced_it(in_nursery: Nursery) -> None:
    SignalRuleSetting.objects.create(
        rule="line_ahead", is_on=False, audience="support", thresholds={"months": 9}, changed_at=MOMENT
    )
    with connection.cursor() as cursor:
        cursor.execute(import_module("observations.migrations.0014_signals_about_several_lines")._ONWARD)
    choice = chosen_rules().by_code["several_ahead"]
    assert (choice.is_on, choice.audience, choice.values) == (False, "support", {"lines": 3, "months": 9})


def test_a_rule_that_is_off_gives_nothing(in_nursery: Nursery) -> None:
    change(in_nursery, "line_attention", is_on=False, months=6)
    assert codes(signals_of(closed(in_nursery, reaching(in_nursery.content, {"spel": 5})))) == []


@pytest.mark.requirement("REG-7.5")
def test_nothing_changes_inside_a_period(in_nursery: Nursery) -> None:
    week = timedelta(weeks=1)
    RegistrationPeriod.objects.create(name="Nu", begins_on=NOW_ON - week, ends_on=NOW_ON + week)
    with pytest.raises(RuleRefused, match="Er loopt nu een registratieperiode"):
        change(in_nursery, "line_attention", months=9)
    assert SignalRuleSetting.objects.count() == 0


@pytest.mark.parametrize(
    ("rule", "options", "why"),
    [
        ("line_attention", {"months": 2}, "van 3 tot en met 24"),
        ("line_attention", {"months": 12}, "moet bij meer maanden beginnen"),
        ("line_concern", {"months": 6}, "moet bij meer maanden beginnen"),
        ("talk_wish", {"is_on": False}, "kan niet uit"),
        ("stagnation", {"audience": "everybody"}, "wie dit signaal ziet"),
    ],
)
def test_what_cannot_be_is_refused(in_nursery: Nursery, rule: str, options: dict[str, int], why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        change(in_nursery, rule, **options)  # type: ignore[arg-type]


def test_a_number_outside_todays_limits_gives_way_to_the_default(in_nursery: Nursery) -> None:
    SignalRuleSetting.objects.create(
        rule="line_attention", audience="team", thresholds={"months": 99, "gone": 1}, changed_at=MOMENT
    )
    assert chosen_rules().by_code["line_attention"].values == {"months": 6}
