"""What a cross-section counts: every child once, with what was true at the measurement."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import TenantContextMissing, tenant_scope
from monitoring.domain.cross_section import ItemCrossSection, LineCrossSection, LineFigures, by_item, by_line
from monitoring.domain.measured import MeasuredInstrument, find_instrument, with_periods
from monitoring.domain.selection import AgeWindow, By, Selection, window_in_months
from observations.domain.registering.registrations import close_registration, reopen_registration
from observations.models import Answer, Child, LineResult, Placement, Registration, RegistrationPeriod
from tests import factories
from tests.monitoring.conftest import (
    AUTUMN_DAY,
    BORN,
    LINES,
    SPRING_DAY,
    TODAY,
    Centre,
    make_centre,
    new_version,
)

DAY = timedelta(days=1)
AGE = (AUTUMN_DAY - BORN).days


def measured(code: str) -> MeasuredInstrument:
    found = find_instrument(code)
    assert found is not None
    return with_periods(found, today=TODAY)


def lines_of(centre: Centre, **chosen: Any) -> LineCrossSection:
    given = {"period_id": centre.autumn.pk} | chosen
    return by_line(Selection("proef", By.LINE, **given), measured("proef"), today=TODAY)


def items_of(code: str = "vragen", **chosen: Any) -> ItemCrossSection:
    return by_item(Selection(code, By.ITEM, **chosen), measured(code))


def counts(line: LineFigures) -> dict[str, int]:
    return {code: count for code, count in line.counts.items() if count}


def figures(section: ItemCrossSection) -> list[tuple[str, int, int]]:
    return [(item.code, item.assessed, item.passed) for item in section.now.items]


# ------------------------------------------------------------------------------------------------- by line


@pytest.mark.requirement("MON-1.1")
def test_line_counts_every_outcome_and_who_was_not_registered(in_centre: Centre) -> None:
    outcomes = ["ahead", "on_course", "on_course", "attention", "concern", "insufficient"]
    for outcome in outcomes:
        in_centre.register(in_centre.child(), {"taal": outcome})
    in_centre.register(in_centre.child(), {"spel": "ahead"})
    in_centre.child()
    talk, play = lines_of(in_centre).now.lines
    assert (talk.code, talk.name) == ("taal", "Taal")
    assert counts(talk) == {
        "ahead": 1, "on_course": 2, "attention": 1, "concern": 1, "insufficient": 1, "not_registered": 2,
    }  # fmt: skip
    assert counts(play) == {"ahead": 1, "not_registered": 7}
    assert (talk.assessed, play.assessed) == (5, 1)


@pytest.mark.requirement("MON-1.3")
def test_population_is_who_was_registered_and_who_should_have_been(in_centre: Centre) -> None:
    in_centre.register(in_centre.child(), {"taal": "ahead"})
    in_centre.child()
    now = lines_of(in_centre).now
    assert (now.population, now.registered, now.lines[0].assessed) == (2, 1, 1)


def test_child_above_the_highest_age_has_no_class(in_centre: Centre) -> None:
    old = in_centre.child(born=AUTUMN_DAY - timedelta(days=2600))
    in_centre.register(old, {"taal": "on_course"})
    line = lines_of(in_centre).now.lines[0]
    assert (counts(line), line.assessed) == ({"no_class": 1}, 0)


def test_child_registered_twice_in_a_period_counts_once_with_the_latest(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.register(child, {"taal": "attention", "spel": "on_course"}, on=AUTUMN_DAY)
    in_centre.register(child, {"taal": "on_course"}, on=AUTUMN_DAY + 20 * DAY)
    now = lines_of(in_centre).now
    assert [counts(line) for line in now.lines] == [{"on_course": 1}, {"on_course": 1}]
    assert now.population == 1


def test_revision_takes_the_place_of_what_it_revises(in_centre: Centre) -> None:
    staff = factories.user(Role.GROUP_STAFF)
    old = in_centre.register(in_centre.child(), {"taal": "on_course", "spel": "ahead"})
    new = reopen_registration(registration=old, reason="Verkeerd ingevuld.", by=staff)
    assert [counts(line) for line in lines_of(in_centre).now.lines] == [{"on_course": 1}, {"ahead": 1}]
    Answer.objects.filter(registration=new, milestone__line__code="spel").delete()
    Answer.objects.filter(registration=new).update(value=Answer.Value.SECURE)
    close_registration(registration=new, now=timezone.now(), by=staff)
    assert [counts(line) for line in lines_of(in_centre).now.lines] == [{"ahead": 1}, {"not_registered": 1}]


def test_lines_stand_in_the_order_of_the_instrument_also_without_a_result(in_centre: Centre) -> None:
    in_centre.register(in_centre.child(), {"spel": "ahead"})
    assert [line.code for line in lines_of(in_centre).now.lines] == ["taal", "spel"]


def gone(centre: Centre) -> None:
    Placement.objects.filter(child=centre.child()).update(ends_on=date(2025, 11, 14))


def archived(centre: Centre) -> None:
    Child.objects.filter(pk=centre.child().pk).update(archived_on=date(2025, 11, 15))


def came_later(centre: Centre) -> None:
    centre.child(placed_on=date(2025, 11, 16))


def too_old(centre: Centre) -> None:
    centre.child(born=date(2018, 11, 1))


def not_born(centre: Centre) -> None:
    centre.child(born=date(2025, 11, 16), placed_on=date(2025, 11, 1))


def not_in_its_main_group(centre: Centre) -> None:
    Placement.objects.filter(child=centre.child()).update(is_main=False, half_days=1)


@pytest.mark.parametrize("somebody", [gone, archived, came_later, too_old, not_born, not_in_its_main_group])
def test_who_was_not_there_on_the_last_day_is_not_missed(in_centre: Centre, somebody: Callable[[Centre], None]) -> None:
    somebody(in_centre)
    in_centre.child()
    now = lines_of(in_centre).now
    assert (now.population, now.registered) == (1, 0)


def test_running_period_misses_who_is_there_today(in_centre: Centre) -> None:
    in_centre.child(placed_on=date(2025, 10, 20))
    selection = Selection("proef", By.LINE, period_id=in_centre.autumn.pk)
    before, after = (by_line(selection, measured("proef"), today=date(2025, 10, day)) for day in (19, 20))
    assert (before.now.population, after.now.population) == (0, 1)


def test_child_that_moved_counts_where_it_was_registered(in_centre: Centre) -> None:
    child = in_centre.child(in_centre.bears)
    in_centre.register(child, {"taal": "ahead"}, group=in_centre.bees)
    north, south = (lines_of(in_centre, location_id=place.pk).now for place in (in_centre.north, in_centre.south))
    assert (counts(north.lines[0]), counts(south.lines[0])) == ({"ahead": 1}, {})
    assert (north.population, south.population) == (1, 0)


@pytest.mark.requirement("MON-1.3")
def test_previous_measurement_stands_beside_with_its_own_population(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.child(placed_on=date(2025, 9, 1))
    in_centre.register(child, {"taal": "attention"}, on=SPRING_DAY)
    in_centre.register(child, {"taal": "ahead"}, on=AUTUMN_DAY)
    section = lines_of(in_centre)
    assert section.before is not None
    assert section.before.period is not None
    assert section.before.period.name == "Voorjaar 2025"
    # At 26 months the answers that mean "attention" at 32 mean "on course".
    assert (counts(section.before.lines[0]), section.before.population) == ({"on_course": 1}, 1)
    assert (counts(section.now.lines[0]), section.now.population) == ({"ahead": 1, "not_registered": 1}, 2)


def test_previous_measurement_is_the_nearest_that_has_results(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.register(child, {"taal": "attention"}, on=SPRING_DAY)
    RegistrationPeriod.objects.create(name="Zomer", begins_on=date(2025, 7, 1), ends_on=date(2025, 7, 31))
    in_centre.register(child, {"taal": "ahead"}, on=AUTUMN_DAY)
    section = lines_of(in_centre)
    assert section.before is not None
    assert section.before.period is not None
    assert section.before.period.name == "Voorjaar 2025"


def test_first_measurement_has_none_before_it(in_centre: Centre) -> None:
    in_centre.register(in_centre.child(), {"taal": "ahead"}, on=SPRING_DAY)
    assert lines_of(in_centre, period_id=in_centre.spring.pk).before is None


def test_selection_without_results_before_has_nothing_beside_it(in_centre: Centre) -> None:
    in_centre.register(in_centre.child(), {"taal": "ahead"}, on=SPRING_DAY)
    in_centre.register(in_centre.child(in_centre.bears), {"taal": "ahead"}, group=in_centre.bears)
    assert lines_of(in_centre, location_id=in_centre.south.pk).before is None


def test_without_a_period_every_child_counts_with_its_latest_result(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.child()
    in_centre.register(child, {"taal": "attention", "spel": "ahead"}, on=SPRING_DAY)
    in_centre.register(child, {"taal": "ahead"}, on=AUTUMN_DAY)
    section = lines_of(in_centre, period_id=None)
    assert [counts(line) for line in section.now.lines] == [{"ahead": 1}, {"ahead": 1}]
    assert (section.now.population, section.before) == (1, None)


FILTERS: list[tuple[str, Callable[[Centre], dict[str, Any]], int, int]] = [
    ("everybody", lambda centre: {}, 3, 6),
    ("location", lambda centre: {"location_id": centre.south.pk}, 1, 2),
    ("group", lambda centre: {"group_id": centre.bees.pk}, 2, 4),
    ("reach", lambda centre: {"within": frozenset([centre.south.pk])}, 1, 2),
    ("reach beside a location", lambda c: {"within": frozenset([c.south.pk]), "location_id": c.north.pk}, 0, 0),
    ("no location at all", lambda centre: {"within": frozenset()}, 0, 0),
    ("age", lambda centre: {"age": window_in_months(30, 36)}, 2, 4),
    ("age without an end", lambda centre: {"age": AgeWindow(AGE + 100, None)}, 1, 2),
    ("VVE", lambda centre: {"vve": True}, 1, 2),
    ("no VVE", lambda centre: {"vve": False}, 2, 4),
    ("gender", lambda centre: {"gender": "girl"}, 2, 4),
    ("home language", lambda centre: {"home_language": "Turks"}, 1, 2),
    ("all together", lambda c: {"location_id": c.north.pk, "vve": True, "gender": "girl", "home_language": "Turks"}, 1, 2),
]  # fmt: skip


@pytest.mark.requirement("MON-1.2")
@pytest.mark.parametrize(
    ("chosen", "assessed", "population"), [row[1:] for row in FILTERS], ids=[r[0] for r in FILTERS]
)
def test_filter_holds_for_who_was_registered_and_who_was_not(
    in_centre: Centre, chosen: Callable[[Centre], dict[str, Any]], assessed: int, population: int
) -> None:
    kinds: list[dict[str, Any]] = [
        {"gender": "girl", "home_language": "Turks", "vve_from": date(2025, 9, 1)},
        {"gender": "boy", "vve_from": date(2025, 1, 1), "vve_until": date(2025, 9, 30), "born": BORN - 600 * DAY},
        {"gender": "girl", "home_language": "Pools", "group": in_centre.bears},
    ]
    for kind in kinds:
        registered, _absent = in_centre.child(**kind), in_centre.child(**kind)
        in_centre.register(registered, {"taal": "ahead"}, group=kind.get("group"))
    now = lines_of(in_centre, **chosen(in_centre)).now
    # The child of 52 months has other outcomes than "ahead": what counts here is that it has one.
    line = now.lines[0]
    assert (line.assessed + line.counts["insufficient"], now.population) == (assessed, population)


def test_result_keeps_what_was_true_of_the_child_then(in_centre: Centre) -> None:
    child = in_centre.child(gender="girl", home_language="Turks")
    in_centre.register(child, {"taal": "ahead"})
    Child.objects.filter(pk=child.pk).update(gender="boy", home_language="Pools", vve_from=date(2025, 1, 1))
    then = lines_of(in_centre, gender="girl", home_language="Turks", vve=False).now
    later = lines_of(in_centre, gender="boy").now
    assert (then.registered, then.population, later.population) == (1, 1, 0)


def test_versions_of_an_instrument_are_one_line_each_and_all_are_named(centre: Centre) -> None:
    newer = new_version(LINES)
    with tenant_scope(centre.organisation_id):
        centre.register(centre.child(), {"taal": "ahead"})
        centre.register(centre.child(), {"taal": "attention"}, content=newer)
        section = lines_of(centre)
    assert counts(section.now.lines[0]) == {"ahead": 1, "attention": 1}
    assert (section.now.versions, section.now.rules) == (("2.0", "1.0"), ("developmental_age 1.0",))
    assert section.content.notice == "Tweede versie."


@pytest.mark.parametrize("days_between", [0, 20])
def test_child_registered_with_two_versions_counts_once(centre: Centre, days_between: int) -> None:
    newer = new_version(LINES)
    with tenant_scope(centre.organisation_id):
        child = centre.child()
        centre.register(child, {"taal": "ahead"})
        centre.register(child, {"taal": "attention"}, content=newer, on=AUTUMN_DAY + days_between * DAY)
        now = lines_of(centre).now
    assert (counts(now.lines[0]), now.population) == ({"attention": 1}, 1)


def test_pass_fail_lines_have_the_mean_share_passed(in_centre: Centre) -> None:
    in_centre.answer(in_centre.child(), {"p1": 2, "p2": 2, "l1": 0})
    in_centre.answer(in_centre.child(), {"p1": 2, "p2": 0})
    in_centre.answer(in_centre.child(), {"p1": 3})
    section = by_line(Selection("vragen", By.LINE), measured("vragen"), today=TODAY)
    talk, walk = section.now.lines
    assert (talk.assessed, talk.share_passed, talk.counts) == (2, Fraction(3, 4), {})
    assert (walk.assessed, walk.share_passed) == (1, Fraction(0))


@pytest.mark.requirement("SEC-1.1")
def test_results_of_another_organisation_do_not_count(centre: Centre) -> None:
    other = make_centre()
    for place in (centre, other):
        with tenant_scope(place.organisation_id):
            place.register(place.child(), {"taal": "ahead"})
            place.answer(place.child(), {"p1": 2})
    with tenant_scope(centre.organisation_id):
        assert LineResult.objects.count() == 2
        assert lines_of(centre).now.registered == 1
        assert items_of().now.population == 1


def test_period_of_another_organisation_is_no_period(centre: Centre) -> None:
    other = make_centre()
    with tenant_scope(centre.organisation_id), pytest.raises(LookupError):
        lines_of(centre, period_id=other.autumn.pk)


# ------------------------------------------------------------------------------------------------- by item


@pytest.mark.requirement("MON-1.5")
def test_items_count_assessed_and_passed_in_the_order_of_the_instrument(in_centre: Centre) -> None:
    in_centre.answer(in_centre.child(), {"p1": 2, "p2": 0})
    in_centre.answer(in_centre.child(), {"p1": 2})
    in_centre.answer(in_centre.child(), {"p1": 0})
    section = items_of()
    assert figures(section) == [("p2", 1, 0), ("p1", 3, 2), ("l1", 0, 0)]
    assert [item.share for item in section.now.items] == [Fraction(0), Fraction(2, 3), None]
    first = section.now.items[0]
    assert (first.line, first.text) == ("Praten", "Doet p2.")
    assert section.now.population == 3


def test_child_counts_once_an_item_with_its_latest_assessed_answer(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.answer(child, {"p1": 0, "p2": 2, "l1": 2}, on=SPRING_DAY)
    in_centre.answer(child, {"p1": 2, "p2": 0, "l1": 3}, on=AUTUMN_DAY)
    assert figures(items_of()) == [("p2", 1, 0), ("p1", 1, 1), ("l1", 1, 1)]


def test_latest_answer_is_sought_within_the_ages(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.answer(child, {"p1": 2}, on=SPRING_DAY)
    in_centre.answer(child, {"p1": 0}, on=AUTUMN_DAY)
    assert figures(items_of(age=AgeWindow(0, AGE - 1)))[1] == ("p1", 1, 1)
    assert figures(items_of(age=AgeWindow(0, AGE)))[1] == ("p1", 1, 0)


@pytest.mark.parametrize(
    ("window", "assessed"),
    [
        (AgeWindow(AGE, AGE), 1),
        (AgeWindow(AGE - 10, AGE), 1),
        (AgeWindow(AGE, AGE + 10), 1),
        (AgeWindow(0, AGE - 1), 0),
        (AgeWindow(AGE + 1, None), 0),
        (AgeWindow(AGE, None), 1),
        (AgeWindow(0, 10**12), 1),
        (AgeWindow(10**12, None), 0),
    ],
)
def test_both_ends_of_the_ages_are_included(in_centre: Centre, window: AgeWindow, assessed: int) -> None:
    in_centre.answer(in_centre.child(), {"p1": 2})
    section = items_of(age=window)
    assert (figures(section)[1], section.now.population) == (("p1", assessed, assessed), assessed)


def test_milestone_is_passed_only_when_secure(in_centre: Centre) -> None:
    for value in (0, 1, 2, 3):
        in_centre.answer(in_centre.child(), {"taal-06": value}, content=in_centre.lines)
    found = {item.code: (item.assessed, item.passed) for item in items_of("proef").now.items}
    assert found["taal-06"] == (3, 1)


def test_open_and_superseded_registrations_do_not_count(in_centre: Centre) -> None:
    staff = factories.user(Role.GROUP_STAFF)
    old = in_centre.answer(in_centre.child(), {"p1": 2, "p2": 0})
    new = reopen_registration(registration=old, reason="Verkeerd ingevuld.", by=staff)
    for before, after in ((Answer.Value.SECURE, 3), (Answer.Value.NOT_YET, Answer.Value.SECURE), (3, 0)):
        Answer.objects.filter(registration=new, value=before).update(value=after)
    assert figures(items_of())[:2] == [("p2", 1, 0), ("p1", 1, 1)]
    close_registration(registration=new, now=timezone.now(), by=staff)
    assert figures(items_of())[:2] == [("p2", 1, 1), ("p1", 1, 0)]
    assert items_of().now.population == 1


def test_items_of_a_period_have_the_previous_one_beside_them(in_centre: Centre) -> None:
    child = in_centre.child()
    in_centre.answer(child, {"p1": 0}, on=SPRING_DAY, period=in_centre.spring)
    in_centre.answer(child, {"p1": 2}, on=AUTUMN_DAY, period=in_centre.autumn)
    section = items_of(period_id=in_centre.autumn.pk)
    assert section.before is not None
    assert [(item.assessed, item.passed) for item in (section.before.items[1], section.now.items[1])] == [
        (1, 0),
        (1, 1),
    ]


def test_items_are_those_of_the_newest_version_used(centre: Centre) -> None:
    newer = new_version(replace(LINES, code="proef"))
    with tenant_scope(centre.organisation_id):
        centre.answer(centre.child(), {"taal-06": 2}, content=centre.lines)
        assert items_of("proef").content.version == "1.0"
        centre.answer(centre.child(), {"taal-06": 0}, content=newer)
        section = items_of("proef")
    found = {item.code: (item.assessed, item.passed) for item in section.now.items}
    assert (section.content.version, found["taal-06"]) == ("2.0", (1, 0))


def naive_items(selection: Selection) -> dict[str, tuple[int, int]]:
    """Count in Python, from all rows, what the query counts."""
    latest: dict[tuple[Any, str], tuple[date, int]] = {}
    answers = Answer.objects.filter(registration__status=Registration.Status.CLOSED, registration__superseded=False)
    for answer in answers.select_related("registration__child", "registration__group", "milestone"):
        registration, child = answer.registration, answer.registration.child
        age = (registration.registered_on - child.birth_date).days
        window = selection.age or AgeWindow(0, None)
        if age < window.from_days or (window.to_days is not None and age > window.to_days):
            continue
        if selection.gender and child.gender != selection.gender:
            continue
        if selection.location_id and registration.group.location_id != selection.location_id:
            continue
        key = (child.pk, answer.milestone.code)
        known = latest.get(key)
        if answer.value != Answer.Value.NOT_OBSERVED and (known is None or known[0] < registration.registered_on):
            latest[key] = (registration.registered_on, answer.value)
    found: dict[str, tuple[int, int]] = {}
    for (_child, code), (_on, value) in latest.items():
        assessed, passed = found.get(code, (0, 0))
        found[code] = (assessed + 1, passed + (value == Answer.Value.SECURE))
    return found


@pytest.mark.requirement("MON-1.5")
def test_query_agrees_with_counting_one_by_one(in_centre: Centre) -> None:
    chance = random.Random(7)
    for _ in range(25):
        child = in_centre.child(born=BORN + chance.randrange(60) * DAY, gender=chance.choice(["girl", "boy"]))
        group = chance.choice([in_centre.bees, in_centre.bears])
        for on in chance.sample([SPRING_DAY + 20 * place * DAY for place in range(10)], 4):
            values = {code: chance.choice([0, 2, 3]) for code in ("p1", "p2", "l1") if chance.random() < 0.8}
            in_centre.answer(child, values, on=on, group=group)
    windows = [None, AgeWindow(750, 800), AgeWindow(0, 900), AgeWindow(780, None)]
    for window in windows:
        for more in ({}, {"gender": "girl"}, {"location_id": in_centre.south.pk}):
            selection = Selection("vragen", By.ITEM, age=window, **more)
            section = by_item(selection, measured("vragen"))
            found = {item.code: (item.assessed, item.passed) for item in section.now.items if item.assessed}
            assert found == naive_items(selection)


def test_items_cannot_be_counted_outside_a_scope(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        instrument = find_instrument("vragen")
    assert instrument is not None
    with pytest.raises(TenantContextMissing):
        by_item(Selection("vragen", By.ITEM), instrument)


# --------------------------------------------------------------------------------------------- the selection


@pytest.mark.parametrize(("first", "last"), [(-1, None), (10, 9)])
def test_age_window_runs_upwards_from_nought(first: int, last: int | None) -> None:
    with pytest.raises(ValueError, match="age window"):
        AgeWindow(first, last)


def test_months_are_turned_into_days_without_a_gap_or_an_overlap() -> None:
    windows = [window_in_months(months, months + 6) for months in range(0, 84, 6)]
    assert windows[0] == AgeWindow(0, 182)
    assert all(
        after is not None and before is not None and after.from_days == (before.to_days or 0) + 1
        for before, after in pairwise(windows)
    )
    assert (window_in_months(None, None), window_in_months(84, None)) == (None, AgeWindow(2557, None))


def test_instrument_that_was_never_used_is_found_and_empty(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        assert find_instrument("bestaat-niet") is None
        section = items_of()
    assert (figures(section), section.now.population) == ([("p2", 0, 0), ("p1", 0, 0), ("l1", 0, 0)], 0)
