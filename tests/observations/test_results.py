"""What closing a registration comes to, line by line (REG-5, REG-6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from kijk.tenancy.context import tenant_scope
from observations.domain.instruments.catalogue import InstrumentContent, content_of
from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.publishing import publish_instrument
from observations.domain.registering.results import STORED_OUTCOME, is_vve, line_answers, results_of
from observations.domain.scoring.bands import Outcome, Score
from observations.models import Answer, Child, LineResult, Registration
from tests import factories
from tests.observations.conftest import Nursery
from tests.observations.instrument_text import line_text, write_banded

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SECURE, EMERGING, NOT_YET, NOT_OBSERVED = (
    Answer.Value.SECURE,
    Answer.Value.EMERGING,
    Answer.Value.NOT_YET,
    Answer.Value.NOT_OBSERVED,
)
# The child of the fixture is born on 20 September 2023: 38 months on this day.
ON = date(2026, 11, 20)


def registration(nursery: Nursery, on: date = ON, child: Child | None = None) -> Registration:
    """Return an unsaved registration."""
    return Registration(child=child or nursery.child, group=nursery.group, registered_on=on)


def answers(content: InstrumentContent, line: str, bands: dict[int, list[int]]) -> dict[UUID, int]:
    """Return answers to the first milestones of bands of a line; to the others of those bands the last value."""
    return {
        item.id: (values[place] if place < len(values) else values[-1])
        for band, values in bands.items()
        for place, item in enumerate(content.lines[line].bands[band])
    }


def results(nursery: Nursery, given: dict[UUID, int], on: date = ON, child: Child | None = None) -> list[LineResult]:
    """Return the results of one registration, with corrected age on."""
    return results_of(registration(nursery, on, child), content=nursery.content, answers=given, corrects_age=True)


@pytest.mark.requirement("REG-5.1", "REG-6.3")
def test_result_holds_the_outcome_and_what_was_true(in_nursery: Nursery) -> None:
    child = factories.child(
        in_nursery.group, gender="girl", home_language="Tigrinya", vve_from=date(2026, 1, 1), vve_until=ON
    )
    band_7 = in_nursery.content.lines["spel"].bands[7]
    assert len(band_7) == 3
    given = answers(in_nursery.content, "spel", {6: [SECURE], 7: [SECURE, EMERGING, NOT_YET], 8: [NOT_YET]})
    made = registration(in_nursery, child=child)
    (result,) = results_of(made, content=in_nursery.content, answers=given, corrects_age=True)
    # The first worked example of the rule: basal 36, 36 + 6 x 0.5 = 39 months at 38.
    assert (result.developmental_age, result.difference, result.outcome) == (Decimal(39), Decimal(1), "on_course")
    assert (result.coverage, result.share_passed, result.corrected_age) == (Decimal(1), None, False)
    assert result.rule_version == "developmental_age 1.0"
    assert (result.registration_id, result.child_id, result.line_id) == (
        made.pk,
        child.pk,
        in_nursery.content.lines["spel"].id,
    )
    assert (result.organisation_id, result.period_id) == (in_nursery.organisation_id, None)
    assert (result.group_id, result.location_id) == (in_nursery.group.pk, in_nursery.group.location_id)
    assert (result.registered_on, result.age_days) == (ON, (ON - date(2023, 9, 20)).days)
    assert (result.vve, result.gender, result.home_language) == (True, "girl", "Tigrinya")
    assert result.is_current is True


def test_results_stand_in_the_order_of_the_lines_and_lines_without_answers_have_none(in_nursery: Nursery) -> None:
    given = answers(in_nursery.content, "tijd", {7: [SECURE]}) | answers(in_nursery.content, "zelfbeeld", {7: [SECURE]})
    lines = in_nursery.content.lines
    assert [result.line_id for result in results(in_nursery, given)] == [lines["zelfbeeld"].id, lines["tijd"].id]
    assert results(in_nursery, {}) == []


@pytest.mark.requirement("REG-5.1")
def test_line_of_which_nothing_was_seen_is_insufficient_and_no_failure(in_nursery: Nursery) -> None:
    (result,) = results(in_nursery, answers(in_nursery.content, "spel", {6: [NOT_OBSERVED], 7: [NOT_OBSERVED]}))
    assert (result.outcome, result.developmental_age, result.difference) == ("insufficient", None, None)
    assert result.coverage == Decimal(0)


def test_band_between_answered_ones_counts_as_shown_and_not_observed(in_nursery: Nursery) -> None:
    line = in_nursery.content.lines["spel"]
    given = {line.bands[6][0].id: SECURE.value, line.bands[8][1].id: NOT_YET.value}
    assert line_answers(line, given) == {
        6: [Score.SECURE] + [Score.NOT_OBSERVED] * (len(line.bands[6]) - 1),
        7: [Score.NOT_OBSERVED] * len(line.bands[7]),
        8: [Score.NOT_OBSERVED, Score.NOT_YET] + [Score.NOT_OBSERVED] * (len(line.bands[8]) - 2),
    }
    assert line_answers(line, {}) == {}


@pytest.mark.requirement("REG-5.2")
def test_above_seven_years_there_is_no_class(in_nursery: Nursery) -> None:
    given = answers(in_nursery.content, "spel", {13: [SECURE], 14: [SECURE]})
    (result,) = results(in_nursery, given, on=date(2030, 9, 21))
    assert (result.outcome, result.developmental_age, result.difference) == ("", None, None)


def test_every_outcome_is_stored_under_its_name() -> None:
    assert list(STORED_OUTCOME) == list(Outcome)
    assert [str(stored) for stored in STORED_OUTCOME.values()] == [*LineResult.Outcome.values, ""]


@pytest.mark.requirement("REG-5.4")
def test_age_of_a_pre_term_child_is_corrected_where_that_is_on(in_nursery: Nursery) -> None:
    early = factories.child(in_nursery.group, birth_date=date(2025, 11, 20), gestation_weeks=32)
    given = answers(in_nursery.content, "spel", {1: [SECURE], 2: [SECURE], 3: [NOT_YET]})
    made = registration(in_nursery, child=early)
    differences = []
    for corrects_age in (True, False):
        (result,) = results_of(made, content=in_nursery.content, answers=given, corrects_age=corrects_age)
        assert result.developmental_age == Decimal(12)
        differences.append((result.corrected_age, result.difference))
    # Due 56 days after 20 November 2025, on 15 January 2026: ten months and 5 of 30 days on 20 November 2026.
    assert differences == [(True, Decimal("1.83")), (False, Decimal("0.00"))]


def test_stored_difference_does_not_contradict_the_class(nursery: Nursery, tmp_path: Path) -> None:
    spec = read_instrument(write_banded(tmp_path, line=line_text(per_band=7)))
    content = content_of(publish_instrument(spec=spec, now=NOW).version_id)
    given = answers(content, "spel", {5: [SECURE], 6: [SECURE], 7: [EMERGING, NOT_YET]})
    with tenant_scope(nursery.organisation_id):
        # 30 months and 13 of 30 days; the developmental age is 36 + 6 x 1/14, which is 5.9952 months more.
        child = factories.child(nursery.group, birth_date=date(2023, 10, 20))
        made = registration(nursery, on=date(2026, 5, 3), child=child)
        (result,) = results_of(made, content=content, answers=given, corrects_age=True)
    assert (result.difference, result.outcome) == (Decimal("5.99"), "on_course")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, False),
        (ON, None, True),
        (ON + timedelta(days=1), None, False),
        (date(2026, 1, 1), ON, True),
        (date(2026, 1, 1), ON - timedelta(days=1), False),
    ],
)
def test_vve_is_what_it_was_on_the_day(since: date | None, until: date | None, expected: bool) -> None:
    child = Child(organisation_id=UUID(int=1), vve_from=since, vve_until=until)
    assert is_vve(child, ON) is expected


def test_answer_to_another_version_s_milestone_is_refused(in_nursery: Nursery) -> None:
    other = replace(in_nursery.content, milestones={})
    given = answers(in_nursery.content, "spel", {7: [SECURE]})
    with pytest.raises(ValueError, match=r"^4 answers are to milestones of another version$"):
        results_of(registration(in_nursery), content=other, answers=given | {UUID(int=1): 2}, corrects_age=True)


def test_registration_before_the_birth_is_refused(in_nursery: Nursery) -> None:
    with pytest.raises(ValueError, match=r"^the date lies before the birth date$"):
        results(in_nursery, {}, on=date(2023, 9, 19))


def test_pass_fail_items_give_coverage_and_share_and_no_class(nursery: Nursery) -> None:
    spec = read_instrument(factories.CONTENT / "ddi" / "instrument.yaml")
    content = content_of(publish_instrument(spec=spec, now=NOW).version_id)
    items = content.lines["communicatie"].milestones
    given = {items[0].id: SECURE.value, items[1].id: SECURE.value, items[2].id: NOT_YET.value}
    nursery.child.gestation_weeks = 30
    made = Registration(
        organisation_id=nursery.organisation_id,
        child=nursery.child,
        group=nursery.group,
        registered_on=date(2024, 1, 20),
    )
    (result,) = results_of(made, content=content, answers=given, corrects_age=True)
    assert (result.outcome, result.developmental_age, result.difference) == ("", None, None)
    assert (result.coverage, result.share_passed) == (Decimal("0.200"), Decimal("0.667"))
    assert (result.rule_version, result.corrected_age) == ("item_shares 1.0", False)
