"""Two people in the same registration: the last answer wins, and never silently (REG-3.9)."""

from datetime import date
from uuid import UUID

import pytest

from accounts.models import User
from accounts.roles import Role
from observations.domain.registering.answering import Replaced, Seen, mark_of
from observations.domain.registering.registrations import (
    ConclusionChanged,
    save_answer,
    save_conclusion,
    save_scale,
    start_registration,
)
from observations.models import Answer, Registration, ScaleScore
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)
VALUE = Answer.Value


@pytest.fixture
def colleague(in_nursery: Nursery) -> User:
    return factories.user(Role.GROUP_STAFF)


@pytest.fixture
def registration(in_nursery: Nursery) -> Registration:
    return start_registration(child=in_nursery.child, today=TODAY, by=in_nursery.staff)


@pytest.fixture
def milestone_id(in_nursery: Nursery) -> UUID:
    return in_nursery.content.lines["tekenen"].bands[7][0].id


def replaced_by(registration: Registration, milestone_id: UUID, value: int, by: User, seen: Seen | None) -> object:
    kept = save_answer(registration=registration, milestone_id=milestone_id, value=value, today=TODAY, by=by, seen=seen)
    return kept.replaced


@pytest.mark.requirement("REG-3.9")
def test_answer_that_was_not_seen_is_named_when_it_is_replaced(
    in_nursery: Nursery, colleague: User, registration: Registration, milestone_id: UUID
) -> None:
    assert replaced_by(registration, milestone_id, VALUE.SECURE, colleague, Seen(None)) is None
    found = replaced_by(registration, milestone_id, VALUE.NOT_YET, in_nursery.staff, Seen(None))
    assert found == Replaced(colleague.get_full_name(), VALUE.SECURE)
    assert registration.answers.get(milestone_id=milestone_id).value == VALUE.NOT_YET


@pytest.mark.parametrize(
    "given",
    [(Seen(VALUE.SECURE), VALUE.NOT_YET), (Seen(None), VALUE.SECURE), (None, VALUE.NOT_YET)],
    ids=["they saw it", "they answer the same", "their form does not say"],
)
def test_answer_is_replaced_without_a_word(
    in_nursery: Nursery, registration: Registration, milestone_id: UUID, given: tuple[Seen | None, int]
) -> None:
    seen, value = given
    replaced_by(registration, milestone_id, VALUE.SECURE, factories.user(Role.GROUP_STAFF), Seen(None))
    assert replaced_by(registration, milestone_id, value, in_nursery.staff, seen) is None


def test_own_answer_of_another_tab_is_replaced_without_a_word(
    in_nursery: Nursery, registration: Registration, milestone_id: UUID
) -> None:
    replaced_by(registration, milestone_id, VALUE.SECURE, in_nursery.staff, Seen(None))
    assert replaced_by(registration, milestone_id, VALUE.NOT_YET, in_nursery.staff, Seen(None)) is None


@pytest.mark.requirement("REG-3.9")
def test_point_of_a_colleague_is_named_when_it_is_replaced(
    in_nursery: Nursery, colleague: User, registration: Registration
) -> None:
    scale_id = in_nursery.content.scales[0].id

    def score(points: int, by: User, seen: Seen | None) -> object:
        return save_scale(registration=registration, scale_id=scale_id, half_points=points, by=by, seen=seen)

    assert score(6, colleague, Seen(None)) is None
    assert score(6, in_nursery.staff, Seen(None)) is None
    assert score(7, colleague, Seen(None)) == Replaced(in_nursery.staff.get_full_name(), 6)
    assert score(8, in_nursery.staff, Seen(7)) is None
    assert score(9, in_nursery.staff, Seen(7)) is None
    assert ScaleScore.objects.get().half_points == 9


@pytest.mark.requirement("REG-3.9")
def test_conclusion_of_a_colleague_is_never_overwritten_unseen(
    in_nursery: Nursery, colleague: User, registration: Registration
) -> None:
    empty = mark_of("")
    theirs = save_conclusion(registration=registration, conclusion="Van hen.", by=colleague, seen=empty)
    with pytest.raises(ConclusionChanged) as refusal:
        save_conclusion(registration=registration, conclusion="Van mij.", by=in_nursery.staff, seen=empty)
    assert (refusal.value.theirs, refusal.value.author) == ("Van hen.", colleague.get_full_name())
    assert Registration.objects.get(pk=registration.pk).texts.conclusion == "Van hen."
    save_conclusion(registration=registration, conclusion="Samen.", by=in_nursery.staff, seen=theirs)
    assert Registration.objects.get(pk=registration.pk).texts.conclusion == "Samen."


def test_same_conclusion_by_two_people_is_no_conflict(
    in_nursery: Nursery, colleague: User, registration: Registration
) -> None:
    save_conclusion(registration=registration, conclusion="Gaat goed.", by=colleague, seen=mark_of(""))
    save_conclusion(registration=registration, conclusion="Gaat goed. ", by=in_nursery.staff, seen=mark_of(""))
    assert Registration.objects.get(pk=registration.pk).concluded_by_id == colleague.pk


def test_mark_does_not_depend_on_line_ends() -> None:
    assert mark_of("een\r\ntwee\r\n") == mark_of("een\ntwee")
