"""Same seed and day, same data; another seed or day, other data (OPS-1.4)."""

from datetime import date, timedelta

import pytest

from observations.demo.chance import stream
from observations.demo.development import Ladder
from observations.demo.organisations import plan_organisations
from tests.observations.demo.rooms import TODAY, ToldRoom, tell


def names(told: list[ToldRoom]) -> list[tuple[str, str, str, date]]:
    """Return who the children are."""
    return [
        (child.first_name, child.infix, child.last_name, child.birth_date) for room in told for child in room.children
    ]


@pytest.mark.requirement("OPS-1.4")
def test_demonstration_is_the_same_for_the_same_seed_and_day(ladder: Ladder) -> None:
    first, second = list(tell(ladder, seed=7, scale=0.2)), list(tell(ladder, seed=7, scale=0.2))

    assert sum(len(room.story.notes) for room in first) > 100
    assert first == second


def test_demonstration_differs_for_another_seed(ladder: Ladder) -> None:
    first, second = list(tell(ladder, seed=7, scale=0.2)), list(tell(ladder, seed=8, scale=0.2))

    assert not set(names(first)) & set(names(second))
    assert [room.story.registrations for room in first] != [room.story.registrations for room in second]


def test_demonstration_moves_with_the_day(ladder: Ladder) -> None:
    later = TODAY + timedelta(days=300)
    first, second = list(tell(ladder, seed=7, scale=0.2)), list(tell(ladder, seed=7, scale=0.2, today=later))

    moved = [(*who[:3], who[3] + timedelta(days=300)) for who in names(first)]
    assert names(second) == moved
    assert all(note.observed_on <= later for room in second for note in room.story.notes)


def test_stream_of_one_child_does_not_depend_on_another() -> None:
    one = stream(1, "zonnebloem", 3, "notes")
    other = stream(1, "zonnebloem", 4, "notes")
    drawn = [one.random() for _ in range(5)]
    other.random()
    again = stream(1, "zonnebloem", 3, "notes")

    assert [again.random() for _ in range(5)] == drawn
    assert stream(1, "zonnebloem", 4, "notes").random() != drawn[0]


@pytest.mark.parametrize("scale", [0, -1, 1001, float("nan")])
def test_plan_refuses_a_scale_that_is_none(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        list(plan_organisations(seed=1, scale=scale, today=TODAY))
